//! The independent judges: PyPI `wechatpy`, and npm `co-wechat-api` with `wechat-crypto`, drive the sandbox from the token to the
//! message that arrived, prove and open what it calls back, and write what our gateway writes.

use gateway::official_account::server::{AesKey, callback_signature};
use gateway::official_account::{Config, Freshness, Message, Occasion, OfficialAccount, Scope};
use gateway::{CallContext, HttpRequest};
use serde_json::{Value, json};
use testing::judges::judge;
use testing::provider::{account, drive};

const TOKEN: &str = "62_aAbB-cC";
const CODE: &str = "0a1B2c-3d_4E";
const SCENE: &str = "ord_0123456789abcdefghijAB";

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_python_client_is_served_from_the_openid_to_the_message() {
    drive("official_account/judge.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_with_the_node_client_is_served_from_the_token_to_the_message() {
    drive("official_account/judge.mjs").await;
}

#[test]
fn both_clients_write_sign_and_encrypt_as_we_do() {
    let job = job().to_string();
    judge("official_account/judge.py", &["compare"], &job);
    judge("official_account/judge.mjs", &["compare"], &job);
}

fn job() -> Value {
    let settings = account().official_account_settings("http://127.0.0.1:1");
    let account = OfficialAccount::new(Config::parse(&settings).unwrap());
    let at = CallContext { now: 1_767_225_600, nonce: *b"sixteen bytes ok" };
    let (redirect_url, ticket, page_url) = ("https://shop.example/back?a=1&b=ü%20/", "sM4AOVdWfPE4", "https://shop.example/?a=ü&b=%20");
    let message = Message {
        occasion: Occasion::Paid,
        id: "ord_1-paid",
        openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        url: "https://shop.example/?order=ord_1",
        is_test: false,
        order: SCENE,
        description: "茉莉花茶 \"100 g\" \\ / & \u{1F375}".into(),
        amount: "¥12.50",
        at: at.now,
    };
    let (key, text) = (AesKey::parse(settings.aes_key.as_deref().unwrap()).unwrap(), "<xml><A><![CDATA[茉莉花茶]]></A></xml>");
    let sealed = key.seal(at.nonce, text.as_bytes(), &settings.appid);
    json!({
        "authorize_url": account.authorize_url(redirect_url, Scope::Base, "s1"),
        "redirect_url": redirect_url,
        "token": TOKEN,
        "code": CODE,
        "ticket": ticket,
        "page": account.sign_page(ticket, page_url, &at),
        "page_url": page_url,
        "scene": SCENE,
        // What a merchant would tell the clients, in words of its own.
        "told": {
            "openid": message.openid, "template": settings.paid_template.as_ref().unwrap().id, "url": message.url,
            "data": {
                "character_string1": { "value": SCENE }, "thing2": { "value": "茉莉花茶 \"100 g\" \\ / &" },
                "amount3": { "value": "¥12.50" }, "time4": { "value": "2026-01-01 08:00:00" },
            },
        },
        "requests": {
            "ticket": described(&account.ticket(TOKEN).into_request()),
            "token": described(&account.token(Freshness::Renewed).into_request()),
            "exchange": described(&account.exchange(CODE).into_request()),
            "scene": described(&account.scene(TOKEN, SCENE, 3600).into_request()),
            "message": described(&account.message(TOKEN, &message).unwrap().into_request()),
        },
        "prefix": "sixteen bytes ok",
        "message": text,
        "sealed": sealed,
        "timestamp": "1767225600",
        "nonce": "nonce1",
        "msg_signature": callback_signature(&[&settings.token, "1767225600", "nonce1", &sealed]),
        "settings": settings,
    })
}

fn described(request: &HttpRequest) -> Value {
    let body = (!request.body.is_empty()).then(|| serde_json::from_slice::<Value>(&request.body).unwrap());
    json!({ "method": request.method.as_str(), "url": request.url, "body": body })
}
