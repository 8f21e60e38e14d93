//! What every store must do for the books: each movement of money once, and none into a month that is closed.

use std::collections::BTreeMap;

use merchant::books::{Booked, ClosedMonth, MovementKind};
use merchant::order_record::{OrderRecord, Refund, RefundStatus, Source};
use merchant::shop_time::ShopTime;
use merchant::store::{BilledLine, BilledMonth, BooksSide, Closing, MovementPage, NewRecord, Store};
use protocol::{Order, PaymentId, Price, PriceText, Tax};

use super::ledger::{keys, money};
use super::{NOW, attempt, attempted, made, order};

const MONTH: i64 = 31 * 86_400;

/// All movements, in pages of three.
async fn all(store: &Store) -> Vec<Booked> {
    let mut page = MovementPage { from: 0, to: i64::MAX, after: (0, 0), limit: 3 };
    let mut all = Vec::new();
    loop {
        let rows = store.movements(page).await.unwrap();
        let Some(last) = rows.last() else { return all };
        page.after = (last.booked_at, last.id);
        all.extend(rows);
    }
}

/// What the books come to: by order, kind, and the ids of the money and of the refund.
pub async fn booked_sums(store: &Store) -> BTreeMap<(String, String, Option<String>, Option<String>), i64> {
    let mut sums = BTreeMap::new();
    for Booked { movement, .. } in all(store).await {
        let order = movement.order.unwrap().to_string();
        *sums.entry((order, movement.kind.as_str().to_owned(), movement.transaction, movement.refund)).or_default() += movement.amount;
    }
    sums.retain(|_, amount| *amount != 0);
    sums
}

fn told(all: &[Booked]) -> Vec<(MovementKind, i64, Vec<i64>)> {
    let taxes = |booked: &Booked| booked.movement.taxes.iter().map(|tax| tax.amount).collect();
    all.iter().map(|booked| (booked.movement.kind, booked.movement.amount, taxes(booked))).collect()
}

pub(super) fn payment(order: &Order) -> PaymentId {
    order.payment.as_ref().unwrap().id.clone()
}

fn refund(record: &mut OrderRecord, id: &str, payment: &PaymentId, amount: i64) {
    let refund = Refund {
        id: id.to_owned(),
        payment: payment.clone(),
        amount,
        reason: String::new(),
        parts: merchant::order_record::Parts::default(),
        status: RefundStatus::Done,
        created_at: NOW,
        next_check_at: None,
        checks: 0,
        by: None,
    };
    record.refund(refund).unwrap();
}

/// Two rates, and a price that was rounded by a cent.
async fn of_two_rates(store: &Store) -> Order {
    let paying = attempted(1, "wechat_pay", NOW);
    let plain = order(1, &paying, NOW);
    let tax = |rate: &str, amount| Tax { label: "VAT".to_owned(), rate: Some(rate.to_owned()), amount, included: true };
    let price = plain.price.clone();
    let mut price: Price = Price::clone(&price);
    price.taxes = vec![tax("7", 300), tax("19", 401)];
    price.discounts = vec![protocol::Charge { label: "Spring".to_owned(), amount: 1 }];
    price.rounding = 1;
    let order = Order { price: PriceText::of(price), ..plain };
    assert!(order.price.adds_up());
    let references = merchant::order_record::References::default();
    let new = NewRecord { payment: Some(&paying), ..NewRecord::of(&order, &references) };
    store.create(new, &attempt("rates"), NOW).await.unwrap();
    order
}

pub async fn every_movement_of_an_order_is_in_the_books_once_with_its_taxes(store: &Store) {
    let order = of_two_rates(store).await;
    let first = payment(&order);
    let second = attempted(2, "wechat_pay", NOW);
    let other = second.payment.id.clone();
    store.change(&order.id, NOW, |record| record.try_again(second)).await.unwrap();
    for _ in 0..2 {
        for (payment, transaction, amount) in [(&first, 1, 6_800), (&other, 2, 6_800), (&first, 3, 6_800)] {
            let comes = money(payment, transaction, amount);
            store.change(&order.id, NOW, |record| record.money_came(&comes, Source::Notification, &keys().signer, NOW)).await.unwrap();
        }
    }
    for (id, amount) in [("rfd_a", 1_000), ("rfd_b", 5_000), ("rfd_c", 800)] {
        store.change(&order.id, NOW + 9, |record| refund(record, id, &first, amount)).await.unwrap();
    }
    let returned = store.record(&order.id).await.unwrap().refunds[0].id.clone();
    store.change(&order.id, NOW + 10, |record| record.refund_stands(&returned, RefundStatus::Done)).await.unwrap();
    use MovementKind::{OddMoney, Refund, Rounding, Sale, SecondPayment};
    let all = all(store).await;
    let expected = [
        (Sale, 6_799, vec![300, 401]),
        (Rounding, 1, vec![]),
        (SecondPayment, 6_800, vec![]),
        (OddMoney, 6_800, vec![]),
        (Refund, -1_000, vec![-44, -59]),
        (Refund, -5_000, vec![-220, -295]),
        (Refund, -800, vec![-36, -47]),
        (Refund, -6_800, vec![]),
    ];
    assert_eq!(told(&all), expected);
    let sale = &all[0].movement;
    assert_eq!((sale.lines[0].sku.as_str(), sale.lines[0].quantity, sale.order.as_ref()), ("tea", 1, Some(&order.id)));
    assert_eq!((sale.provider.as_str(), sale.method.as_deref()), ("who collects wechat_pay", Some("wechat_pay")));
    let (refund, back) = (&all[4], &all[7].movement);
    assert_eq!((refund.movement.refund.as_deref(), refund.booked_at), (Some("rfd_a"), NOW + 9), "dated when it is done");
    assert_eq!((back.payment.as_deref(), back.transaction.is_some()), (Some(other.as_str()), true));
}

pub async fn money_that_was_told_wrongly_at_first_counts_as_what_it_is(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let id = payment(&order);
    for (amount, source) in [(6_801, Source::Notification), (6_800, Source::Query), (6_800, Source::Notification)] {
        store.change(&order.id, NOW, |record| record.money_came(&money(&id, 7, amount), source, &keys().signer, NOW)).await.unwrap();
    }
    let all = all(store).await;
    let amounts: Vec<_> = all.iter().map(|booked| (booked.movement.kind.as_str(), booked.movement.amount)).collect();
    assert_eq!(amounts, [("odd-money", 6_801), ("odd-money", -6_801), ("sale", 6_800)]);
}

/// The month in which `NOW` lies, January 2027 of Berlin.
fn january() -> (ClosedMonth, ShopTime) {
    let time = ShopTime::named("Europe/Berlin").unwrap();
    let (first, next) = ShopTime::month("2027-01").unwrap();
    let (from_at, until_at) = (time.begin(first), time.begin(next));
    (ClosedMonth { month: "2027-01".to_owned(), from_at, until_at, zone: time.name().to_owned(), closed_at: NOW + MONTH }, time)
}

async fn sells(store: &Store, number: u8) {
    let order = made(store, number, "wechat_pay", NOW).await;
    let comes = money(&payment(&order), u64::from(number), 6_800);
    store.change(&order.id, NOW, |record| record.money_came(&comes, Source::Notification, &keys().signer, NOW)).await.unwrap();
}

pub async fn a_closed_month_takes_nothing_more_and_what_comes_later_says_of_which_day_it_is(store: &Store) {
    let (month, time) = january();
    sells(store, 1).await;
    let (first, next) = ShopTime::month("2027-02").unwrap();
    let next = ClosedMonth { month: "2027-02".to_owned(), from_at: time.begin(first), until_at: time.begin(next), ..month.clone() };
    assert_eq!(store.close_month(&next, &time, "key").await.unwrap(), Closing::EarlierOpen("2027-01".to_owned()));
    assert_eq!(store.open_since(None, 0).await.unwrap(), all(store).await[0].booked_at);
    for closed_at in [NOW + MONTH, NOW + 2 * MONTH] {
        let asked = ClosedMonth { closed_at, ..month.clone() };
        assert_eq!(store.close_month(&asked, &time, "key").await.unwrap(), Closing::Closed(month.clone()), "as it was closed first");
    }
    assert_eq!(
        (store.open_since(None, 0).await.unwrap(), store.closed_month("2027-01").await.unwrap().unwrap()),
        (month.until_at, month.clone())
    );
    sells(store, 2).await;
    let booked = all(store).await;
    let late = &booked[1];
    let day = time.date(late.movement.at).to_string();
    assert_eq!((booked.len(), late.booked_at, late.belongs_to.as_deref()), (2, month.until_at, Some(day.as_str())));
    assert_eq!((booked[0].belongs_to.as_deref(), late.movement.at < month.until_at), (None, true));
    assert_eq!(store.close_month(&next, &time, "key").await.unwrap(), Closing::Closed(next));
}

pub async fn a_month_that_is_closed_while_money_comes_has_all_that_it_will_ever_have(store: &Store) {
    let (month, time) = january();
    let within = async |store: &Store| {
        let page = MovementPage { from: month.from_at, to: month.until_at, after: (0, 0), limit: 1_000 };
        store.movements(page).await.unwrap().len()
    };
    let sales: Vec<_> = (1..=24)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { sells(&store, number).await })
        })
        .collect();
    // Somewhere among them.
    while within(store).await < 3 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(store.close_month(&month, &time, "key").await.unwrap(), Closing::Closed(_)));
    let closed = within(store).await;
    for sale in sales {
        sale.await.unwrap();
    }
    assert_eq!((within(store).await, all(store).await.len()), (closed, 24));
}

pub async fn a_month_stands_beside_the_bills_of_its_days_and_what_one_side_lacks_is_told(store: &Store) {
    let (month, _) = january();
    sells(store, 1).await;
    let paid = all(store).await.remove(0).movement;
    let provider = paid.provider.as_str();
    let line = |transaction: &str, payment: Option<String>, amount, fee| BilledLine {
        at: NOW + 7,
        payment: payment.unwrap_or_else(|| "pay_gone".to_owned()),
        transaction: transaction.to_owned(),
        refund: String::new(),
        currency: "CNY".to_owned(),
        amount,
        fee,
    };
    let lines = [line("1", paid.payment.clone(), 6_800, 41), line("99", None, 100, 1)];
    for _ in 0..2 {
        store.keep_bill(provider, "2027-01-15", &lines, NOW).await.unwrap();
    }
    let of = BilledMonth { provider, from: month.from_at, to: month.until_at, first: "2027-01-01", last: "2027-02-01" };
    let sums = async |side| {
        let sums = store.books_sums(&of, side).await.unwrap();
        sums.into_iter().map(|sum| (sum.kind, sum.amount)).collect::<Vec<_>>()
    };
    let told = |kind: &str, amount: i64| (kind.to_owned(), amount);
    assert_eq!(sums(BooksSide::Books).await, [told("fee", -42), told("sale", 6_800)], "a fee once");
    assert_eq!(sums(BooksSide::Bills).await, [told("fee", -42), told("sale", 6_900)]);
    assert_eq!((sums(BooksSide::BooksAlone).await, sums(BooksSide::BillsAlone).await), (vec![], vec![told("sale", 100)]));
    let lone = store.books_lines(&of, BooksSide::BillsAlone).await.unwrap();
    assert_eq!((lone.len(), lone[0].transaction.as_deref(), lone[0].date.as_deref()), (1, Some("99"), Some("2027-01-15")));
    assert_eq!(store.books_lines(&of, BooksSide::Books).await.unwrap().len(), 3);
    let elsewhere = BilledMonth { last: "2027-01-14", ..of };
    let lone = store.books_lines(&elsewhere, BooksSide::BooksAlone).await.unwrap();
    let orders: Vec<_> = lone.iter().map(|line| (line.sum.kind.as_str(), line.order.is_some())).collect();
    assert_eq!(orders, [("fee", true), ("sale", true), ("fee", false)], "the fee of money that is no order's here has none");
    assert_eq!(store.billed_days(provider, "2027-01-01", "2027-01-31").await.unwrap(), ["2027-01-15"]);
    assert_eq!(store.collectors(month.from_at, month.until_at).await.unwrap(), [provider]);
}
