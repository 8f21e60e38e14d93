//! What is refused about a part of a cart: the cart stays, and says which part.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Event, PageEvent, Saved, Screen, Trouble};

use protocol::{Code, Item, OrderId};
use support::{Shell, config, sku};

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
fn a_price_that_is_over_when_it_comes_is_said_and_not_asked_for_without_end() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    let mut over = support::quote(shell.state.items(), shell.server_now());
    over.expires_at = shell.server_now();
    shell.answer(200, &over.to_json().to_string());
    assert!(matches!(shell.state.screen(), Screen::Cart(Some(Trouble::Unverified(Code::TimeQuote)))));
    assert!(shell.emitted.iter().any(|event| matches!(event, PageEvent::Error(Code::TimeQuote))));
    assert!(!shell.state.is_busy(), "it is asked for again at once");
    // The shopper can try, and an honest price is taken.
    shell.act(Action::CheckNow);
    shell.answer_quote();
    assert_eq!(shell.state.name(), "quoted");
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
    let Screen::Quoted { notice: Some(checkout::Notice::MethodGone(gone)), .. } = shell.state.screen() else { panic!("not said") };
    assert_eq!(gone.as_str(), "wechat_pay");
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

/// What was put into the cart since the order has come on the screen, piece by piece.
fn waiting(shell: &Shell) -> u32 {
    let taken: u32 = shell.state.spoken_for().iter().map(|item| item.quantity).sum();
    shell.state.items().iter().map(|item| item.quantity).sum::<u32>() - taken
}

#[test]
fn what_is_added_beside_an_order_that_is_not_known_yet_waits_for_the_next() {
    let mut shell = Shell::new(config());
    let items = vec![Item { sku: sku("tea"), quantity: 2 }];
    shell.happen(Event::Started(Saved { items, order: OrderId::parse("ord_1"), ..Saved::default() }));
    assert_eq!((shell.state.name(), waiting(&shell)), ("resuming", 0));
    shell.act(Action::Add(sku("tea"), 1));
    assert_eq!(waiting(&shell), 1);
    shell.answer(200, "{}");
    assert_eq!((shell.state.name(), waiting(&shell)), ("unsure", 1));
    shell.act(Action::Add(sku("gaiwan"), 3));
    assert_eq!(waiting(&shell), 4);
    shell.happen(Event::Returned);
    shell.answer_problem(410, "release-revoked");
    assert_eq!((shell.state.name(), waiting(&shell)), ("outdated", 4));
    shell.act(Action::Add(sku("tea"), 1));
    assert_eq!(waiting(&shell), 5);
}

#[test]
fn what_is_added_to_a_cart_that_its_backend_is_too_new_for_is_told() {
    let mut shell = Shell::quoted();
    assert_eq!(waiting(&shell), 0, "on the screen is the cart");
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_problem(410, "release-revoked");
    assert_eq!((shell.state.name(), waiting(&shell)), ("outdated", 0));
    shell.act(Action::Add(sku("tea"), 1));
    assert_eq!(waiting(&shell), 1);
}
