//! The account's templates, what their keywords take, and messages that somebody consented to.

use gateway::HttpRequest;
use gateway::official_account::Freshness;
use sandbox::CallbackMode;
use serde_json::{Value, json};

use super::merchant::Merchant;
use super::tokens::{get, members};
use crate::stage::Stage;

impl Stage {
    /// The answer to a call under /cgi-bin, whose token is the account's.
    pub async fn called(&self, path: &str, body: Option<Value>) -> Value {
        let token = self.stable_token(Freshness::Current).await.unwrap().value;
        let url = format!("{}/cgi-bin/{path}?access_token={token}", self.sandbox.url());
        let request = match body {
            Some(body) => HttpRequest { method: reqwest::Method::POST, body: body.to_string().into_bytes(), ..get(url) },
            None => get(url),
        };
        members(&self.send(&request).await)
    }

    async fn template(&self, short: &str) -> String {
        let added = self.called("template/api_add_template", Some(json!({ "template_id_short": short }))).await;
        added["template_id"].as_str().unwrap().to_owned()
    }

    async fn ids(&self) -> Vec<String> {
        let list = self.called("template/get_all_private_template", None).await;
        list["template_list"].as_array().unwrap().iter().map(|entry| entry["template_id"].as_str().unwrap().to_owned()).collect()
    }

    async fn asked_for_consent(&self, template_id: &str, accepts: bool) {
        let url = format!("{}/sandbox/official_account/consent", self.sandbox.url());
        let body = json!({ "template_id": template_id, "accepts": accepts }).to_string();
        let reply = self.http.post(url).header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(reply.status(), 200);
    }
}

fn ok() -> Value {
    json!({ "errcode": 0, "errmsg": "ok" })
}

#[tokio::test]
async fn templates_are_taken_from_the_library_listed_and_removed_up_to_twenty_five() {
    let stage = super::open().await;
    let settings = stage.sandbox.official_account_settings();
    let first = [settings.paid_template, settings.refunded_template, settings.shipped_template].map(|template| template.unwrap().id);
    assert_eq!(stage.ids().await, first);
    assert_eq!(stage.called("template/api_add_template", Some(json!({ "template_id_short": "TM1" }))).await["errcode"], 40037);
    for _ in 3..25 {
        assert_eq!(stage.template("OPENTM200000003").await.len(), 43);
    }
    let full = stage.called("template/api_add_template", Some(json!({ "template_id_short": "OPENTM200000003" }))).await;
    assert_eq!((&full["errcode"], stage.ids().await.len()), (&json!(45026), 25));
    let list = stage.called("template/get_all_private_template", None).await;
    let entry = &list["template_list"][3];
    assert_eq!(entry["title"], "订单发货通知");
    assert_eq!(entry["content"], "订单号:{{character_string1.DATA}}\n快递公司:{{phrase2.DATA}}\n订单状态:{{const3.DATA}}");
    let remove = json!({ "template_id": first[0] });
    assert_eq!(stage.called("template/del_private_template", Some(remove.clone())).await, ok());
    assert_eq!(stage.called("template/del_private_template", Some(remove)).await["errcode"], 40037, "it is gone");
    assert!(!stage.ids().await.contains(&first[0]));
}

#[tokio::test]
async fn an_account_says_of_which_industries_it_is() {
    let stage = super::open().await;
    assert_eq!(stage.called("template/api_set_industry", Some(json!({ "industry_id1": "13", "industry_id2": 2 }))).await, ok());
    let told = stage.called("template/get_industry", None).await;
    assert_eq!(told["primary_industry"], json!({ "first_class": "运输与仓储", "second_class": "快递" }));
    assert_eq!(told["secondary_industry"], json!({ "first_class": "IT科技", "second_class": "IT软件与服务" }));
    for wrong in [json!({ "industry_id1": "42", "industry_id2": "1" }), json!({ "industry_id1": 0, "industry_id2": 1 }), json!({})] {
        assert_eq!(stage.called("template/api_set_industry", Some(wrong.clone())).await["errcode"], 40102, "{wrong}");
    }
}

#[tokio::test]
async fn a_keyword_takes_what_its_kind_allows_and_the_refusal_names_it() {
    let stage = super::open().await;
    stage.sandbox.follow();
    let paid = stage.sandbox.official_account_settings().paid_template.unwrap().id;
    let shipped = stage.template("OPENTM200000003").await;
    let good = [
        (&paid, json!({ "character_string1": "ord_1", "thing2": "茉莉花茶", "amount3": "¥12.50", "time4": "2026-01-01 08:00:00" })),
        (&shipped, json!({ "character_string1": "ord_1", "phrase2": "顺丰速运", "const3": "已签收" })),
    ];
    for (template, keyword, value, takes) in [
        (0, "character_string1", "ORD-1/a", true),
        (0, "character_string1", "订单1", false),
        (0, "thing2", "茶".repeat(20).as_str(), true),
        (0, "thing2", "茶".repeat(21).as_str(), false),
        (0, "amount3", "12元", true),
        (0, "amount3", "€0.5", true),
        (0, "amount3", "12.505", false),
        (0, "amount3", "twelve", false),
        (0, "amount3", "¥12345678901", false),
        (0, "time4", "15:01", true),
        (0, "time4", "2026年1月1日 15:01", true),
        (0, "time4", "15:01~16:00", true),
        (0, "time4", "24:01", false),
        (0, "time4", "2026-13-01 15:01", false),
        (0, "time4", "today", false),
        (1, "phrase2", "DHL", false),
        (1, "phrase2", "中国邮政快递", false),
        (1, "const3", "已丢失", false),
        (1, "const3", "已发货", true),
        (1, "const3", "", false),
    ] {
        let (template_id, mut values) = good[template].clone();
        values[keyword] = json!(value);
        let data: Value = values.as_object().unwrap().iter().map(|(name, value)| (name.clone(), json!({ "value": value }))).collect();
        let openid = stage.sandbox.official_account().openid;
        let body = json!({ "touser": openid, "template_id": template_id, "data": data });
        let told = stage.called("message/template/send", Some(body)).await;
        assert_eq!(told["errcode"] == 0, takes, "{keyword} {value}: {told}");
        if !takes {
            assert_eq!(told["errcode"], 47003);
            assert!(told["errmsg"].as_str().unwrap().contains(keyword), "{told}");
        }
    }
}

#[tokio::test]
async fn who_consented_gets_one_message_for_each_yes_and_none_after_a_no() {
    let stage = super::open().await;
    let mut merchant = Merchant::open(&stage, CallbackMode::Safe).await;
    let openid = stage.sandbox.official_account().openid;
    let template = stage.template("OPENTM200000003").await;
    let data = json!({ "character_string1": { "value": "ord_1" }, "phrase2": { "value": "顺丰" }, "const3": { "value": "已发货" } });
    let body = json!({ "touser": openid, "template_id": template, "page": "https://shop.example/", "data": data });
    let changed = |member: &str, value: Value| {
        let mut body = body.clone();
        body[member] = value;
        body
    };
    let send = async |body: Value| stage.called("message/subscribe/bizsend", Some(body)).await["errcode"].as_i64().unwrap();
    assert_eq!(send(body.clone()).await, 43101, "nobody was asked");
    stage.asked_for_consent(&template, true).await;
    assert!(merchant.next().await.is_ok(), "what was answered is called back");
    for (wrong, errcode) in [
        (changed("touser", json!("o1")), 40003),
        (changed("template_id", json!("x")), 40037),
        (changed("page", json!("pages/index")), 41030),
        (changed("data", json!({})), 47003),
    ] {
        assert_eq!(send(wrong.clone()).await, errcode, "{wrong}");
    }
    assert_eq!(send(body.clone()).await, 0, "without following");
    assert!(merchant.next().await.is_ok(), "what was sent is called back");
    let read = &stage.sandbox.official_account().messages[0];
    assert_eq!((read.title.as_str(), read.url.as_str()), ("订单发货通知", "https://shop.example/"));
    assert_eq!(send(body.clone()).await, 43101, "one yes, one message");
    stage.asked_for_consent(&template, true).await;
    stage.asked_for_consent(&template, false).await;
    assert_eq!(send(body).await, 43101, "a no takes the yes back");
}
