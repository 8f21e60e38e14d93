//! What WeChat calls back: what is believed, and what each event becomes.

use gateway::official_account::server::{AesKey, Endpoint, Mode, Push, Pushed, callback_signature};
use gateway::official_account::{Delivery, Event, OfficialAccount, acknowledgement};
use gateway::{Family, GatewayError};

use crate::vectors::{account, load, settings};

const NOW: i64 = 1_767_225_600;
const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";

/// The account in this mode: a key is agreed on in all but the first.
fn ours(mode: Mode) -> OfficialAccount {
    let mut settings = settings();
    if mode == Mode::Plain {
        settings.aes_key = None;
    }
    account(&settings)
}

fn pushed(mode: Mode, xml: &str) -> Push {
    let vectors = load();
    let key = AesKey::parse(&vectors.aes_key).unwrap();
    let endpoint = Endpoint { appid: &vectors.appid, original_id: "gh_1", token: &vectors.token, key: &key, mode };
    endpoint.push(xml, OPENID, NOW, "nonce + 1", *b"sixteen bytes ok")
}

fn delivered(mode: Mode, event: &Pushed) -> Result<Delivery, GatewayError> {
    let push = pushed(mode, &event.xml("gh_1", OPENID, NOW - 2));
    ours(mode).callback(&push.query, push.body.as_bytes(), NOW)
}

fn scanned() -> Pushed {
    Pushed::Scan { scene: "ord_1".to_owned(), ticket: "gQ".to_owned() }
}

#[test]
fn every_event_is_read_in_every_mode() {
    let openid = || OPENID.to_owned();
    let code = Some(("ord_1]]>&<".to_owned(), "gQ==".to_owned()));
    let cases = [
        (Pushed::Subscribe { code }, Event::Follow { openid: openid(), scene: Some("ord_1]]>&<".to_owned()) }),
        (Pushed::Subscribe { code: None }, Event::Follow { openid: openid(), scene: None }),
        (Pushed::Unsubscribe, Event::Unfollow { openid: openid() }),
        (scanned(), Event::Scan { openid: openid(), scene: "ord_1".to_owned() }),
        (
            Pushed::TemplateFinished { message_id: i64::MAX, status: "success" },
            Event::Delivered { openid: openid(), message_id: i64::MAX, arrived: true },
        ),
        (
            Pushed::TemplateFinished { message_id: 7, status: "failed:user block" },
            Event::Delivered { openid: openid(), message_id: 7, arrived: false },
        ),
    ];
    for (pushed, event) in cases {
        for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
            let delivery = delivered(mode, &pushed).unwrap();
            assert_eq!((&delivery.event, delivery.at), (&event, NOW - 2), "{mode:?}");
            assert!(delivery.id.starts_with(OPENID));
        }
    }
}

#[test]
fn a_message_of_a_person_is_something_else_with_a_number_of_its_own() {
    let xml = format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>{OPENID}</FromUserName><CreateTime>{NOW}</CreateTime>\
         <MsgType>text</MsgType><Content>hello</Content><MsgId>1234567890123456</MsgId></xml>"
    );
    let push = pushed(Mode::Safe, &xml);
    let delivery = ours(Mode::Safe).callback(&push.query, push.body.as_bytes(), NOW).unwrap();
    assert_eq!((delivery.id.as_str(), delivery.event), ("1234567890123456", Event::Other));
}

#[test]
fn nothing_is_believed_without_its_signature() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        let push = pushed(mode, &scanned().xml("gh_1", OPENID, NOW));
        let reject = |query: &str, body: &str| ours(mode).callback(query, body.as_bytes(), NOW).unwrap_err();
        for (from, to) in [("timestamp=1767225600", "timestamp=1767225601"), ("nonce=nonce", "nonce=nonse"), ("signature=", "signature=0")]
        {
            let error = reject(&push.query.replacen(from, to, 1), &push.body);
            assert_eq!(error, GatewayError::BadSignature { id: "token".to_owned() }, "{mode:?} {to}");
        }
        for name in ["signature", "timestamp", "nonce"] {
            let error = reject(&push.query.replacen(&format!("{name}="), "x=", 1), &push.body);
            assert_eq!(error, GatewayError::HeaderMissing { header: name }, "{mode:?}");
        }
        assert_eq!(reject("", "").family(), Family::Forged);
    }
}

#[test]
fn an_account_with_a_key_takes_nothing_that_is_not_encrypted_for_it() {
    let xml = scanned().xml("gh_1", OPENID, NOW);
    let plain = pushed(Mode::Plain, &xml);
    let error = ours(Mode::Safe).callback(&plain.query, plain.body.as_bytes(), NOW).unwrap_err();
    assert_eq!(error, GatewayError::HeaderMissing { header: "Encrypt" });

    let safe = pushed(Mode::Safe, &xml);
    let other = safe.body.replacen("<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA", 1);
    let error = ours(Mode::Safe).callback(&safe.query, other.as_bytes(), NOW).unwrap_err();
    assert_eq!(error, GatewayError::BadSignature { id: "token".to_owned() });
    // Whoever has the key of none of it cannot read, and the account without a key does not pretend to.
    let error = ours(Mode::Plain).callback(&safe.query, safe.body.as_bytes(), NOW).unwrap_err();
    assert_eq!(error, GatewayError::Undecryptable);

    // What stands plain beside the encrypted part is not read.
    let compatible = pushed(Mode::Compatible, &xml);
    let forged = compatible.body.replacen("ord_1", "ord_2", 1);
    let delivery = ours(Mode::Safe).callback(&compatible.query, forged.as_bytes(), NOW).unwrap();
    assert_eq!(delivery.event, Event::Scan { openid: OPENID.to_owned(), scene: "ord_1".to_owned() });
}

#[test]
fn a_message_to_another_account_under_the_same_key_is_not_ours() {
    let vectors = load();
    let key = AesKey::parse(&vectors.aes_key).unwrap();
    let endpoint = Endpoint { appid: "wxother", original_id: "gh_2", token: &vectors.token, key: &key, mode: Mode::Safe };
    let push = endpoint.push("<xml></xml>", OPENID, NOW, "n", [0; 16]);
    let error = ours(Mode::Safe).callback(&push.query, push.body.as_bytes(), NOW).unwrap_err();
    assert!(matches!(error, GatewayError::NotOurs { what: "appid", .. }), "{error}");
}

#[test]
fn a_query_is_good_for_five_minutes() {
    let push = pushed(Mode::Safe, &scanned().xml("gh_1", OPENID, NOW));
    let at = |now| ours(Mode::Safe).callback(&push.query, push.body.as_bytes(), now);
    assert!(at(NOW + 300).is_ok() && at(NOW - 300).is_ok());
    for now in [NOW + 301, NOW - 301] {
        assert_eq!(at(now).unwrap_err(), GatewayError::ClockSkew { theirs: NOW, ours: now });
    }
}

#[test]
fn what_is_signed_and_cannot_be_read_is_told_by_its_part() {
    for (xml, what) in [
        ("<xml>", "XML"),
        ("<!DOCTYPE x><xml></xml>", "XML"),
        ("<xml></xml>", "FromUserName"),
        ("<xml><FromUserName>o</FromUserName><CreateTime>soon</CreateTime></xml>", "CreateTime"),
        ("<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>", "MsgId"),
        ("<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType></xml>", "Event"),
    ] {
        let push = pushed(Mode::Safe, xml);
        let error = ours(Mode::Safe).callback(&push.query, push.body.as_bytes(), NOW).unwrap_err();
        assert_eq!(error, GatewayError::Unreadable { what }, "{xml}");
    }
}

#[test]
fn the_check_of_the_url_is_answered_with_its_own_text() {
    let vectors = load();
    let signature = callback_signature(&[&vectors.token, "1", "n"]);
    let account = ours(Mode::Safe);
    let query = format!("signature={signature}&timestamp=1&nonce=n&echostr=a%20b");
    assert_eq!(account.echo(&query).as_deref(), Ok("a b"));
    assert_eq!(account.echo(&query.replace("nonce=n", "nonce=m")).unwrap_err().family(), Family::Forged);
    assert_eq!((acknowledgement(true).status, acknowledgement(true).body.as_slice()), (200, b"success".as_slice()));
    assert_eq!(acknowledgement(false).status, 401);
}
