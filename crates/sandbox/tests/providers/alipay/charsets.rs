//! Clients that do not write UTF-8: what is signed, both ways, are the bytes in their charset.

use std::collections::BTreeMap;

use encoding_rs::GBK;
use gateway::rsa::{PrivateKey, PublicKey};

use crate::stage::Stage;

/// Percent-encodes bytes.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// The answer to a precreate of tea whose texts are written in that charset.
async fn made(stage: &Stage, charset: &str) -> (String, Vec<u8>) {
    let settings = stage.sandbox.alipay_settings();
    let content = r#"{"out_trade_no":"GBK_1","total_amount":"12.50","subject":"茉莉花茶"}"#;
    let parameters = BTreeMap::from([
        ("app_id", settings.app_id.as_str()),
        ("biz_content", content),
        ("charset", charset),
        ("method", "alipay.trade.precreate"),
        ("sign_type", "RSA2"),
        ("timestamp", "2026-01-01 08:00:00"),
        ("version", "1.0"),
    ]);
    let text = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let sign = PrivateKey::from_pem(&settings.app_key).unwrap().sign(&GBK.encode(&text).0);
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={}", escaped(&GBK.encode(value).0)));
    let form = pairs.chain([format!("sign={}", escaped(sign.as_bytes()))]).collect::<Vec<_>>().join("&");
    let request = stage.http.post(format!("{}/gateway.do", stage.sandbox.url())).body(form);
    let reply = request.header("content-type", format!("application/x-www-form-urlencoded;charset={charset}")).send().await.unwrap();
    let kind = reply.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, reply.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_client_that_writes_gbk_is_understood_and_answered_in_it() {
    for charset in ["gbk", "GB2312"] {
        let stage = super::open().await;
        let (kind, body) = made(&stage, charset).await;
        assert_eq!(kind, format!("text/html;charset={}", charset.to_lowercase()));
        let text = GBK.decode(&body).0.into_owned();
        assert!(text.contains("\"code\":\"10000\""), "{text}");
        assert_eq!(stage.sandbox.codes()[0].description, "茉莉花茶");
        let (node, sign) = text.split_once(":").unwrap().1.rsplit_once(",\"sign\":\"").unwrap();
        let key = PublicKey::from_pem(&stage.sandbox.alipay_settings().alipay_public_key).unwrap();
        assert!(key.verifies(&GBK.encode(node).0, sign.trim_end_matches("\"}")));
        // The same number with another amount: the refusal's text is Chinese, and signed as it is written.
        let (_, refused) = made(&stage, charset).await;
        assert!(GBK.decode(&refused).0.contains("10000"), "the same again is the same");
    }
}

#[tokio::test]
async fn a_charset_that_nobody_speaks_is_refused_by_its_name() {
    let stage = super::open().await;
    let (_, body) = made(&stage, "big5").await;
    assert!(!String::from_utf8_lossy(&body).contains("10000"));
}
