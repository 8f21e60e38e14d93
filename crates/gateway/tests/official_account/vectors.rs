//! The vectors of `vectors/official_account.json`, and an account whose token and key are theirs.

use gateway::official_account::server::{AesKey, callback_signature, page_signature};
use gateway::official_account::{Config, OfficialAccount, Settings, TemplateSettings};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Vectors {
    url: Url,
    page: Page,
    pub token: String,
    pub aes_key: String,
    pub appid: String,
    open: Sealed,
    seal: Sealed,
}

#[derive(Deserialize)]
struct Url {
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

#[derive(Deserialize)]
struct Page {
    ticket: String,
    nonce: String,
    timestamp: i64,
    url: String,
    signature: String,
}

#[derive(Deserialize)]
struct Sealed {
    timestamp: String,
    nonce: String,
    encrypt: String,
    signature: String,
    prefix: String,
    message: String,
}

pub fn load() -> Vectors {
    serde_json::from_str(include_str!("../../vectors/official_account.json")).unwrap()
}

/// Settings with the vectors' keys; both templates name every keyword.
pub fn settings() -> Settings {
    let vectors = load();
    let template = |id: &str| TemplateSettings {
        id: id.to_owned(),
        order: Some("character_string1".to_owned()),
        description: Some("thing2".to_owned()),
        amount: Some("amount3".to_owned()),
        time: Some("time4".to_owned()),
    };
    Settings {
        base_url: "https://api.example".to_owned(),
        open_url: "https://open.example/".to_owned(),
        appid: vectors.appid,
        secret: "0123456789abcdef0123456789abcdef".to_owned(),
        token: vectors.token,
        aes_key: Some(vectors.aes_key),
        paid_template: Some(template("paid-template_0")),
        shipped_template: Some(template("shipped-template_0")),
        refunded_template: Some(template("refunded-template_0")),
    }
}

pub fn account(settings: &Settings) -> OfficialAccount {
    OfficialAccount::new(Config::parse(settings).unwrap())
}

#[test]
fn signatures_are_those_of_the_providers_examples() {
    let Vectors { url, page, .. } = load();
    for parts in [[&url.token, &url.timestamp, &url.nonce], [&url.nonce, &url.token, &url.timestamp]] {
        assert_eq!(callback_signature(&parts.map(String::as_str)), url.signature);
    }
    assert_eq!(page_signature(&page.ticket, &page.nonce, page.timestamp, &page.url), page.signature);
    assert_eq!(page_signature(&page.ticket, &page.nonce, page.timestamp, &format!("{}#there", page.url)), page.signature);
}

#[test]
fn what_others_encrypted_opens_and_is_encrypted_alike() {
    let vectors = load();
    let key = AesKey::parse(&vectors.aes_key).unwrap();
    for case in [&vectors.open, &vectors.seal] {
        assert_eq!(callback_signature(&[&vectors.token, &case.timestamp, &case.nonce, &case.encrypt]), case.signature);
        let opened = key.open(&case.encrypt).unwrap();
        assert_eq!((opened.prefix.as_slice(), opened.message.as_slice()), (case.prefix.as_bytes(), case.message.as_bytes()));
        assert_eq!(opened.appid, vectors.appid.as_bytes());
        let prefix = case.prefix.as_bytes().try_into().unwrap();
        assert_eq!(key.seal(prefix, case.message.as_bytes(), &vectors.appid), case.encrypt);
    }
}

#[test]
fn no_other_key_and_no_changed_text_opens() {
    let Vectors { aes_key, open, .. } = load();
    let key = AesKey::parse(&aes_key).unwrap();
    let other = AesKey::parse(&aes_key.replace("kWx", "kWy")).unwrap();
    assert_eq!(other.open(&open.encrypt), None);
    for text in ["", "====", "4ByG", &open.encrypt[..24], &open.encrypt.replace("p+Q==", "p+A==")] {
        assert_eq!(key.open(text), None, "{text}");
    }
    for text in ["", "short", &aes_key[1..], &format!("{aes_key}="), &aes_key.replace('k', "!")] {
        assert!(AesKey::parse(text).is_none(), "{text}");
    }
    assert_eq!(format!("{key:?}"), "AesKey(hidden)");
}
