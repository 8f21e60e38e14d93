//! Whatever happens, in whatever order: no money is shown without proof, and the shopper is never left without a way on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use checkout::{Action, Event, Reply, Saved, Screen};
use proptest::prelude::*;
use protocol::verify::Answer;
use protocol::{Ask, Code, Order, OrderId, OrderStatus, PaymentStatus, Severity};
use support::{Shell, config, is_paid, order, payment, sku};

/// One thing that may happen next.
#[derive(Clone, Debug)]
enum Happening {
    Act(u8),
    Pass(u16),
    Return,
    Online(bool),
    Grant,
    OtherTab(bool),
    /// An answer to the request in flight: what it says, and how it is tampered with.
    Answer(u8, Tampering),
    Fail(u8),
    /// An honest paid answer, the only thing that may lead to `Paid`.
    Pay,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Tampering {
    None,
    Body,
    Signature,
    Stripped,
    Truncated,
    Status,
    OldNonce,
}

fn happenings(with_payment: bool) -> impl Strategy<Value = Vec<Happening>> {
    let tampering = prop_oneof![
        4 => Just(Tampering::None),
        1 => Just(Tampering::Body),
        1 => Just(Tampering::Signature),
        1 => Just(Tampering::Stripped),
        1 => Just(Tampering::Truncated),
        1 => Just(Tampering::Status),
        1 => Just(Tampering::OldNonce),
    ];
    let happening = prop_oneof![
        4 => (0u8..18).prop_map(Happening::Act),
        2 => any::<u16>().prop_map(Happening::Pass),
        1 => Just(Happening::Return),
        1 => any::<bool>().prop_map(Happening::Online),
        3 => Just(Happening::Grant),
        1 => any::<bool>().prop_map(Happening::OtherTab),
        8 => (any::<u8>(), tampering).prop_map(|(what, tampering)| Happening::Answer(what, tampering)),
        2 => any::<u8>().prop_map(Happening::Fail),
        if with_payment { 2 } else { 0 } => Just(Happening::Pay),
    ];
    prop::collection::vec(happening, 1..60)
}

fn act(choice: u8) -> Action {
    match choice {
        0 => Action::Add(sku("tea"), 1),
        1 => Action::SetQuantity(sku("tea"), 2),
        2 => Action::Clear,
        3 => Action::Choose(support::method()),
        4 => Action::Pay,
        5 => Action::Back,
        6 => Action::CheckNow,
        7 => Action::NewCode,
        8 => Action::Cancel,
        9 => Action::CloseOrder,
        10 => Action::ApplyCode("SPRING".to_owned()),
        11 => Action::RemoveCode,
        12 => Action::Answer("email".to_owned(), "lin@example.org".to_owned()),
        13 => Action::SendTo("DE".to_owned()),
        14 => Action::AnswerAnew,
        15 | 16 => Action::Pay,
        _ => Action::StartOver,
    }
}

/// What some carts ask.
fn asks(what: u8) -> Vec<Ask> {
    let ask = Ask { name: "email".to_owned(), kind: "email".to_owned(), required: true, ..Ask::default() };
    if what.is_multiple_of(3) { vec![ask] } else { Vec::new() }
}

/// A body that the backend could have sent, but never that of a paid order.
fn unpaid_body(shell: &Shell, what: u8) -> (u16, String) {
    if shell.request().url.contains("/v1/quote?") && !what.is_multiple_of(4) {
        let mut quote = support::quote(shell.state.items(), shell.server_now());
        quote.asks = asks(what);
        return (200, quote.to_json().to_string());
    }
    let last = shell.state.order().map(|order| (**order).clone());
    let mut order: Order = last.unwrap_or_else(|| shell.order(1));
    let fits = [OrderStatus::Pending, OrderStatus::Expired, OrderStatus::Canceled, OrderStatus::Pending];
    match what % 8 {
        0 => {
            let problem = r#"{"type":"problem","merchant":"demo","id":"r","code":"order-closed","status":409,"detail":"d"}"#;
            return (409, problem.into());
        }
        1 => order.seq -= 1,
        // Asks, or is answered by somebody.
        7 => {
            order.seq += 1;
            (order.payment, order.asks) = (None, asks(255));
            order.answers_digest = (what > 127).then(|| protocol::Digest::of(&[what]));
        }
        2 => order.payment = Some(payment("pay_9", shell.server_now() + i64::from(what))),
        3 => {
            order.seq += 1;
            if let Some(payment) = &mut order.payment {
                payment.status = [PaymentStatus::Scanned, PaymentStatus::Refused, PaymentStatus::Expired][usize::from(what) % 3];
            }
        }
        // Says paid, proves nothing.
        4 => {
            order.seq += 1;
            order.status = OrderStatus::Paid;
            order.receipt = Some("e30.e30.AAAA".into());
        }
        _ => {
            order.seq += 1;
            order.status = fits[usize::from(what / 8) % 4];
        }
    }
    (200, order.to_json().to_string())
}

fn tampered(mut answer: Answer, tampering: Tampering) -> Answer {
    match tampering {
        Tampering::None | Tampering::OldNonce => {}
        Tampering::Body => answer.body[0] ^= 1,
        Tampering::Signature => answer.signature = answer.signature.map(|text| text.replace("sig=:", "sig=:AAAA")),
        Tampering::Stripped => (answer.signature, answer.signature_input) = (None, None),
        Tampering::Truncated => answer.body.truncate(10),
        Tampering::Status => answer.status += 1,
    }
    answer
}

fn happen(shell: &mut Shell, happening: &Happening) {
    match happening {
        Happening::Act(choice) => shell.act(act(*choice)),
        Happening::Pass(ms) => shell.pass(i64::from(*ms) * 4),
        Happening::Return => shell.happen(Event::Returned),
        Happening::Online(online) => shell.happen(Event::Online(*online)),
        Happening::Grant => shell.grant(),
        Happening::OtherTab(paid) => {
            let saved = Saved { items: shell.state.items().to_vec(), order: OrderId::parse("ord_1"), paid: *paid, ..Saved::default() };
            shell.happen(Event::SavedElsewhere(saved));
        }
        Happening::Answer(what, tampering) if !shell.open.is_empty() => {
            let (status, body) = unpaid_body(shell, *what);
            let mut request = shell.request().clone();
            if *tampering == Tampering::OldNonce {
                request.nonce = protocol::Nonce::from_random([255; 16]);
            }
            let answer = tampered(shell.signed(&request, status, &body), *tampering);
            shell.reply(Reply::Answer { answer, retry_after: None });
        }
        Happening::Fail(code) if !shell.open.is_empty() => {
            let codes = [Code::NetFailed, Code::NetTimeout, Code::NetRedirect, Code::EnvNoRandom];
            shell.fail(codes[usize::from(*code) % codes.len()]);
        }
        Happening::Pay if !shell.open.is_empty() && !shell.request().url.contains("/v1/quote?") => {
            let last = shell.state.order().map_or_else(|| shell.order(1), |order| (**order).clone());
            let body = shell.paid_from(&last, last.seq + 1).to_json().to_string();
            shell.answer(200, &body);
        }
        Happening::Answer(..) | Happening::Fail(_) | Happening::Pay => {}
    }
}

/// Something is under way, or will be, or the screen itself offers the shopper the next step.
fn has_a_way_on(shell: &Shell) -> bool {
    let offered = match shell.state.screen() {
        Screen::Cart(_)
        | Screen::Quoted { .. }
        | Screen::Details { .. }
        | Screen::Paid { .. }
        | Screen::Unsure { .. }
        | Screen::Outdated => true,
        Screen::Creating(_) => true,
        Screen::Quoting(_) | Screen::Resuming(_) => false,
        Screen::Order { .. } => false,
    };
    offered || !shell.open.is_empty() || shell.wake_at.is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_sequence_without_a_verified_receipt_reaches_paid(happenings in happenings(false)) {
        let mut shell = Shell::started();
        for happening in &happenings {
            happen(&mut shell, happening);
            prop_assert_ne!(shell.state.name(), "paid", "{:?}", happening);
            prop_assert!(shell.count(is_paid) == 0);
        }
    }

    #[test]
    fn watching_never_dies_and_the_page_hears_of_a_payment_once(happenings in happenings(true)) {
        let mut shell = Shell::started();
        for happening in &happenings {
            happen(&mut shell, happening);
            prop_assert!(has_a_way_on(&shell), "stuck in {} after {happening:?}", shell.state.name());
            let orders = shell.count(|event| matches!(event, checkout::PageEvent::OrderCreated(_)));
            let resumed = happenings.iter().any(|happening| matches!(happening, Happening::OtherTab(_)));
            prop_assert!(resumed || shell.count(is_paid) <= orders);
        }
    }

    #[test]
    fn suspected_attacks_always_end_unsure_and_never_show_a_code(what: u8, choice in 0usize..3) {
        let mut shell = Shell::awaiting();
        let tampering = [Tampering::Body, Tampering::Signature, Tampering::Status][choice];
        happen(&mut shell, &Happening::Answer(what, tampering));
        let Screen::Unsure { code, .. } = shell.state.screen() else { panic!("{}", shell.state.name()) };
        prop_assert_eq!(code.severity(), Severity::Attack);
        prop_assert!(shell.open.is_empty() && shell.wake_at.is_none());
    }

    #[test]
    fn storage_is_never_trusted(text: String) {
        let mut shell = Shell::new(config());
        shell.happen(Event::Started(Saved::from_text(&text)));
        prop_assert!(matches!(shell.state.name(), "cart" | "quoting" | "resuming"));
    }
}

#[test]
fn an_order_made_by_hand_fits_the_words() {
    let made = order(&[], 1, support::EPOCH);
    assert_eq!(Order::from_json(&made.to_json()), Ok(made));
}
