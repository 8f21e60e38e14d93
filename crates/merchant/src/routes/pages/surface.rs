//! Where a shopper pays, by what the browser calls itself: the same as the loader tells (`www/qr-checkout.js`).

use axum::http::{HeaderMap, header};
use protocol::Surface;

/// What browsers inside of other apps call themselves, in small letters.
const OTHER_APPS: [&str; 17] = [
    "wxwork",
    "miniprogram",
    "fban",
    "fbav",
    "instagram",
    "line/",
    "weibo",
    "qq/",
    "dingtalk",
    "alipayclient",
    "aliapp",
    "tiktok",
    "musical_ly",
    "bytedance",
    "kakaotalk",
    "zalo",
    "; wv)",
];
/// WeChat on a desktop has no bridge to its wallet.
const DESKTOP_WECHAT: [&str; 2] = ["windowswechat", "macwechat"];

/// The surface of whoever sends those headers.
pub(super) fn surface(headers: &HeaderMap) -> Surface {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_mobile = agent.contains("Mobi") || agent.contains("Android");
    let agent = agent.to_ascii_lowercase();
    let is_one_of = |names: &[&str]| names.iter().any(|name| agent.contains(name));
    if !is_mobile || is_one_of(&DESKTOP_WECHAT) {
        Surface::Qr
    } else if is_one_of(&OTHER_APPS) {
        Surface::InApp
    } else if agent.contains("micromessenger") {
        Surface::Wechat
    } else {
        Surface::App
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_as_the_loader_knows_them() {
        for (agent, expected) in [
            ("", Surface::Qr),
            ("w3m/0.5.3", Surface::Qr),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", Surface::Qr),
            ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", Surface::App),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 MicroMessenger/8.0", Surface::Wechat),
            ("Mozilla/5.0 (Windows NT 10.0) Mobile MicroMessenger/7.0 WindowsWechat", Surface::Qr),
            ("Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0 wxwork/4.1", Surface::InApp),
            ("Mozilla/5.0 (Linux; Android 14; wv) Mobile [FBAN/EMA]", Surface::InApp),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            assert_eq!(surface(&headers), expected, "{agent}");
        }
    }
}
