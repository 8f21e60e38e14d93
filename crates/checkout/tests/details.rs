//! What a shop asks besides: nobody pays before it is answered, nothing that was typed gets lost, and an order is bound to exactly that.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Config, Event, Notice, OrderOutcome, PageEvent, Saved, Screen, Task};
use protocol::json::{self, Value};
use protocol::{AnswersText, Ask, Choice, Delivery, Order, OrderId, Price, PriceText, Quote, Request};
use support::{Shell, sku};

fn ask(name: &str, kind: &str) -> Ask {
    Ask { name: name.into(), kind: kind.into(), required: true, label: name.into(), ..Ask::default() }
}

/// A mail address, and where it is sent to.
fn asks() -> Vec<Ask> {
    let code = Ask { pattern: Some(r"\d{5}".into()), ..ask("postal_code", "postal_code") };
    let form = vec![ask("line1", "line1"), code, ask("city", "city")];
    let address = Ask { form, ..ask("address", "address") };
    let country = Ask { options: ["AT", "DE"].map(Choice::plain).to_vec(), ..ask("country", "country") };
    vec![country, ask("email", "email"), address]
}

/// The price of a cart that goes to Germany, and asks.
fn quote(shell: &Shell, asks: Vec<Ask>) -> Quote {
    let quote = support::quote(shell.state.items(), shell.server_now());
    Quote { asks, price: priced(&quote.price), ..quote }
}

fn priced(price: &Price) -> PriceText {
    let delivery = Delivery { id: Some("post".into()), label: "Post".into(), amount: 0 };
    PriceText::of(Price { country: Some("DE".into()), delivery: Some(delivery), ..price.clone() })
}

fn answer_quote(shell: &mut Shell, asks: Vec<Ask>) {
    let body = quote(shell, asks).to_json().to_string();
    shell.answer(200, &body);
}

/// A priced cart that asks.
fn quoted() -> Shell {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    answer_quote(&mut shell, asks());
    shell
}

/// … with its questions on the screen.
fn asked() -> Shell {
    let mut shell = quoted();
    shell.act(Action::Pay);
    assert_eq!(shell.state.name(), "details");
    shell
}

fn type_in(shell: &mut Shell, answers: &[(&str, &str)]) {
    for (name, text) in answers {
        shell.act(Action::Answer((*name).into(), (*text).into()));
    }
}

const GOOD: [(&str, &str); 4] =
    [("email", " lin@example.org "), ("address.line1", "Weg 1"), ("address.postal_code", "12345"), ("address.city", "Ort")];

fn faults(shell: &Shell) -> Vec<String> {
    shell.state.faults().iter().map(|fault| format!("{} {}", fault.field.as_deref().unwrap(), fault.code)).collect()
}

fn sent(request: &Request) -> AnswersText {
    let Value::Object(body) = json::parse(request.body.as_ref().unwrap().as_bytes()).unwrap() else { panic!("an object") };
    let (_, text) = body.into_iter().find(|(name, _)| name == "answers").unwrap();
    AnswersText::parse(text.as_text().unwrap()).unwrap()
}

/// The order that the backend makes of what was sent.
fn ordered(shell: &Shell, answers: &AnswersText) -> Order {
    let order = shell.order(1);
    Order { price: priced(&order.price), answers_digest: Some(answers.digest()), ..order }
}

#[test]
fn nobody_pays_before_what_is_asked_is_answered() {
    let mut shell = asked();
    assert_eq!(shell.claims, 0);
    shell.act(Action::Pay);
    let missing = ["email", "address.line1", "address.postal_code", "address.city"].map(|name| format!("{name} answer-missing"));
    assert_eq!((shell.state.name(), faults(&shell)), ("details", missing.to_vec()));
    type_in(&mut shell, &[("email", "lin"), ("address.postal_code", "1234")]);
    assert_eq!(shell.state.faults().len(), 4, "nothing moves away under the shopper's finger");
    shell.act(Action::Pay);
    assert_eq!(
        faults(&shell),
        ["email answer-unfit", "address.line1 answer-missing", "address.postal_code answer-unfit", "address.city answer-missing"]
    );
    assert_eq!(shell.claims, 0);
    assert_eq!(shell.count(|event| matches!(event, PageEvent::Refusal { .. } | PageEvent::Error(_))), 0);
}

#[test]
fn an_order_is_bound_to_the_answers_and_to_where_it_goes() {
    let mut shell = asked();
    type_in(&mut shell, &GOOD);
    type_in(&mut shell, &[("phone", "+49 30 123456"), ("email.x", "nobody asks")]);
    shell.act(Action::Pay);
    assert_eq!((shell.state.name(), shell.claims), ("creating", 1));
    shell.grant();
    let first = shell.request().clone();
    let answers = sent(&first);
    let told = answers.answers();
    assert_eq!((told.country.as_deref(), told.region.as_deref(), told.delivery.as_deref()), (Some("DE"), None, Some("post")));
    assert_eq!((told.get("email"), told.get("phone"), told.given.len()), (Some("lin@example.org"), None, 4));
    assert!(!first.url.contains("example.org") && !first.url.contains("12345"));
    // A repetition says the same, salt included.
    shell.fail(protocol::Code::NetFailed);
    shell.pass(5_000);
    assert_eq!(shell.request().body, first.body);

    let order = ordered(&shell, &answers);
    shell.answer_order(201, &order);
    assert_eq!(shell.state.name(), "awaiting");
    assert_eq!(shell.saves.last().unwrap().answers_digest, answers.digest().to_base64());
    assert_eq!((shell.kept.as_str(), shell.state.answer("email")), ("", ""), "nobody needs what was typed any more");
}

/// A cart that is being ordered, and the answers that were sent.
fn creating() -> (Shell, AnswersText) {
    let mut shell = asked();
    type_in(&mut shell, &GOOD);
    shell.act(Action::Pay);
    shell.grant();
    let answers = sent(shell.request());
    (shell, answers)
}

#[test]
fn an_order_of_other_answers_is_none_that_is_paid() {
    let (mut shell, answers) = creating();
    let other = Order { answers_digest: Some(protocol::Digest::of(b"other")), ..ordered(&shell, &answers) };
    shell.answer_order(201, &other);
    assert_eq!((shell.state.name(), shell.errors()), ("unsure", vec!["bind-answers"]));
    assert_eq!(shell.state.answer("email"), " lin@example.org ", "it may be asked again");
}

#[test]
fn what_the_backend_has_against_an_answer_stands_at_its_field_and_nothing_is_lost() {
    let (mut shell, _) = creating();
    shell.refuse_answers(&[("address.city", "answer-unfit"), ("vat", "answer-unfit")]);
    assert_eq!((shell.state.name(), faults(&shell)), ("details", vec!["address.city answer-unfit".to_owned()]));
    assert_eq!((shell.state.answer("address.city"), shell.releases), ("Ort", 1));
    let told = shell.emitted.iter().map(|event| format!("{event:?}")).collect::<String>();
    assert!(told.contains("address.city") && !told.contains("Ort") && !told.contains("12345"), "names, and never what was typed");
    // Something is asked that the price said nothing of.
    let (mut shell, _) = creating();
    shell.refuse_answers(&[("vat", "answer-missing")]);
    assert_eq!(shell.state.name(), "quoting");
    answer_quote(&mut shell, asks());
    assert!(matches!(shell.state.screen(), Screen::Quoted { notice: Some(Notice::Refused(_)), .. }));
}

#[test]
fn what_was_typed_outlives_the_way_back_a_new_price_another_country_and_a_reload() {
    let mut shell = asked();
    type_in(&mut shell, &GOOD);
    shell.act(Action::Back);
    assert_eq!(shell.state.name(), "quoted");
    let requests = shell.sent;
    shell.act(Action::Pay);
    assert_eq!((shell.state.name(), shell.sent, shell.state.answer("address.city")), ("details", requests, "Ort"));
    shell.act(Action::Pay);
    shell.grant();
    shell.answer_problem(409, "price-changed");
    shell.act(Action::SendTo("AT".into()));
    answer_quote(&mut shell, vec![ask("email", "email")]);
    shell.act(Action::Pay);
    shell.act(Action::Pay);
    shell.grant();
    assert_eq!(sent(shell.request()).answers().given.len(), 1, "what is not asked is not sent");
    assert!(shell.saves.iter().all(|saved| !saved.to_text().contains("Ort")), "nor does it reach another tab");

    let kept = shell.kept.clone();
    let mut shell = Shell::new(support::config());
    shell.happen(Event::Recalled(kept));
    shell.happen(Event::Started(Saved::default()));
    shell.act(Action::Add(sku("tea"), 1));
    answer_quote(&mut shell, asks());
    shell.act(Action::Pay);
    shell.act(Action::Pay);
    assert_eq!((shell.state.name(), shell.state.answer("address.city")), ("creating", "Ort"));
    for text in ["", "[]", "{\"a\":1}", "x"] {
        let mut shell = Shell::new(support::config());
        shell.happen(Event::Recalled(text.into()));
        assert_eq!(shell.state.answer("a"), "");
    }
}

#[test]
fn a_price_that_runs_out_meanwhile_is_asked_for_and_disturbs_nobody_unless_it_changed() {
    let mut shell = asked();
    type_in(&mut shell, &GOOD);
    shell.pass(600_000);
    assert_eq!((shell.state.name(), shell.request().url.contains("/v1/quote?")), ("details", true));
    answer_quote(&mut shell, asks());
    assert_eq!(shell.state.name(), "details");
    shell.pass(600_000);
    shell.fail(protocol::Code::NetFailed);
    assert_eq!(shell.state.name(), "details");
    shell.pass(5_000);
    let mut dearer = quote(&shell, asks());
    dearer.price = PriceText::of(Price { rounding: 1, total: dearer.price.total + 1, ..Price::clone(&dearer.price) });
    shell.answer(200, &dearer.to_json().to_string());
    assert!(matches!(shell.state.screen(), Screen::Quoted { notice: Some(Notice::PriceChanged), .. }));
    assert_eq!(shell.state.answer("address.city"), "Ort");
}

#[test]
fn what_this_widget_cannot_ask_it_does_not_sell_without() {
    for (required, or, payable) in [(true, None, false), (false, None, true), (true, Some("email"), true)] {
        let mut shell = Shell::started();
        shell.act(Action::Add(sku("tea"), 1));
        let strange = Ask { required, or: or.map(str::to_owned), ..ask("iris", "iris") };
        answer_quote(&mut shell, vec![ask("email", "email"), strange]);
        shell.act(Action::Pay);
        assert_eq!(shell.state.name(), if payable { "details" } else { "quoted" });
    }
}

#[test]
fn postal_codes_are_told_in_capitals() {
    let mut shell = Shell::started();
    shell.act(Action::Add(sku("tea"), 1));
    answer_quote(&mut shell, vec![Ask { form: vec![ask("postal_code", "postal_code")], ..ask("address", "address") }]);
    shell.act(Action::Pay);
    type_in(&mut shell, &[("address.postal_code", "sw1a 1aa")]);
    shell.act(Action::Pay);
    shell.grant();
    assert_eq!(sent(shell.request()).answers().get("address.postal_code"), Some("SW1A 1AA"));
}

#[test]
fn a_region_goes_into_the_price_and_with_its_country() {
    let mut shell = quoted();
    shell.act(Action::SendToRegion("CA".into()));
    assert!(shell.request().url.contains("&region=CA&"), "{}", shell.request().url);
    assert_eq!(shell.saves.last().unwrap().region, "CA");
    shell.act(Action::SendTo("AT".into()));
    assert!(shell.request().url.contains("&country=AT&") && !shell.request().url.contains("region="), "{}", shell.request().url);
}

/// An order of the shop's own that asks.
fn given(shell: &Shell) -> Order {
    let order = support::order(&[], 1, shell.server_now());
    Order { asks: asks(), payment: None, channel: protocol::Channel::Shop, ..order }
}

/// … with its questions on the screen.
fn asking() -> Shell {
    let mut shell = Shell::new(Config { order: OrderId::parse("ord_1"), ..support::config() });
    shell.happen(Event::Started(Saved::default()));
    let order = given(&shell);
    shell.answer_order(200, &order);
    assert_eq!(shell.state.name(), "resuming", "in which language is not known yet");
    assert!(shell.request().url.contains("/v1/orders/ord_1?locale=en&n="), "{}", shell.request().url);
    shell.answer_order(200, &order);
    shell
}

fn task(shell: &Shell) -> &Task {
    let Screen::Order { following, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
    &following.task
}

#[test]
fn an_order_that_asks_is_answered_and_then_paid() {
    let mut shell = asking();
    assert_eq!((shell.state.name(), shell.state.outcome()), ("details", Some(OrderOutcome::Asking)));
    type_in(&mut shell, &GOOD);
    shell.act(Action::Pay);
    assert_eq!(faults(&shell), ["country answer-missing"]);
    shell.act(Action::SendTo("DE".into()));
    assert!(shell.request().url.contains("?locale=en&country=DE&n="), "{}", shell.request().url);
    let order = given(&shell);
    shell.answer_order(200, &order);
    shell.pass(10_000);
    assert!(shell.request().url.contains("&country=DE&"), "looked at now and then, in words for this shopper");
    shell.answer_order(200, &order);
    shell.act(Action::NewCode);
    assert_eq!(*task(&shell), Task::Watch, "nothing is paid before");

    shell.act(Action::Pay);
    assert!(shell.request().url.contains("/v1/orders/ord_1/answers?k="));
    let first = shell.request().body.clone();
    shell.fail(protocol::Code::NetFailed);
    shell.pass(5_000);
    assert_eq!(shell.request().body, first);
    let answers = sent(shell.request());
    assert_eq!((answers.answers().country.as_deref(), answers.answers().given.len()), (Some("DE"), 4));
    // With the delivery the price may have changed.
    let price = PriceText::of(Price { country: Some("DE".into()), rounding: 9, total: order.amount + 9, ..Price::clone(&order.price) });
    let answered = Order { seq: 2, amount: price.total, price, answers_digest: Some(answers.digest()), ..order };
    shell.answer_order(200, &answered);
    assert_eq!((shell.state.name(), shell.state.is_answered_elsewhere(&answered)), ("choosing", false));
    assert_eq!(shell.state.answer("address.city"), "Ort", "it may be answered anew");

    shell.act(Action::AnswerAnew);
    shell.answer_order(200, &answered);
    assert_eq!((shell.state.name(), shell.state.is_answered_anew()), ("details", true));
    shell.act(Action::Back);
    assert_eq!(shell.state.name(), "choosing");
    shell.act(Action::NewCode);
    let paying = Order { seq: 3, asks: vec![], payment: Some(support::payment("pay_1", shell.server_now() + 900)), ..answered };
    shell.answer_order(201, &paying);
    assert_eq!((shell.state.name(), shell.kept.as_str(), shell.state.answer("address.city")), ("awaiting", "", ""));
}

#[test]
fn wrong_answers_to_an_order_are_named_and_kept() {
    let mut shell = asking();
    type_in(&mut shell, &GOOD);
    shell.act(Action::SendTo("DE".into()));
    let order = given(&shell);
    shell.answer_order(200, &order);
    shell.act(Action::Pay);
    shell.refuse_answers(&[("email", "answer-unfit")]);
    shell.answer_order(200, &order);
    assert_eq!((shell.state.name(), faults(&shell)), ("details", vec!["email answer-unfit".to_owned()]));
    assert_eq!(shell.state.answer("address.city"), "Ort");
}

#[test]
fn an_order_that_another_browser_answered_says_so_and_is_paid_or_answered_anew() {
    let mut shell = Shell::new(Config { order: OrderId::parse("ord_1"), ..support::config() });
    shell.happen(Event::Started(Saved::default()));
    let order = Order { answers_digest: Some(protocol::Digest::of(b"elsewhere")), ..given(&shell) };
    shell.answer_order(200, &order);
    assert_eq!((shell.state.name(), shell.state.is_answered_elsewhere(&order)), ("choosing", true));
    shell.act(Action::AnswerAnew);
    assert!(shell.request().url.contains("?locale=en&n="));
    shell.answer_order(200, &order);
    assert_eq!(shell.state.name(), "details");
    // Somebody pays there: nothing can be answered here any more.
    shell.pass(10_000);
    let paying = Order { seq: 2, asks: vec![], payment: Some(support::payment("pay_1", shell.server_now() + 900)), ..order };
    shell.answer_order(200, &paying);
    assert_eq!(shell.state.name(), "awaiting");
    shell.act(Action::AnswerAnew);
    assert_eq!(shell.state.name(), "awaiting");
}

#[test]
fn who_comes_for_what_an_order_is_about_says_neither_country_nor_address() {
    let option =
        |id: &str, kind: &str| protocol::DeliveryOption { id: id.into(), label: id.into(), amount: 0, kind: kind.into(), days: None };
    let mut shell = asking();
    let mut order = given(&shell);
    order.deliveries = vec![option("post", "ship"), option("shop", "pickup")];
    shell.pass(10_000);
    shell.answer_order(200, &order);
    assert_eq!(shell.state.destination(&order), [None, None, Some("post")], "without a choice the first");
    shell.act(Action::SendTo("DE".into()));
    shell.answer_order(200, &order);
    shell.act(Action::Deliver("shop".into()));
    assert!(shell.request().url.contains("?locale=en&n="), "{}", shell.request().url);
    order.asks = vec![order.asks[0].clone(), ask("email", "email")];
    shell.answer_order(200, &order);
    type_in(&mut shell, &[("email", "lin@example.org")]);
    shell.act(Action::Pay);
    let answers = sent(shell.request());
    assert_eq!((answers.answers().country.as_deref(), answers.answers().delivery.as_deref()), (None, Some("shop")));
}
