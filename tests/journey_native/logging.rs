//! What a journey leaves in the log: a line of JSON for each event, and nothing about the shopper.

use checkout::Saved;
use merchant::Store;
use merchant::api_keys::{self, Scope};
use protocol::Surface;
use sandbox::Faults;
use serde_json::Value;

use crate::stage::Stage;

const PAGE: &str = "https://shop.example/tea?leaf=green";
const AGENT: &str = "Mozilla/5.0 (iPhone) MicroMessenger/8.0";

/// What the backend's process writes.
async fn records(stage: &Stage) -> Store {
    Store::open(&stage.shop.config_file().with_file_name("merchant.sqlite")).await.unwrap().sealing(testing::details::sealer())
}

/// Buys by every method and surface with things going wrong; answers what must not be written down.
async fn journey(stage: &mut Stage) -> Vec<String> {
    let store = records(stage).await;
    let (_, key) = api_keys::create(&store, "tests", &Scope::ALL, 0).await.unwrap();
    store.close().await;
    let client = reqwest::Client::builder().no_proxy().user_agent(AGENT).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut secrets = vec![key.clone()];
    stage.faults(Faults { wrong_signature_notification: true, ..Faults::default() });
    let code = stage.reach_code().await;
    stage.pay(&code);
    stage.refused().await;
    stage.faults(Faults::default());
    stage.shopper.comes_to("paid").await;
    let order = stage.shopper.order().id.to_string();
    let refund = client.post(format!("{}/admin/v1/orders/{order}/refunds", stage.shop.url())).bearer_auth(&key);
    let refunded = refund.header("idempotency-key", "once").header("x-request-id", "from-the-proxy").body("{}").send().await.unwrap();
    assert_eq!((refunded.status().as_u16(), &refunded.headers()["x-request-id"]), (201, &"from-the-proxy".parse().unwrap()));
    let store = records(stage).await;
    let payer = store.record(&stage.shopper.order().id).await.unwrap().payments[0].payer.clone();
    store.close().await;
    secrets.extend([code, order, payer.expect("WeChat Pay tells who paid")]);
    for (surface, method) in [(Surface::App, "alipay"), (Surface::Qr, "fps"), (Surface::Wechat, "wechat_pay"), (Surface::App, "wechat_pay")]
    {
        // Somebody else.
        stage.visit(Saved::default());
        stage.visit_on(surface, PAGE);
        secrets.push(stage.reach_code_by(method).await);
        secrets.push(stage.shopper.order().id.to_string());
    }
    let strange = format!("{}/wechat/openid?code=0a1b2c&state={}", stage.shop.url(), "x".repeat(20));
    client.get(strange).send().await.unwrap();
    client.get(format!("{}/admin/v1/orders", stage.shop.url())).bearer_auth("qrk_guessed").send().await.unwrap();
    secrets.push("qrk_guessed".to_owned());
    secrets.push(answer_by_page(stage, &client, &key).await);
    secrets
}

/// What a shopper types on the page of an order of the shop's own, wrongly and rightly.
const TYPED: [(&str, &str); 4] = [
    ("answer.name", "Lin Invented"),
    ("answer.email", "nobody at example.org"),
    ("answer.email", "lin@example.org"),
    ("answer.phone", "+49 30 1234567"),
];

/// Answers by the page's form what such an order asks, and begins to pay it; its id.
async fn answer_by_page(stage: &Stage, client: &reqwest::Client, key: &str) -> String {
    let url = stage.shop.url();
    let wish = r#"{"currency":"CNY","lines":[{"name":"Lamp","unit_price":9900}],"asks":["name","email","phone"]}"#;
    let making = client.post(format!("{url}/admin/v1/orders")).bearer_auth(key).header("idempotency-key", "asking").body(wish);
    let made: Value = serde_json::from_str(&making.send().await.unwrap().text().await.unwrap()).unwrap();
    let order = made["order"]["id"].as_str().unwrap();
    let page = format!("{url}/pay/{order}");
    for (email, status) in [(TYPED[1], 400), (TYPED[2], 303)] {
        let form = client.get(format!("{page}?plain")).send().await.unwrap().text().await.unwrap();
        let hidden = ["token", "salt"].map(|name| {
            let (_, value) = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {form}"));
            (name, value.split('"').next().unwrap())
        });
        // Browsers write forms as they write queries.
        let written = reqwest::Url::parse_with_params(&page, hidden.into_iter().chain([TYPED[0], email, TYPED[3]])).unwrap();
        let body = written.query().unwrap().to_owned();
        let sending = client.post(&page).header("origin", &url).header("content-type", "application/x-www-form-urlencoded").body(body);
        assert_eq!(sending.send().await.unwrap().status(), status, "{form}");
    }
    order.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journeys_log_is_json_and_holds_nothing_about_the_shopper() {
    let mut stage = Stage::open_process_with_methods().await;
    let secrets = journey(&mut stage).await;
    let log = std::fs::read_to_string(stage.shop.config_file().with_extension("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect();
    for line in &lines {
        assert!(["timestamp", "level", "message"].iter().all(|member| line[member].is_string()), "{line}");
    }
    let answered = |status: u64, route: &str| {
        lines.iter().any(|line| line["message"] == "answered" && line["status"] == status && line["route"] == route)
    };
    assert!(answered(201, "/v1/orders") && answered(401, "/admin/v1/orders") && answered(200, "/v1/orders/…"), "{log}");
    let refund = lines.iter().find(|line| line["route"] == "/admin/v1/orders/…/refunds").unwrap();
    assert_eq!(refund["span"]["id"], "from-the-proxy");
    assert!(lines.iter().any(|line| line["message"] == "called" && line["provider"] == "wechat_pay" && line["call"] == "create"), "{log}");
    let never = [
        "Spring tea",
        "春茶",
        "127.0.0.1:",
        "shop.example",
        "leaf=green",
        "MicroMessenger",
        "0a1b2c",
        "weixin://",
        "alipay.com",
        "BEGIN",
        "state=",
    ];
    assert!(answered(400, "/pay/…") && answered(303, "/pay/…"), "{log}");
    for secret in secrets.iter().map(String::as_str).chain(never).chain(TYPED.map(|(_, typed)| typed)) {
        assert!(!log.contains(secret), "{secret} stands in: {}", log.lines().find(|line| line.contains(secret)).unwrap_or_default());
    }
}
