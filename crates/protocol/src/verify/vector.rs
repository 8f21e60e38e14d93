//! Judges conformance vectors: JSON files, one case each (`vectors/README.md` tells the format).
//! Takes files of anybody's making, so nothing in here panics; a file that is no vector is an error in words.

use super::{Answer, Context, Known, authenticate};
use crate::base64::{Alphabet, decode};
use crate::json::{self, Value};
use crate::{Code, Digest, Item, MerchantId, Nonce, Order, OrderId, Pins, Request};

/// The word for a case that must be accepted.
pub const ACCEPT: &str = "accept";

/// One case.
#[derive(Clone, Debug)]
pub struct Vector {
    /// Its name in the conformance list.
    pub id: String,
    /// `accept` or the code it must give; absent in a file that only asks for a verdict.
    pub expect: Option<String>,
    now: i64,
    elapsed_ms: i64,
    pins: String,
    /// As it was sent; the answer is bound to it.
    pub request: Request,
    /// As it arrived. Who has sent the request for real puts what came back here.
    pub answer: Answer,
    history: Option<History>,
}

/// What is known before the answer arrives: the member `context`.
#[derive(Clone, Debug, Default)]
struct History {
    created: Option<i64>,
    earlier: Vec<Nonce>,
    expects: Option<String>,
    merchant: Option<MerchantId>,
    order: Option<OrderId>,
    price_digest: Option<Digest>,
    answers_digest: Option<Digest>,
    items: Vec<Item>,
    last: Option<Order>,
}

impl Vector {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence that names the member at fault.
    pub fn parse(bytes: &[u8]) -> Result<Vector, String> {
        let file = json::parse(bytes).map_err(|code| format!("not strict JSON ({})", code.as_str()))?;
        let context = file.get("context").unwrap_or(&Value::Null);
        let request = file.get("request").ok_or("request is missing")?;
        let response = file.get("response").ok_or("response is missing")?;
        Ok(Vector {
            id: member(&file, "id", Value::as_text)?.to_owned(),
            expect: optional(&file, "expect", Value::as_text)?.map(str::to_owned),
            now: member(&file, "now", Value::as_int)?,
            elapsed_ms: optional(&file, "elapsed_ms", Value::as_int)?.unwrap_or(0),
            pins: pins(&file)?,
            request: read_request(request, context)?,
            answer: read_answer(response, context)?,
            history: file.get("context").map(read_history).transpose()?,
        })
    }

    /// `accept` or the code of the first step that fails.
    pub fn verdict(&self) -> &'static str {
        match self.judge() {
            Ok(()) => ACCEPT,
            Err(code) => code.as_str(),
        }
    }

    fn judge(&self) -> Result<(), Code> {
        let pins = Pins::parse_any(&self.pins)?;
        let none = History::default();
        let history = self.history.as_ref().unwrap_or(&none);
        let context = Context {
            pins: &pins,
            elapsed_ms: self.elapsed_ms,
            // There is an estimate of the backend's time only after a first verified answer.
            server_now: history.created.map(|_| self.now),
            last_created: history.created,
            earlier: &history.earlier,
        };
        let authentic = authenticate(&self.request, &self.answer, &context)?;
        let merchant = history.merchant.as_ref();
        match history.expects.as_deref() {
            Some("quote") => authentic.quote(merchant, &history.items).map(|_| ()),
            Some("problem") => authentic.problem(merchant).map(|_| ()),
            Some("order") => {
                let (order, last) = (history.order.as_ref(), history.last.as_ref());
                let known = Known { merchant, order, price_digest: history.price_digest, answers_digest: history.answers_digest, last };
                authentic.order(known, &pins).map(|_| ())
            }
            _ => Ok(()),
        }
    }
}

fn member<'a, T>(value: &'a Value, name: &str, read: impl FnOnce(&'a Value) -> Result<T, Code>) -> Result<T, String> {
    optional(value, name, read)?.ok_or(format!("{name} is missing"))
}

fn optional<'a, T>(value: &'a Value, name: &str, read: impl FnOnce(&'a Value) -> Result<T, Code>) -> Result<Option<T>, String> {
    value.get(name).map(read).transpose().map_err(|_| format!("{name} is not of the right form"))
}

fn base64_bytes(value: &Value) -> Result<Vec<u8>, Code> {
    decode(Alphabet::Standard, value.as_text()?).ok_or(Code::BodySchema)
}

fn pins(file: &Value) -> Result<String, String> {
    let tokens = member(file, "pins", Value::as_list)?;
    let tokens: Result<Vec<&str>, Code> = tokens.iter().map(Value::as_text).collect();
    Ok(tokens.map_err(|_| "pins is not a list of strings")?.join(" "))
}

/// Values of the same name are joined by comma and space, as a browser hands them over.
fn header(message: &Value, wanted: &str) -> Result<Option<String>, String> {
    let wrong = |_: Code| "headers is not a list of pairs of strings".to_owned();
    let mut values: Vec<&str> = Vec::new();
    for pair in member(message, "headers", Value::as_list)? {
        let [name, value] = pair.as_list().map_err(wrong)? else { return Err(wrong(Code::BodySchema)) };
        let value = value.as_text().map_err(wrong)?;
        if name.as_text().map_err(wrong)?.eq_ignore_ascii_case(wanted) {
            values.push(value);
        }
    }
    Ok((!values.is_empty()).then(|| values.join(", ")))
}

fn read_request(request: &Value, context: &Value) -> Result<Request, String> {
    let method = match member(request, "method", Value::as_text)? {
        "GET" => "GET",
        "POST" => "POST",
        other => return Err(format!("method {other} is not of the profile")),
    };
    let url = member(request, "url", Value::as_text)?.to_owned();
    let (_, query) = url.split_once('?').unwrap_or_default();
    // No header can hold the control character, so an answer to a request without a nonce fits nothing.
    let nonce = query.split('&').find_map(|pair| pair.strip_prefix("n=")).unwrap_or("\0");
    let nonce = Nonce::as_sent(nonce);
    let wait = u32::try_from(optional(context, "wait", Value::as_int)?.unwrap_or(0)).map_err(|_| "wait is out of range")?;
    // A GET has none, whatever stands here.
    let body =
        optional(request, "body", base64_bytes)?.filter(|_| method == "POST").map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Request { method, url, nonce, body, wait })
}

fn read_answer(response: &Value, context: &Value) -> Result<Answer, String> {
    let status = member(response, "status", Value::as_int)?;
    Ok(Answer {
        status: u16::try_from(status).map_err(|_| "status is out of range")?,
        content_type: header(response, "content-type")?,
        unencoded_digest: header(response, "unencoded-digest")?,
        signature_input: header(response, "signature-input")?,
        signature: header(response, "signature")?,
        body: optional(response, "body", base64_bytes)?.unwrap_or_default(),
        cross_origin: optional(context, "cross_origin", Value::as_bool)?.unwrap_or(false),
        redirected: optional(context, "redirected", Value::as_bool)?.unwrap_or(false),
    })
}

fn read_history(context: &Value) -> Result<History, String> {
    let list = |name| optional(context, name, Value::as_list).map(Option::unwrap_or_default);
    let in_words = |name: &'static str| move |_: Code| format!("{name} is not of the right form");
    let nonce = |value: &Value| Nonce::parse(value.as_text()?).ok_or(Code::BodySchema);
    Ok(History {
        created: optional(context, "created", Value::as_int)?,
        earlier: list("earlier")?.iter().map(nonce).collect::<Result<_, _>>().map_err(in_words("earlier"))?,
        expects: optional(context, "expects", Value::as_text)?.map(str::to_owned),
        merchant: optional(context, "merchant", id(MerchantId::parse))?,
        order: optional(context, "order", id(OrderId::parse))?,
        price_digest: optional(context, "price_digest", id(Digest::parse))?,
        answers_digest: optional(context, "answers_digest", id(Digest::parse))?,
        items: list("items")?.iter().map(Item::from_json).collect::<Result<_, _>>().map_err(in_words("items"))?,
        last: optional(context, "last", Order::from_json)?,
    })
}

fn id<T>(parse: fn(&str) -> Option<T>) -> impl Fn(&Value) -> Result<T, Code> {
    move |value| parse(value.as_text()?).ok_or(Code::BodySchema)
}
