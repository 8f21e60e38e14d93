//! The provider's end: what each body has to be, and what it is refused with.

use gateway::official_account::server::{ErrorReply, Keyword, SceneRequest, Template, TemplateRequest, TokenRequest};
use serde_json::{Value, json};

fn errcode<T>(outcome: Result<T, ErrorReply>) -> i64 {
    outcome.err().map_or(0, |refusal| refusal.errcode)
}

#[test]
fn a_token_is_for_the_account_with_its_secret() {
    let asked = |body: Value| {
        let request = TokenRequest::parse(body.to_string().as_bytes())?;
        request.judge("wx1", "s1")
    };
    let of = |grant: &str, appid: &str, secret: &str| errcode(asked(json!({ "grant_type": grant, "appid": appid, "secret": secret })));
    assert_eq!(of("client_credential", "wx1", "s1"), 0);
    assert_eq!(of("authorization_code", "wx1", "s1"), 40002);
    assert_eq!(of("client_credential", "", "s1"), 41002);
    assert_eq!(of("client_credential", "wx2", "s1"), 40013);
    assert_eq!(of("client_credential", "wx1", ""), 41004);
    assert_eq!(of("client_credential", "wx1", "s2"), 40125);
    assert_eq!(errcode(TokenRequest::parse(b"")), 44002);
    assert_eq!(errcode(TokenRequest::parse(b"grant_type=client_credential")), 47001);
}

#[test]
fn a_scene_is_what_its_kind_of_code_can_have() {
    let asked = |name: &str, scene: Value, life: Option<i64>| {
        let mut body = json!({ "action_name": name, "action_info": { "scene": scene } });
        if let Some(life) = life {
            body["expire_seconds"] = json!(life);
        }
        SceneRequest::parse(body.to_string().as_bytes())
    };
    let text = |length: usize| json!({ "scene_str": "字".repeat(length) });
    assert_eq!(asked("QR_STR_SCENE", text(64), None).unwrap().lifetime, Some(60));
    assert_eq!(asked("QR_STR_SCENE", text(1), Some(9_000_000)).unwrap().lifetime, Some(2_592_000));
    assert_eq!(asked("QR_SCENE", json!({ "scene_id": 4_294_967_295_u32 }), Some(5)).unwrap().scene, "4294967295");
    assert_eq!(asked("QR_LIMIT_SCENE", json!({ "scene_id": 100_000 }), Some(5)).unwrap().lifetime, None);
    assert_eq!(asked("QR_LIMIT_STR_SCENE", text(3), None).unwrap().lifetime, None);
    for (name, scene) in [
        ("QR_STR_SCENE", text(0)),
        ("QR_STR_SCENE", text(65)),
        ("QR_STR_SCENE", json!({ "scene_id": 1 })),
        ("QR_SCENE", json!({ "scene_id": 0 })),
        ("QR_SCENE", json!({ "scene_id": 4_294_967_296_u64 })),
        ("QR_LIMIT_SCENE", json!({ "scene_id": 100_001 })),
        ("QR_CARD", text(1)),
    ] {
        assert_eq!(errcode(asked(name, scene.clone(), None)), 40053, "{name} {scene}");
    }
}

#[test]
fn a_message_says_every_keyword_within_its_limit() {
    const KEYWORDS: [Keyword; 4] = [
        Keyword::new("character_string1", "Order"),
        Keyword::new("thing2", "Goods"),
        Keyword::new("amount3", "Amount"),
        Keyword::new("name4", "Anything"),
    ];
    let template = Template { id: "t".to_owned(), title: "Paid", keywords: &KEYWORDS };
    let asked = |data: Value| {
        let body = json!({ "touser": "o", "template_id": "t", "data": data });
        TemplateRequest::parse(body.to_string().as_bytes())?.lines(&template)
    };
    let value = |text: &str| json!({ "value": text });
    let whole = json!({ "character_string1": value("1"), "thing2": value("tea"), "amount3": value("¥1"), "name4": value("x") });
    assert_eq!(asked(whole.clone()).unwrap()[1], ("Goods", "tea".to_owned()));
    for (keyword, text) in
        [("thing2", "字".repeat(21)), ("character_string1", "1".repeat(33)), ("amount3", " ".to_owned()), ("name4", "\n".to_owned())]
    {
        let mut data = whole.clone();
        data[keyword] = value(&text);
        assert_eq!(asked(data).unwrap_err(), ErrorReply::argument(keyword));
    }
    for (keyword, text) in [("thing2", "\u{1f375}①"), ("name4", "❤️")] {
        let mut data = whole.clone();
        data[keyword] = value(text);
        let refused = asked(data).unwrap_err();
        assert_eq!((refused.errcode, refused.errmsg.ends_with("is empty")), (47003, true), "{}", refused.errmsg);
    }
    let mut stripped = whole.clone();
    stripped["thing2"] = value("①号茶 \u{1f375}");
    assert_eq!(asked(stripped).unwrap()[1], ("Goods", "号茶".to_owned()));
    assert_eq!(asked(json!({})).unwrap_err().errcode, 47003);
    assert_eq!(errcode(TemplateRequest::parse(b"{}")), 47001);
    let long = json!({ "data": {}, "client_msg_id": "a".repeat(33) }).to_string();
    assert_eq!(errcode(TemplateRequest::parse(long.as_bytes())), 40097);
}

#[test]
fn a_phrase_is_one_to_five_chinese_characters() {
    let phrase = Keyword::new("phrase1", "State");
    assert!(["茶", "茉莉花茶一"].iter().all(|text| phrase.takes(text)));
    assert!(!["", "茉莉花茶一斤", "茶…", "tea", "茶1", "茶 "].iter().any(|text| phrase.takes(text)));
}

#[test]
fn a_refusal_carries_the_number_of_its_request() {
    let body: Value = serde_json::from_str(&ErrorReply::of(40001).body("64f0-1-2")).unwrap();
    assert_eq!(body, json!({ "errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest rid: 64f0-1-2" }));
}
