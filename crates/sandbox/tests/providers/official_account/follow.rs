//! From a code with a scene to the merchant's knowledge of who follows, in every mode, and when it is told again.

use gateway::GatewayError;
use gateway::official_account::{Event, Freshness, SceneCode};
use sandbox::{CallbackMode, DeliveryState, Faults, FollowProblem};

use serde_json::json;

use super::account;
use super::merchant::Merchant;
use crate::stage::{START, Stage};

impl Stage {
    pub async fn scene(&self, scene: &str) -> SceneCode {
        let account = account(&self.sandbox);
        let token = self.stable_token(Freshness::Current).await.unwrap().value;
        self.ask(account.scene(&token, scene, 3600)).await.unwrap()
    }
}

#[tokio::test]
async fn a_scanned_code_tells_who_follows_for_which_order_in_every_mode() {
    for mode in [CallbackMode::Plain, CallbackMode::Compatible, CallbackMode::Safe] {
        let stage = super::open().await;
        let mut merchant = Merchant::open(&stage, mode).await;
        let code = stage.scene("ord_1").await;
        assert!(code.payload.starts_with("http://weixin.qq.com/q/"));
        assert_eq!(code.lifetime_seconds, 3600);
        let openid = stage.sandbox.official_account().openid;

        stage.sandbox.scan_account(&code.payload).unwrap();
        assert!(stage.sandbox.official_account().offered);
        stage.sandbox.follow();
        let told = merchant.next().await.unwrap();
        assert_eq!((told.event, told.at), (Event::Follow { openid: openid.clone(), scene: Some("ord_1".to_owned()) }, START), "{mode:?}");

        stage.sandbox.scan_account(&stage.scene("ord_2").await.payload).unwrap();
        assert_eq!(merchant.next().await.unwrap().event, Event::Scan { openid: openid.clone(), scene: "ord_2".to_owned() });
        stage.sandbox.unfollow();
        assert_eq!(merchant.next().await.unwrap().event, Event::Unfollow { openid: openid.clone() });
        stage.sandbox.follow();
        assert_eq!(merchant.next().await.unwrap().event, Event::Follow { openid, scene: None });
        stage.sandbox.notifications_until(|views| views.iter().all(|view| view.state == DeliveryState::Accepted)).await;
    }
}

#[tokio::test]
async fn a_code_works_for_its_time_and_only_if_the_account_made_it() {
    let stage = super::open().await;
    let code = stage.scene("ord_1").await;
    stage.advance(3599);
    assert_eq!(stage.sandbox.scan_account(&code.payload), Ok(()));
    stage.advance(1);
    assert_eq!(stage.sandbox.scan_account(&code.payload), Err(FollowProblem::Expired));
    for payload in ["http://weixin.qq.com/q/other", "weixin://wxpay/bizpayurl?pr=x", ""] {
        assert_eq!(stage.sandbox.scan_account(payload), Err(FollowProblem::UnknownCode));
    }
}

#[tokio::test]
async fn a_ticket_is_drawn_for_its_time_and_no_other_is() {
    let stage = super::open().await;
    let scene = json!({ "expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": { "scene": { "scene_str": "ord_1" } } });
    let ticket = stage.called("qrcode/create", Some(scene)).await["ticket"].as_str().unwrap().to_owned();
    let url = |ticket: &str| format!("{}/cgi-bin/showqrcode?ticket={ticket}", stage.sandbox.url());
    for ticket in [ticket.clone(), ticket.replace('=', "%3D")] {
        let reply = stage.http.get(url(&ticket)).send().await.unwrap();
        assert_eq!((reply.status().as_u16(), reply.headers()["content-type"].to_str().unwrap()), (200, "image/jpg"), "{ticket}");
        let picture = reply.bytes().await.unwrap();
        assert!(picture.starts_with(&[0xff, 0xd8, 0xff]) && picture.ends_with(&[0xff, 0xd9]), "a JPEG");
    }
    for ticket in ["x", ""] {
        assert_eq!(stage.http.get(url(ticket)).send().await.unwrap().status(), 404);
    }
    stage.advance(60);
    assert_eq!(stage.http.get(url(&ticket)).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_callback_comes_again_three_times_the_same_and_is_given_up() {
    let stage = super::open().await;
    let mut merchant = Merchant::open(&stage, CallbackMode::Safe).await;
    merchant.answer_with(500);
    stage.sandbox.follow();
    let first = merchant.next().await.unwrap();
    for _ in 0..3 {
        stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::Waiting).await;
        stage.advance(5);
        assert_eq!(merchant.next().await.unwrap().id, first.id);
    }
    let views = stage.sandbox.notifications_until(|views| views[0].state == DeliveryState::GivenUp).await;
    assert_eq!((views[0].attempts, views[0].provider), (4, "official_account"));
}

#[tokio::test]
async fn a_fault_repeats_or_spoils_a_callback() {
    let stage = super::open().await;
    let mut merchant = Merchant::open(&stage, CallbackMode::Safe).await;
    stage.sandbox.set_faults(Faults { duplicate_notification: true, ..Faults::default() });
    stage.sandbox.follow();
    let first = merchant.next().await.unwrap();
    assert_eq!(merchant.next().await.unwrap().id, first.id);
    stage.sandbox.set_faults(Faults { wrong_signature_notification: true, ..Faults::default() });
    stage.sandbox.unfollow();
    assert_eq!(merchant.next().await.unwrap_err(), GatewayError::BadSignature { id: "token".to_owned() });
}

#[tokio::test]
async fn the_console_takes_only_an_address_that_knows_the_token() {
    let stage = super::open().await;
    let mut settings = stage.sandbox.official_account_settings();
    settings.token = "other".to_owned();
    let merchant = Merchant::listen(&settings).await;
    for url in [merchant.url.as_str(), "http://127.0.0.1:1/"] {
        assert_eq!(stage.sandbox.set_callback(url, CallbackMode::Safe).await, Err(FollowProblem::UrlCheckFailed));
    }
    assert_eq!(stage.sandbox.official_account().callback, None);
    stage.sandbox.follow();
    assert!(stage.sandbox.notifications().is_empty(), "nobody to be told");
}
