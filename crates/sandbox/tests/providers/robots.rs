//! The robots of groups: each takes its own dialect, signed where it has to be, and nothing else.

use std::sync::Arc;

use reqwest::Client;
use serde_json::{Value, json};

use testing::provider::open_sandbox;

async fn send(url: &str, body: &Value) -> (u16, String) {
    let client = Client::builder().no_proxy().build().unwrap();
    let reply = client.post(url).header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}

fn errcode(answer: &(u16, String)) -> i64 {
    serde_json::from_str::<Value>(&answer.1).unwrap()["errcode"].as_i64().unwrap()
}

#[tokio::test]
async fn a_robot_takes_its_own_dialect_and_nothing_else() {
    let sandbox = open_sandbox(Arc::new(|| 1_800_000_000)).await;
    let url = sandbox.url();
    let [wecom, dingtalk, slack] = sandbox::robot_paths().map(|(_, path)| format!("{url}{path}"));
    let good = json!({ "msgtype": "markdown", "markdown": { "content": "**x**" } });
    assert_eq!(errcode(&send(&wecom, &good).await), 0);
    let titled = json!({ "msgtype": "markdown", "markdown": { "title": "x", "text": "x" } });
    for bad in [json!({ "text": "x" }), titled.clone(), json!({ "msgtype": "markdown", "markdown": { "content": "x".repeat(4_097) } })] {
        assert_ne!(errcode(&send(&wecom, &bad).await), 0, "{bad}");
    }
    assert_ne!(errcode(&send(&wecom.replace("robot-key", "other"), &good).await), 0);
    assert_eq!(errcode(&send(&dingtalk, &titled).await), 310_000, "it is not signed");
    let forged = format!("{dingtalk}&timestamp=1800000000000&sign=AAAA");
    assert_eq!(errcode(&send(&forged, &titled).await), 310_000);
    assert_eq!(send(&slack, &json!({ "text": "x" })).await, (200, "ok".to_owned()));
    assert_eq!(send(&slack, &json!({ "text": "x", "as_user": true })).await.0, 400);
    assert_eq!(send(&slack.replace("robot-key", "other"), &json!({ "text": "x" })).await.0, 404);
    assert_eq!(sandbox.robots().posted().len(), 2);
    let page = Client::builder().no_proxy().build().unwrap().get(format!("{url}/robots")).send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert!(page.text().await.unwrap().contains("<pre dir=\"auto\">**x**</pre>"));
}
