//! After the money: the paid order is watched, and what is for its buyer alone is asked for by the key that this browser made.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Config, Event, Saved, State};
use protocol::{Code, Fulfilled, FulfilmentKind, LinePart, Opened, Order, OwnerKey, Shipment};
use support::{Shell, config, is_paid};

/// A paid order, whose buyer's key was asked with.
fn paid() -> (Shell, Order) {
    let mut shell = Shell::awaiting();
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    (shell, paid)
}

fn opened(order: &Order, shipments: Vec<Shipment>) -> String {
    let opened = Opened {
        merchant: order.merchant.clone(),
        order: order.id.clone(),
        destination: vec!["Lin".into(), "Lindenweg 12".into()],
        country: Some("DE".into()),
        shipments,
        follow: None,
        downloads: vec![],
        licence_keys: vec![],
        tickets: vec![],
    };
    opened.to_json().to_string()
}

fn parcel() -> Shipment {
    Shipment { at: 1, carrier: Some("DHL".into()), tracking: Some("4711".into()), link: None }
}

fn sent(order: &Order, seq: i64) -> Order {
    let fulfilled = Fulfilled { kind: FulfilmentKind::Shipped, at: 1, lines: vec![LinePart { line: 0, quantity: 1 }] };
    Order { seq, fulfilment: vec![fulfilled], ..order.clone() }
}

fn tracking(state: &State) -> Vec<&str> {
    state.opened().iter().flat_map(|opened| &opened.shipments).filter_map(|parcel| parcel.tracking.as_deref()).collect()
}

#[test]
fn the_order_is_made_with_the_digest_of_a_key_and_opened_with_the_key() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    let made = shell.request().body.clone().unwrap();
    let order = shell.order(1);
    shell.answer_order(201, &order);
    let key = OwnerKey::parse(&shell.saves.last().unwrap().owner).unwrap();
    assert!(made.contains(&key.digest().to_base64()) && !made.contains(key.as_str()), "{made}");
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    let asked = shell.request();
    assert!(asked.url.contains("/v1/orders/ord_1/open?") && !asked.url.contains(key.as_str()), "{}", asked.url);
    assert!(asked.body.as_ref().unwrap().contains(key.as_str()));
}

#[test]
fn what_becomes_of_the_things_is_told_within_a_round_trip() {
    let (mut shell, paid) = paid();
    shell.answer(200, &opened(&paid, vec![]));
    assert!(shell.request().url.contains("/v1/orders/ord_1?seen=2&wait=25&"), "{}", shell.request().url);
    shell.answer_order(200, &sent(&paid, 3));
    assert_eq!(shell.state.order().unwrap().fulfilment.len(), 1);
    assert!(shell.request().url.contains("/open?"), "what is new for the buyer is asked for at once");
    shell.answer(200, &opened(&paid, vec![parcel()]));
    assert_eq!(tracking(&shell.state), ["4711"]);
    assert!(shell.request().url.contains("?seen=3&wait=25&"));
    assert_eq!((shell.state.name(), shell.count(is_paid)), ("paid", 1), "the page is told once that it is paid");
}

#[test]
fn nothing_that_fails_behind_the_money_takes_paid_off_the_screen() {
    let (mut shell, paid) = paid();
    shell.fail(Code::NetTimeout);
    shell.pass(2_000);
    assert!(shell.request().url.contains("/open?"), "it is tried again");
    shell.answer(200, &opened(&Order { id: protocol::OrderId::parse("ord_2").unwrap(), ..paid.clone() }, vec![parcel()]));
    assert_eq!((shell.state.name(), tracking(&shell.state).len(), shell.errors().last()), ("paid", 0, Some(&"bind-order")));
    let forged = Order { amount: 1, ..sent(&paid, 3) };
    shell.answer_order(200, &forged);
    assert_eq!((shell.state.name(), shell.state.order().unwrap().seq), ("paid", 2));
    shell.pass(300_000);
    shell.answer_problem(404, "unknown-order");
    assert_eq!(shell.state.name(), "paid");
    shell.pass(300_000);
    shell.answer_order(200, &sent(&paid, 3));
    assert_eq!(shell.state.order().unwrap().seq, 3, "and honest answers count again");
}

#[test]
fn a_widget_that_grows_too_old_for_its_backend_still_says_paid() {
    let (mut shell, _) = paid();
    shell.answer_problem(410, "release-revoked");
    assert_eq!(shell.state.name(), "paid");
    shell.pass(3_600_000);
    assert!(shell.open.is_empty(), "it asks no more");
}

#[test]
fn a_key_that_opens_nothing_is_not_asked_with_again() {
    let (mut shell, paid) = paid();
    shell.answer_problem(403, "not-owner");
    assert_eq!(shell.state.owner(), None);
    shell.answer_order(200, &sent(&paid, 3));
    assert!(shell.request().url.contains("?seen=3&wait=25&"), "{}", shell.request().url);
}

#[test]
fn a_backend_that_opens_nothing_is_lived_with() {
    let (mut shell, _) = paid();
    shell.answer_problem(404, "not-found");
    assert_eq!(shell.state.name(), "paid");
    assert!(shell.request().url.contains("?seen=2&wait=25&"));
}

#[test]
fn a_file_that_cannot_be_had_is_told_until_it_is_asked_for_again() {
    let (mut shell, paid) = paid();
    shell.answer(200, &opened(&paid, vec![]));
    for refusal in ["download-missing", "download-used-up"] {
        shell.act(Action::Load("tea".to_owned()));
        assert_eq!(shell.state.unloaded(), None);
        shell.answer_problem(409, refusal);
        assert_eq!((shell.state.name(), shell.state.unloaded()), ("paid", Some("tea")));
        assert!(shell.request().url.contains("/open?"), "how often it can be loaded is asked for anew");
        shell.answer(200, &opened(&paid, vec![]));
        assert_eq!(shell.state.unloaded(), Some("tea"), "it stands until the next try");
    }
    shell.act(Action::Load("tea".to_owned()));
    shell.fail(Code::NetTimeout);
    assert_eq!(shell.state.unloaded(), Some("tea"));
    assert!(shell.loaded.is_empty(), "no page is led anywhere");
}

#[test]
fn who_waits_for_long_asks_seldom_and_hears_at_once_when_he_comes_back() {
    let (mut shell, paid) = paid();
    shell.answer(200, &opened(&paid, vec![]));
    for _ in 0..70 {
        let same = shell.state.order().cloned().unwrap();
        shell.pass(25_000);
        shell.answer_order(200, &same);
    }
    let sent_before = shell.sent;
    shell.pass(299_000);
    assert_eq!(shell.sent, sent_before, "nobody is waiting any more");
    shell.happen(Event::Returned);
    assert_eq!(shell.sent, sent_before + 1);
}

#[test]
fn the_page_of_an_order_opens_by_the_key_of_its_address_which_no_wallet_is_told() {
    let owner = Some(OwnerKey::from_random([7; 16]));
    let order = protocol::OrderId::parse("ord_1");
    let mut shell = Shell::new(Config { owner: owner.clone(), order, ..config() });
    shell.return_url = Some("https://pay.example.com/o/ord_1#BwcHBwcHBwcHBwcHBwcHBw");
    shell.happen(Event::Started(Saved::default()));
    assert_eq!(shell.state.owner(), owner.as_ref());
    let made = Shell::awaiting().order(1);
    let mut pending = Order { channel: protocol::Channel::Shop, ..made };
    pending.price = support::price(&[testing_item()]);
    (pending.amount, pending.payment) = (pending.price.total, None);
    shell.answer_order(200, &pending);
    shell.act(Action::NewCode);
    let body = shell.request().body.clone().unwrap_or_default();
    assert!(!body.contains("BwcHBw"), "{body}");
}

fn testing_item() -> protocol::Item {
    protocol::Item { sku: support::sku("tea"), quantity: 1 }
}

#[test]
fn another_visit_of_the_same_browser_opens_the_order_too_and_a_new_cart_forgets_the_key() {
    let (shell, paid) = paid();
    let saved = shell.saves.last().unwrap().clone();
    let mut again = Shell::new(config());
    again.happen(Event::Started(saved.clone()));
    again.answer_order(200, &paid);
    assert!(again.request().url.contains("/open?"), "{}", again.request().url);
    again.act(Action::StartOver);
    assert_eq!((again.state.owner(), again.saves.last().unwrap().owner.as_str()), (None, ""));
    let other = Saved { order: protocol::OrderId::parse("ord_2"), ..saved };
    let mut foreign = Shell::new(Config { order: protocol::OrderId::parse("ord_1"), ..config() });
    foreign.happen(Event::Started(other));
    assert_eq!(foreign.state.owner(), None, "a key is of one order");
}
