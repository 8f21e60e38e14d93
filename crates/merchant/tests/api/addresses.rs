//! Addresses that providers call: on the usual ports alone, however the provider's own hosts are written.

use std::process::Output;

use crate::configuring::live;
use crate::operating::run;
use testing::Folder;
use testing::backend::{account, text};

const WORDS: &str = "needs an address on port 443 (or 80), and this is on 8443: put a proxy on 443 before it";

/// What `check-config` and `serve` say of a configuration, which is the same.
fn complaint(folder: &Folder, config: &str) -> String {
    let file = folder.write("merchant.toml", config);
    let tell = |command: &str| -> Output { run(&[command, "--config", file.to_str().unwrap()]) };
    let (checked, served) = (tell("check-config"), tell("serve"));
    let told = text(&checked.stderr);
    assert_eq!((checked.status.code(), served.status.code(), told.trim_end().lines().count()), (Some(1), Some(1), 1), "{told}");
    assert_eq!(text(&served.stderr), told);
    told
}

fn passes(folder: &Folder, config: &str) {
    let file = folder.write("merchant.toml", config);
    let output = run(&["check-config", "--config", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// The same account at another address than the usual one.
fn at(config: &str, base_url: &str) -> String {
    config.replace("[wechat_pay]", &format!("[wechat_pay]\nbase_url = \"{base_url}\""))
}

const NOTIFIED: &str = "\"https://pay.shop.example/notify/wechat_pay\"";
const PUBLIC: &str = "public_url = \"https://pay.shop.example\"";
const ELSEWHERE: &str = "public_url = \"https://pay.shop.example:8443\"";

#[test]
fn an_address_to_notify_is_on_a_port_that_providers_go_to() {
    let (folder, config) = live();
    assert!(config.contains(NOTIFIED) && config.contains(PUBLIC));
    let notify = |address: &str| config.replace(NOTIFIED, &format!("\"{address}\""));
    let told = complaint(&folder, &notify("https://pay.shop.example:8443/notify/wechat_pay"));
    assert_eq!(told, format!("wechat_pay.notify_url: [wechat_pay] {WORDS}\n"));
    for good in ["https://pay.shop.example:443/notify", "http://pay.shop.example:80/notify", "http://pay.shop.example/notify"] {
        passes(&folder, &notify(good));
    }
    let told = complaint(&folder, &config.replace(PUBLIC, ELSEWHERE));
    assert_eq!(told, format!("server.public_url: [wechat_pay] {WORDS}\n"));
}

#[test]
fn the_providers_own_hosts_are_known_however_they_are_written() {
    let (folder, config) = live();
    let elsewhere = config.replace(PUBLIC, ELSEWHERE);
    for base_url in [
        "https://api.mch.weixin.qq.com",
        "https://api.mch.weixin.qq.com/",
        "https://api.mch.weixin.qq.com:443",
        "HTTPS://API.mch.weixin.qq.com",
        "https://api2.mch.weixin.qq.com",
        "https://API2.mch.weixin.qq.com:443/",
    ] {
        passes(&folder, &at(&config, base_url));
        assert!(complaint(&folder, &at(&elsewhere, base_url)).starts_with("server.public_url: [wechat_pay] "), "{base_url}");
    }
    for base_url in ["http://127.0.0.1:9", "https://api.mch.weixin.qq.com.example.com"] {
        passes(&folder, &at(&elsewhere, base_url));
    }
}

#[test]
fn alipay_is_given_the_address_to_notify_and_the_official_account_the_backends() {
    let (folder, config) = live();
    let (before, _) = config.split_once("[wechat_pay]").unwrap();
    let public = folder.write("alipay.pem", account::another_public_key_pem());
    let key = folder.path().join("merchant.pem");
    let alipay = |more: &str| {
        format!(
            "[alipay]\napp_id = \"2021000000000000\"\nseller_id = \"2088000000000000\"\napp_key_file = \"{}\"\nalipay_public_key_file = \"{}\"\n{more}\n",
            key.display(),
            public.display()
        )
    };
    let elsewhere = before.replace(PUBLIC, ELSEWHERE);
    for base_url in ["", "base_url = \"https://OPENAPI.alipay.com:443/\""] {
        let told = complaint(&folder, &format!("{elsewhere}{}", alipay(base_url)));
        assert_eq!(told, format!("server.public_url: [alipay] {WORDS}\n"));
        let notified = format!("{base_url}\nnotify_url = \"https://pay.shop.example:8443/n\"");
        let told = complaint(&folder, &format!("{before}{}", alipay(&notified)));
        assert_eq!(told, format!("alipay.notify_url: [alipay] {WORDS}\n"));
    }
    passes(&folder, &format!("{elsewhere}{}", alipay("notify_url = \"https://pay.shop.example/n\"")));
    let following = |more: &str| {
        let account = "[official_account]\nappid = \"wx8888888888888888\"\nsecret = \"word\"\ntoken = \"word\"\n";
        format!("{elsewhere}{}{account}{more}", alipay("notify_url = \"https://pay.shop.example/n\""))
    };
    for more in ["", "base_url = \"https://api2.weixin.qq.com\"\nopen_url = \"http://127.0.0.1:9\"", "base_url = \"http://127.0.0.1:9\""] {
        let told = complaint(&folder, &following(more));
        assert_eq!(told, format!("server.public_url: [official_account] {WORDS}\n"));
    }
}

#[test]
fn a_shops_page_on_a_port_is_told_where_payments_inside_wechat_are_offered() {
    let (folder, config) = live();
    let appid = account::settings("").appid;
    let following = format!("{config}[official_account]\nappid = \"{appid}\"\nsecret = \"word\"\ntoken = \"word\"\n");
    let told = |config: &str| {
        let config = config.replace("[\"https://shop.example\"]", "[\"https://shop.example\", \"https://shop.example:8443\"]");
        let file = folder.write("merchant.toml", config);
        text(&run(&["check-config", "--config", file.to_str().unwrap()]).stdout)
    };
    let said = told(&following);
    assert!(said.contains("server.allowed_origins: https://shop.example:8443: WeChat Pay registers pages without a port"), "{said}");
    assert!(!said.contains("https://shop.example: "), "{said}");
    assert!(!told(&config).contains("without a port"), "nobody pays there by WeChat anyway");
}
