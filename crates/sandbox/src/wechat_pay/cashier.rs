//! The cashier of jumps: the page that a phone's browser opens to pay in WeChat (WeChat Pay H5, client side). It refuses what the
//! real one refuses, asks like the wallet would, and leads back to the shop whatever the answer. The page's frame is beside this.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gateway::wechat_pay::server::Surface;
use serde::Deserialize;

use super::pay::pay;
use super::server::WechatPay;
use crate::codes::{CodeState, CodeView};

/// Where it is, on the real host and on ours.
const PATH: &str = "/cgi-bin/mmpayweb-bin/checkmweb";

/// Why the cashier shows nobody a price, in the real one's words, and under the number that the provider's support asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CashierError(&'static str, u32);

/// Nobody says which shop the shopper comes from, or it is no jump.
const NO_SHOP: CashierError = CashierError("商家参数格式有误，请联系商家解决", 268_443_815);
/// The shop that the shopper comes from, or is to go back to, is not the registered one.
const WRONG_SHOP: CashierError = CashierError("商家存在未配置的参数，请联系商家解决", 268_443_816);
/// When five minutes have passed, or the payment came to an end.
const TOO_LATE: CashierError = CashierError("支付请求已失效，请重新发起支付", 268_498_468);
/// When WeChat's own browser opens it: there the bridge is the way.
const INSIDE: CashierError = CashierError("请在微信外打开订单，进行支付", 0);
/// When the address that the merchant gave for the shopper is not the phone's.
const WRONG_NETWORK: CashierError = CashierError("网络环境未能通过安全验证，请稍后再试", 268_498_465);

pub(super) fn routes() -> Router<Arc<WechatPay>> {
    Router::new().route(PATH, get(ask).post(answer))
}

/// What the address says.
#[derive(Deserialize)]
struct CashierQuery {
    #[serde(default)]
    prepay_id: String,
    redirect_url: Option<String>,
    answer: Option<Choice>,
}

/// What a shopper does who is asked to pay.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Choice {
    Pay,
    NotNow,
}

async fn ask(State(server): State<Arc<WechatPay>>, uri: Uri, Query(jump): Query<CashierQuery>, headers: HeaderMap) -> Response {
    let back = jump.redirect_url.as_deref().and_then(origin).unwrap_or_default();
    match open(&server, &jump, &headers) {
        Ok(view) => page(back, &question(&view, uri.query().unwrap_or_default())),
        Err(words) => refused(back, words),
    }
}

/// Does what the shopper wants, if it still can be done; the shop learns of it from its own server. Only who was shown the
/// question can answer it, in the browser that it was shown to.
async fn answer(State(server): State<Arc<WechatPay>>, Query(jump): Query<CashierQuery>, headers: HeaderMap) -> Response {
    let shop = server.orders().arrivals.get(&jump.prepay_id).cloned();
    if let Err(words) = admit(&server, &jump, shop.as_deref(), &headers) {
        return refused("", words);
    }
    let done = match jump.answer {
        Some(Choice::Pay) => pay(&server, &jump.prepay_id),
        Some(Choice::NotNow) | None => server.orders().book.dismiss(&jump.prepay_id),
    };
    if let Err(problem) = done {
        tracing::info!(?problem, "not paid at the cashier");
    }
    match jump.redirect_url {
        Some(shop) => (StatusCode::SEE_OTHER, [(header::LOCATION, shop)]).into_response(),
        None => page("", "<p>You can go back to the shop now.</p>"),
    }
}

/// Lets a shopper in who comes from a shop, and remembers which.
fn open(server: &WechatPay, jump: &CashierQuery, headers: &HeaderMap) -> Result<CodeView, CashierError> {
    let shop = origin(text(headers, header::REFERER));
    admit(server, jump, shop, headers)?;
    let mut orders = server.orders();
    let view = orders.book.view(&jump.prepay_id, &server.env.payee, server.env.clock.now()).map_err(|_| TOO_LATE)?;
    match view.state {
        CodeState::Open | CodeState::Scanned | CodeState::Dismissed => {}
        CodeState::Paid | CodeState::Expired | CodeState::Closed => return Err(TOO_LATE),
    }
    orders.arrivals.insert(jump.prepay_id.clone(), shop.unwrap_or_default().to_owned());
    Ok(view)
}

/// Whether this page is for a shopper from that shop, for this browser and for this payment, open or not.
fn admit(server: &WechatPay, jump: &CashierQuery, shop: Option<&str>, headers: &HeaderMap) -> Result<(), CashierError> {
    let shop = shop.ok_or(NO_SHOP)?;
    let faults = server.env.faults();
    let domain = faults.h5_domain.as_str();
    // Both are registered; with no domain at hand, where one is the other is. Ports are none of its business.
    let is_of_shop = |back: &str| host(back) == host(shop) || !domain.is_empty() && is_registered(back, domain);
    let is_back_elsewhere = jump.redirect_url.as_deref().is_some_and(|back| !is_of_shop(back));
    if is_back_elsewhere || !is_registered(shop, domain) {
        return Err(WRONG_SHOP);
    }
    if text(headers, header::USER_AGENT).contains("MicroMessenger") {
        return Err(INSIDE);
    }
    let mut orders = server.orders();
    let request = &orders.book.behind(&jump.prepay_id).map_err(|_| TOO_LATE)?.request;
    if request.surface != Surface::H5 {
        return Err(NO_SHOP);
    }
    // The real one compares it with the phone's. Here both are on this computer, which a proxy of the shop's may have hidden.
    let plausible = request.client_ip().parse::<IpAddr>().is_ok_and(|ip| !ip.is_unspecified() && !ip.is_multicast());
    if plausible && !faults.other_network { Ok(()) } else { Err(WRONG_NETWORK) }
}

/// Whether a shop is at the registered domain or below it.
fn is_registered(shop: &str, domain: &str) -> bool {
    let host = host(shop);
    domain.is_empty() || host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The host of a web address, without its port; nothing of what is none.
fn host(url: &str) -> &str {
    origin(url).and_then(|origin| origin.split("://").nth(1)?.split(':').next()).unwrap_or_default()
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Scheme and host of a web address.
fn origin(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(&url[..url.len() - rest.len() + host.len()])
}

/// Who gets how much for what, and the two answers, each a form to the same address.
fn question(view: &CodeView, query: &str) -> String {
    let (yuan, fen) = (view.amount / 100, view.amount % 100);
    let form = |answer: &str, name: &str, label: &str| {
        let action = escaped(&format!("{PATH}?{query}&answer={answer}"));
        format!("<form method=\"post\" action=\"{action}\"><p class=\"row\"><button class=\"{name}\">{label}</button></p></form>")
    };
    [
        format!("<p class=\"payee\">{}</p>", escaped(&view.payee)),
        format!("<p class=\"what\">{}</p>", escaped(&view.description)),
        format!("<p class=\"amount\">¥{yuan}.{fen:02}</p>"),
        form("pay", "pay", "Pay"),
        form("not_now", "", "Not now"),
    ]
    .concat()
}

/// Nothing but why.
fn refused(back: &str, CashierError(words, number): CashierError) -> Response {
    let number = if number == 0 { String::new() } else { format!("<p>{number}</p>") };
    page(back, &format!("<p lang=\"zh\">{words}</p>{number}"))
}

/// Browsers hold the way back after a form to `form-action` too.
fn page(back: &str, main: &str) -> Response {
    let policy = format!("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' {back}");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, include_str!("cashier.html").replace("{main}", main)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
