//! From an empty cart to a price that holds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, EarlyRequest, Event, Notice, PageEvent, Saved, Screen, Trouble};
use support::{Shell, config, sku};

/// A cart that is priced in a world where something was asked already.
fn pricing_beside(early: &dyn Fn(&str) -> (String, i64)) -> (Shell, String) {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 2));
    let usual = shell.request().url.clone();
    let mut shell = Shell::started();
    let (url, sent_ms) = early(&usual);
    shell.early = Some(EarlyRequest { url: url.clone(), sent_ms });
    shell.act(Action::Add(sku("tea"), 2));
    (shell, url)
}

const EARLY: &str = "AAECAwQFBgcICQoLDA0ODw";

/// The same address under another nonce.
fn early_for(url: &str) -> String {
    let (address, ending) = url.split_once("n=").unwrap();
    [address, "n=", EARLY, &ending[EARLY.len()..]].concat()
}

#[test]
fn what_was_asked_early_is_not_asked_again() {
    let (mut shell, url) = pricing_beside(&|usual| (early_for(usual), -3_000));
    assert_eq!((&*shell.request().url, shell.request().nonce.as_str()), (&*url, EARLY));
    shell.answer_quote();
    assert_eq!(shell.state.name(), "quoted");
}

#[test]
fn what_was_asked_early_about_something_else_or_long_ago_is_not_waited_for() {
    let other = |usual: &str| (early_for(usual).replace("%3A2", "%3A3"), 0_i64);
    let old = |usual: &str| (early_for(usual), -15_000_i64);
    let cut = |usual: &str| (early_for(usual).replace(EARLY, &EARLY[1..]), 0_i64);
    let longer = |usual: &str| (early_for(usual) + "0", 0_i64);
    for early in [&other as &dyn Fn(&str) -> (String, i64), &old, &cut, &longer] {
        let (shell, url) = pricing_beside(early);
        assert_ne!(shell.request().url, url);
        assert!(!shell.request().url.contains(EARLY), "a nonce is of one request");
    }
}

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

/// The price of a cart that asks for a country, and of one that was told it.
fn asking(shell: &Shell, country: Option<&str>) -> protocol::Quote {
    let mut quote = support::quote(shell.state.items(), shell.server_now());
    let options = ["AT", "DE"].map(protocol::Choice::plain).to_vec();
    let (name, kind, label) = ("country".into(), "country".into(), "Country".into());
    quote.asks = vec![protocol::Ask { name, kind, required: true, label, options, ..protocol::Ask::default() }];
    let price = protocol::Price { country: country.map(str::to_owned), ..protocol::Price::clone(&quote.price) };
    quote.price = protocol::PriceText::of(price);
    quote
}

#[test]
fn a_cart_is_not_ordered_before_it_is_known_where_it_goes() {
    let mut shell = Shell::new(config());
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(support::sku("tea"), 1));
    assert!(!shell.request().url.contains("country="));
    shell.answer(200, &asking(&shell, None).to_json().to_string());
    shell.act(Action::Pay);
    assert_eq!(shell.state.name(), "quoted", "nobody pays for what goes nowhere");
    shell.act(Action::SendTo("DE".to_owned()));
    assert!(shell.request().url.contains("&country=DE&"), "{}", shell.request().url);
    shell.answer(200, &asking(&shell, Some("DE")).to_json().to_string());
    shell.act(Action::Deliver("post".to_owned()));
    assert!(shell.request().url.contains("&country=DE&delivery=post&"), "{}", shell.request().url);
    shell.answer(200, &asking(&shell, Some("DE")).to_json().to_string());
    shell.act(Action::Pay);
    shell.grant();
    let body = shell.request().body.as_ref().unwrap();
    assert!(body.contains(r#""country":"DE","delivery":"post""#), "{body}");
}

#[test]
fn a_country_that_nothing_goes_to_any_more_is_asked_anew_and_the_cart_keeps_its_price() {
    let mut shell = Shell::new(config());
    let items = vec![protocol::Item { sku: support::sku("tea"), quantity: 1 }];
    shell.happen(Event::Started(Saved { items, country: "JP".to_owned(), ..Saved::default() }));
    assert!(shell.request().url.contains("&country=JP&"));
    shell.answer_problem(409, "not-delivered");
    assert!(!shell.request().url.contains("country="), "{}", shell.request().url);
    shell.answer(200, &asking(&shell, None).to_json().to_string());
    assert!(matches!(shell.state.screen(), Screen::Quoted { notice: Some(Notice::NotDelivered), .. }));
}

#[test]
fn what_the_page_says_of_a_cart_goes_with_the_price_and_with_the_order() {
    let config = checkout::Config { client_reference: protocol::ClientReference::parse("visit-7"), ..support::config() };
    let mut shell = Shell::new(config);
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(support::sku("tea"), 1));
    assert!(shell.request().url.contains("&client_reference=visit-7&"), "{}", shell.request().url);
    shell.answer_quote();
    shell.act(Action::Pay);
    shell.grant();
    assert!(shell.request().body.as_ref().unwrap().contains(r#""client_reference":"visit-7""#));
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
    assert!(shell.request().body.as_ref().unwrap().contains(r#","code":"SPRING","#));
}

#[test]
fn a_price_that_ran_out_is_asked_for_anew() {
    let mut shell = Shell::quoted();
    shell.pass(600_000);
    assert_eq!(shell.state.name(), "quoting");
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
