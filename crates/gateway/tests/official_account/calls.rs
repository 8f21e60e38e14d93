//! The merchant's calls: what is sent, what of the replies is believed, and what their errors amount to.

use gateway::official_account::server::{Keyword, Template, TemplateRequest};
use gateway::official_account::{Freshness, Message, Occasion, OfficialAccount, Scope, Sent, Settings, TemplateSettings};
use gateway::{CallContext, Description, Family, GatewayError, HttpResponse};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::vectors::{account, settings};

const TOKEN: &str = "62_a+b/c";

/// When replies come, which no call of these looks at.
const AT: CallContext = CallContext { now: 0, nonce: [0; 16] };

fn ours() -> OfficialAccount {
    account(&settings())
}

fn reply(body: &Value) -> HttpResponse {
    HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
}

fn failure(errcode: i64) -> HttpResponse {
    reply(&json!({ "errcode": errcode, "errmsg": "no rid: 1-2-3" }))
}

fn body(request: &gateway::HttpRequest) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

fn message() -> Message<'static> {
    Message {
        occasion: Occasion::Paid,
        id: "ord_1-paid",
        openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        url: "https://shop.example/o?order=1",
        is_test: false,
        order: "ord_0123456789abcdefghijAB",
        description: "茉莉花茶 100 g".into(),
        amount: "¥12.50",
        at: 1_767_225_600,
    }
}

#[test]
fn a_token_is_asked_for_in_a_body_and_read_with_its_lifetime() {
    let request = ours().token(Freshness::Current).into_request();
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://api.example/cgi-bin/stable_token"));
    let expected = json!({
        "grant_type": "client_credential", "appid": "wx49f0ab532d5d035a", "secret": "0123456789abcdef0123456789abcdef", "force_refresh": false,
    });
    assert_eq!(body(&request), expected);
    assert_eq!(body(&ours().token(Freshness::Renewed).into_request())["force_refresh"], true);

    let token = ours().token(Freshness::Current).read(&reply(&json!({ "access_token": TOKEN, "expires_in": 7200 })), &AT).unwrap();
    assert_eq!((token.value.as_str(), token.lifetime_seconds), (TOKEN, 7200));
    assert_eq!(format!("{token:?}"), "Token { lifetime_seconds: 7200, .. }");
    for broken in [json!({}), json!({ "access_token": "", "expires_in": 7200 }), json!({ "access_token": "t", "expires_in": 0 }), json!([])]
    {
        assert_eq!(ours().token(Freshness::Current).read(&reply(&broken), &AT).unwrap_err().family(), Family::Unsure, "{broken}");
    }
    // The last is one that nobody knows: at this call it is about the account all the same.
    for errcode in [40001, 40013, 40125, 40164, 40243, 61004, 50002, 99_999] {
        assert_eq!(ours().token(Freshness::Current).read(&failure(errcode), &AT).unwrap_err().family(), Family::Account, "{errcode}");
    }
}

#[test]
fn the_page_of_oauth_gets_its_parameters_in_the_order_it_insists_on() {
    let url = ours().authorize_url("https://shop.example/wechat?order=1&x=ü", Scope::Base, "Ab1").unwrap();
    let expected = "https://open.example/connect/oauth2/authorize?appid=wx49f0ab532d5d035a&redirect_uri=https%3A%2F%2Fshop.example%2F\
                    wechat%3Forder%3D1%26x%3D%C3%BC&response_type=code&scope=snsapi_base&state=Ab1#wechat_redirect";
    assert_eq!(url, expected);
    assert!(ours().authorize_url("https://shop.example/", Scope::UserInfo, "s").unwrap().contains("&scope=snsapi_userinfo&"));
    for state in ["", "a-b", "ü", &"a".repeat(129)] {
        assert_eq!(ours().authorize_url("https://shop.example/", Scope::Base, state), None, "{state}");
    }
}

#[test]
fn a_code_becomes_an_openid_unless_it_is_nobodys() {
    let request = ours().exchange("0a1&b").into_request();
    let expected = "https://api.example/sns/oauth2/access_token?appid=wx49f0ab532d5d035a&secret=0123456789abcdef0123456789abcdef\
                    &code=0a1%26b&grant_type=authorization_code";
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", expected));
    let answer =
        json!({ "access_token": "a", "expires_in": 7200, "refresh_token": "r", "openid": "o1", "scope": "snsapi_base", "unionid": "u1" });
    let member = ours().exchange("code").read(&reply(&answer), &AT).unwrap();
    assert_eq!((member.openid.as_str(), member.unionid.as_deref()), ("o1", Some("u1")));
    assert_eq!(format!("{member:?}"), "Member(hidden)");

    let mut preview = answer;
    preview["is_snapshotuser"] = json!(1);
    assert!(
        matches!(ours().exchange("code").read(&reply(&preview), &AT), Err(GatewayError::Refused { code, .. }) if code == "is_snapshotuser")
    );
    for errcode in [40029, 40163, 42003] {
        assert_eq!(ours().exchange("code").read(&failure(errcode), &AT).unwrap_err().family(), Family::Refused, "{errcode}");
    }
    assert_eq!(ours().exchange("code").read(&failure(40001), &AT).unwrap_err().family(), Family::Account);
}

#[test]
fn a_message_names_the_templates_own_keywords_within_their_limits() {
    let request = ours().message(TOKEN, &message()).unwrap().into_request();
    assert_eq!(request.url, "https://api.example/cgi-bin/message/template/send?access_token=62_a%2Bb%2Fc");
    let expected = json!({
        "touser": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "template_id": "paid-template_0", "url": "https://shop.example/o?order=1",
        "client_msg_id": "ord_1-paid",
        "data": {
            "character_string1": { "value": "ord_0123456789abcdefghijAB" }, "thing2": { "value": "茉莉花茶 100 g" },
            "amount3": { "value": "¥12.50" }, "time4": { "value": "2026-01-01 08:00:00" },
        },
    });
    assert_eq!(body(&request), expected);
    assert!(String::from_utf8(request.body).unwrap().contains("茉莉花茶"), "real UTF-8, no escapes");

    for (description, told) in [
        ("", "-"),
        (" \n", "-"),
        ("a\nb", "a b"),
        ("一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
    ] {
        let request = ours().message(TOKEN, &Message { description: description.into(), ..message() }).unwrap().into_request();
        assert_eq!(body(&request)["data"]["thing2"]["value"], told);
    }
    let refund = ours().message(TOKEN, &Message { occasion: Occasion::Refunded, ..message() }).unwrap().into_request();
    assert_eq!(body(&refund)["template_id"], "refunded-template_0");
    let parcel = ours().message(TOKEN, &Message { occasion: Occasion::Shipped, ..message() }).unwrap().into_request();
    assert_eq!(body(&parcel)["template_id"], "shipped-template_0");
    let silent = account(&Settings { refunded_template: None, ..settings() });
    assert!(silent.message(TOKEN, &Message { occasion: Occasion::Refunded, ..message() }).is_none());
    assert!(silent.tells(Occasion::Paid) && !silent.tells(Occasion::Refunded));
}

/// What a template says whose keywords these are: of the order, of what was bought, of the amount and of the time.
fn said(keywords: [&str; 4], told: &Message<'_>) -> Vec<String> {
    let [order, description, amount, time] = keywords.map(|keyword| Some(keyword.to_owned()));
    let template = TemplateSettings { id: "t".to_owned(), order, description, amount, time };
    let request = account(&Settings { paid_template: Some(template), ..settings() }).message(TOKEN, told).unwrap().into_request();
    let data = body(&request)["data"].clone();
    keywords.iter().map(|keyword| data[keyword]["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_value_is_said_in_what_its_kind_takes_and_is_never_emptied() {
    let of = |shop: &'static str, item: &'static str| Message { description: Description { shop, item, more: 2 }, ..message() };
    let usual = ["character_string1", "thing2", "amount3", "time4"];
    let thing = |shop, item| said(usual, &of(shop, item)).remove(1);
    assert_eq!(thing("山间茶舍", "①号茶\u{1f375} ❤️ 100 g"), "1号茶 100 g +2");
    assert_eq!(thing("山间茶舍", "\u{1f375}\u{2764}"), "山间茶舍");
    assert_eq!(thing("\u{1f375}", "\u{1f375}"), "-");
    assert_eq!(thing("", "一二三四五六七八九十一二三四五六七八九十"), "一二三四五六七八九十一二三四五六… +2");
    let odd = ["number1", "phrase2", "thing3", "date4"];
    assert_eq!(
        said(odd, &of("", "茉莉花茶一斤装")),
        ["0123456789", "茉莉花茶一", "¥12.50", "2026-01-01"],
        "a cut phrase has no sign of it"
    );
    assert_eq!(said(odd, &of("", "Tea"))[1], "商品");
    let odder = ["phrase1", "letter2", "phrase3", "phrase4"];
    assert_eq!(said(odder, &of("", "茶")), ["订单", "order", "已支付", "刚刚"]);
    assert_eq!(said(["thing1", "character_string2", "thing3", "thing4"], &of("", "Jasmin & thé"))[1], "Jasmin&the");
}

#[test]
fn what_is_about_a_test_says_so_by_the_first_keyword_that_takes_words() {
    let test = Message { is_test: true, ..message() };
    let usual = ["character_string1", "thing2", "amount3", "time4"];
    let (plain, marked) = (said(usual, &message()), said(usual, &test));
    assert_eq!(marked[1], "[测试]茉莉花茶 100 g");
    assert_eq!((&marked[0], &marked[2..]), (&plain[0], &plain[2..]), "it is said once");
    // Where the amount takes no words and there is nothing of what was bought, the number of the order does.
    assert_eq!(said(["character_string1", "number2", "amount3", "time4"], &test)[0], "TEST-ord_0123456789abcdefghijAB");
    assert_eq!(said(["number1", "const2", "thing3", "time4"], &test)[2], "[测试]¥12.50");
    assert_eq!(said(["number1", "phrase2", "amount3", "time4"], &test)[1], "测试茉莉花");
    assert_eq!(said(["number1", "letter2", "amount3", "time4"], &test)[1], "TESTg");
    let long = Message { description: "一二三四五六七八九十一二三四五六七八九十".into(), ..test };
    assert_eq!(said(usual, &long)[1], "[测试]一二三四五六七八九十一二三四五…");
}

#[test]
fn whatever_is_said_passes_what_wechat_judges_it_by() {
    let texts = ["", "\u{1f375}", "茶①❤️", "Tea, green\nand black", "𝐓𝐞𝐚", "茉莉花茶一斤装", "e\u{301}👩‍🍳", "\u{202e}"];
    for kind in ["thing", "phrase", "character_string", "number", "letter", "name", "keyword"] {
        let keywords: &'static [Keyword] = vec![Keyword::new(format!("{kind}2").leak(), "Goods")].leak();
        let template = Template { id: "t".to_owned(), title: "Paid", keywords };
        let pairs = texts.iter().flat_map(|shop| texts.iter().map(move |item| (*shop, *item)));
        for ((shop, item), is_test) in pairs.flat_map(|pair| [(pair, false), (pair, true)]) {
            let told = Message { is_test, description: Description { shop, item, more: 1 }, ..message() };
            let settings =
                TemplateSettings { id: "t".to_owned(), order: None, description: Some(format!("{kind}2")), amount: None, time: None };
            let request = account(&Settings { paid_template: Some(settings), ..crate::vectors::settings() })
                .message(TOKEN, &told)
                .unwrap()
                .into_request();
            let taken = TemplateRequest::parse(&request.body).unwrap();
            assert!(taken.lines(&template).is_ok(), "{kind}: {shop:?} {item:?}");
        }
    }
}

#[test]
fn what_became_of_a_message_tells_a_repetition_from_a_refusal_and_from_our_mistake() {
    let accepted = reply(&json!({ "errcode": 0, "errmsg": "ok", "msgid": 5_000_000_000_i64 }));
    assert_eq!(ours().message("token", &message()).unwrap().read(&accepted, &AT), Ok(Sent::Accepted { message_id: 5_000_000_000 }));
    assert_eq!(ours().message("token", &message()).unwrap().read(&failure(45065), &AT), Ok(Sent::Repeated));
    for (errcode, family) in [
        (43004, Family::Refused),
        (43019, Family::Refused),
        (40003, Family::Refused),
        (40037, Family::Configuration),
        (47003, Family::Configuration),
        (48001, Family::Account),
        (48004, Family::Account),
        (50002, Family::Account),
        (50004, Family::Account),
        (61004, Family::Account),
        (45009, Family::Transient),
        (-1, Family::Transient),
    ] {
        assert_eq!(ours().message("token", &message()).unwrap().read(&failure(errcode), &AT).unwrap_err().family(), family, "{errcode}");
    }
}

#[test]
fn a_code_to_follow_is_bound_to_its_scene_for_at_most_thirty_days() {
    let request = ours().scene(TOKEN, "ord_1", 3600).into_request();
    assert_eq!(request.url, "https://api.example/cgi-bin/qrcode/create?access_token=62_a%2Bb%2Fc");
    let expected = json!({
        "expire_seconds": 3600, "action_name": "QR_STR_SCENE", "action_info": { "scene": { "scene_str": "ord_1" } },
    });
    assert_eq!(body(&request), expected);
    assert_eq!(body(&ours().scene(TOKEN, "o", u32::MAX).into_request())["expire_seconds"], 2_592_000);
    let made = reply(&json!({ "ticket": "gQ==", "expire_seconds": 3600, "url": "http://weixin.qq.com/q/02abc" }));
    let code = ours().scene("token", "scene", 60).read(&made, &AT).unwrap();
    assert_eq!((code.payload.as_str(), code.ticket.as_str(), code.lifetime_seconds), ("http://weixin.qq.com/q/02abc", "gQ==", 3600));
    assert_eq!(ours().scene("token", "scene", 60).read(&failure(40053), &AT).unwrap_err().family(), Family::Refused);
}

#[test]
fn a_page_is_signed_under_the_ticket_without_its_fragment() {
    let request = ours().ticket(TOKEN).into_request();
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("GET", "https://api.example/cgi-bin/ticket/getticket?access_token=62_a%2Bb%2Fc&type=jsapi")
    );
    let answer = json!({ "errcode": 0, "errmsg": "ok", "ticket": "sM4", "expires_in": 7200 });
    assert_eq!(ours().ticket("token").read(&reply(&answer), &AT).unwrap().value, "sM4");
    let at = CallContext { now: 1_414_587_457, nonce: *b"Wm3WZYTPz0wzccnW" };
    let signed = ours().sign_page("sM4", "http://shop.example/?a=1#/cart", &at);
    assert_eq!(signed, ours().sign_page("sM4", "http://shop.example/?a=1", &at));
    let members = serde_json::to_value(&signed).unwrap();
    assert_eq!(
        (&members["appId"], &members["timestamp"], &members["nonceStr"]),
        (&json!("wx49f0ab532d5d035a"), &json!(1_414_587_457), &json!("576d33575a5954507a30777a63636e57"))
    );
}

#[test]
fn a_token_that_is_no_longer_good_is_told_from_everything_else() {
    for errcode in [40001, 40014, 42001] {
        let error = ours().scene("token", "scene", 60).read(&failure(errcode), &AT).unwrap_err();
        assert_eq!(error, GatewayError::StaleToken { code: errcode.to_string() });
        assert_eq!(error.family(), Family::Transient);
    }
    for status in [500, 502, 429, 408] {
        let busy = HttpResponse { status: StatusCode::from_u16(status).unwrap(), ..failure(0) };
        assert_eq!(ours().ticket("token").read(&busy, &AT).unwrap_err(), GatewayError::Busy { status, code: String::new() });
    }
    for other in [HttpResponse { status: StatusCode::FOUND, ..failure(0) }, HttpResponse { body: b"<html>".to_vec(), ..failure(0) }] {
        assert_eq!(ours().ticket("token").read(&other, &AT).unwrap_err().family(), Family::Unsure);
    }
}

#[test]
fn a_setting_at_fault_is_named_and_no_secret_is_shown() {
    let fault = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        match gateway::official_account::Config::parse(&settings) {
            Err(GatewayError::Configuration { key, .. }) => key,
            other => unreachable!("{other:?}"),
        }
    };
    assert_eq!(fault(|s| s.base_url = "https://x/y".to_owned()), "base_url");
    assert_eq!(fault(|s| s.open_url = "x".to_owned()), "open_url");
    assert_eq!(fault(|s| s.appid = String::new()), "appid");
    assert_eq!(fault(|s| s.secret = "a b".to_owned()), "secret");
    assert_eq!(fault(|s| s.token = "ab".to_owned()), "token");
    assert_eq!(fault(|s| s.aes_key = Some("short".to_owned())), "aes_key");
    assert_eq!(fault(|s| s.paid_template.as_mut().unwrap().id = "a b".to_owned()), "paid_template");
    assert_eq!(fault(|s| s.refunded_template.as_mut().unwrap().amount = Some("a.b".to_owned())), "refunded_template");
    let mute = |template: &mut gateway::official_account::TemplateSettings| {
        (template.order, template.description, template.amount, template.time) = (None, None, None, None);
    };
    let mut silent = settings();
    mute(silent.paid_template.as_mut().unwrap());
    assert!(gateway::official_account::Config::parse(&silent).is_err());
    let shown = format!("{:?} {:?}", settings(), ours());
    for secret in [settings().secret, settings().token, settings().aes_key.unwrap()] {
        assert!(!shown.contains(&secret), "{shown}");
    }
}
