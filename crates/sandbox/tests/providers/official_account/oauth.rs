//! From the page in WeChat's browser to the openid, and what the page refuses.

use gateway::GatewayError;
use gateway::official_account::{Member, Scope};
use sandbox::Faults;
use serde_json::json;

use super::account;
use super::tokens::{get, members};
use crate::stage::{PAYMENT, Stage};

const WECHAT: &str = "Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0.50";
const BACK: &str = "http://127.0.0.1:1/wechat/back?order=ord_1";

impl Stage {
    /// What the browser is told: where to go on to, or the page's text.
    async fn visit(&self, agent: &str, url: &str) -> Result<String, String> {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let reply = client.get(url).header("user-agent", agent).send().await.unwrap();
        match reply.headers().get("location") {
            Some(location) => Ok(location.to_str().unwrap().to_owned()),
            None => Err(reply.text().await.unwrap()),
        }
    }

    async fn code(&self, scope: Scope) -> String {
        let url = account(&self.sandbox).authorize_url(BACK, scope, "s1").unwrap();
        let location = self.visit(WECHAT, &url).await.unwrap();
        let code = location.strip_prefix(&format!("{BACK}&code=")).and_then(|rest| rest.strip_suffix("&state=s1"));
        code.unwrap().to_owned()
    }

    async fn exchange(&self, code: &str) -> Result<Member, GatewayError> {
        let account = account(&self.sandbox);
        self.ask(account.exchange(code)).await
    }
}

fn code(outcome: Result<Member, GatewayError>) -> String {
    match outcome {
        Err(GatewayError::Refused { code, .. }) => code,
        other => format!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_code_becomes_the_openid_once_and_within_five_minutes() {
    let stage = super::open().await;
    let first = stage.code(Scope::Base).await;
    let member = stage.exchange(&first).await.unwrap();
    assert_eq!(member.openid, stage.sandbox.official_account().openid);
    assert_eq!(code(stage.exchange(&first).await), "40163");
    assert_eq!(code(stage.exchange("unknown").await), "40029");
    assert_eq!(code(stage.exchange("").await), "41008");
    let late = stage.code(Scope::Base).await;
    stage.advance(300);
    assert_eq!(code(stage.exchange(&late).await), "42003");
}

#[tokio::test]
async fn who_does_not_agree_is_led_back_with_the_state_alone() {
    let stage = super::open().await;
    stage.sandbox.set_faults(Faults { oauth_refused: true, ..Faults::default() });
    let url = account(&stage.sandbox).authorize_url(BACK, Scope::UserInfo, "s1").unwrap();
    assert_eq!(stage.visit(WECHAT, &url).await, Ok(format!("{BACK}&state=s1")));
}

#[tokio::test]
async fn a_virtual_person_is_told_as_one_and_pays_nothing() {
    let stage = super::open().await;
    stage.sandbox.set_faults(Faults { snapshot_user: true, ..Faults::default() });
    let code = stage.code(Scope::UserInfo).await;
    let tokens = members(&stage.send(&account(&stage.sandbox).exchange(&code).into_request()).await);
    assert_eq!(tokens["is_snapshotuser"], 1);
    let (access, openid) = (tokens["access_token"].as_str().unwrap(), tokens["openid"].as_str().unwrap());
    assert_ne!(openid, stage.sandbox.official_account().openid);
    let info = get(format!("{}/sns/userinfo?access_token={access}&openid={openid}&lang=zh_CN", stage.sandbox.url()));
    assert_eq!(members(&stage.send(&info).await)["openid"], openid);
    let inside = gateway::PaymentRequest { surface: gateway::Surface::Inside { payer: openid }, ..stage.payment() };
    let refused = stage.create(&inside).await;
    assert!(matches!(refused, Err(GatewayError::Refused { code, .. }) if code == "OPENID_MISMATCH"));
    assert!(stage.exchange(&stage.code(Scope::Base).await).await.is_err(), "our merchant binds nothing to it");
    stage.sandbox.set_faults(Faults::default());
    assert_eq!(stage.exchange(&stage.code(Scope::Base).await).await.unwrap().openid, stage.sandbox.official_account().openid);
}

#[tokio::test]
async fn who_pays_a_code_is_whom_the_account_knows() {
    let stage = super::open().await;
    stage.pay().await;
    let Ok(gateway::ProviderStatus::Paid(payment)) = stage.query(PAYMENT).await else { unreachable!("not paid") };
    assert_eq!(payment.payer, Some(stage.sandbox.official_account().openid));
}

#[tokio::test]
async fn the_page_goes_on_for_wechats_browser_and_this_accounts_merchant_alone() {
    let stage = super::open().await;
    let account = account(&stage.sandbox);
    let url = account.authorize_url(BACK, Scope::Base, "s1").unwrap();
    assert_eq!(stage.visit("Mozilla/5.0", &url).await, Err("请在微信客户端打开链接".to_owned()));
    let wecom = "Mozilla/5.0 (iPhone) MicroMessenger/7.0.1 wxwork/4.1";
    assert_eq!(stage.visit(wecom, &url).await, Err("请在微信客户端打开链接".to_owned()), "it only looks like WeChat");
    let elsewhere = account.authorize_url("https://elsewhere.example/", Scope::Base, "s1").unwrap();
    assert!(stage.visit(WECHAT, &elsewhere).await.unwrap_err().contains("10003"));
    for (from, to, number) in [
        ("scope=snsapi_base", "scope=snsapi_all", "10005"),
        ("appid=wx", "appid=wy", "10001"),
        ("response_type=code&scope=snsapi_base", "scope=snsapi_base&response_type=code", "10001"),
        ("response_type=code", "response_type=token", "10001"),
        ("state=s1", "state=s-1", "10001"),
    ] {
        let page = stage.visit(WECHAT, &url.replace(from, to)).await.unwrap_err();
        assert!(page.contains(number), "{to}: {page}");
    }
}

#[tokio::test]
async fn a_persons_token_is_for_this_person_and_for_what_was_asked() {
    let stage = super::open().await;
    let account = account(&stage.sandbox);
    let sns = |path: String| get(format!("{}/sns/{path}", stage.sandbox.url()));
    let openid = stage.sandbox.official_account().openid;
    for (scope, name) in [(Scope::Base, "snsapi_base"), (Scope::UserInfo, "snsapi_userinfo")] {
        let reply = stage.send(&account.exchange(&stage.code(scope).await).into_request()).await;
        assert_eq!(reply.headers["content-type"], "text/plain");
        let tokens = members(&reply);
        let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        assert_eq!((&tokens["openid"], &tokens["scope"], &tokens["expires_in"]), (&json!(openid), &json!(name), &json!(7200)));

        let info = members(&stage.send(&sns(format!("userinfo?access_token={access}&openid={openid}&lang=zh_CN"))).await);
        match scope {
            Scope::Base => assert_eq!(info["errcode"], 48001),
            Scope::UserInfo => assert_eq!((&info["openid"], &info["sex"]), (&json!(openid), &json!(0))),
        }
        let check = |access: &str, openid: &str| sns(format!("auth?access_token={access}&openid={openid}"));
        assert_eq!(members(&stage.send(&check(access, &openid)).await)["errcode"], 0);
        assert_eq!(members(&stage.send(&check(access, "other")).await)["errcode"], 40003);
        assert_eq!(members(&stage.send(&check("other", &openid)).await)["errcode"], 40001);

        let appid = account.appid();
        let renew = |refresh: &str| sns(format!("oauth2/refresh_token?appid={appid}&grant_type=refresh_token&refresh_token={refresh}"));
        stage.advance(7200);
        assert_eq!(members(&stage.send(&check(access, &openid)).await)["errcode"], 42001);
        let renewed = members(&stage.send(&renew(refresh)).await);
        assert_eq!(members(&stage.send(&check(renewed["access_token"].as_str().unwrap(), &openid)).await)["errcode"], 0);
        assert_eq!(members(&stage.send(&renew("other")).await)["errcode"], 40030);
        stage.advance(30 * 24 * 3600);
        assert_eq!(members(&stage.send(&renew(refresh)).await)["errcode"], 42002);
    }
}
