//! How an order can be paid where, and what becomes of it when a shopper turns back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Event, PageEvent, Screen};
use protocol::{Method, OrderStatus, PayBy, PaymentStatus, Surface, Ways};

use support::{Shell, sku};

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
    let given = support::order(&[], 1, shell.server_now());
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
        let mut told = support::order(&[], 1, shell.server_now());
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
fn inside_of_wechat_whoever_pays_says_which_browser_it_is_and_others_begin_anew() {
    const WAY: &str = "https://open.weixin.qq.com/connect/oauth2/authorize?state=70x#wechat_redirect";
    let visit = |saved| {
        let order = protocol::OrderId::parse("ord_1");
        let mut shell = Shell::new(checkout::Config { order, surface: Surface::Wechat, ..support::config() });
        shell.happen(Event::Started(saved));
        shell
    };
    let told = |shell: &Shell, seq, payload: Option<&str>| {
        let mut told = support::order(&[], seq, shell.server_now());
        told.ways = vec![Ways::usual(&support::method())];
        let payment = told.payment.as_mut().unwrap();
        payment.payload = payload.map(str::to_owned);
        payment.surface = if payload.is_some() { Surface::Wechat } else { Surface::Qr };
        told
    };
    // Who pays need not be who ordered.
    let mut shell = visit(checkout::Saved::default());
    let begun = told(&shell, 1, None);
    shell.answer_order(200, &begun);
    assert_eq!((shell.state.name(), shell.state.owner()), ("choosing", None));
    shell.act(Action::NewCode);
    let mark = shell.state.owner().unwrap().mark();
    let body = shell.request().body.clone().unwrap();
    assert!(body.contains(&format!("\"browser\":\"{}\"", mark)), "{body}");
    let made = told(&shell, 2, Some(WAY));
    shell.answer_order(201, &made);
    assert_eq!(shell.state.name(), "awaiting");
    let way = WAY.replace("x#", &format!("x{}#", mark));
    assert_eq!(shell.state.way_to(WAY), way);
    // The same on another visit; in another browser that payment leads nowhere.
    let mut again = visit(shell.saves.last().unwrap().clone());
    let made = told(&again, 2, Some(WAY));
    again.answer_order(200, &made);
    assert_eq!((again.state.name(), again.state.way_to(WAY)), ("awaiting", way));
    let mut other = visit(checkout::Saved::default());
    let made = told(&other, 2, Some(WAY));
    other.answer_order(200, &made);
    assert_eq!(other.state.name(), "choosing");
    // A backend that was not told by which browser leads back to any.
    let earlier = WAY.replace("x#", "#");
    let made = told(&other, 3, Some(&earlier));
    other.answer_order(200, &made);
    assert_eq!((other.state.name(), other.state.way_to(&earlier)), ("awaiting", earlier));
}

#[test]
fn methods_that_need_a_second_phone_come_last() {
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
