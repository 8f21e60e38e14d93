//! Given a state, when events, then state and effects: the shopper's way through a checkout, one sentence a test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Event, Notice, PageEvent, Saved, Screen, Task, Trouble};
use protocol::{Code, OrderId, OrderStatus, PaymentStatus};
use support::{PAYLOAD, Shell, config, is_paid, payment, sku};

#[test]
fn an_empty_cart_asks_nothing() {
    let shell = Shell::started();
    assert_eq!(shell.state.name(), "cart");
    assert_eq!(shell.sent, 0);
}

#[test]
fn adding_a_thing_prices_the_cart_and_is_remembered() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 2));
    assert_eq!(shell.state.name(), "quoting");
    assert!(shell.request().url.starts_with("https://pay.example.com/v1/quote?item=tea%3A2&locale=en&n="));
    shell.answer_quote();
    assert_eq!(shell.state.name(), "quoted");
    assert_eq!(shell.saves.last().unwrap().items, shell.state.items());
    assert_eq!(shell.count(|event| matches!(event, PageEvent::ItemsChanged(_))), 1);
}

#[test]
fn quantities_are_set_removed_and_bounded() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 5000));
    assert_eq!(shell.state.items()[0].quantity, 999);
    shell.act(Action::SetQuantity(sku("tea"), 3));
    assert_eq!(shell.state.items()[0].quantity, 3);
    shell.act(Action::SetQuantity(sku("tea"), 0));
    assert!(shell.state.items().is_empty());
    assert_eq!(shell.state.name(), "cart");
    assert!(shell.open.is_empty());
    for at in 0..60 {
        shell.act(Action::Add(sku(&format!("sku-{at}")), 1));
    }
    assert_eq!(shell.state.items().len(), 50);
    shell.act(Action::Clear);
    assert!(shell.state.items().is_empty());
}

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
    let Screen::Awaiting(following) = shell.state.screen() else { panic!("{}", shell.state.name()) };
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
    assert!(shell.open.is_empty() && shell.wake_at.is_none(), "nothing is asked any more");
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
fn a_refused_quote_names_its_reason_and_can_be_tried_again() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("gone"), 1));
    shell.answer_problem(404, "unknown-sku");
    let Screen::Cart(Some(Trouble::Refused(problem))) = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(problem.code, "unknown-sku");
    shell.act(Action::CheckNow);
    assert_eq!(shell.state.name(), "quoting");
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
    assert!(shell.request().url.contains("/v1/orders/ord_1/payments?n="));
    let mut order = shell.order(2);
    order.payment = Some(payment("pay_2", shell.server_now() + 900));
    shell.answer_order(201, &order);
    assert_eq!(shell.state.name(), "awaiting");
    assert_eq!(shell.count(|event| matches!(event, PageEvent::QrShown(_))), 2);
}

#[test]
fn canceling_ends_the_attempt_and_the_order_is_paid_by_another_or_closed() {
    let mut shell = Shell::awaiting();
    shell.act(Action::Cancel);
    assert!(shell.request().url.contains("/v1/orders/ord_1/cancel?"));
    let mut canceled = shell.order(2);
    canceled.payment.as_mut().unwrap().status = PaymentStatus::Canceled;
    shell.answer_order(200, &canceled);
    assert_eq!(shell.state.name(), "choosing");
    // It is watched as before: the money may come all the same, or another device may pay.
    assert!(shell.request().url.contains("seen=2&wait=25"));
    shell.act(Action::NewCode);
    assert!(shell.request().url.contains("/v1/orders/ord_1/payments?"));
    let mut renewed = shell.order(3);
    renewed.payment = Some(support::payment("pay_2", shell.server_now() + 900));
    shell.answer_order(201, &renewed);
    assert_eq!(shell.state.name(), "awaiting");
    shell.act(Action::CloseOrder);
    assert!(shell.request().url.contains("/v1/orders/ord_1/close?"));
    renewed.seq = 4;
    renewed.status = OrderStatus::Canceled;
    shell.answer_order(200, &renewed);
    assert_eq!(shell.state.name(), "quoting", "the cart is still there");
    assert_eq!(shell.saves.last().unwrap().order, None);
}

#[test]
fn an_order_of_the_shop_is_never_closed_by_the_shopper() {
    let mut shell = Shell::new(checkout::Config { order: protocol::OrderId::parse("ord_1"), ..support::config() });
    shell.happen(Event::Started(checkout::Saved::default()));
    let given = support::order(&[], None, 1, shell.server_now());
    shell.answer_order(200, &given);
    assert_eq!(shell.state.name(), "awaiting");
    shell.act(Action::CloseOrder);
    assert!(!shell.request().url.contains("close"));
    // Closed from elsewhere it is shown as it is.
    shell.answer_order(200, &protocol::Order { seq: 2, status: OrderStatus::Canceled, ..given });
    assert_eq!(shell.state.name(), "canceled");
}

#[test]
fn a_method_that_makes_no_code_is_not_called_declined() {
    let mut shell = Shell::awaiting();
    let mut failed = shell.order(2);
    failed.payment.as_mut().unwrap().status = PaymentStatus::Failed;
    shell.answer_order(200, &failed);
    assert_eq!(shell.state.name(), "choosing");
    assert_eq!(shell.count(|event| matches!(event, PageEvent::Refused(_))), 0);
}

#[test]
fn what_is_there_to_pay_by_is_shown_only_where_it_can_be_paid() {
    use protocol::{PayBy, Surface, Ways};
    let usual = Ways::usual(&support::method());
    let cells = [
        // Where the shopper is, how the method is paid there, what the backend made, and the screen for it.
        (Surface::Qr, PayBy::Scan, Surface::Qr, "awaiting"),
        (Surface::Qr, PayBy::Scan, Surface::App, "choosing"),
        (Surface::App, PayBy::Link, Surface::App, "awaiting"),
        (Surface::App, PayBy::Link, Surface::Qr, "choosing"),
        (Surface::App, PayBy::Copy, Surface::Qr, "awaiting"),
        (Surface::App, PayBy::Save, Surface::Qr, "awaiting"),
        (Surface::App, PayBy::Scan, Surface::Qr, "awaiting"),
        (Surface::InApp, PayBy::Link, Surface::App, "awaiting"),
        (Surface::InApp, PayBy::Nothing, Surface::Qr, "choosing"),
        (Surface::Wechat, PayBy::Bridge, Surface::Wechat, "awaiting"),
        (Surface::Wechat, PayBy::Bridge, Surface::Qr, "choosing"),
        (Surface::Wechat, PayBy::Nothing, Surface::Qr, "choosing"),
    ];
    for (place, way, made, screen) in cells {
        let mut ways = usual.clone();
        match place {
            Surface::Qr => ways.qr = way,
            Surface::App => ways.app = way,
            Surface::Wechat => ways.wechat = way,
            Surface::InApp => ways.in_app = way,
        }
        let order = protocol::OrderId::parse("ord_1");
        let mut shell = Shell::new(checkout::Config { order, surface: place, ..support::config() });
        shell.happen(Event::Started(checkout::Saved::default()));
        let mut told = support::order(&[], None, 1, shell.server_now());
        told.ways = vec![ways];
        let payment = told.payment.as_mut().unwrap();
        (payment.surface, payment.payload) = (made, None);
        shell.answer_order(200, &told);
        assert_eq!(shell.state.name(), screen, "{place:?} {way:?} {made:?}");
        let offered = shell.state.order_methods(&told);
        assert_eq!(offered.is_empty(), way == PayBy::Nothing, "{place:?} {way:?}");
    }
}

#[test]
fn methods_that_need_a_second_phone_come_last() {
    use protocol::{Method, PayBy, Surface, Ways};
    let method = |word| Method::parse(word).unwrap();
    let mut shell = Shell::new(checkout::Config { surface: Surface::App, ..support::config() });
    shell.happen(Event::Started(checkout::Saved::default()));
    shell.act(Action::Add(sku("tea"), 1));
    let mut quote = support::quote(shell.state.items(), shell.server_now());
    quote.methods = ["wechat_pay", "alipay", "pix"].map(method).to_vec();
    quote.ways = vec![
        Ways { app: PayBy::Scan, ..Ways::usual(&method("wechat_pay")) },
        Ways { app: PayBy::Nothing, ..Ways::usual(&method("alipay")) },
        Ways::usual(&method("pix")),
    ];
    shell.answer(200, &quote.to_json().to_string());
    let Screen::Quoted { quote, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(shell.state.methods(quote), ["pix", "wechat_pay"].map(method));
}

#[test]
fn what_is_wrong_with_a_line_keeps_the_cart_and_what_is_known_of_it() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    shell.answer_quote();
    shell.act(Action::SetQuantity(sku("tea"), 5));
    shell.answer_faults(409, "out-of-stock", &[("tea", Some(3))]);
    let Screen::Cart(Some(Trouble::Refused(problem))) = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert_eq!(problem.faults[0].left, Some(3));
    let (line, _) = shell.state.known_line(&sku("tea")).expect("the last price has told its name");
    assert_eq!((line.name.as_str(), line.unit_price), ("Tea", 1250));
    let faults = |event: &PageEvent| match event {
        PageEvent::Refusal { code, faults } => Some((code.clone(), faults[0].sku.clone(), faults[0].left)),
        _ => None,
    };
    let told: Vec<_> = shell.emitted.iter().filter_map(faults).collect();
    assert_eq!(told, [("out-of-stock".to_owned(), Some("tea".to_owned()), Some(3))]);
    // The next try keeps the names on the screen, too.
    shell.act(Action::SetQuantity(sku("tea"), 3));
    assert!(matches!(shell.state.screen(), Screen::Quoting(Some(_))));
}

#[test]
fn an_order_that_is_refused_for_a_line_leads_to_a_price_that_says_which() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 5));
    shell.answer_quote();
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_faults(409, "out-of-stock", &[("tea", Some(3))]);
    assert!(shell.request().url.contains("/v1/quote?"), "{}", shell.request().url);
}

#[test]
fn a_method_that_is_gone_is_said_and_another_can_be_chosen() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    shell.answer_quote();
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_problem(409, "method-not-offered");
    shell.answer_quote();
    assert!(matches!(shell.state.screen(), Screen::Quoted { notice: Some(checkout::Notice::MethodGone), .. }));
}

#[test]
fn what_no_cart_holds_is_refused_aloud() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 2000));
    assert_eq!(shell.state.items()[0].quantity, 999);
    for number in 0..60 {
        shell.act(Action::Add(sku(&format!("thing-{number}")), 1));
    }
    assert_eq!(shell.state.items().len(), 50);
    let refused = |code: &'static str| {
        shell.emitted.iter().filter(move |event| matches!(event, PageEvent::Refusal { code: told, .. } if told == code))
    };
    assert_eq!((refused("quantity").count(), refused("too-many-items").count()), (1, 11));
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
    let Screen::Refused(following) = shell.state.screen() else { panic!("{}", shell.state.name()) };
    assert!(matches!(following.task, Task::Renew(..)));
}

#[test]
fn check_now_asks_at_once_and_says_not_yet() {
    let mut shell = Shell::awaiting();
    shell.act(Action::CheckNow);
    assert!(!shell.request().url.contains("wait="));
    let order = shell.state.order().unwrap().clone();
    shell.answer_order(200, &order);
    let Screen::Awaiting(following) = shell.state.screen() else { panic!("{}", shell.state.name()) };
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
    shell.happen(Event::Started(Saved { items: vec![], order: OrderId::parse("ord_gone"), paid: false }));
    shell.answer_problem(404, "unknown-order");
    assert_eq!(shell.state.name(), "cart");
    assert_eq!(shell.saves.last().unwrap().order, None);
}

#[test]
fn a_given_order_is_paid_without_a_cart() {
    let mut shell = Shell::new(checkout::Config { order: OrderId::parse("ord_1"), ..config() });
    shell.happen(Event::Started(Saved::default()));
    assert!(shell.request().url.contains("/v1/orders/ord_1?n="));
    let order = support::order(&[], None, 1, shell.server_now());
    shell.answer_order(200, &order);
    assert_eq!(shell.state.name(), "awaiting");
}

#[test]
fn orders_and_new_payments_say_where_the_shopper_would_pay_and_come_back() {
    let return_url = Some("https://shop.example/tea".to_owned());
    let mut shell = Shell::new(checkout::Config { surface: protocol::Surface::App, return_url, ..config() });
    let said = |shell: &Shell| {
        let body = &shell.request().body.as_ref().unwrap().text;
        body.contains(r#""surface":"app","return_url":"https://shop.example/tea""#)
    };
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(support::sku("tea"), 2));
    shell.answer_quote();
    shell.act(Action::Pay);
    shell.grant();
    assert!(said(&shell));
    let order = shell.order(1);
    shell.answer_order(201, &order);
    shell.act(Action::NewCode);
    assert!(said(&shell));
}

#[test]
fn a_discount_code_goes_with_the_price_and_with_the_order() {
    let mut shell = Shell::new(checkout::Config { code: "SPRING".to_owned(), ..config() });
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(support::sku("tea"), 2));
    assert!(shell.request().url.contains("&locale=en&code=SPRING&n="), "{}", shell.request().url);
    shell.answer_quote();
    shell.act(Action::Pay);
    shell.grant();
    assert!(shell.request().body.as_ref().unwrap().text.ends_with(r#","code":"SPRING"}"#));
}

#[test]
fn a_price_that_ran_out_is_asked_for_anew() {
    let mut shell = Shell::quoted();
    shell.pass(600_000);
    assert_eq!(shell.state.name(), "quoting");
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
        assert_eq!(shell.emitted.last().unwrap(), &PageEvent::Refusal("release-revoked".to_owned()));
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
