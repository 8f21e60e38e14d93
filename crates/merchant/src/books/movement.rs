//! From an order and what happened to it to movements of money. Pure: no clock, no database. Refunds need to know what went back before.

use std::collections::BTreeMap;

use protocol::{Line, OrderId, PaymentId, Price, Tax};
use serde::{Deserialize, Serialize};

use super::spreading::share;
use crate::order_record::{Fact, OrderRecord, PaymentRecord, Pieces, References, Refund, RefundStatus, StrayMoney};

/// What a movement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// The money that paid an order, without its rounding.
    Sale,
    /// What the price was rounded by, of the same money.
    Rounding,
    /// Money for an order that was paid already.
    SecondPayment,
    /// Money that pays nothing: of another amount, or a second time by one payment.
    OddMoney,
    /// Money that went back.
    Refund,
    /// What the provider took, as its bill has it.
    Fee,
}

/// The tax of one rate in a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxShare {
    /// Which tax, in the shopper's language.
    pub label: String,
    /// Percent, as a decimal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Minor units, signed as the movement is.
    pub amount: i64,
    /// Whether the prices hold it already.
    pub included: bool,
}

/// What was sold, or the pieces of it that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldLine {
    /// Its place in the price, counted from 0.
    pub line: usize,
    /// Which thing.
    pub sku: String,
    /// Its name in the shopper's language.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// Price of all of them, minor units.
    pub total: i64,
}

/// Money that came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What it is of: nothing is booked twice by one name.
    pub name: String,
    /// Whether no money moved: its order is a test.
    pub is_test: bool,
    /// Its order; a fee may be of none that is known here.
    pub order: Option<OrderId>,
    /// What it is.
    pub kind: MovementKind,
    /// When the money moved, unix seconds.
    pub at: i64,
    /// Our id of the payment.
    pub payment: Option<String>,
    /// Our id of the refund.
    pub refund: Option<String>,
    /// The provider's id of the money.
    pub transaction: Option<String>,
    /// Who collects.
    pub provider: String,
    /// Payment method.
    pub method: Option<String>,
    /// ISO 4217 code, as the provider wrote it where the money is odd.
    pub currency: String,
    /// Minor units: came in, or went out where it is negative.
    pub amount: i64,
    /// What of it is tax.
    pub taxes: Vec<TaxShare>,
    /// What was sold, or went back by line.
    pub lines: Vec<SoldLine>,
    /// The discount code that the price was made with.
    pub discount_code: Option<String>,
    /// Where it is delivered or taxed, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A movement as the books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Its number in the books.
    pub id: i64,
    /// In which day it counts, unix seconds.
    pub booked_at: i64,
    /// Its own day, where the month of that was closed already: `YYYY-MM-DD`.
    pub belongs_to: Option<String>,
    /// What moved.
    pub movement: Movement,
    /// By which names its order goes beside its own.
    pub references: References,
}

/// A month into which nothing comes any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// Its first second, unix seconds, in the shop's zone when it was closed.
    pub from_at: i64,
    /// The first second of the next.
    pub until_at: i64,
    /// The zone that was.
    pub zone: String,
    /// When it was closed, unix seconds.
    pub closed_at: i64,
}

/// What went back of a payment so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Returned {
    /// Minor units, not negative.
    pub(crate) amount: i64,
    /// By rate, in the order of the price; not negative.
    pub(crate) taxes: Vec<i64>,
}

impl SoldLine {
    /// Whether the shop named a sku.
    pub(crate) fn has_sku(&self) -> bool {
        self.sku != unnamed(self.line)
    }
}

/// What a line of an order of the shop's own is called where the shop named no sku; counted from 0.
pub(crate) fn unnamed(line: usize) -> String {
    format!("line-{}", line + 1)
}

impl MovementKind {
    const ALL: [MovementKind; 6] = [
        MovementKind::Sale,
        MovementKind::Rounding,
        MovementKind::SecondPayment,
        MovementKind::OddMoney,
        MovementKind::Refund,
        MovementKind::Fee,
    ];

    /// The word in records and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            MovementKind::Sale => "sale",
            MovementKind::Rounding => "rounding",
            MovementKind::SecondPayment => "second-payment",
            MovementKind::OddMoney => "odd-money",
            MovementKind::Refund => "refund",
            MovementKind::Fee => "fee",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<MovementKind> {
        MovementKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Movement {
    /// What happened to a payment, dated `at`; the name says which of it.
    fn of(record: &OrderRecord, attempted: &PaymentRecord, kind: MovementKind, at: i64, amount: i64) -> Movement {
        let (payment, price) = (&attempted.payment, &record.order.price);
        Movement {
            name: format!("{} {}", kind.as_str(), payment.id),
            is_test: record.order.is_test,
            order: Some(record.order.id.clone()),
            kind,
            at,
            payment: Some(payment.id.to_string()),
            refund: None,
            transaction: attempted.transaction.clone(),
            provider: attempted.provider.clone().unwrap_or_else(|| payment.method.to_string()),
            method: Some(payment.method.to_string()),
            currency: attempted.money.currency.as_str().to_owned(),
            amount,
            taxes: Vec::new(),
            lines: Vec::new(),
            discount_code: price.discount_code.as_ref().filter(|code| code.applies()).map(|code| code.code.clone()),
            country: price.country.clone(),
        }
    }
}

/// The payments whose money goes back for good by these facts.
pub(crate) fn returns_money(record: &OrderRecord, facts: &[Fact]) -> Vec<PaymentId> {
    let done = facts.iter().filter_map(|fact| match fact {
        Fact::RefundStatus { refund, status: RefundStatus::Done, .. } => refund_of(record, refund),
        _ => None,
    });
    done.map(|refund| refund.payment.clone()).collect()
}

/// What moved by these facts, of which `record` is what came of them. `returned` is what went back before, by payment; `now` in unix seconds.
pub(crate) fn of_facts(record: &OrderRecord, facts: &[Fact], returned: &BTreeMap<PaymentId, Returned>, now: i64) -> Vec<Movement> {
    let (mut returned, mut movements) = (returned.clone(), Vec::new());
    for fact in facts {
        match fact {
            Fact::Paid { payment, .. } => {
                movements.extend(payment_of(record, payment).into_iter().flat_map(|paid| sale(record, paid, now)))
            }
            Fact::SecondPayment { payment } => {
                movements.extend(payment_of(record, payment).map(|paid| beside(record, paid, MovementKind::SecondPayment, now)));
            }
            Fact::WrongAmount(money) | Fact::PaidTwice(money) => movements.extend(odd_money(record, money)),
            Fact::RefundStatus { refund, status: RefundStatus::Done, .. } => {
                movements.extend(refund_of(record, refund).and_then(|refund| returning(record, refund, &mut returned, now)));
            }
            // What is over of money that has paid the order: the sale takes the odd money back. Of other money that is kept nothing moves.
            Fact::OddKept { payment, transaction, amount, paid, .. } if *paid > 0 && *amount > 0 => {
                movements.extend(payment_of(record, payment).map(|came| {
                    let of = beside(record, came, MovementKind::OddMoney, now);
                    Movement { name: format!("{} {transaction} kept", of.name), amount: *amount, ..of }
                }));
            }
            Fact::OddReturned { payment, transaction, amount, currency } => {
                movements.extend(payment_of(record, payment).map(|came| Movement {
                    name: format!("odd money returned {payment} {transaction}"),
                    transaction: Some(transaction.clone()),
                    currency: currency.clone(),
                    ..Movement::of(record, came, MovementKind::Refund, now, -amount)
                }));
            }
            Fact::OddKept { .. } | Fact::Settled { .. } | Fact::Note {} | Fact::Fulfilled { .. } | Fact::ShipmentCorrected { .. } => {}
            // Money that another payment has is booked there, and what is said of bills and stock is no money.
            Fact::TransactionUsed(_) | Fact::BillDifference { .. } | Fact::Oversold { .. } => {}
            Fact::KeysShort { .. } | Fact::KeysGiven { .. } => {}
            Fact::RefundStatus { .. } | Fact::Refund(_) | Fact::RefundAmount { .. } | Fact::RefundRefused { .. } => {}
            Fact::PartlyRefunded { .. } | Fact::Refunded { .. } => {}
            // The fact behind it says what the money is.
            Fact::Money { .. } | Fact::LateMoney { .. } => {}
            Fact::Created(_) | Fact::Opened(_) | Fact::Payment(_) | Fact::Answered { .. } => {}
            Fact::Code { .. } | Fact::Way { .. } | Fact::Payer { .. } | Fact::Scanned { .. } | Fact::Follow { .. } | Fact::Follower {} => {}
            Fact::PaymentStatus { .. } | Fact::PaymentUnclear { .. } | Fact::Canceled {} | Fact::Expired {} => {}
        }
    }
    movements
}

/// What moved of an order of before there were books: its money, what went back (with the time of that, unix seconds), and what odd money
/// its ledger tells of.
pub(crate) fn of_record(record: &OrderRecord, done_at: &BTreeMap<String, i64>, odd: &[StrayMoney]) -> Vec<Movement> {
    let mut movements = Vec::new();
    for attempted in record.payments.iter().filter(|attempted| attempted.transaction.is_some()) {
        let at = attempted.created_at;
        match record.paying() {
            Some(paying) if *paying == attempted.payment.id => movements.extend(sale(record, attempted, at)),
            Some(_) => movements.push(beside(record, attempted, MovementKind::SecondPayment, at)),
            None => movements.push(beside(record, attempted, MovementKind::OddMoney, at)),
        }
    }
    let told_last = |at: usize, money: &StrayMoney| odd[at + 1..].iter().all(|later| !is_of_same(later, money));
    let odd = odd.iter().enumerate().filter(|(at, money)| told_last(*at, money) && !is_known(&movements, money));
    let odd: Vec<Movement> = odd.filter_map(|(_, money)| odd_money(record, money)).collect();
    movements.extend(odd);
    let time = |refund: &Refund| done_at.get(&refund.id).copied().unwrap_or(refund.created_at);
    let mut done: Vec<&Refund> = record.refunds.iter().filter(|refund| refund.status == RefundStatus::Done).collect();
    done.sort_by_key(|refund| time(refund));
    let mut returned = BTreeMap::new();
    movements.extend(done.into_iter().filter_map(|refund| returning(record, refund, &mut returned, time(refund))));
    movements
}

/// Whether it is money that was told wrongly at first and is booked as what it is.
fn is_known(movements: &[Movement], money: &StrayMoney) -> bool {
    movements.iter().any(|movement| movement.transaction.as_deref() == Some(money.transaction.as_str()))
}

/// Whether both tell of the same money, if not the same of it.
fn is_of_same(one: &StrayMoney, other: &StrayMoney) -> bool {
    (&one.payment, &one.transaction) == (&other.payment, &other.transaction)
}

fn payment_of<'a>(record: &'a OrderRecord, id: &PaymentId) -> Option<&'a PaymentRecord> {
    record.payments.iter().find(|attempted| attempted.payment.id == *id)
}

fn refund_of<'a>(record: &'a OrderRecord, id: &str) -> Option<&'a Refund> {
    record.refunds.iter().find(|refund| refund.id == id)
}

/// The money that paid an order: what was sold, and what it was rounded by.
fn sale(record: &OrderRecord, attempted: &PaymentRecord, now: i64) -> Vec<Movement> {
    let (price, at) = (&record.order.price, attempted.paid_at.unwrap_or(now));
    let sold = Movement {
        taxes: price.taxes.iter().map(|tax| tax_share(tax, tax.amount)).collect(),
        lines: price.lines.iter().enumerate().map(sold_line).collect(),
        ..Movement::of(record, attempted, MovementKind::Sale, at, attempted.money.amount - price.rounding)
    };
    let rounding = (price.rounding != 0).then(|| Movement::of(record, attempted, MovementKind::Rounding, at, price.rounding));
    [sold].into_iter().chain(rounding).collect()
}

/// Money that was asked for and pays nothing.
fn beside(record: &OrderRecord, attempted: &PaymentRecord, kind: MovementKind, now: i64) -> Movement {
    Movement::of(record, attempted, kind, attempted.paid_at.unwrap_or(now), attempted.money.amount)
}

/// Money that nobody asked for so.
fn odd_money(record: &OrderRecord, money: &StrayMoney) -> Option<Movement> {
    let StrayMoney { payment, transaction, amount, currency, paid_at, .. } = money;
    let of = Movement::of(record, payment_of(record, payment)?, MovementKind::OddMoney, *paid_at, *amount);
    let name = format!("{} {transaction} {amount} {currency}", of.name);
    Some(Movement { name, transaction: Some(transaction.clone()), currency: currency.clone(), ..of })
}

/// Money that went back, with its part of the taxes if it is the order's money.
fn returning(record: &OrderRecord, refund: &Refund, returned: &mut BTreeMap<PaymentId, Returned>, at: i64) -> Option<Movement> {
    let attempted = payment_of(record, &refund.payment)?;
    let price: &Price = &record.order.price;
    let odd = refund.parts.transaction.as_ref();
    if odd.is_some() {
        let of = Movement::of(record, attempted, MovementKind::Refund, at, -refund.amount);
        return Some(Movement { name: format!("refund {}", refund.id), refund: Some(refund.id.clone()), transaction: odd.cloned(), ..of });
    }
    let before = returned.entry(refund.payment.clone()).or_default();
    let of_order = record.paying() == Some(&refund.payment);
    let taxes: Vec<i64> = price.taxes.iter().map(|tax| tax.amount).filter(|_| of_order).collect();
    let is_last = before.amount + refund.amount >= attempted.money.amount;
    let shares = share(&taxes, &before.taxes, refund.amount, attempted.money.amount, is_last);
    before.amount += refund.amount;
    before.taxes.resize(shares.len(), 0);
    before.taxes.iter_mut().zip(&shares).for_each(|(given, share)| *given += share);
    Some(Movement {
        name: format!("refund {}", refund.id),
        refund: Some(refund.id.clone()),
        taxes: price.taxes.iter().zip(shares).map(|(tax, share)| tax_share(tax, -share)).collect(),
        lines: refund.parts.lines.iter().filter_map(|pieces| returned_line(price, pieces)).collect(),
        ..Movement::of(record, attempted, MovementKind::Refund, at, -refund.amount)
    })
}

fn tax_share(tax: &Tax, amount: i64) -> TaxShare {
    TaxShare { label: tax.label.clone(), rate: tax.rate.clone(), amount, included: tax.included }
}

/// Pieces of a line that went back, at the price that they were sold for.
fn returned_line(price: &Price, pieces: &Pieces) -> Option<SoldLine> {
    let sold = price.lines.get(pieces.line)?;
    let total = sold.unit_price.saturating_mul(i64::from(pieces.quantity));
    Some(SoldLine { quantity: pieces.quantity, total, ..sold_line((pieces.line, sold)) })
}

fn sold_line((at, line): (usize, &Line)) -> SoldLine {
    SoldLine { line: at, sku: line.item.sku.to_string(), name: line.title(), quantity: line.item.quantity, total: line.total }
}
