//! Late, doubled, out of order, offline, in two tabs at once, and forged: what must never go wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Connection, Event, Notice, OrderOutcome, Reply, Saved, Screen, Task};
use protocol::verify::Answer;
use protocol::{Code, OrderId, PaymentStatus, Price, PriceText};
use support::{Shell, is_paid, sku};

fn html_502() -> Reply {
    let answer = Answer { status: 502, content_type: Some("text/html".into()), body: b"<h1>Paid!</h1>".to_vec(), ..Answer::default() };
    Reply::Answer { answer, retry_after: None }
}

#[test]
fn a_late_answer_to_an_abandoned_attempt_changes_nothing() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    let (ticket, request) = shell.open.last().unwrap().clone();
    let order = shell.order(1);
    let answer = shell.signed(&request, 201, &order.to_json().to_string());
    shell.act(Action::Back);
    let before = shell.state.clone();
    shell.happen(Event::Replied(ticket, Reply::Answer { answer, retry_after: None }));
    assert_eq!(shell.state, before);
}

#[test]
fn the_same_answer_twice_counts_once() {
    let mut shell = Shell::awaiting();
    let (ticket, request) = shell.open.pop().unwrap();
    let answer = shell.signed(&request, 200, &shell.paid(2).to_json().to_string());
    let reply = Reply::Answer { answer, retry_after: None };
    shell.happen(Event::Replied(ticket, reply.clone()));
    shell.happen(Event::Replied(ticket, reply));
    assert_eq!(shell.count(is_paid), 1);
}

#[test]
fn failures_never_end_the_watch_and_success_resets_the_pauses() {
    let mut shell = Shell::awaiting();
    for round in 0..50 {
        shell.reply(if round % 2 == 0 { html_502() } else { Reply::Failed(Code::NetFailed) });
        assert_eq!(shell.state.name(), "awaiting", "nothing of an unsigned answer is believed");
        assert!(shell.wake_at.unwrap() - shell.now_ms <= 15_000);
        shell.pass(15_000);
    }
    assert_eq!(shell.state.connection(), Connection::Retrying(50));
    let order = shell.state.order().unwrap().clone();
    shell.answer_order(200, &order);
    assert_eq!(shell.state.connection(), Connection::Good);
}

#[test]
fn coming_back_tries_at_once() {
    for event in [Event::Returned, Event::Online(true)] {
        let mut shell = Shell::awaiting();
        shell.happen(Event::Online(false));
        assert_eq!(shell.state.connection(), Connection::Offline);
        shell.fail(Code::NetFailed);
        assert!(shell.open.is_empty());
        shell.happen(event);
        assert_eq!(shell.open.len(), 1);
    }
}

#[test]
fn a_poll_that_may_have_died_in_the_background_is_asked_anew_and_a_fresh_one_is_left() {
    let mut shell = Shell::awaiting();
    let first = shell.open[0].0;
    shell.happen(Event::Returned);
    assert_eq!(shell.open[0].0, first);
    shell.pass(2_000);
    shell.happen(Event::Returned);
    assert_ne!(shell.open[0].0, first);
}

#[test]
fn a_forged_answer_leaves_the_shopper_unsure_never_failed_and_honesty_goes_on() {
    let mut shell = Shell::awaiting();
    let (_, request) = shell.open.last().unwrap().clone();
    let mut answer = shell.signed(&request, 200, &shell.paid(2).to_json().to_string());
    answer.body = String::from_utf8(answer.body).unwrap().replace("2500", "1").into_bytes();
    shell.reply(Reply::Answer { answer, retry_after: None });
    let Screen::Unsure { code, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(*code, Code::DigestMismatch);
    assert!(shell.open.is_empty() && shell.wake_at.is_none(), "polling stops");
    assert_eq!(shell.count(is_paid), 0);
    shell.act(Action::StartOver);
    assert_eq!(shell.state.name(), "unsure", "a doubtful order is not left behind");
    shell.act(Action::CheckNow);
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    assert_eq!(shell.state.name(), "paid");
}

#[test]
fn every_lie_about_an_order_has_its_code() {
    type Lie = fn(&mut protocol::Order);
    let lies: [(&str, Lie); 9] = [
        ("body-schema", |order| order.amount += 1),
        ("bind-amount", |order| (order.price, order.amount) = (support::price(&[]), 0)),
        ("bind-currency", |order| {
            order.currency = protocol::Currency::parse("USD").unwrap();
            order.price = PriceText::of(Price { currency: order.currency, ..Price::clone(&order.price) });
        }),
        ("bind-price", |order| {
            let mut price = Price::clone(&order.price);
            price.lines[0].name = "Coffee".to_owned();
            order.price = PriceText::of(price);
        }),
        ("bind-merchant", |order| order.merchant = protocol::MerchantId::parse("other").unwrap()),
        ("bind-order", |order| order.id = OrderId::parse("ord_2").unwrap()),
        ("bind-seq", |order| order.seq = 0),
        ("bind-state", |order| order.payment = None),
        ("qr-host", |order| {
            order.seq = 2;
            order.payment.as_mut().unwrap().payload = Some("weixin://evil/bizpayurl?pr=1".into());
        }),
    ];
    for (code, lie) in lies {
        let mut shell = Shell::awaiting();
        let mut order = shell.state.order().unwrap().clone();
        let mut told: protocol::Order = (*order).clone();
        lie(&mut told);
        shell.answer_order(200, &told);
        assert_eq!(shell.state.name(), "unsure", "{code}");
        assert_eq!(shell.errors(), [code]);
        order = shell.state.order().unwrap().clone();
        shell.act(Action::CheckNow);
        shell.answer_order(200, &order);
        assert_eq!(shell.state.name(), "awaiting", "{code}: goes on when told the truth");
    }
}

#[test]
fn paid_without_a_receipt_or_with_another_orders_is_not_paid() {
    let mut shell = Shell::awaiting();
    let mut bare = shell.paid(2);
    bare.receipt = None;
    shell.answer_order(200, &bare);
    assert_eq!(shell.errors(), ["body-schema"]);

    let mut shell = Shell::awaiting();
    let mut other = (**shell.state.order().unwrap()).clone();
    other.id = OrderId::parse("ord_2").unwrap();
    let mut paid = shell.paid(2);
    paid.receipt = shell.paid_from(&other, 2).receipt;
    shell.answer_order(200, &paid);
    assert_eq!(shell.errors(), ["bind-order"]);
    assert_eq!(shell.count(is_paid), 0);
}

#[test]
fn an_older_paid_answer_of_another_request_is_known_as_a_replay() {
    let mut shell = Shell::awaiting();
    let (_, request) = shell.open.last().unwrap().clone();
    let old = shell.signed(&request, 200, &shell.paid(2).to_json().to_string());
    shell.fail(Code::NetFailed);
    shell.pass(1_000);
    shell.reply(Reply::Answer { answer: old, retry_after: None });
    assert_eq!(shell.errors(), ["net-failed", "nonce-reused"]);
    assert_eq!(shell.state.name(), "unsure");
}

#[test]
fn a_creation_in_doubt_is_retried_with_the_same_key() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    let key = |shell: &Shell| shell.request().url.split(['?', '&']).find(|pair| pair.starts_with("k=")).unwrap().to_owned();
    let first = key(&shell);
    let mut lie = shell.order(1);
    lie.price = support::price(&[]);
    lie.amount = 0;
    shell.answer_order(201, &lie);
    assert_eq!((shell.state.name(), shell.errors()), ("unsure", vec!["bind-price"]));
    assert_eq!(shell.releases, 1, "another tab may go on");
    shell.act(Action::CheckNow);
    shell.grant();
    assert_eq!(key(&shell), first);
    let order = shell.order(1);
    shell.answer_order(201, &order);
    assert_eq!(shell.state.name(), "awaiting");
}

#[test]
fn two_tabs_share_one_order() {
    let first = Shell::awaiting();
    let theirs = first.saves.last().unwrap().clone();

    let mut shopping = Shell::quoted();
    shopping.happen(Event::SavedElsewhere(theirs.clone()));
    assert_eq!(shopping.state.name(), "resuming");

    let mut paying = Shell::quoted();
    paying.act(Action::Pay);
    paying.happen(Event::Claimed(theirs));
    assert_eq!((paying.state.name(), paying.releases), ("resuming", 1));
    assert!(paying.request().url.contains("/v1/orders/ord_1?"), "no second order");
}

#[test]
fn hearing_another_tab_is_never_answered_with_a_save() {
    let mut shell = Shell::awaiting();
    let saves = shell.saves.len();
    let theirs = Saved { items: vec![], order: OrderId::parse("ord_9"), ..Saved::default() };
    shell.happen(Event::SavedElsewhere(theirs));
    assert_eq!(shell.saves.len(), saves);
    assert_eq!(shell.state.name(), "awaiting");
}

#[test]
fn a_claim_that_comes_too_late_is_given_back() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.act(Action::Back);
    let released = shell.releases;
    shell.grant();
    assert_eq!(shell.releases, released + 1);
    assert_eq!(shell.state.name(), "quoting");
}

#[test]
fn a_refused_creation_goes_back_to_the_price_with_its_reason() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_problem(409, "order-closed");
    let Screen::Quoted { notice, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(*notice, Some(Notice::Refused("order-closed".into())));
}

#[test]
fn another_code_for_things_that_are_gone_leaves_the_order_and_says_why() {
    let mut shell = Shell::awaiting();
    let mut over = shell.order(2);
    over.payment.as_mut().unwrap().status = PaymentStatus::Expired;
    shell.answer_order(200, &over);
    shell.act(Action::NewCode);
    shell.answer_problem(409, "out-of-stock");
    let Screen::Order { outcome: OrderOutcome::Expired, following } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!((&following.task, &following.notice), (&Task::Watch, &Some(Notice::Refused("out-of-stock".into()))));
    shell.act(Action::CloseOrder);
    assert!(shell.request().url.contains("/v1/orders/ord_1/close?"), "the way back to the cart is open");
}

#[test]
fn things_added_while_paying_stay_for_the_next_order() {
    let mut shell = Shell::awaiting();
    shell.act(Action::Add(sku("gaiwan"), 1));
    assert_eq!(shell.state.name(), "awaiting");
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    assert_eq!(shell.state.items().len(), 1);
    assert_eq!(shell.state.items()[0].sku, sku("gaiwan"));
}

#[test]
fn a_signed_error_is_never_an_order() {
    let mut shell = Shell::awaiting();
    let paid = shell.paid(2).to_json().to_string();
    shell.answer(500, &paid);
    assert_eq!(shell.count(is_paid), 0);
    assert_ne!(shell.state.name(), "paid");
}
