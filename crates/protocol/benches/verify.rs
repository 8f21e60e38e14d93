//! What verifying one answer costs, and which part of it: `cargo bench -p qr-checkout-protocol`. Figures, not gates.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::{Bencher, black_box};
use protocol::payload;
use protocol::signature::{Signer, base, parse_signature, parse_signature_input};
use protocol::verify::{Answer, Context, Exchange, Known, authenticate, check_signature};
use protocol::{Backend, Digest, Nonce, Order, OrderId, Pins, Request, json};

const CREATED: i64 = 1_800_000_000;

fn main() {
    divan::main();
}

/// An order of three lines with a bank code to draw: what a poll brings. The benches in browsers verify the same one.
const BODY: &[u8] = include_bytes!("order.json");

struct Signed {
    pins: Pins,
    request: Request,
    answer: Answer,
}

fn signed() -> Signed {
    let signer = Signer::from_seed([9; 32]).unwrap();
    let backend = Backend::parse("https://pay.shop.example").unwrap();
    let request = backend.order(&OrderId::parse("o_1").unwrap(), 2, 25, Nonce::from_random([1; 16]));
    let fields = signer.sign_answer(&request, 200, BODY, CREATED).unwrap();
    let answer = Answer { cross_origin: true, ..fields.received(200, BODY.to_vec()) };
    Signed { pins: Pins::parse(&signer.pin().token()).unwrap(), request, answer }
}

#[divan::bench]
fn one_answer(bencher: Bencher) {
    let Signed { pins, request, answer } = signed();
    let context = Context { pins: &pins, elapsed_ms: 100, server_now: Some(CREATED), last_created: None, earlier: &[] };
    bencher.bench(|| authenticate(&request, black_box(&answer), &context).unwrap().order(Known::default(), &pins).unwrap());
}

#[divan::bench]
fn part_signature(bencher: Bencher) {
    let Signed { pins, request, answer } = signed();
    let input = &parse_signature_input(answer.signature_input.as_ref().unwrap()).unwrap()[0].1;
    let base = base(input, &Exchange { request: &request, answer: &answer }).unwrap();
    let signature = &parse_signature(answer.signature.as_ref().unwrap()).unwrap()[0].1;
    bencher.bench(|| check_signature(pins.first().key(), black_box(base.as_bytes()), signature).unwrap());
}

#[divan::bench]
fn part_fields_and_base(bencher: Bencher) {
    let Signed { request, answer, .. } = signed();
    bencher.bench(|| {
        let inputs = parse_signature_input(black_box(answer.signature_input.as_ref().unwrap())).unwrap();
        base(&inputs[0].1, &Exchange { request: &request, answer: &answer }).unwrap()
    });
}

#[divan::bench]
fn part_digest(bencher: Bencher) {
    bencher.bench(|| Digest::of(black_box(BODY)));
}

#[divan::bench]
fn part_body(bencher: Bencher) {
    bencher.bench(|| Order::from_json(&json::parse(black_box(BODY)).unwrap()).unwrap());
}

#[divan::bench]
fn part_payload(bencher: Bencher) {
    let order = Order::from_json(&json::parse(BODY).unwrap()).unwrap();
    let payment = order.payment.as_ref().unwrap();
    bencher.bench(|| payload::check(black_box(payment), order.money(), false).unwrap());
}
