//! The control routes and the page's files, as the phone or a script uses them.

use sandbox::Account;
use serde_json::{Value, json};

use super::tokens::{get, members};
use crate::stage::Stage;
use testing::provider::{account, randomness};

impl Stage {
    async fn act(&self, verb: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/sandbox/official_account/{verb}", self.sandbox.url());
        let reply = self.http.post(url).header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        (reply.status().as_u16(), serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap())
    }
}

#[tokio::test]
async fn the_settings_it_hands_out_are_the_gateways() {
    let stage = super::open().await;
    let settings = members(&stage.send(&get(format!("{}/sandbox/settings", stage.sandbox.url()))).await);
    let parsed: gateway::official_account::Settings = serde_json::from_value(settings["official_account"].clone()).unwrap();
    assert_eq!((parsed.base_url.as_str(), &parsed.open_url), (stage.sandbox.url().as_str(), &parsed.base_url));
    assert!(gateway::official_account::Config::parse(&parsed).is_ok());
    assert_eq!(parsed.appid, settings["wechat_pay"]["appid"], "openids are the same for both");
}

#[tokio::test]
async fn the_phone_scans_follows_and_leaves() {
    let stage = super::open().await;
    let payload = stage.scene("ord_1").await.payload;
    let (status, view) = stage.act("scan", &json!({ "payload": payload })).await;
    assert_eq!((status, &view["offered"], &view["follows"], &view["account"]), (200, &json!(true), &json!(false), &json!("Sandbox shop")));
    assert_eq!(stage.act("../scan", &json!({ "payload": payload })).await, (200, view), "by the camera for everything");
    let (_, view) = stage.act("follow", &json!({})).await;
    assert_eq!((&view["offered"], &view["follows"]), (&json!(false), &json!(true)));
    let (_, view) = stage.act("unfollow", &json!({})).await;
    assert_eq!(view["follows"], false);
    assert_eq!(stage.act("scan", &json!({ "payload": "x" })).await, (404, json!({ "problem": "unknown_code" })));
    let failed = stage.act("callback", &json!({ "url": "http://127.0.0.1:1/" })).await;
    assert_eq!(failed, (409, json!({ "problem": "url_check_failed" })));
    assert_eq!(members(&stage.send(&get(format!("{}/sandbox/official_account", stage.sandbox.url()))).await), view);
}

#[test]
fn a_keys_file_of_an_older_sandbox_gets_an_account_and_keeps_it() {
    let mut older = serde_json::to_value(account()).unwrap();
    older.as_object_mut().unwrap().remove("official_account").unwrap();
    let path = std::env::temp_dir().join(format!("qr-checkout-official-account-{}.json", std::process::id()));
    std::fs::write(&path, older.to_string()).unwrap();
    let settings = || Account::load_or_create(&path, &randomness()).unwrap().official_account_settings("http://127.0.0.1:1");
    let (first, second) = (settings(), settings());
    std::fs::remove_file(&path).unwrap();
    assert_eq!((&first.secret, &first.aes_key), (&second.secret, &second.aes_key));
    assert!(gateway::official_account::Config::parse(&first).is_ok());
}
