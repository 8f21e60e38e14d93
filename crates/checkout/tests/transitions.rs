//! Given a state, when events, then state and effects: the shopper's way through a checkout, one sentence a test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Event, Notice, OrderOutcome, PageEvent, Saved, Screen, Task};
use protocol::{Code, OrderId, OrderStatus, PaymentStatus};
use support::{PAYLOAD, Shell, config, is_paid, payment, sku};

#[test]
fn a_double_click_on_pay_makes_one_order() {
    let mut shell = Shell::quoted();
    let before = shell.sent;
    shell.act(Action::Pay);
    shell.act(Action::Pay);
    shell.grant();
    shell.act(Action::Pay);
    assert_eq!((shell.claims, shell.sent - before), (1, 1));
    assert_eq!(shell.request().method, "POST");
}

#[test]
fn the_code_is_drawn_from_the_order_answer_before_any_poll() {
    let shell = Shell::awaiting();
    let Screen::Order { outcome: OrderOutcome::Awaiting, following } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(following.order.payment.as_ref().unwrap().payload.as_deref(), Some(PAYLOAD));
    assert_eq!(shell.count(|event| matches!(event, PageEvent::QrShown(_))), 1);
    assert_eq!(shell.releases, 1);
    assert!(shell.request().url.contains("?seen=1&wait=25&n="));
    assert_eq!(shell.saves.last().unwrap().order, OrderId::parse("ord_1"));
}

#[test]
fn a_retried_creation_keeps_its_key_and_body_and_takes_a_new_nonce() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    let first = shell.request().clone();
    shell.fail(Code::NetTimeout);
    assert_eq!(shell.state.name(), "creating");
    shell.pass(1000);
    let second = shell.request().clone();
    assert_eq!(first.body, second.body);
    assert_ne!(first.nonce, second.nonce);
}

#[test]
fn payment_turns_the_screen_to_paid_and_tells_the_page_once() {
    let mut shell = Shell::awaiting();
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    let Screen::Paid { receipt, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(receipt.money, paid.money());
    assert_eq!(shell.count(is_paid), 1);
    assert!(shell.request().url.contains("/v1/orders/ord_1/open?"), "what is for the buyer alone is asked for");
    assert!(shell.state.items().is_empty(), "what was bought has left the cart");
    assert!(shell.saves.last().unwrap().paid);
}

#[test]
fn a_scanned_code_stays_on_the_screen() {
    let mut shell = Shell::awaiting();
    let mut scanned = shell.order(2);
    scanned.payment.as_mut().unwrap().status = PaymentStatus::Scanned;
    scanned.payment.as_mut().unwrap().expires_at = shell.state.order().unwrap().payment.as_ref().unwrap().expires_at;
    shell.answer_order(200, &scanned);
    assert_eq!(shell.state.name(), "awaiting");
    assert_eq!(shell.count(|event| matches!(event, PageEvent::StatusChanged(_))), 1);
}

#[test]
fn a_changed_price_is_shown_for_a_new_yes() {
    let mut shell = Shell::quoted();
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_problem(409, "price-changed");
    assert_eq!(shell.state.name(), "quoting");
    shell.answer_quote();
    let Screen::Quoted { notice, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(*notice, Some(Notice::PriceChanged));
    assert_eq!(shell.releases, 1);
}

#[test]
fn a_busy_backend_is_asked_again_when_it_says() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    let answer = {
        let request = shell.request().clone();
        let body = r#"{"type":"problem","merchant":"demo","id":"r","code":"provider-unavailable","status":503,"detail":"d"}"#;
        shell.signed(&request, 503, body)
    };
    shell.reply(checkout::Reply::Answer { answer, retry_after: Some(7) });
    assert_eq!(shell.wake_at, Some(shell.now_ms + 7_000));
    shell.pass(7_000);
    shell.answer_quote();
    assert_eq!(shell.state.name(), "quoted");
}

#[test]
fn before_expired_is_shown_there_is_a_final_check() {
    let mut shell = Shell::awaiting();
    shell.pass(899_000);
    assert_eq!(shell.state.name(), "awaiting");
    shell.pass(2_000);
    assert!(!shell.request().url.contains("wait="), "asked at once, not held");
    let order = shell.state.order().unwrap().clone();
    shell.answer_order(200, &order);
    assert_eq!(shell.state.name(), "expired");
    assert_eq!(shell.count(|event| matches!(event, PageEvent::Expired(_))), 1);
}

#[test]
fn money_that_comes_after_expiry_still_shows_paid() {
    for late in [OrderStatus::Expired, OrderStatus::Canceled] {
        let mut shell = Shell::awaiting();
        let mut over = shell.order(2);
        over.status = late;
        shell.answer_order(200, &over);
        assert!(shell.open.is_empty());
        shell.pass(10_000);
        let paid = shell.paid(3);
        shell.answer_order(200, &paid);
        assert_eq!(shell.state.name(), "paid");
        assert_eq!(shell.count(is_paid), 1);
    }
}

#[test]
fn a_new_code_takes_the_place_of_the_old_one() {
    let mut shell = Shell::awaiting();
    shell.act(Action::NewCode);
    shell.act(Action::NewCode);
    assert!(shell.request().url.contains("/v1/orders/ord_1/payments?k="));
    let mut order = shell.order(2);
    order.payment = Some(payment("pay_2", shell.server_now() + 900));
    shell.answer_order(201, &order);
    assert_eq!(shell.state.name(), "awaiting");
    assert_eq!(shell.count(|event| matches!(event, PageEvent::QrShown(_))), 2);
}

#[test]
fn a_cancellation_that_meets_a_payment_shows_paid() {
    let mut shell = Shell::awaiting();
    shell.act(Action::Cancel);
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    assert_eq!(shell.state.name(), "paid");
}

#[test]
fn a_refused_payment_can_be_tried_with_a_new_code() {
    let mut shell = Shell::awaiting();
    let mut refused = shell.order(2);
    refused.payment.as_mut().unwrap().status = PaymentStatus::Refused;
    shell.answer_order(200, &refused);
    assert_eq!(shell.state.name(), "refused");
    shell.act(Action::NewCode);
    let Screen::Order { outcome: OrderOutcome::Refused, following } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert!(matches!(following.task, Task::Renew(..)));
}

#[test]
fn check_now_asks_at_once_and_says_not_yet() {
    let mut shell = Shell::awaiting();
    shell.act(Action::CheckNow);
    assert!(!shell.request().url.contains("wait="));
    let order = shell.state.order().unwrap().clone();
    shell.answer_order(200, &order);
    let Screen::Order { outcome: OrderOutcome::Awaiting, following } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(following.notice, Some(Notice::NotPaidYet));
    shell.pass(1_000);
    assert!(shell.request().url.contains("wait=25"));
}

#[test]
fn a_reload_resumes_the_order_and_keeps_the_deadline() {
    let before = Shell::awaiting();
    let mut shell = Shell::new(config());
    shell.now_ms = 60_000;
    shell.happen(Event::Started(before.saves.last().unwrap().clone()));
    assert_eq!(shell.state.name(), "resuming");
    shell.answer_order(200, before.state.order().unwrap());
    assert_eq!(shell.state.name(), "awaiting");
    let deadline = shell.state.order().unwrap().payment.as_ref().unwrap().expires_at;
    assert_eq!(deadline - shell.state.server_now(shell.now_ms).unwrap(), 840);
}

#[test]
fn a_reload_after_payment_shows_it_and_does_not_tell_the_page_again() {
    let mut before = Shell::awaiting();
    let paid = before.paid(2);
    before.answer_order(200, &paid);
    let mut shell = Shell::new(config());
    shell.happen(Event::Started(before.saves.last().unwrap().clone()));
    shell.answer_order(200, &paid);
    assert_eq!(shell.state.name(), "paid");
    assert_eq!(shell.count(is_paid), 0);
    shell.act(Action::StartOver);
    assert_eq!(*shell.saves.last().unwrap(), Saved::default());
}

#[test]
fn an_order_the_backend_does_not_know_leads_back_to_the_cart() {
    let mut shell = Shell::new(config());
    shell.happen(Event::Started(Saved { items: vec![], order: OrderId::parse("ord_gone"), ..Saved::default() }));
    shell.answer_problem(404, "unknown-order");
    assert_eq!(shell.state.name(), "cart");
    assert_eq!(shell.saves.last().unwrap().order, None);
}

#[test]
fn a_given_order_is_paid_without_a_cart() {
    let mut shell = Shell::new(checkout::Config { order: OrderId::parse("ord_1"), ..config() });
    shell.happen(Event::Started(Saved::default()));
    assert!(shell.request().url.contains("/v1/orders/ord_1?n="));
    let order = support::order(&[], 1, shell.server_now());
    shell.answer_order(200, &order);
    assert_eq!(shell.state.name(), "awaiting");
}

#[test]
fn orders_and_new_payments_say_where_the_shopper_would_pay_and_come_back() {
    let mut shell = Shell::new(checkout::Config { surface: protocol::Surface::App, ..config() });
    shell.return_url = Some("https://shop.example/start");
    let said = |shell: &Shell| {
        let body = shell.request().body.as_ref().unwrap();
        body.contains(r#""surface":"app","return_url":"https://shop.example/tea""#)
    };
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(support::sku("tea"), 2));
    shell.answer_quote();
    // Where the shopper is when he pays; a repetition says the same, wherever the page has led him meanwhile.
    shell.return_url = Some("https://shop.example/tea");
    shell.act(Action::Pay);
    shell.return_url = Some("https://shop.example/elsewhere");
    shell.grant();
    assert!(said(&shell));
    shell.fail(Code::NetFailed);
    shell.pass(5_000);
    assert!(said(&shell));
    shell.return_url = Some("https://shop.example/tea");
    let order = shell.order(1);
    shell.answer_order(201, &order);
    shell.act(Action::NewCode);
    assert!(said(&shell));
}

#[test]
fn a_widget_too_old_for_its_backend_asks_no_more_and_forgets_nothing() {
    let quoting = || {
        let mut shell = Shell::started();
        shell.act(Action::Add(sku("tea"), 2));
        shell
    };
    let creating = || {
        let mut shell = Shell::quoted();
        shell.act(Action::Pay);
        shell.grant();
        shell
    };
    let acting = |action: Action| {
        let mut shell = Shell::awaiting();
        shell.act(action);
        shell
    };
    let resuming = || {
        let mut shell = Shell::new(config());
        let saved = Saved { order: OrderId::parse("ord_1"), ..Saved::default() };
        shell.saves.push(saved.clone());
        shell.happen(Event::Started(saved));
        shell
    };
    let late = [Action::NewCode, Action::Cancel, Action::CheckNow].map(acting);
    for mut shell in [quoting(), creating(), Shell::awaiting(), resuming()].into_iter().chain(late) {
        let before = shell.saves.last().unwrap().clone();
        let claims = shell.claims;
        shell.answer_problem(410, "release-revoked");
        assert_eq!(shell.state.name(), "outdated");
        assert_eq!(shell.emitted.last().unwrap(), &PageEvent::Refusal { code: "release-revoked".to_owned(), faults: vec![] });
        let sent = shell.sent;
        shell.pass(600_000);
        shell.happen(Event::Returned);
        shell.happen(Event::Online(true));
        for action in [Action::CheckNow, Action::Pay, Action::Back, Action::NewCode, Action::Cancel, Action::StartOver] {
            shell.act(action);
        }
        assert_eq!((shell.state.name(), shell.sent), ("outdated", sent));
        assert_eq!((shell.saves.last().unwrap(), shell.releases), (&before, claims), "what a page that is loaded anew goes on with");
    }
}
