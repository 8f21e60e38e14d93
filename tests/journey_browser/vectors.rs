//! The conformance vectors in every engine: each before the wasm as it is written, and each as a real answer over HTTP,
//! fetched as the widget fetches. What a browser or HTTP makes of an answer on the way is a list below, and nothing else is.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::gallery::visit;
use testing::{Browser, Engine, Letter, Look, gallery, serve};

told_in!([chromium firefox webkit]:
    the_wasm_gives_every_vector_its_verdict
    every_vector_that_http_can_carry_gets_its_verdict_over_http
);

/// Instead of a verdict, where no HTTP server can send such an answer.
const NOT_SENT: &str = "not sent";
/// How many vectors a page judges before the test hears of it: in few enough seconds for WebDriver, on a busy machine too.
const AT_ONCE: usize = 40;
const ALL: &[Engine] = &[Engine::Chromium, Engine::Firefox, Engine::Webkit];

/// Vectors whose answers come to something else over HTTP.
struct Detour {
    vectors: &'static [&'static str],
    engines: &'static [Engine],
    /// What they come to.
    verdict: &'static str,
    why: &'static str,
}

const DETOURS: &[Detour] = &[
    Detour { vectors: &["X10l", "X9i"], engines: ALL, verdict: NOT_SENT, why: "HTTP has no delete character in fields (RFC 9110 §5.5)" },
    Detour { vectors: &["N96"], engines: ALL, verdict: "net-failed", why: "fetch is told to follow no redirect, so no answer is seen" },
    Detour {
        vectors: &["N101", "N102", "N103", "N104"],
        engines: &[Engine::Chromium],
        verdict: "net-failed",
        why: "Chromium compares Unencoded-Digest with the body by itself, and keeps an answer that differs to itself",
    },
    Detour {
        vectors: &["A5", "A7b"],
        engines: &[Engine::Chromium],
        verdict: "net-failed",
        why: "Chromium verifies the signature with the native tag by itself, which is for another address than this server's",
    },
];

async fn the_wasm_gives_every_vector_its_verdict(engine: Engine) {
    let vectors = Vectors::read();
    let origin = serve(vectors.routes()).await;
    let verdicts = judge(engine, &origin, vectors.0.keys().map(|id| (id, None)).collect()).await;
    assert_eq!(different(&vectors, &verdicts), BTreeMap::new());
}

async fn every_vector_that_http_can_carry_gets_its_verdict_over_http(engine: Engine) {
    let vectors = Vectors::read();
    let (own, other) = (serve(vectors.routes()).await, serve(vectors.routes()).await);
    let (sent, not_sent): (Vec<_>, Vec<_>) = vectors.0.iter().partition(|(_, vector)| vector.letter.is_some());
    let address = |id, vector: &Vector| format!("{}/answer/{id}/{}", if vector.needs_own_origin() { &own } else { &other }, vector.path);
    let mut verdicts = judge(engine, &own, sent.into_iter().map(|(id, vector)| (id, Some(address(id, vector)))).collect()).await;
    verdicts.extend(not_sent.into_iter().map(|(id, _)| (id.clone(), NOT_SENT.to_owned())));
    let mut surprises = different(&vectors, &verdicts);
    for Detour { vectors, verdict, why, .. } in DETOURS.iter().filter(|detour| detour.engines.contains(&engine)) {
        for id in *vectors {
            let got = surprises.remove(*id).map(|(got, _)| got);
            assert_eq!(got.as_deref(), Some(*verdict), "{id} is listed for the reason that {why}, but gets another verdict");
        }
    }
    assert_eq!(surprises, BTreeMap::new());
}

/// Verdicts that are not the expected ones, each with that.
fn different(vectors: &Vectors, verdicts: &BTreeMap<String, String>) -> BTreeMap<String, (String, String)> {
    assert!(verdicts.len() > 300 && verdicts.keys().eq(vectors.0.keys()), "each vector has a verdict");
    let pairs = verdicts.iter().map(|(id, got)| (id, got, &vectors.0[id].expect));
    pairs.filter(|(_, got, expect)| got != expect).map(|(id, got, expect)| (id.clone(), (got.clone(), expect.clone()))).collect()
}

/// Verdicts by a browser on a page of that origin; of answers from an address, or as they are written.
async fn judge(engine: Engine, origin: &str, cases: Vec<(&String, Option<String>)>) -> BTreeMap<String, String> {
    let browser = Browser::open(engine, Look::LIGHT).await;
    visit(&browser, &format!("{origin}/vectors.html")).await;
    let script = "const done = arguments[1]; judge(arguments[0]).then(done, failure => done(String(failure)))";
    let mut verdicts = BTreeMap::new();
    for some in cases.chunks(AT_ONCE) {
        let addresses: Vec<_> = some.iter().map(|(id, address)| (format!("/vector/{id}"), address)).collect();
        let given = browser.ask(script, json!([addresses])).await;
        let given: Vec<String> = serde_json::from_value(given.clone()).unwrap_or_else(|_| panic!("{given}"));
        verdicts.extend(some.iter().map(|(id, _)| (*id).clone()).zip(given));
    }
    verdicts
}

/// All vectors by their ids.
struct Vectors(Arc<BTreeMap<String, Vector>>);

/// What a server must know of a vector.
struct Vector {
    file: Bytes,
    expect: String,
    /// Path and query of the request.
    path: String,
    /// The answer; none if HTTP has no such message.
    letter: Option<Letter>,
    /// Whether pages of another origin may see the answer's signature.
    is_exposed: bool,
}

impl Vectors {
    fn read() -> Vectors {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/protocol/vectors/conformance");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        let mut vectors: BTreeMap<String, Vector> = files.map(Vector::read).collect();
        // An answer whose signature is not exposed has one all the same.
        let signed = vectors["A1"].letter.clone();
        vectors.values_mut().filter(|vector| !vector.is_exposed).for_each(|vector| vector.letter = signed.clone());
        Vectors(Arc::new(vectors))
    }

    fn routes(&self) -> Router {
        let (files, answers) = (Arc::clone(&self.0), Arc::clone(&self.0));
        let file = async move |id: extract::Path<String>| files[id.as_str()].file.clone();
        let answer = async move |parts: extract::Path<HashMap<String, String>>| answers[&parts["id"]].answer();
        gallery().route("/vector/{id}", get(file)).route("/answer/{id}/{*path}", any(answer))
    }
}

impl Vector {
    /// With its id.
    fn read(file: Vec<u8>) -> (String, Vector) {
        let json: Value = serde_json::from_slice(&file).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let url = text(&json["request"]["url"]);
        let path = url[url.find("//").unwrap() + 2..].split_once('/').unwrap().1.to_owned();
        let letter = if json["context"]["redirected"] == true { redirect(&path) } else { letter(&json["response"]) };
        let is_exposed = json["context"]["cross_origin"] != true || !is_unsigned(letter.as_ref());
        let vector = Vector { file: file.into(), expect: text(&json["expect"]), path, letter, is_exposed };
        (text(&json["id"]), vector)
    }

    /// Answers come from another origin, as in most shops. Where nothing can be read of one, it matters whether it could be.
    fn needs_own_origin(&self) -> bool {
        is_unsigned(self.letter.as_ref())
    }

    fn answer(&self) -> Response {
        let mut response = Response::default();
        if let Some(letter) = self.letter.clone() {
            *response.status_mut() = letter.status;
            *response.headers_mut() = letter.headers;
            *response.body_mut() = Body::from(letter.body);
        }
        let mut allow = |name, value| response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        allow("access-control-allow-origin", "*");
        if self.is_exposed {
            allow("access-control-expose-headers", "Signature, Signature-Input, Unencoded-Digest, Retry-After");
        }
        response
    }
}

/// Whether it has none of the fields that pages of other origins only see where they are exposed.
fn is_unsigned(letter: Option<&Letter>) -> bool {
    let fields = ["signature", "signature-input", "unencoded-digest"];
    letter.is_some_and(|letter| !fields.iter().any(|field| letter.headers.contains_key(*field)))
}

/// An answer as HTTP carries it; none where a field has bytes that HTTP has not.
fn letter(response: &Value) -> Option<Letter> {
    let mut headers = HeaderMap::new();
    for pair in response["headers"].as_array().unwrap() {
        // A character of a field is a byte on the wire, and again a character when script reads it.
        let value: Vec<u8> = pair[1].as_str().unwrap().chars().map(|character| u8::try_from(character).unwrap()).collect();
        headers.append(HeaderName::from_bytes(pair[0].as_str().unwrap().as_bytes()).ok()?, HeaderValue::from_bytes(&value).ok()?);
    }
    let body = STANDARD.decode(response["body"].as_str().unwrap()).unwrap();
    let is_packed = headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip");
    let status = StatusCode::from_u16(response["status"].as_u64()?.try_into().ok()?).ok()?;
    Some(Letter { status, headers, body: if is_packed { gzip(&body) } else { body }.into() })
}

/// To an answer that would be accepted.
fn redirect(path: &str) -> Option<Letter> {
    let headers = HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_str(&format!("/answer/A1/{path}")).ok()?)]);
    Some(Letter { status: StatusCode::FOUND, headers, body: Bytes::new() })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
