//! The independent judge: PyPI `wechatpayv3` drives the sandbox from prepay to notification, and signs
//! what our gateway signs. Both ends of ours share code, so only an outsider can tell a misreading.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use gateway::wechat_pay::{Config, WechatPay};
use gateway::{Gateway as _, HttpRequest, Moment, PaymentRequest};
use sandbox::{Account, Randomness, Sandbox, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const PAYMENT: &str = "pay_0123456789abcdefghijAB";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The interpreter that `cargo xtask setup` prepares, or the one that the environment names.
fn python() -> PathBuf {
    let prepared = root().join("target/tools/venv/bin/python");
    let python = std::env::var_os("QR_CHECKOUT_PYTHON").map_or(prepared, PathBuf::from);
    assert!(python.exists(), "{} is missing: run cargo xtask setup", python.display());
    python
}

/// Runs the judge with `input` and insists that it agreed.
fn judge(arguments: &[&str], input: &str) {
    let mut command = Command::new(python());
    command.arg(root().join("tests/interop/wechat_pay/judge.py")).args(arguments);
    command.env_remove("http_proxy").env_remove("HTTP_PROXY").env("PYTHONDONTWRITEBYTECODE", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.ends_with("agreed\n"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn randomness() -> Randomness {
    Arc::new(|buffer| aws_lc_rs::rand::fill(buffer).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_independent_merchant_is_served_from_prepay_to_notification() {
    // The judge signs with the real time and has no other.
    let time = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let account = Account::generate(&randomness()).unwrap();
    let settings = Settings { account, time: Arc::new(time), random: randomness() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = Sandbox::start(settings, listener).await.unwrap();
    let url = sandbox.url();
    tokio::task::spawn_blocking(move || judge(&["drive", &url], "")).await.unwrap();
    sandbox.stop().await.unwrap();
}

#[test]
fn an_independent_merchant_signs_our_requests_to_the_same_bytes() {
    let settings = Account::generate(&randomness()).unwrap().merchant_settings("http://127.0.0.1:1");
    let gateway = WechatPay::new(Config::parse(&settings).unwrap());
    let at = Moment { now: 1_767_225_600, nonce: *b"sixteen bytes ok" };
    let payment = PaymentRequest {
        payment_id: PAYMENT,
        description: "茉莉花茶 \"100 g\" \\ / \u{1F375}",
        amount: 1250,
        currency: "CNY",
        expires_at: at.now + 900,
        notify_url: "https://shop.example/notify/wechat_pay",
    };
    let requests = [gateway.create(&payment, &at), gateway.query(PAYMENT, &at), gateway.close(PAYMENT, &at)];
    let job = json!({
        "mchid": settings.mchid,
        "merchant_serial": settings.merchant_serial,
        "merchant_key": settings.merchant_key,
        "requests": requests.iter().map(|request| described(request, &at, &settings.base_url)).collect::<Vec<_>>(),
    });
    judge(&["compare"], &job.to_string());
}

fn described(request: &HttpRequest, at: &Moment, base_url: &str) -> Value {
    let authorization = &request.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
    let nonce: String = at.nonce.iter().map(|byte| format!("{byte:02X}")).collect();
    json!({
        "method": request.method,
        "target": request.url.strip_prefix(base_url).unwrap(),
        "body": String::from_utf8(request.body.clone()).unwrap(),
        "timestamp": at.now,
        "nonce": nonce,
        "authorization": authorization,
    })
}
