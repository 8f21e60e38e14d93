//! The control routes and the phone page, as a script or a browser uses them.

use sandbox::{Account, AccountError};
use serde_json::{Value, json};

use crate::stage::{PAYMENT, START, Stage};
use testing::provider::randomness;

impl Stage {
    async fn get(&self, path: &str) -> Value {
        let reply = self.http.get(format!("{}{path}", self.sandbox.url())).send().await.unwrap();
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.sandbox.url());
        let request = self.http.post(url).header("content-type", "application/json").body(body.to_string());
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap())
    }
}

#[tokio::test]
async fn the_settings_it_hands_out_make_a_working_gateway() {
    let stage = super::open().await;
    let settings = stage.get("/sandbox/settings").await;
    let parsed: gateway::wechat_pay::Settings = serde_json::from_value(settings["wechat_pay"].clone()).unwrap();
    assert_eq!(parsed.base_url, stage.sandbox.url());
    assert!(gateway::wechat_pay::Config::parse(&parsed).is_ok());
}

#[tokio::test]
async fn a_camera_finds_pays_and_cannot_pay_twice() {
    let stage = super::open().await;
    let prepared = stage.create(&stage.payment()).await.unwrap();
    let (status, code) = stage.post("/sandbox/scan", &json!({ "payload": prepared.payload })).await;
    assert_eq!(status, 200);
    assert_eq!(code["payment_id"], PAYMENT);
    assert_eq!((&code["payee"], &code["amount"], &code["currency"]), (&json!("Sandbox shop"), &json!(1250), &json!("CNY")));
    assert_eq!((&code["state"], &code["seconds_left"]), (&json!("open"), &json!(900)));
    assert_eq!(stage.get("/sandbox/codes").await, json!([code]));

    let (_, code) = stage.post("/sandbox/pay", &json!({ "payload": prepared.payload })).await;
    assert_eq!(code["state"], "paid");
    let again = stage.post("/sandbox/pay", &json!({ "payload": prepared.payload })).await;
    assert_eq!(again, (409, json!({ "problem": "already_paid" })));
    let unknown = stage.post("/sandbox/scan", &json!({ "payload": "https://example.com" })).await;
    assert_eq!(unknown, (404, json!({ "problem": "unknown_code" })));
}

#[tokio::test]
async fn a_code_is_declined_and_paid_by_its_id() {
    let stage = super::open().await;
    stage.create(&stage.payment()).await.unwrap();
    let id = stage.sandbox.codes()[0].id.clone();
    let (_, code) = stage.post(&format!("/sandbox/codes/{id}/decline"), &json!({})).await;
    assert_eq!(code["state"], "dismissed");
    let (_, code) = stage.post(&format!("/sandbox/codes/{id}/pay"), &json!({})).await;
    assert_eq!(code["state"], "paid");
}

#[tokio::test]
async fn faults_are_set_by_name_and_a_misspelt_one_is_refused() {
    let stage = super::open().await;
    let (_, faults) = stage.post("/sandbox/faults", &json!({ "hold_notifications": true, "server_error": 2 })).await;
    assert_eq!((&faults["hold_notifications"], &faults["server_error"]), (&json!(true), &json!(2)));
    assert_eq!(stage.get("/sandbox/faults").await, faults);
    let url = format!("{}/sandbox/faults", stage.sandbox.url());
    let misspelt = stage.http.post(&url).header("content-type", "application/json").body(r#"{"sever_error":1}"#);
    assert_eq!(misspelt.send().await.unwrap().status().as_u16(), 422);
    stage.http.delete(&url).send().await.unwrap();
    assert_eq!(stage.get("/sandbox/faults").await["server_error"], 0);
}

#[tokio::test]
async fn the_clock_moves_and_held_notifications_are_released_over_http() {
    let mut stage = super::open().await;
    assert_eq!(stage.get("/sandbox/clock").await, json!({ "now": START }));
    stage.post("/sandbox/faults", &json!({ "hold_notifications": true })).await;
    stage.pay().await;
    assert_eq!(stage.get("/sandbox/notifications").await[0]["state"], "held");
    assert_eq!(stage.post("/sandbox/notifications/release", &json!({})).await.1, json!({ "released": 1 }));
    stage.arrival().await;
    assert_eq!(stage.post("/sandbox/clock", &json!({ "advance_seconds": 60 })).await.1, json!({ "now": START + 60 }));
}

#[tokio::test]
async fn the_phone_page_is_served_under_a_policy_without_exceptions() {
    let stage = super::open().await;
    let scripts = ["/phone.js", "/scanner.js", "/faults.js", "/texts.js"].map(|path| (path, "text/javascript"));
    let files = [("/", "text/html"), ("/phone", "text/html"), ("/phone.css", "text/css")];
    for (path, kind) in files.into_iter().chain(scripts) {
        let reply = stage.http.get(format!("{}{path}", stage.sandbox.url())).send().await.unwrap();
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with(kind), "{path}");
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let text = String::from_utf8(reply.bytes().await.unwrap().to_vec()).unwrap();
        assert!(!text.contains("<script>") && !text.contains("style=") && !text.contains("innerHTML"), "{path}");
    }
}

#[test]
fn kept_keys_are_the_same_at_the_next_start_and_readable_by_their_owner_only() {
    let name = format!("qr-checkout-sandbox-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    let first = Account::load_or_create(&path, &randomness()).unwrap();
    let second = Account::load_or_create(&path, &randomness()).unwrap();
    let settings = |account: &Account| account.merchant_settings("http://127.0.0.1:1");
    assert_eq!(settings(&first).merchant_key, settings(&second).merchant_key);
    assert_eq!(settings(&first).platform_keys, settings(&second).platform_keys);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(&path, "{}").unwrap();
    assert!(matches!(Account::load_or_create(&path, &randomness()), Err(AccountError::Format(_))));
    std::fs::remove_file(&path).unwrap();
    let shown = format!("{first:?}");
    assert!(!shown.contains("PRIVATE") && !shown.contains(&settings(&first).apiv3_key), "{shown}");
}
