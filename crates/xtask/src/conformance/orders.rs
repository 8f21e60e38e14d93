//! A real order of one thing: priced, made, made again, looked at, waited for, given up.

use std::time::Duration;

use protocol::verify::{Known, VerifiedOrder};
use protocol::{
    AnswersText, Ask, Cart, Code, Digest, IdempotencyKey, Item, NewOrder, Order, OrderStatus, PaymentStatus, Quote, Request, Verified, Way,
};

use super::answering;
use super::report::{Fault, Report};
use super::wire::Wire;

/// How long the poll is asked to be held, seconds.
const WAIT: u32 = 2;
/// How much earlier it may end: backends round, and clocks differ.
const EARLY: Duration = Duration::from_millis(500);

/// All checks of this file, each with what the one before found out.
pub async fn check(wire: &Wire, item: &Item, report: &mut Report) {
    let Some((quote, place)) = report.note("a price is signed and adds up", priced(wire, item).await) else {
        return report.leave_out("the order", "it needs a price");
    };
    let wanted = Wanted { item, place: &place, answers: answering::answers(&quote, wire.salt()) };
    let item = &wanted;
    report.note("a second price is signed for itself and is the same text", second(wire, item, &quote).await);
    report.note("an order at another price is refused", cheap(wire, item, &quote).await);
    if quote.asks_details() || quote.asks.iter().any(|ask| ask.required) {
        report.note("an order without answers is refused, with a fault for each", silent(wire, item, &quote).await);
    }
    let key = wire.key();
    let Some(order) = report.note("an order repeats what was agreed", order(wire, item, &quote, key.clone()).await) else {
        return report.leave_out("its fate", "it needs an order");
    };
    report.note("an order's id cannot be guessed", unguessable(&order));
    report.note("the same attempt counts once", again(wire, item, &quote, key.clone(), &order).await);
    report.note("an attempt's key with another body is refused", conflict(wire, item, &quote, key).await);
    report.note("the order can be looked at", look(wire, &order, 0).await.map(drop));
    report.note("a poll is held until something changes", poll(wire, &order).await);
    report.note("an attempt that is canceled leaves the order open", cancel(wire, &order).await);
    report.note("giving the order up is answered in writing", close(wire, &order).await);
}

/// What is ordered, and what its shopper says of it.
struct Wanted<'a> {
    item: &'a Item,
    place: &'a Place,
    /// What the shopper answers, where the quote asks.
    answers: Option<AnswersText>,
}

/// Where it goes, as far as the price asks.
#[derive(Default)]
struct Place {
    country: String,
    region: String,
}

/// A price of which nothing that goes into it is open, and where to.
async fn priced(wire: &Wire, item: &Item) -> Result<(Verified<Quote>, Place), Fault> {
    let mut place = Place::default();
    // The country, and perhaps a part of it.
    for _ in 0..2 {
        let quote = price(wire, item, &place).await?;
        let Some(ask) = quote.unanswered() else { return Ok((quote, place)) };
        let option = ask.options.first().map(|option| option.value.clone());
        let advice = "An ask of kind country or region says between which there is a choice (options).";
        let option = option.ok_or_else(|| Fault::of("asks", advice, format!("{} has none", ask.name)))?;
        if ask.kind == "region" { place.region = option } else { place.country = option }
    }
    let quote = price(wire, item, &place).await?;
    let advice = "A price repeats the country and the region that it was asked with, once the quote asks for them.";
    match quote.unanswered() {
        Some(ask) => Err(Fault::of("asks", advice, format!("{} was answered and is still open", ask.name))),
        None => Ok((quote, place)),
    }
}

async fn price(wire: &Wire, item: &Item, place: &Place) -> Result<Verified<Quote>, Fault> {
    let items = std::slice::from_ref(item);
    let Place { country, region } = place;
    let heard = wire.ask(wire.backend.quote_of(&Cart { items, locale: "en", country, region, ..Cart::default() }, wire.nonce())).await?;
    let authentic = wire.judge(&heard)?;
    if authentic.is_problem() {
        let code = authentic.problem(None)?.code.clone();
        return Err(Fault::of("item", "Name something that is for sale: --item SKU:QTY.", format!("{}: {code}", item.sku)));
    }
    Ok(authentic.quote(None, items)?)
}

/// Who agreed to the first text can order only while the backend comes to the same.
async fn second(wire: &Wire, wanted: &Wanted<'_>, first: &Quote) -> Result<(), Fault> {
    let again = price(wire, wanted.item, wanted.place).await?;
    if again.price == first.price {
        return Ok(());
    }
    let advice = "Write the price of the same cart in the same bytes, without an id or a time: its digest is what a shopper agrees to.";
    Err(Fault::of("price-text", advice, format!("first {}, then {}", first.price.text(), again.price.text())))
}

fn request(wire: &Wire, wanted: &Wanted<'_>, quote: &Quote, price_digest: Digest, key: IdempotencyKey) -> Result<Request, Fault> {
    let advice = "The quote offers at least one payment method.";
    let method = quote.methods.first().ok_or_else(|| Fault::of("methods", advice, "methods is empty"))?;
    let Place { country, region } = wanted.place;
    let order = NewOrder {
        owner: None,
        cart: Cart { items: std::slice::from_ref(wanted.item), locale: "en", country, region, ..Cart::default() },
        way: Way::qr(method),
        price_digest,
        answers: wanted.answers.as_ref().map(AnswersText::text),
    };
    Ok(wire.backend.create_order(&order, wire.nonce(), key))
}

async fn cheap(wire: &Wire, wanted: &Wanted<'_>, quote: &Verified<Quote>) -> Result<(), Fault> {
    let problem = wire.refused(request(wire, wanted, quote, Digest::of(b"another price"), wire.key())?, &[409]).await?;
    if problem.code == "price-changed" {
        return Ok(());
    }
    let advice = "Compare price_digest with the digest of the price text of now and refuse with price-changed.";
    Err(Fault::of("price-changed", advice, format!("the code was {}", problem.code)))
}

/// Whoever says nothing is told what is open, by the name of each ask.
async fn silent(wire: &Wire, wanted: &Wanted<'_>, quote: &Verified<Quote>) -> Result<(), Fault> {
    // Of questions that go into the price alone, those are left open.
    let (nowhere, has_details) = (Place::default(), quote.asks_details());
    let place = if has_details { wanted.place } else { &nowhere };
    let quote = price(wire, wanted.item, place).await?;
    let asked = quote.asks.iter().filter(|ask| ask.required && ask.is_of_price() != has_details).flat_map(Ask::fields);
    let names: Vec<String> = asked.filter(|(ask, _)| ask.required).map(|(_, name)| name).collect();
    if names.is_empty() {
        return Ok(());
    }
    let silent = Wanted { item: wanted.item, place, answers: None };
    let problem = wire.refused(request(wire, &silent, &quote, quote.price.digest(), wire.key())?, &[400]).await?;
    let advice = "Refuse an order whose answers are missing with answers-refused, and name each ask that is open in a fault.";
    if problem.code != "answers-refused" {
        return Err(Fault::of("answers-refused", advice, format!("the code was {}", problem.code)));
    }
    let is_told = |name: &String| problem.faults.iter().any(|fault| fault.field.as_ref() == Some(name) && fault.code == "answer-missing");
    let forgotten: Vec<String> = names.into_iter().filter(|name| !is_told(name)).collect();
    if forgotten.is_empty() {
        Ok(())
    } else {
        Err(Fault::of("answers-refused", advice, format!("no fault names {}", forgotten.join(", "))))
    }
}

async fn order(wire: &Wire, wanted: &Wanted<'_>, quote: &Verified<Quote>, key: IdempotencyKey) -> Result<Verified<Order>, Fault> {
    let heard = wire.ask(request(wire, wanted, quote, quote.price.digest(), key)?).await?;
    let authentic = wire.judge(&heard)?;
    if authentic.is_problem() {
        let code = authentic.problem(None)?.code.clone();
        return Err(Fault::of("order-refused", "An order at the quoted price is made.", format!("{}: {code}", heard.answer.status)));
    }
    let answers_digest = wanted.answers.as_ref().map(AnswersText::digest);
    let known = Known { merchant: Some(&quote.merchant), price_digest: Some(quote.price.digest()), answers_digest, ..Known::default() };
    let order = authentic.order(known, &wire.pins)?.order;
    if heard.answer.status == 201 {
        return Ok(order);
    }
    Err(Fault::of("status", "A new order is answered 201.", format!("it answered {}", heard.answer.status)))
}

/// Who knows the id may read the order and pay it. 16 random bytes have 22 characters at least, in base64url.
fn unguessable(order: &Order) -> Result<(), Fault> {
    const LEAST: usize = 22;
    let characters = order.id.as_str().len();
    if characters >= LEAST {
        return Ok(());
    }
    let advice = "Make ids of orders of at least 128 random bits: who knows one may read the order.";
    Err(Fault::of("order-id", advice, format!("{} has {characters} characters, and 128 bits have {LEAST}", order.id)))
}

async fn again(wire: &Wire, wanted: &Wanted<'_>, quote: &Verified<Quote>, key: IdempotencyKey, first: &Order) -> Result<(), Fault> {
    let second = order(wire, wanted, quote, key).await?;
    if second.id == first.id {
        return Ok(());
    }
    let advice = "Keep the idempotency-key with the order that it made, and answer a retry with that order.";
    Err(Fault::of("idempotency", advice, format!("the retry made {} beside {}", second.id, first.id)))
}

async fn conflict(wire: &Wire, wanted: &Wanted<'_>, quote: &Verified<Quote>, key: IdempotencyKey) -> Result<(), Fault> {
    let other = Item { quantity: if wanted.item.quantity == 1 { 2 } else { 1 }, ..wanted.item.clone() };
    let other = Wanted { item: &other, place: wanted.place, answers: None };
    let request = request(wire, &other, quote, quote.price.digest(), key)?;
    let problem = wire.refused(request, &[409]).await?;
    if problem.code == "idempotency-conflict" {
        return Ok(());
    }
    let advice = "An idempotency-key that comes with another body is a mix-up: refuse it with idempotency-conflict.";
    Err(Fault::of("idempotency", advice, format!("the code was {}", problem.code)))
}

async fn look(wire: &Wire, order: &Order, wait: u32) -> Result<(VerifiedOrder, Duration), Fault> {
    let heard = wire.ask(wire.backend.order(&order.id, order.seq, wait, wire.nonce())).await?;
    let authentic = wire.judge(&heard)?;
    if authentic.is_problem() {
        let code = authentic.problem(None)?.code.clone();
        return Err(Fault::of(
            "order-unknown",
            "An order that was made can be read by its id.",
            format!("{}: {code}", heard.answer.status),
        ));
    }
    let known = Known { merchant: Some(&order.merchant), order: Some(&order.id), last: Some(order), ..Known::default() };
    Ok((authentic.order(known, &wire.pins)?, heard.took))
}

async fn poll(wire: &Wire, order: &Order) -> Result<(), Fault> {
    // What the first look changed, such as the provider's word, must not end the poll.
    let (seen, _) = look(wire, order, 0).await?;
    let (told, took) = look(wire, &seen.order, WAIT).await?;
    let asked = Duration::from_secs(u64::from(WAIT));
    if told.order.seq > seen.order.seq || took + EARLY >= asked {
        return Ok(());
    }
    let advice =
        "Hold GET /v1/orders/{order}?seen=&wait= until seq is over seen or the wait is over; else each shopper asks in a tight loop.";
    Err(Fault::of("long-poll", advice, format!("asked to wait {WAIT} s, it answered after {} ms", took.as_millis())))
}

async fn cancel(wire: &Wire, order: &Order) -> Result<(), Fault> {
    let Some(left) = end(wire, order, wire.backend.cancel(&order.id, wire.nonce(), wire.key())).await? else { return Ok(()) };
    if matches!(left.status, OrderStatus::Canceled | OrderStatus::Expired) {
        return Err(Fault::from(Code::BindState).told("canceling an attempt to pay has ended the order"));
    }
    let is_open = left.payment.as_ref().is_some_and(|payment| payment.status == PaymentStatus::Waiting);
    if left.status == OrderStatus::Pending && is_open {
        return Err(Fault::from(Code::BindState).told("the payment is still waiting after it was canceled"));
    }
    Ok(())
}

async fn close(wire: &Wire, order: &Order) -> Result<(), Fault> {
    match end(wire, order, wire.backend.close(&order.id, wire.nonce(), wire.key())).await? {
        Some(left) if left.status == OrderStatus::Pending => {
            Err(Fault::from(Code::BindState).told("the order is still pending after it was given up"))
        }
        _ => Ok(()),
    }
}

/// The order after a request that ends something; nothing where the backend does not offer that, and says so like everything else.
async fn end(wire: &Wire, order: &Order, request: Request) -> Result<Option<Verified<Order>>, Fault> {
    let heard = wire.ask(request).await?;
    let authentic = wire.judge(&heard)?;
    if authentic.is_problem() {
        return authentic.problem(None).map(|_| None).map_err(Fault::from);
    }
    let known = Known { merchant: Some(&order.merchant), order: Some(&order.id), last: Some(order), ..Known::default() };
    Ok(Some(authentic.order(known, &wire.pins)?.order))
}
