//! The loader in Chromium, under the strict policy that the README publishes, with a stand-in for the widget.
//! The scenarios are in `scenarios.js`; here are the two servers, the browser and the deadline.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha384};
use testing::{Browser, Engine, Look, listener};

/// The loader's modules, each behind those that it imports.
const LOADER: [&str; 8] = [
    include_str!("../../../../www/loader/loading.js"),
    include_str!("../../../../www/loader/asking.js"),
    include_str!("../../../../www/loader/language.js"),
    include_str!("../../../../www/loader/returning.js"),
    include_str!("../../../../www/loader/telling.js"),
    include_str!("../../../../www/loader/buttons.js"),
    include_str!("../../../../www/loader/waiting.js"),
    include_str!("../../../../www/qr-checkout.js"),
];
const GLUE: &str = include_str!("glue.js");
const SCENARIOS: &str = include_str!("scenarios.js");
/// The smallest module: magic number and version.
const WASM: &[u8] = b"\0asm\x01\0\0\0";
const LOCALE: &str = "zh-Hans\nltr\n关闭\n";
const ADVICE: &str = r#"{"pin-missing": "Write the key.", "net-failed": "No answer.", "refused": "The backend said no."}"#;
/// For one scenario; on a slow machine the first one waits for the browser to start.
const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Verdict {
    name: String,
    failure: Option<String>,
    last: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loader_keeps_its_contract_in_chromium() {
    let (verdicts, told) = channel();
    let (pay, page) = (listener(), listener());
    let pay_url = format!("http://{}", pay.local_addr().unwrap());
    let page_url = format!("http://{}/?scenario=0", page.local_addr().unwrap());
    let is_broken = Arc::new(AtomicBool::new(false));
    serve(pay, move |request| pay_answer(request, &is_broken, &verdicts));
    serve(page, move |_| page_answer(&pay_url));
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.goto(&page_url).await;
    let failures = tokio::task::spawn_blocking(move || collect(&told)).await.unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn collect(told: &Receiver<Verdict>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut previous = "the start of the browser".to_owned();
    loop {
        let Ok(verdict) = told.recv_timeout(DEADLINE) else {
            failures.push(format!("no verdict within {DEADLINE:?} after: {previous}"));
            return failures;
        };
        println!("{}: {}", verdict.name, verdict.failure.as_deref().unwrap_or("ok"));
        failures.extend(verdict.failure.map(|failure| format!("{}: {failure}", verdict.name)));
        if verdict.last {
            return failures;
        }
        previous = verdict.name;
    }
}

/// The merchant's page: it allows the loader's origin and nothing else.
fn page_answer(pay: &str) -> Answer {
    let policy = format!(
        "default-src 'none'; script-src {pay} 'wasm-unsafe-eval'; connect-src {pay}; style-src 'self'; \
         img-src {pay}; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let body = format!("<!doctype html><html lang=en><body><script type=module src={pay}/scenarios.js></script>");
    Answer { status: 200, kind: "text/html", policy, body: body.into_bytes() }
}

/// The merchant's backend as far as the loader knows it: one folder per release, some of them broken.
fn pay_answer(request: Request, is_broken: &AtomicBool, verdicts: &Sender<Verdict>) -> Answer {
    let path = request.path.split('?').next().unwrap_or_default();
    let script = |body: String| Answer::of(200, "text/javascript", body);
    match path.rsplit('/').next().unwrap_or_default() {
        "scenarios.js" => script(SCENARIOS.to_owned()),
        "qr-checkout.js" => script(released(path)),
        _ if path.starts_with("/flaky/") && is_broken.load(Ordering::SeqCst) => Answer::of(503, "text/plain", ""),
        "locale.txt" | "advice.json" if path.starts_with("/lost-texts/") => Answer::of(404, "text/plain", ""),
        "glue.js" => script(GLUE.to_owned()),
        "locale.txt" => Answer::of(200, "text/plain", LOCALE),
        "advice.json" => Answer::of(200, "application/json", ADVICE),
        "widget.wasm" => Answer::of(200, "application/wasm", WASM),
        "broken" | "mended" => {
            is_broken.store(path == "/broken", Ordering::SeqCst);
            Answer::of(204, "text/plain", "")
        }
        "verdict" => {
            verdicts.send(serde_json::from_slice(&request.body).unwrap()).unwrap();
            Answer::of(204, "text/plain", "")
        }
        _ => Answer::of(404, "text/plain", ""),
    }
}

/// The loader as `dist` writes it; in some folders it expects other files than the server has.
fn released(path: &str) -> String {
    let expected = |folder: &str, bytes: &[u8]| {
        let bytes = if path.starts_with(folder) { b"another file" } else { bytes };
        format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
    };
    let glue = expected("/changed-glue/", GLUE.as_bytes());
    let wasm = expected("/changed-wasm/", WASM);
    let locale = expected("/changed-locale/", LOCALE.as_bytes());
    let advice = expected("/changed-advice/", ADVICE.as_bytes());
    let release = format!(
        r#"const IS_RELEASED = true, GLUE = ["glue.js", "{glue}"], WASM = ["widget.wasm", "{wasm}"], FRAMING = [], ADVICE = ["advice.json", "{advice}"], LOCALES = {{ "zh-Hans": ["locale.txt", "{locale}", "正在加载", "无法加载", "不能运行", "此处没有", "重试", "关闭", "使用简易页面继续"] }};"#
    );
    let source = joined();
    let loader = source.replace("const IS_RELEASED = false, GLUE = [], WASM = [], FRAMING = [], ADVICE = [], LOCALES = {};", &release);
    assert_ne!(loader, source, "the loader's placeholder was not found");
    loader
}

/// One script of all modules, as `dist` bundles them: no name stands in two of them.
fn joined() -> String {
    let lines = LOADER.iter().flat_map(|module| module.lines()).filter(|line| !line.starts_with("import "));
    lines.map(|line| line.strip_prefix("export ").unwrap_or(line).to_owned() + "\n").collect()
}

struct Request {
    path: String,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    kind: &'static str,
    policy: String,
    body: Vec<u8>,
}

impl Answer {
    fn of(status: u16, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind, policy: String::new(), body: body.into() }
    }

    fn write_to(self, mut stream: &TcpStream) -> std::io::Result<()> {
        write!(
            stream,
            "HTTP/1.1 {} Test\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\
             access-control-allow-origin: *\r\ncontent-security-policy: {}\r\n\r\n",
            self.status,
            self.kind,
            self.body.len(),
            self.policy,
        )?;
        stream.write_all(&self.body)
    }
}

/// Answers until the test's process ends; a connection the browser drops is the browser's business.
fn serve(listener: TcpListener, answer: impl Fn(Request) -> Answer + Send + 'static) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Some(request) = read(&stream) {
                let _ = answer(request).write_to(&stream);
            }
        }
    });
}

fn read(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { path, body })
}
