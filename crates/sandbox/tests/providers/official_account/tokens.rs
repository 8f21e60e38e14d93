//! Tokens and tickets: how long they are good, and how they end each other.

use gateway::official_account::{Freshness, Token};
use gateway::{Family, GatewayError, HttpRequest, HttpResponse};
use sandbox::Faults;
use serde_json::Value;

use super::account;
use crate::stage::Stage;

impl Stage {
    pub async fn stable_token(&self, freshness: Freshness) -> Result<Token, GatewayError> {
        let account = account(&self.sandbox);
        self.ask(account.token(freshness)).await
    }

    /// Whether a call under this token is let in.
    async fn good(&self, token: &str) -> Result<(), GatewayError> {
        let account = account(&self.sandbox);
        self.ask(account.ticket(token)).await.map(|_| ())
    }

    async fn older_token(&self, parameters: &str) -> Value {
        let url = format!("{}/cgi-bin/token?{parameters}", self.sandbox.url());
        serde_json::from_slice(&self.send(&get(url)).await.body).unwrap()
    }
}

pub fn get(url: String) -> HttpRequest {
    HttpRequest { method: reqwest::Method::GET, url, headers: Vec::new(), body: Vec::new() }
}

pub fn members(reply: &HttpResponse) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

fn stale(errcode: &str) -> Result<(), GatewayError> {
    Err(GatewayError::StaleToken { code: errcode.to_owned() })
}

#[tokio::test]
async fn everybody_gets_the_same_token_until_its_last_five_minutes() {
    let stage = super::open().await;
    let first = stage.stable_token(Freshness::Current).await.unwrap();
    stage.advance(6899);
    let again = stage.stable_token(Freshness::Current).await.unwrap();
    assert_eq!((&again.value, first.lifetime_seconds, again.lifetime_seconds), (&first.value, 7200, 301));
    stage.advance(1);
    let next = stage.stable_token(Freshness::Current).await.unwrap();
    assert_ne!(next.value, first.value);
    assert_eq!(next.lifetime_seconds, 7200);
    assert_eq!((stage.good(&first.value).await, stage.good(&next.value).await), (Ok(()), Ok(())), "both in the overlap");
    stage.advance(300);
    assert_eq!((stage.good(&first.value).await, stage.good(&next.value).await), (stale("42001"), Ok(())));
}

#[tokio::test]
async fn a_renewal_ends_the_token_before_and_is_rationed() {
    let stage = super::open().await;
    let first = stage.stable_token(Freshness::Current).await.unwrap();
    let second = stage.stable_token(Freshness::Renewed).await.unwrap();
    assert_eq!((stage.good(&first.value).await, stage.good(&second.value).await), (stale("40001"), Ok(())));
    assert_eq!(stage.stable_token(Freshness::Current).await.unwrap().value, second.value);
    assert_eq!(stage.stable_token(Freshness::Renewed).await, Err(GatewayError::Busy { status: 200, code: "45011".to_owned() }));
    for _ in 1..20 {
        stage.advance(30);
        assert!(stage.stable_token(Freshness::Renewed).await.is_ok());
    }
    stage.advance(30);
    assert_eq!(stage.stable_token(Freshness::Renewed).await, Err(GatewayError::Busy { status: 200, code: "45009".to_owned() }));
    stage.advance(24 * 3600);
    assert!(stage.stable_token(Freshness::Renewed).await.is_ok(), "another day");
}

#[tokio::test]
async fn the_older_endpoint_gives_another_token_each_time_and_leaves_the_stable_one_alone() {
    let stage = super::open().await;
    let settings = stage.sandbox.official_account_settings();
    let query = format!("grant_type=client_credential&appid={}&secret={}", settings.appid, settings.secret);
    let stable = stage.stable_token(Freshness::Current).await.unwrap();
    let (first, second) = (stage.older_token(&query).await, stage.older_token(&query).await);
    let (first, second) = (first["access_token"].as_str().unwrap(), second["access_token"].as_str().unwrap());
    assert_eq!((stage.good(first).await, stage.good(second).await), (Ok(()), Ok(())), "a grace of five minutes");
    stage.advance(300);
    assert_eq!((stage.good(first).await, stage.good(second).await), (stale("40001"), Ok(())));
    assert_eq!(stage.good(&stable.value).await, Ok(()));
    for (query, errcode) in [
        (query.replace("client_credential", "x"), 40002),
        (query.replace("appid=wx", "appid=wy"), 40013),
        (format!("{query}0"), 40125),
        ("grant_type=client_credential".to_owned(), 41002),
    ] {
        assert_eq!(stage.older_token(&query).await["errcode"], errcode, "{query}");
    }
}

#[tokio::test]
async fn a_ticket_is_the_same_for_two_hours_and_needs_a_token() {
    let stage = super::open().await;
    let account = account(&stage.sandbox);
    let token = stage.stable_token(Freshness::Current).await.unwrap().value;
    let ticket = stage.ask(account.ticket(&token)).await.unwrap();
    assert_eq!(ticket.lifetime_seconds, 7200);
    assert_eq!(stage.ask(account.ticket(&token)).await, Ok(ticket));
    assert_eq!(stage.good("short").await, stale("40014"));
    assert_eq!(stage.good(&token.replace('_', "-")).await, stale("40001"));
    assert_eq!(stage.good("").await.unwrap_err().family(), Family::Refused);
}

#[tokio::test]
async fn what_is_not_a_call_is_told_so_with_status_200_and_a_number() {
    let stage = super::open().await;
    let url = |path: &str| format!("{}/cgi-bin/{path}", stage.sandbox.url());
    let asked = stage.send(&get(url("stable_token"))).await;
    assert_eq!((asked.status.as_u16(), &members(&asked)["errcode"]), (200, &Value::from(43002)));
    let message = members(&asked)["errmsg"].as_str().unwrap().to_owned();
    assert!(message.starts_with("require POST method rid: "), "{message}");
    for (body, errcode) in [(&b""[..], 44002), (b"{", 47001)] {
        let request = HttpRequest { method: reqwest::Method::POST, body: body.to_vec(), ..get(url("stable_token")) };
        assert_eq!(members(&stage.send(&request).await)["errcode"], errcode);
    }
    assert_eq!(asked.headers["content-type"], "application/json; encoding=utf-8");
}

#[tokio::test]
async fn a_named_error_meets_so_many_calls_and_no_more() {
    let stage = super::open().await;
    stage.sandbox.set_faults(Faults { account_error: 1, account_errcode: 45009, ..Faults::default() });
    assert_eq!(stage.stable_token(Freshness::Current).await, Err(GatewayError::Busy { status: 200, code: "45009".to_owned() }));
    assert!(stage.stable_token(Freshness::Current).await.is_ok());
    stage.sandbox.set_faults(Faults { account_error: 1, ..Faults::default() });
    assert_eq!(stage.stable_token(Freshness::Current).await, Err(GatewayError::Busy { status: 200, code: "-1".to_owned() }));
}
