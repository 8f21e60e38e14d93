//! The line before the backend. It holds the backend's key, so that whatever it does wrong is properly signed.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::Ed25519KeyPair;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use protocol::base64::{Alphabet, encode};
use protocol::signature::{Bare, SignatureInput, base, parse_signature_input};
use protocol::verify::{Answer, Exchange};
use protocol::{Digest, IdempotencyKey, Nonce, Request};
use tokio::net::TcpListener;

use crate::shop::SEED;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    Nothing,
    CompressesHonestly,
    HidesTheHeaders,
    AllowsNobody,
    LeavesRefusalsUnsigned,
    NamesACharset,
    DigestsTheCompressedBody,
    LetsCachesKeep,
    SignsForAnHour,
    LivesAnHourAgo,
    SignsInDer,
    TakesAnotherAddress,
    EndsTheBaseWithALineBreak,
    RepeatsANonce,
    NamesTheAlgorithm,
    UsesAnotherKeyId,
    ForgetsAttempts,
    AnswersPollsAtOnce,
    TakesPostsOfAnybody,
    TakesForms,
    HasNoDirectory,
    SignsWithoutANonce,
    LeadsElsewhere,
    NeedsNoKey,
    TakesAnyMediaType,
    TakesAnyRevision,
    ForgetsThatOriginsVary,
    CountsOrders,
    NumbersItsPrices,
    CoversLessForBrowsers,
    LeavesTheBodyToBrowsers,
    NamesTheAlgorithmToBrowsers,
    NamesAnotherKeyToBrowsers,
}

struct Line {
    spoil: Mutex<Spoil>,
    backend: Mutex<String>,
    first_nonce: Mutex<Option<String>>,
    client: reqwest::Client,
    url: String,
}

/// The line, leading nowhere yet.
pub struct Spoiler(Arc<Line>);

impl Spoiler {
    pub async fn start() -> Spoiler {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Arc::new(Line {
            spoil: Mutex::new(Spoil::Nothing),
            backend: Mutex::default(),
            first_nonce: Mutex::default(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        });
        let routes = Router::new().fallback(pass).with_state(Arc::clone(&line));
        tokio::spawn(axum::serve(listener, routes).into_future());
        Spoiler(line)
    }

    /// The address that pages know.
    pub fn url(&self) -> String {
        self.0.url.clone()
    }

    pub fn lead_to(&self, backend: &str) {
        *self.0.backend.lock().unwrap() = backend.to_owned();
    }

    /// From now on this goes wrong.
    pub fn spoil(&self, spoil: Spoil) {
        *self.0.spoil.lock().unwrap() = spoil;
        *self.0.first_nonce.lock().unwrap() = None;
    }
}

async fn pass(State(line): State<Arc<Line>>, request: HttpRequest) -> Response<Body> {
    let spoil = *line.spoil.lock().unwrap();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let target = parts.uri.path_and_query().unwrap().as_str().to_owned();
    match spoil {
        Spoil::HasNoDirectory if target.starts_with("/.well-known/") => return status(StatusCode::NOT_FOUND),
        Spoil::LeadsElsewhere => return Response::builder().status(302).header("location", "/login").body(Body::empty()).unwrap(),
        _ => {}
    }
    let sent = requested(&line, &parts.method, &target);
    let mut headers = parts.headers.clone();
    let mut forwarded = target.clone();
    if let (Spoil::ForgetsAttempts, Some(key)) = (spoil, target.split(['?', '&']).find_map(|pair| pair.strip_prefix("k="))) {
        let other = IdempotencyKey::from_random(*Digest::of(target.as_bytes()).as_bytes().first_chunk().unwrap());
        forwarded = target.replace(key, other.as_str());
    }
    if spoil == Spoil::TakesPostsOfAnybody && parts.method == Method::POST {
        headers.remove("origin");
    }
    if spoil == Spoil::TakesForms {
        headers.remove("sec-fetch-mode");
    }
    if spoil == Spoil::AnswersPollsAtOnce {
        forwarded = forwarded.replace("wait=2", "wait=0");
    }
    if spoil == Spoil::NeedsNoKey && parts.method == Method::POST && !target.contains("k=") {
        forwarded = format!("{target}&k={}", IdempotencyKey::from_random([7; 16]).as_str());
    }
    if spoil == Spoil::TakesAnyMediaType && parts.method == Method::POST {
        headers.insert("content-type", HeaderValue::from_static("text/plain;charset=utf-8"));
    }
    if spoil == Spoil::TakesAnyRevision {
        forwarded = forwarded.replace("r=999999", "r=1");
    }
    headers.remove("host");
    let url = format!("{}{forwarded}", line.backend.lock().unwrap());
    let reply = line.client.request(parts.method, url).headers(headers).body(body).send().await.unwrap();
    let (status, mut headers) = (reply.status(), reply.headers().clone());
    headers.remove("content-length");
    let mut body = reply.bytes().await.unwrap().to_vec();
    let compressible = parts.headers.get("accept-encoding").is_some_and(|coding| coding.to_str().unwrap().contains("gzip"));
    spoil_answer(&line, spoil, sent.as_ref(), status.as_u16(), &mut headers, &mut body, compressible);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// What an answer is bound to; nothing without a nonce.
fn requested(line: &Line, method: &Method, target: &str) -> Option<Request> {
    let nonce = target.split(['?', '&']).find_map(|pair| Nonce::parse(pair.strip_prefix("n=")?))?;
    let method = if method == Method::POST { "POST" } else { "GET" };
    Some(Request { method, url: format!("{}{target}", line.url), nonce, body: None, wait: 0 })
}

fn spoil_answer(
    line: &Line,
    spoil: Spoil,
    sent: Option<&Request>,
    status: u16,
    headers: &mut HeaderMap,
    body: &mut Vec<u8>,
    compressible: bool,
) {
    if !headers.contains_key("signature-input") {
        if spoil == Spoil::SignsWithoutANonce && status == 400 {
            headers.insert("signature", HeaderValue::from_static("sig=:AAAA:"));
        }
        return;
    }
    let sent = sent.unwrap();
    match spoil {
        Spoil::HidesTheHeaders => drop(headers.remove("access-control-expose-headers")),
        Spoil::AllowsNobody => drop(headers.remove("access-control-allow-origin")),
        Spoil::LeavesRefusalsUnsigned if status >= 400 => {
            headers.remove("signature");
            headers.remove("signature-input");
        }
        Spoil::ForgetsThatOriginsVary => drop(headers.remove("vary")),
        Spoil::CountsOrders => {
            let text = String::from_utf8(std::mem::take(body)).unwrap();
            let id = text.split('"').find(|word| word.starts_with("ord_"));
            *body = id.map_or(text.clone(), |id| text.replace(id, "ord_7")).into_bytes();
            headers.insert("unencoded-digest", HeaderValue::from_str(&Digest::of(body).to_field()).unwrap());
            sign(sent, status, headers, body, Ok, |text| text);
        }
        Spoil::NumbersItsPrices => {
            let text = String::from_utf8(std::mem::take(body)).unwrap();
            let numbered = format!(r#""price":"{{\"number\":\"{}\","#, sent.nonce.as_str());
            *body = text.replace(r#""price":"{"#, &numbered).into_bytes();
            headers.insert("unencoded-digest", HeaderValue::from_str(&Digest::of(body).to_field()).unwrap());
            sign(sent, status, headers, body, Ok, |text| text);
        }
        Spoil::LetsCachesKeep => drop(headers.insert("cache-control", HeaderValue::from_static("max-age=60"))),
        Spoil::NamesACharset => {
            headers.insert("content-type", HeaderValue::from_static("application/json; charset=utf-8"));
            sign(sent, status, headers, body, Ok, |text| text);
        }
        Spoil::CompressesHonestly if compressible => *body = compressed(headers, body),
        Spoil::DigestsTheCompressedBody if compressible => {
            *body = compressed(headers, body);
            headers.insert("unencoded-digest", HeaderValue::from_str(&Digest::of(body).to_field()).unwrap());
            sign(sent, status, headers, body, Ok, |text| text);
        }
        Spoil::SignsForAnHour => {
            let longer = |mut input: SignatureInput| Ok(shift(&mut input, "expires", 3600));
            sign(sent, status, headers, body, longer, |text| text);
        }
        Spoil::LivesAnHourAgo => {
            let earlier = |mut input: SignatureInput| {
                shift(&mut input, "created", -3600);
                Ok(shift(&mut input, "expires", -3600))
            };
            sign(sent, status, headers, body, earlier, |text| text);
        }
        Spoil::SignsInDer => {
            let field = headers["signature"].to_str().unwrap();
            let raw = protocol::base64::decode(Alphabet::Standard, field.trim_start_matches("sig=:").trim_end_matches(':')).unwrap();
            let halves = [&[0x30, 68, 0x02, 32], &raw[..32], &[0x02, 32], &raw[32..]].concat();
            headers.insert("signature", field_of(&halves));
        }
        Spoil::TakesAnotherAddress => {
            let inner = Request { url: sent.url.replace("127.0.0.1", "localhost"), ..sent.clone() };
            sign(&inner, status, headers, body, Ok, |text| text);
        }
        Spoil::EndsTheBaseWithALineBreak => sign(sent, status, headers, body, Ok, |text| text + "\n"),
        Spoil::RepeatsANonce => {
            let first = line.first_nonce.lock().unwrap().get_or_insert_with(|| sent.nonce.as_str().to_owned()).clone();
            sign(sent, status, headers, body, |input| Ok(with(input, "nonce", Bare::Text(first))), |text| text);
        }
        Spoil::NamesTheAlgorithm => {
            let named = |mut input: SignatureInput| {
                input.parameters.push(("alg".to_owned(), Bare::Text("ed25519".to_owned())));
                Ok(input)
            };
            sign(sent, status, headers, body, named, |text| text);
        }
        Spoil::UsesAnotherKeyId => {
            let other = |input| Ok(with(input, "keyid", Bare::Text("key-1".to_owned())));
            sign(sent, status, headers, body, other, |text| text);
        }
        Spoil::CoversLessForBrowsers => rewrite_last(headers, "\"@status\" \"unencoded-digest\";sf", "\"unencoded-digest\";sf"),
        Spoil::LeavesTheBodyToBrowsers => rewrite_last(headers, " \"unencoded-digest\";sf", ""),
        Spoil::NamesTheAlgorithmToBrowsers => rewrite_last(headers, ";sf);", ";sf);alg=\"ed25519\";"),
        Spoil::NamesAnotherKeyToBrowsers => rewrite_last(headers, ";sf);keyid=\"", ";sf);keyid=\"other"),
        // Made of another request, so it must be bound to the one that came.
        Spoil::ForgetsAttempts | Spoil::AnswersPollsAtOnce | Spoil::NeedsNoKey | Spoil::TakesAnyMediaType | Spoil::TakesAnyRevision => {
            sign(sent, status, headers, body, Ok, |text| text)
        }
        _ => {}
    }
}

/// Changes what the signature for browsers, which comes last, says of itself.
fn rewrite_last(headers: &mut HeaderMap, from: &str, to: &str) {
    let changed = headers["signature-input"].to_str().unwrap().replace(from, to);
    headers.insert("signature-input", HeaderValue::from_str(&changed).unwrap());
}

fn with(mut input: SignatureInput, name: &str, value: Bare) -> SignatureInput {
    input.parameters.iter_mut().find(|(known, _)| known == name).unwrap().1 = value;
    input
}

fn shift(input: &mut SignatureInput, name: &str, seconds: i64) -> SignatureInput {
    let Some(Bare::Int(time)) = input.parameter(name).cloned() else { panic!("no {name}") };
    *input = with(input.clone(), name, Bare::Int(time + seconds));
    input.clone()
}

fn compressed(headers: &mut HeaderMap, body: &[u8]) -> Vec<u8> {
    headers.insert("content-encoding", HeaderValue::from_static("gzip"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(body).unwrap();
    gzip.finish().unwrap()
}

fn field_of(signature: &[u8]) -> HeaderValue {
    HeaderValue::from_str(&format!("sig=:{}:", encode(Alphabet::Standard, signature))).unwrap()
}

/// Signs the answer as it is now, with other parameters and over another base if the caller wants.
fn sign(
    sent: &Request,
    status: u16,
    headers: &mut HeaderMap,
    body: &[u8],
    change: impl FnOnce(SignatureInput) -> Result<SignatureInput, protocol::Code>,
    spell: impl FnOnce(String) -> String,
) {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let (_, input) = parse_signature_input(&text("signature-input").unwrap()).unwrap().remove(0);
    let input = change(input).unwrap();
    let answer = Answer {
        status,
        content_type: text("content-type"),
        unencoded_digest: text("unencoded-digest"),
        body: body.to_vec(),
        ..Answer::default()
    };
    let text = spell(base(&input, &Exchange { request: sent, answer: &answer }).unwrap());
    let key = Ed25519KeyPair::from_seed_unchecked(&SEED).unwrap();
    headers.insert("signature-input", HeaderValue::from_str(&format!("sig={}", input.serialise())).unwrap());
    headers.insert("signature", field_of(key.sign(text.as_bytes()).as_ref()));
}
