//! What verifying one answer costs, and which part of it: `cargo bench -p qr-checkout-protocol`. Figures, not gates.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::{Bencher, black_box};
use protocol::payload;
use protocol::signature::{Signer, base, parse_signature, parse_signature_input};
use protocol::verify::{Answer, Context, Exchange, Known, authenticate, check_signature};
use protocol::{Backend, Digest, Method, Money, Nonce, Order, OrderId, Pins, Request, json};

const CREATED: i64 = 1_800_000_000;
const PAYLOAD: &str = "00020101021126490009SG.PAYNOW010120210201403121W030100408203012315204000053037025406500.005802SG5912ACME PTE LTD6009Singapore62150111TQINV-1000163040973";

fn main() {
    divan::main();
}

/// An order of three lines with a bank code to draw: what a poll brings.
fn body() -> String {
    let line = r#"{"sku":"tea-100g","quantity":2,"name":"Mountain tea, 100 g","image":"https://shop.example/tea.svg","unit_price":1250,"total":2500}"#;
    format!(
        r#"{{"type":"order","merchant":"demo","merchant_name":"Mountain Tea","id":"o_1","seq":3,"status":"pending","amount":50000,"currency":"SGD","quote_digest":null,"lines":[{line},{line},{line}],"expires_at":1800001800,"methods":["paynow"],"payment":{{"id":"pay_1","method":"paynow","surface":"qr","status":"waiting","payload":"{PAYLOAD}","expires_at":1800000900}},"receipt":null}}"#
    )
}

struct Signed {
    pins: Pins,
    request: Request,
    answer: Answer,
}

fn signed() -> Signed {
    let signer = Signer::from_seed([9; 32]).unwrap();
    let backend = Backend::parse("https://pay.shop.example").unwrap();
    let request = backend.order(&OrderId::parse("o_1").unwrap(), 2, 25, Nonce::from_random([1; 16]));
    let body = body().into_bytes();
    let fields = signer.sign_answer(&request, 200, &body, CREATED).unwrap();
    let answer = Answer { cross_origin: true, ..fields.received(200, body) };
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
    let body = body();
    bencher.bench(|| Digest::of(black_box(body.as_bytes())));
}

#[divan::bench]
fn part_body(bencher: Bencher) {
    let body = body();
    bencher.bench(|| Order::from_json(&json::parse(black_box(body.as_bytes())).unwrap()).unwrap());
}

#[divan::bench]
fn part_payload(bencher: Bencher) {
    let method = Method::parse("paynow").unwrap();
    let money: Money = Order::from_json(&json::parse(body().as_bytes()).unwrap()).unwrap().money();
    bencher.bench(|| payload::check(&method, black_box(PAYLOAD), money).unwrap());
}
