//! The phone page in Chromium: a code is found in a picture, paid, only looked at, declined, another leads to the shop's account, and
//! a fault is switched, what it held let go and the clock moved. The page stands in a frame of one that uses it, for which alone a line in between relaxes the policy.

use std::time::Duration;

use crate::stage::Stage;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use gateway::PaymentRequest;
use gateway::official_account::{self, Freshness, OfficialAccount};
use gateway::wechat_pay::{Config, WechatPay};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};
use testing::{Browser, Engine, Look};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// For all of it; on a slow machine the browser takes its time to start.
const DEADLINE: Duration = Duration::from_secs(90);

/// The merchant's end that the stage uses.
fn gateway(sandbox: &sandbox::Sandbox) -> Box<dyn gateway::Gateway> {
    Box::new(WechatPay::new(Config::parse(&sandbox.wechat_pay_settings()).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_finds_pays_looks_declines_and_follows_and_faults_are_played_out() {
    let stage = Stage::open(gateway).await;
    let first = stage.create(&stage.payment()).await.unwrap();
    stage.create(&PaymentRequest { payment_id: "pay_other", ..stage.payment() }).await.unwrap();
    let (url, mut told) =
        serve(stage.sandbox.url(), json!({ "modules": modules(&first.payload), "follow": follow_code(&stage).await })).await;
    let browser = Browser::open(Engine::Chromium, Look::LIGHT).await;
    browser.goto(&url).await;
    let steps = tokio::time::timeout(DEADLINE, told.recv()).await.unwrap().unwrap();
    let payee = stage.sandbox.codes()[0].payee.clone();
    let expected = json!([
        ["a picture of nothing", "There is no code in this picture."],
        ["a picture of a code", "Code found."],
        ["what the wallet asks", ["WeChat Pay", payee, "茉莉花茶 100 g", "¥12.50"]],
        ["paid", ["Paid", "Paid. The shop is being told."]],
        ["just looked", "Opened. Nothing is paid yet."],
        ["declined", "You declined. You can still pay."],
        ["a code to follow", ["Code found.", payee, "You do not follow yet."]],
        ["followed", ["You follow. The shop is being told.", "You follow. Messages arrive here."]],
        ["a text of nobody's", "This is no code of this sandbox."],
        ["a fault", "(1 on)"],
        ["as the sandbox has it", true],
        ["no fault", false],
        ["nothing held", "No notification is held."],
        ["released", "Notifications sent: 1"],
        ["arrived", ["accepted", "accepted"]],
        ["#one-minute", true],
        ["#ten-minutes", true],
        ["#one-hour", true],
        ["#real-time", true],
        ["groups by name", ["Held notifications", "Clock"]],
    ]);
    assert_eq!(steps, expected);
    assert!(stage.sandbox.official_account().follows);
}

/// What a code to follow the shop's account encodes.
async fn follow_code(stage: &Stage) -> String {
    let config = official_account::Config::parse(&stage.sandbox.official_account_settings()).unwrap();
    let account = OfficialAccount::new(config);
    let token = stage.ask(account.token(Freshness::Current)).await.unwrap().value;
    stage.ask(account.scene(&token, "ord_1", 3600)).await.unwrap().payload
}

/// The modules of a code, a line for each row.
fn modules(payload: &str) -> Vec<String> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).unwrap();
    let symbols: Vec<char> = code.to_colors().into_iter().map(|color| if color == Color::Dark { '#' } else { ' ' }).collect();
    symbols.chunks(code.width()).map(|row| row.iter().collect()).collect()
}

/// The page that uses the phone, and behind it the sandbox.
async fn serve(sandbox: String, case: Value) -> (String, UnboundedReceiver<Value>) {
    let (tell, told) = unbounded_channel();
    let file = |kind: &'static str, text: &'static str| get(move || async move { ([("content-type", kind)], text) });
    let asking = "<!doctype html><html lang=en><body><script type=module src=/ask.js></script>";
    let routes = Router::new()
        .route("/", file("text/html", asking))
        .route("/ask.js", file("text/javascript", include_str!("ask.js")))
        .route("/case", get(move || async move { Json(case) }))
        .route(
            "/told",
            post(move |body: String| async move {
                // The test has ended when nobody listens any more.
                tell.send(serde_json::from_str(&body).unwrap()).ok();
            }),
        )
        .fallback(pass_on)
        .with_state((sandbox, reqwest::Client::builder().no_proxy().build().unwrap()));
    (format!("{}/", testing::serve(routes).await), told)
}

async fn pass_on(
    State((sandbox, client)): State<(String, reqwest::Client)>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    headers.remove("host");
    let reply = client.request(method, format!("{sandbox}{uri}")).headers(headers).body(body).send().await.unwrap();
    let mut response = Response::builder().status(reply.status());
    for (name, value) in reply.headers() {
        let text = value.to_str().unwrap().replace("frame-ancestors 'none'", "frame-ancestors 'self'");
        response = response.header(name, text);
    }
    response.body(Body::from(reply.bytes().await.unwrap())).unwrap()
}
