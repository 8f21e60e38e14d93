//! The discount code of a cart: the page's, the shopper's own, and what the backend says of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, CodeEntry, Event, Notice, OwnCode, PageEvent, Saved, Screen};
use protocol::{Charge, DiscountCode, Fault, MerchantId, Price, PriceText, Problem};
use support::{Shell, config, quote, sku};

/// A cart on a page with that code, not priced yet.
fn shopping(code: &str) -> Shell {
    let mut shell = Shell::new(checkout::Config { code: code.to_owned(), ..config() });
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(sku("tea"), 2));
    shell
}

/// The code of the price that is asked for.
fn asked(shell: &Shell) -> &str {
    shell.request().url.split("&code=").nth(1).map_or("", |rest| rest.split('&').next().unwrap())
}

/// Answers a price that says that of the code it was asked with.
fn answer(shell: &mut Shell, state: &str) {
    let code = DiscountCode { code: asked(shell).to_uppercase(), state: state.to_owned() };
    let mut told = quote(shell.state.items(), shell.server_now());
    let off = if code.applies() { 500 } else { 0 };
    let discounts = if code.applies() { vec![Charge { label: "Spring".into(), amount: off }] } else { Vec::new() };
    let total = told.price.total - off;
    told.price = PriceText::of(Price { discounts, discount_code: Some(code), total, ..Price::clone(&told.price) });
    shell.answer(200, &told.to_json().to_string());
}

fn refuse(shell: &mut Shell, status: u16, code: &str) {
    let problem = Problem {
        merchant: MerchantId::parse("demo").unwrap(),
        id: "req_1".into(),
        code: code.into(),
        status: status.into(),
        detail: "No.".into(),
        faults: vec![Fault { code: code.into(), sku: None, field: Some("code".into()), left: None }],
        lines: Vec::new(),
        currency: None,
        more: None,
    };
    shell.answer(status, &problem.to_json().to_string());
}

/// What is shown beside the price on the screen.
fn entry(shell: &Shell) -> CodeEntry<'_> {
    let (Screen::Quoted { quote, .. } | Screen::Quoting(Some(quote))) = shell.state.screen() else { panic!("{}", shell.state.name()) };
    shell.state.code_entry(quote)
}

fn open<'a>(text: &'a str, why_not: Option<&'a str>) -> CodeEntry<'a> {
    CodeEntry::Open { text, why_not }
}

#[test]
fn a_code_is_typed_applied_ordered_with_and_forgotten_with_its_cart() {
    let mut shell = Shell::quoted();
    assert_eq!(entry(&shell), CodeEntry::Closed);
    shell.act(Action::EnterCode);
    assert_eq!((entry(&shell), shell.open.len()), (open("", None), 0));
    shell.act(Action::ApplyCode("  spring ".to_owned()));
    assert_eq!((asked(&shell), entry(&shell)), ("spring", open("spring", None)));
    // Leaving the field for the button is the same code a second time.
    let sent = shell.sent;
    shell.act(Action::ApplyCode("spring".to_owned()));
    assert_eq!(shell.sent, sent);
    answer(&mut shell, "applied");
    assert_eq!(entry(&shell), CodeEntry::Applied("SPRING"));
    assert_eq!(shell.saves.last().unwrap().code, OwnCode { typed: "spring".to_owned(), removed: String::new() });
    shell.act(Action::SetQuantity(sku("tea"), 3));
    assert_eq!((asked(&shell), entry(&shell)), ("spring", CodeEntry::Applied("SPRING")));
    answer(&mut shell, "applied");
    let Screen::Quoted { quote, .. } = shell.state.screen().clone() else { panic!() };
    shell.act(Action::Pay);
    shell.grant();
    assert!(shell.request().body.as_deref().unwrap().contains(r#""code":"spring""#));
    let mut order = shell.order(1);
    (order.amount, order.price) = (quote.price.total, quote.price.clone());
    shell.answer_order(201, &order);
    assert_eq!(shell.state.code(), "spring", "the cart that it is for is still there");
    let paid = shell.paid(2);
    shell.answer_order(200, &paid);
    assert_eq!((shell.state.name(), shell.state.code()), ("paid", ""));
    assert_eq!(shell.saves.last().unwrap().code, OwnCode::default());
}

#[test]
fn a_code_that_takes_nothing_off_says_why_at_its_field_until_another_is_tried_or_it_is_taken_out() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("winter".to_owned()));
    answer(&mut shell, "unknown");
    assert_eq!(entry(&shell), open("winter", Some("unknown")));
    shell.act(Action::ApplyCode("spring".to_owned()));
    assert_eq!(entry(&shell), open("spring", None), "the reason was the other one's");
    answer(&mut shell, "below-minimum");
    assert_eq!(entry(&shell), open("spring", Some("below-minimum")));
    shell.act(Action::SetQuantity(sku("tea"), 9));
    answer(&mut shell, "applied");
    assert_eq!(entry(&shell), CodeEntry::Applied("SPRING"));
    shell.act(Action::RemoveCode);
    assert_eq!((asked(&shell), entry(&shell)), ("", CodeEntry::Closed));
    shell.answer_quote();
    // An empty field is no code.
    shell.act(Action::EnterCode);
    let sent = shell.sent;
    shell.act(Action::ApplyCode(" ".to_owned()));
    assert_eq!((shell.sent, entry(&shell)), (sent, open("", None)));
}

#[test]
fn the_pages_code_is_the_first_and_the_shoppers_goes_before_it() {
    let mut shell = shopping("friends");
    assert_eq!(asked(&shell), "friends");
    answer(&mut shell, "applied");
    assert_eq!(entry(&shell), CodeEntry::Applied("FRIENDS"));
    shell.act(Action::ApplyCode("spring".to_owned()));
    assert_eq!(asked(&shell), "spring");
    answer(&mut shell, "applied");
    shell.act(Action::RemoveCode);
    assert_eq!(asked(&shell), "friends", "what stood before is back");
    answer(&mut shell, "applied");
    shell.act(Action::RemoveCode);
    assert_eq!(asked(&shell), "");
    shell.answer_quote();
    assert_eq!(entry(&shell), CodeEntry::Closed);
    // After a reload it is still out, but another one of the page's is news.
    let saved = shell.saves.last().unwrap().clone();
    let reloaded = |page: &str| {
        let mut shell = Shell::new(checkout::Config { code: page.to_owned(), ..config() });
        shell.happen(Event::Started(saved.clone()));
        asked(&shell).to_owned()
    };
    assert_eq!([reloaded("friends"), reloaded("neighbours")], ["", "neighbours"]);
    // For the next cart it is the first again.
    shell.act(Action::Clear);
    assert_eq!((shell.state.name(), shell.state.code()), ("cart", "friends"));
    assert_eq!(shell.saves.last().unwrap(), &Saved::default());
}

#[test]
fn a_code_survives_a_reload_and_reaches_other_tabs() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("spring".to_owned()));
    let saved = shell.saves.last().unwrap().clone();
    let mut later = Shell::new(config());
    later.happen(Event::Started(Saved::from_text(&saved.to_text())));
    assert_eq!(asked(&later), "spring");
    let mut other = Shell::quoted();
    let before = other.count(|event| matches!(event, PageEvent::ItemsChanged(_)));
    other.happen(Event::SavedElsewhere(saved.clone()));
    assert_eq!(asked(&other), "spring");
    assert_eq!(other.count(|event| matches!(event, PageEvent::ItemsChanged(_))), before, "the cart is the same");
    let sent = other.sent;
    other.happen(Event::SavedElsewhere(saved));
    assert_eq!(other.sent, sent);
}

#[test]
fn too_many_guesses_are_told_at_the_field_and_the_price_stays() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("spring".to_owned()));
    refuse(&mut shell, 429, "rate-limited");
    assert_eq!((shell.state.name(), asked(&shell)), ("quoting", ""), "the price without it, at once");
    shell.answer_quote();
    assert_eq!((shell.state.name(), entry(&shell)), ("quoted", open("spring", Some("rate-limited"))));
    shell.act(Action::SetQuantity(sku("tea"), 3));
    assert_eq!(asked(&shell), "");
    shell.answer_quote();
    shell.act(Action::ApplyCode("spring".to_owned()));
    assert_eq!(asked(&shell), "spring", "the shopper tries again");
    answer(&mut shell, "applied");
    assert_eq!(entry(&shell), CodeEntry::Applied("SPRING"));
}

#[test]
fn too_many_requests_of_any_kind_are_waited_for_as_ever() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("spring".to_owned()));
    shell.answer_problem(429, "rate-limited");
    assert_eq!((shell.state.name(), entry(&shell), shell.open.len()), ("quoting", open("spring", None), 0));
    assert!(shell.wake_at.is_some());
}

#[test]
fn an_order_that_is_refused_for_its_code_leads_back_to_the_field_and_says_that_the_price_changed() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("spring".to_owned()));
    answer(&mut shell, "applied");
    shell.act(Action::Pay);
    shell.grant();
    refuse(&mut shell, 429, "rate-limited");
    assert_eq!(asked(&shell), "");
    shell.answer_quote();
    assert!(matches!(shell.state.screen(), Screen::Quoted { notice: Some(Notice::PriceChanged), .. }));
    assert_eq!(entry(&shell), open("spring", Some("rate-limited")));
}

#[test]
fn an_attempt_to_order_keeps_the_code_that_it_began_with() {
    let mut shell = Shell::quoted();
    shell.act(Action::ApplyCode("spring".to_owned()));
    answer(&mut shell, "applied");
    shell.act(Action::Pay);
    shell.grant();
    let body = shell.request().body.clone();
    shell.act(Action::ApplyCode("other".to_owned()));
    shell.act(Action::RemoveCode);
    let theirs = Saved { items: shell.state.items().to_vec(), ..Saved::default() };
    shell.happen(Event::SavedElsewhere(theirs));
    shell.fail(protocol::Code::NetFailed);
    shell.pass(2_000);
    assert_eq!(shell.request().body, body);
}
