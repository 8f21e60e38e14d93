//! What WeChat Pay knows of payments and of what belongs to them. Pure: time and new texts are arguments. Rules: WeChat Pay v3
//! prepay, close and query, with their re-use and deadline rules.

use std::collections::{HashMap, HashSet};

use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::{
    CODE_LIFE, H5_LIFE, NativeOrder, ORDER_LIFE, Payment, RefundOrder, Refusal, SHORTEST_DEADLINE, Surface, TradeState,
};

use serde_json::Value;

use super::bills::OfferedBill;
use super::pace::Pace;
use super::refunds::Refund;
use crate::book::{Book, Code, Label, Payable};
use crate::codes::{CodeState, PayProblem};
use crate::faults::Pages;

/// Every code begins so; the rest is opaque to merchants.
const CODE_PREFIX: &str = "weixin://wxpay/bizpayurl?pr=";

/// The newer form of codes, which ends in a group behind the id.
const GROUPED_PREFIX: &str = "weixin://wxpay/bizpayurl/up?pr=";

/// The cashier's question for every jump, whoever its host is; a package number stands behind the prepaid payment's id.
const JUMP_PREFIX: &str = "/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=";

/// How far ahead a deadline may be by the other pages, in seconds.
const LONGER_LIFE: i64 = 15 * 24 * 3600;

/// What the bridge inside of WeChat is given.
const PACKAGE_PREFIX: &str = "prepay_id=";

/// Payments, and whom the numbers of the provider's own belong to.
#[derive(Default)]
pub(crate) struct Orders {
    pub book: Book<Order>,
    by_transaction: HashMap<String, String>,
    by_refund: HashMap<String, String>,
    bills: HashMap<String, OfferedBill>,
    /// From which shop a shopper came to the cashier, by the jump's prepaid payment.
    pub arrivals: HashMap<String, String>,
    /// What tests of a merchant's notifications say, by their event.
    pub echoes: HashMap<String, Value>,
    pub refund_pace: Pace,
    /// Numbers that another account than the phone's has opened.
    pub of_others: HashSet<String>,
}

/// One payment.
pub(crate) struct Order {
    pub request: NativeOrder,
    pub state: TradeState,
    created_at: i64,
    deadline: i64,
    /// Which pages were right when it was prepared.
    pages: Pages,
    code: Code,
    pub refunds: Vec<Refund>,
}

/// The id of a code, a jump or a package inside its payload.
pub(crate) fn code_id(payload: &str) -> Option<&str> {
    let grouped = || payload.strip_prefix(GROUPED_PREFIX).and_then(|rest| rest.split('&').next());
    let jump = || payload.split_once(JUMP_PREFIX).and_then(|(_, rest)| rest.split('&').next());
    payload.strip_prefix(CODE_PREFIX).or_else(grouped).or_else(jump).or_else(|| payload.strip_prefix(PACKAGE_PREFIX))
}

/// What a merchant is given for it; of a jump what stands behind the host.
pub(super) fn payload(surface: Surface, code: &str, pages: Pages) -> String {
    match surface {
        Surface::Native if pages == Pages::Others => format!("{GROUPED_PREFIX}{code}&groupid=00"),
        Surface::Native => format!("{CODE_PREFIX}{code}"),
        Surface::H5 => format!("{JUMP_PREFIX}{code}&package=1037687096"),
        Surface::Jsapi => format!("{PACKAGE_PREFIX}{code}"),
    }
}

impl Orders {
    /// Answers a prepay with the id behind the payload: a new payment, or the same one with a fresh code that
    /// replaces the one before.
    pub fn prepare(&mut self, request: NativeOrder, now: i64, code: String, pages: Pages) -> Result<(), Refusal> {
        let number = request.out_trade_no.clone();
        match self.book.find(&number, now) {
            Some(order) => {
                order.check_repetition(&request, now, pages)?;
                self.book.replace_code(&number, code, now);
            }
            None => self.book.insert(number, Order::new(request, now, code, pages)),
        }
        Ok(())
    }

    /// The payment with this number of the merchant.
    pub fn find(&mut self, number: &str, now: i64) -> Result<&Order, Refusal> {
        self.book.find(number, now).map(|order| &*order).ok_or_else(Refusal::order_not_exist)
    }

    /// The paid payment with this number of the provider; unpaid ones have none.
    pub fn find_transaction(&self, transaction_id: &str) -> Result<&Order, Refusal> {
        let number = self.by_transaction.get(transaction_id);
        number.and_then(|number| self.book.get(number)).ok_or_else(Refusal::order_not_exist)
    }

    /// The same for a refund, by either number; both are only known once it is paid.
    pub fn find_paid(&mut self, asked: &RefundOrder, now: i64) -> Option<&mut Order> {
        let number = match (&asked.transaction_id, &asked.out_trade_no) {
            (Some(transaction), _) => self.by_transaction.get(transaction),
            (None, number) => number.as_ref(),
        };
        self.book.find(number?, now)
    }

    /// The payment that this refund belongs to.
    pub fn find_refund(&self, out_refund_no: &str) -> Option<(&Order, &Refund)> {
        let order = self.by_refund.get(out_refund_no).and_then(|number| self.book.get(number))?;
        order.refunds.iter().find(|refund| refund.out_refund_no == out_refund_no).map(|refund| (order, refund))
    }

    /// The same by the provider's number of the refund, to be taken up again.
    pub fn refund_mut(&mut self, refund_id: &str, now: i64) -> Option<(String, &mut Refund)> {
        let number = self.book.all().find(|order| order.refunds.iter().any(|refund| refund.refund_id == refund_id))?;
        let number = number.request.out_trade_no.clone();
        let order = self.book.find(&number, now)?;
        order.refunds.iter_mut().find(|refund| refund.refund_id == refund_id).map(|refund| (number, refund))
    }

    /// Keeps a bill under its token.
    pub fn offer_bill(&mut self, token: String, bill: OfferedBill) {
        self.bills.insert(token, bill);
    }

    /// The bill under this token.
    pub fn offered_bill(&self, token: &str) -> Option<&OfferedBill> {
        self.bills.get(token)
    }

    /// Remembers to which payment a refund belongs.
    pub fn note_refund(&mut self, out_refund_no: String, number: String) {
        self.by_refund.insert(out_refund_no, number);
    }

    /// Closes an unpaid payment; closing a closed one succeeds again.
    pub fn close(&mut self, number: &str, now: i64, pages: Pages) -> Result<(), Refusal> {
        let order = self.book.find(number, now).ok_or_else(Refusal::order_not_exist)?;
        match order.state {
            TradeState::Success(_) if pages == Pages::Others => Err(Refusal::already_paid("ORDER_PAID")),
            TradeState::Success(_) => Err(Refusal::already_paid("ORDERPAID")),
            TradeState::NotPay | TradeState::Closed => {
                order.state = TradeState::Closed;
                Ok(())
            }
        }
    }

    /// Pays a code. `late` lets a closed or expired one be paid, as happens when both cross.
    pub fn pay(&mut self, code: &str, payment: Payment, late: bool) -> Result<&Order, PayProblem> {
        let order = self.book.payable(code, payment.paid_at, late)?;
        self.by_transaction.insert(payment.transaction_id.clone(), order.request.out_trade_no.clone());
        order.state = TradeState::Success(payment);
        Ok(order)
    }
}

impl Order {
    fn new(request: NativeOrder, now: i64, code: String, pages: Pages) -> Self {
        // Nearer deadlines are moved to a minute ahead, farther ones to the life of an order.
        let latest = now.saturating_add(if pages == Pages::Others { LONGER_LIFE } else { ORDER_LIFE });
        let usual = now.saturating_add(ORDER_LIFE);
        let deadline = request.time_expire.unwrap_or(usual).clamp(now.saturating_add(SHORTEST_DEADLINE), latest);
        Self { request, state: TradeState::NotPay, created_at: now, deadline, pages, code: Code::new(code, now), refunds: Vec::new() }
    }

    fn check_repetition(&self, request: &NativeOrder, now: i64, pages: Pages) -> Result<(), Refusal> {
        match self.state {
            TradeState::Success(_) if pages == Pages::Others => Err(Refusal::already_paid("ORDERPAID")),
            TradeState::Success(_) => Err(Refusal::already_paid("INVALID_REQUEST")),
            TradeState::Closed if pages == Pages::Others => Err(Refusal::number_used()),
            TradeState::Closed => Err(Refusal::order_closed()),
            TradeState::NotPay if (self.request.surface, &self.request.parameters) != (request.surface, &request.parameters) => {
                Err(Refusal::number_used())
            }
            TradeState::NotPay if now >= self.deadline => Err(Refusal::order_closed()),
            TradeState::NotPay => Ok(()),
        }
    }
}

impl Payable for Order {
    fn code(&self) -> &Code {
        &self.code
    }

    fn code_mut(&mut self) -> &mut Code {
        &mut self.code
    }

    /// An unpaid payment closes by itself after seven days, or at a deadline after that.
    fn lapse(&mut self, now: i64) {
        if self.state == TradeState::NotPay && now >= self.deadline.max(self.created_at.saturating_add(ORDER_LIFE)) {
            self.state = TradeState::Closed;
        }
    }

    fn code_state(&self, now: i64) -> CodeState {
        match self.state {
            TradeState::Success(_) => CodeState::Paid,
            TradeState::Closed => CodeState::Closed,
            TradeState::NotPay if now >= self.code_dies_at() => CodeState::Expired,
            TradeState::NotPay if self.code.dismissed => CodeState::Dismissed,
            TradeState::NotPay => CodeState::Open,
        }
    }

    fn code_dies_at(&self) -> i64 {
        let life = if self.request.surface == Surface::H5 { H5_LIFE } else { CODE_LIFE };
        self.deadline.min(self.code.made_at.saturating_add(life))
    }

    fn label(&self) -> Label<'_> {
        Label {
            provider: PROVIDER,
            payload: payload(self.request.surface, &self.code.id, self.pages),
            payment_id: &self.request.out_trade_no,
            description: &self.request.description,
            amount: self.request.total,
            currency: &self.request.currency,
        }
    }
}
