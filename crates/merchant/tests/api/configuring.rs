//! The configuration as an operator meets it: what is good passes, what is not is one line, and no complaint shows a secret.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use crate::operating::run;
use testing::Folder;
use testing::backend::shop::configuration;
use testing::backend::{SHOP_CATALOG, account, text};

/// A folder with all that a live account needs.
pub fn live() -> (Folder, String) {
    let folder = Folder::new("merchant");
    folder.write("catalog.toml", SHOP_CATALOG);
    folder.write("signing.seed", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n");
    folder.write("details.keys", testing::details::DETAILS_KEY);
    let key = folder.write("merchant.pem", account::private_key_pem());
    let public = folder.write("wechat.pem", account::another_public_key_pem());
    let settings = account::settings("https://api.mch.weixin.qq.com");
    let account = format!(
        "mchid = \"{}\"\nappid = \"{}\"\nmerchant_serial = \"{}\"\nmerchant_key_file = \"{}\"\napiv3_key = \"{}\"\npublic_key_id = \"{}\"\npublic_key_file = \"{}\"",
        settings.mchid,
        settings.appid,
        settings.merchant_serial,
        key.display(),
        settings.apiv3_key,
        settings.public_key_id,
        public.display()
    );
    let text = configuration(&folder, "https://pay.shop.example", "").replace("settings_url = \"\"", &account);
    (folder, text)
}

pub fn check(folder: &Folder, config: &str) -> Output {
    let file = folder.write("merchant.toml", config);
    run(&["check-config", "--config", file.to_str().unwrap()])
}

#[test]
fn a_good_configuration_passes() {
    let (folder, config) = live();
    let output = check(&folder, &config);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn the_shortest_configuration_of_the_docs_is_good_and_lacks_a_widget_without_its_folder() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md")).unwrap();
    let written = docs.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = Folder::new("merchant");
    folder.write("catalog.toml", "currency = \"BRL\"\n[[item]]\nsku = \"tea\"\nname = \"Tea\"\nprice = 100\n");
    assert!(run(&["keygen", "--out", folder.path().join("signing.seed").to_str().unwrap()]).status.success());
    assert!(run(&["details", "keygen", "--out", folder.path().join("details.keys").to_str().unwrap()]).status.success());
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    let placed = |text: String| {
        ["merchant.sqlite", "details.keys", "signing.seed", "dist", "catalog.toml"]
            .iter()
            .fold(text, |text, name| text.replace(&format!("\"{name}\""), &format!("\"{}\"", folder.path().join(name).display())))
    };
    let output = check(&folder, &placed(written.to_owned()));
    let told = text(&output.stdout);
    assert!(output.status.success() && !told.contains("widget: "), "{told}{}", text(&output.stderr));
    let without =
        placed(written.lines().filter(|line| !line.starts_with("[widget]") && !line.starts_with("dir =")).collect::<Vec<_>>().join("\n"));
    let output = check(&folder, &without);
    let has_one_inside = cfg!(feature = "embedded-widget");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).contains("widget: this program has none inside"), !has_one_inside, "{}", text(&output.stdout));
    let file = folder.write("merchant.toml", without);
    let output = run(&["snippet", "--config", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr).contains("these tags pin no release"), !has_one_inside, "{}", text(&output.stderr));
}

#[test]
fn what_a_method_cannot_collect_is_said_before_anybody_sells() {
    let (folder, config) = live();
    let rupiah = "currency = \"IDR\"\n[[item]]\nsku = \"batik\"\nname = \"Batik\"\nprice = 1234500\n[tax]\nlabel = \"PPN\"\npercent = 11\nincluded = false\n";
    folder.write("catalog.toml", rupiah);
    let bank = "[bank]\nname = \"TOKO\"\ncity = \"JAKARTA\"\n[bank.qris]\nacquirer = \"ID.CO.EXAMPLE.WWW\"\npan = \"936000999000000002\"\n\
                merchant_id = \"000000000\"\ncriteria = \"UMI\"\nnational_id = \"ID1020000000001\"\n";
    let output = check(&folder, &(config.clone() + bank));
    let told = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(told.contains("bank.qris: is not offered for 1 × batik, which costs 13702.95 IDR"), "{told}");
    assert!(told.contains("in steps of 1.00"), "{told}");
    assert!(told.contains("wechat_pay: does not collect IDR"), "{told}");
    // Whole rupiah are nothing to speak of.
    folder.write("catalog.toml", rupiah.replace("percent = 11\nincluded = false", "percent = 11\nincluded = true"));
    let told = text(&check(&folder, &(config + bank)).stdout);
    assert!(!told.contains("bank.qris: is not offered"), "{told}");
}

#[test]
fn a_bad_configuration_is_one_line_that_names_the_key() {
    let (folder, config) = live();
    let secret = account::settings("").apiv3_key;
    folder.write("own.pem", account::public_key_pem());
    for (from, to, key) in [
        ("id = \"mountain-tea\"", "id = \"mountain tea\"", "merchant.id"),
        ("id = \"mountain-tea\"", "", "id"),
        ("listen = \"127.0.0.1:0\"", "listen = \"here\"", "listen"),
        ("\"https://pay.shop.example\"", "\"http://pay.shop.example\"", "server.public_url"),
        ("\"https://shop.example\"", "\"shop.example\"", "server.allowed_origins"),
        ("payment_seconds = 900", "payment_seconds = 9000", "orders.payment_seconds"),
        ("payment_seconds = 900", "payment_secs = 900", "payment_secs"),
        ("order_seconds = 1800", "order_seconds = 0", "orders.order_seconds"),
        ("signing.seed\"", "other.seed\"", "signing.seed_file"),
        ("details.keys\"", "other.keys\"", "details.key_file"),
        ("details.keys\"", "signing.seed\"", "details.key_file"),
        ("key_file = ", "retain_days = 0\nkey_file = ", "details.retain_days"),
        ("[details]\nkey_file = ", "[details]\n# key_file = ", "details.key_file: is missing"),
        ("signing.seed\"", "signing.seed\"\nnext_seed_file = \"none.seed\"", "signing.next_seed_file"),
        ("signing.seed\"", "signing.seed\"\nretired = [\"ed25519-AAAA\"]", "signing.retired"),
        ("signing.seed\"", "signing.seed\"\nretired = [\"ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=\"]", "signing.retired"),
        ("signing.seed\"", "signing.seed\"\nnative_integrity = \"yes\"", "native_integrity"),
        ("catalog.toml\"", "other.toml\"", "catalog.file"),
        ("mchid = \"", "mchid = \"x", "mchid"),
        ("mchid = ", "# mchid = ", "wechat_pay.mchid"),
        ("mchid = ", "products = []\nmchid = ", "products"),
        ("/notify/wechat_pay\"", "/notify/wechat_pay?x=1\"", "wechat_pay.notify_url"),
        ("notify_url = \"https://", "notify_url = \"", "wechat_pay.notify_url"),
        ("mchid = ", "products = [\"app\"]\nmchid = ", "products"),
        ("merchant.pem", "none.pem", "wechat_pay.merchant_key_file"),
        ("mchid = \"1900000001\"", "mchid = \"19000\"", "mchid"),
        ("appid = \"wx8888888888888888\"", "appid = \"wx8\"", "appid"),
        ("appid = \"wx8888888888888888\"", "appid = \"888888888888888888\"", "appid"),
        ("merchant_serial = \"7B2A1F0C9D8E4F5061728394A5B6C7D8E9F01234\"", "merchant_serial = \"AB\"", "merchant_serial"),
        ("wechat.pem", "own.pem", "wechat_pay: setting public_key_file: holds the merchant's own public key"),
        ("\"https://pay.shop.example\"", "\"https://127.1\"", "server.public_url: browsers write this host as https://127.0.0.1"),
        ("\"https://pay.shop.example\"", "\"https://pay..example.com\"", "server.public_url"),
        ("\"https://pay.shop.example\"", "\"https://.example.com\"", "server.public_url"),
        ("\"https://shop.example\"", "\"ws://shop.example\"", "server.allowed_origins"),
        ("zh-Hans = ", "zh_CN = ", "merchant.name: \"zh_CN\" is no language tag; write zh-CN"),
        ("zh-Hans = ", "\"\" = ", "merchant.name"),
        (secret.as_str(), "short", "apiv3_key"),
        ("[store]", "[stores]", "stores"),
        ("[store]", "[store", "line"),
    ] {
        assert!(config.contains(from), "{from}");
        let output = check(&folder, &config.replacen(from, to, 1));
        let complaint = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{from}");
        assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
        assert!(complaint.contains(key), "{key}: {complaint}");
        assert!(!complaint.contains(&secret) && !complaint.contains("PRIVATE"), "{complaint}");
    }
}

#[test]
fn a_complaint_about_a_line_with_a_secret_names_its_key_and_never_the_secret() {
    let (folder, config) = live();
    let secret = account::settings("").apiv3_key;
    let kept = format!("apiv3_key = \"{secret}\"");
    for (from, to, key) in [
        (kept.as_str(), format!("apiv3_key = \"{secret}"), "apiv3_key"),
        (&kept, format!("apiv3_key = {secret}"), "apiv3_key"),
        (&kept, format!("apiv3_key = \"{secret}\" oops"), "apiv3_key"),
        (&kept, format!("apiv3_kee = \"{secret}\""), "apiv3_kee"),
        (&kept, format!("apiv3_key = {{ is = \"{secret}\" }}"), "apiv3_key"),
        (&kept, format!("apiv3_key = \"\"\"\n{secret} = \\q\n\"\"\""), "line"),
        ("[store]", format!("[store]\nurl = \"postgres://shop:{secret}@db.example/shop"), "url"),
        ("[store]", format!("store = \"postgres://shop:{secret}@db.example/shop\"\n[other]"), "store"),
        ("[limits]", format!("[limits]\nconnections = \"{secret}\""), "connections"),
    ] {
        let config = format!("{config}[limits]\n");
        assert!(config.contains(from), "{from}");
        // A key of the top stands before every section.
        let changed = match to.strip_suffix("\n[other]") {
            Some(top) => format!("{top}\n{config}").replace("[store]", "[other]"),
            None => config.replacen(from, &to, 1),
        };
        let output = check(&folder, &changed);
        let complaint = text(&output.stderr);
        assert_eq!((output.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{complaint}");
        assert!(complaint.contains(key), "{key}: {complaint}");
        assert!(!complaint.contains(&secret), "{to}");
    }
}

#[test]
fn a_secret_that_everybody_on_the_machine_can_read_is_refused_with_what_mends_it() {
    for name in ["signing.seed", "merchant.pem"] {
        let (folder, config) = live();
        std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o644)).unwrap();
        let output = check(&folder, &config);
        let complaint = text(&output.stderr);
        assert!(!output.status.success() && complaint.contains("chmod 600") && complaint.contains(name), "{complaint}");
    }
}

#[test]
fn secrets_come_from_files_of_their_own_and_a_file_with_some_inside_is_for_nobody_else() {
    let (folder, config) = live();
    let secret = account::settings("").apiv3_key;
    let (inside, file) = (format!("apiv3_key = \"{secret}\""), folder.write("apiv3.key", format!("{secret}\n")));
    let outside = config.replace(&inside, &format!("apiv3_key_file = \"{}\"", file.display()));
    assert!(outside.contains("apiv3_key_file"));
    assert!(check(&folder, &outside).status.success());

    let open = std::fs::Permissions::from_mode(0o644);
    let check_open = |config: &str| {
        let file = folder.write("merchant.toml", config);
        std::fs::set_permissions(&file, open.clone()).unwrap();
        run(&["check-config", "--config", file.to_str().unwrap()])
    };
    assert!(check_open(&outside).status.success(), "{}", "a configuration without secrets is for everybody");
    for (config, key) in [
        (config.clone(), "wechat_pay.apiv3_key"),
        (outside.replace("[store]", "[store]\nurl = \"postgres://shop:word@127.0.0.1:1/shop\""), "store.url"),
        (format!("{outside}[official_account]\nappid = \"wx8888888888888888\"\ntoken = \"word\"\n"), "official_account.token"),
    ] {
        let complaint = text(&check_open(&config).stderr);
        assert!(complaint.starts_with(&format!("{key}: ")) && complaint.contains("chmod 600"), "{complaint}");
        assert!(!complaint.contains(&secret) && !complaint.contains("word"), "{complaint}");
    }
    let twice = text(&check(&folder, &outside.replace("[wechat_pay]", &format!("[wechat_pay]\n{inside}"))).stderr);
    assert!(twice.starts_with("wechat_pay.apiv3_key: ") && twice.contains("take one out"), "{twice}");
    std::fs::set_permissions(&file, open.clone()).unwrap();
    let complaint = text(&check(&folder, &outside).stderr);
    assert!(complaint.starts_with("wechat_pay.apiv3_key_file: ") && complaint.contains("chmod 600"), "{complaint}");
    let address = folder.write("database.url", "postgres://shop:word@127.0.0.1:1/shop\n");
    let (before, after) = config.split_once("[store]\n").unwrap();
    let (_path, after) = after.split_once('\n').unwrap();
    let file = folder.write("merchant.toml", format!("{before}[store]\nurl_file = \"{}\"\n{after}", address.display()));
    let complaint = text(&run(&["api-key", "list", "--config", file.to_str().unwrap()]).stderr);
    assert!(complaint.starts_with("store.url: ") && !complaint.contains("word"), "the database of the file is asked: {complaint}");
}

#[test]
fn a_configuration_that_can_sell_nothing_is_not_good() {
    let (folder, config) = live();
    let (before, section) = config.split_once("[wechat_pay]").unwrap();
    let official = "[official_account]\nappid = \"wx0000000000000000\"\nsecret = \"s\"\ntoken = \"t\"\n";
    for (config, told) in [
        (before.to_owned(), "wechat_pay, alipay, bank: no payment method is offered"),
        (format!("{before}[wechat_pay]\noffered = false{section}"), "wechat_pay, alipay, bank: no payment method is offered"),
        (config.replace("catalog.toml", "euro.toml"), "catalog.file: no payment method that is offered collects EUR"),
        (format!("{config}[widget]\ndir = \"{}/no\"\n", folder.path().display()), "widget.dir: "),
        (config.replace("pay.shop.example\"", "pay.shop.example:8443\""), "server.public_url: [wechat_pay] needs an address on port 443"),
        (config.replacen("[store]", "files = \"/no/such/folder\"\n[store]", 1), "server.files: /no/such/folder"),
        (format!("{config}[shop]\ndir = \"{}/catalog.toml\"\n", folder.path().display()), "shop.dir: "),
        (format!("{config}{official}"), "official_account.appid: must be that of [wechat_pay]"),
    ] {
        folder.write("euro.toml", SHOP_CATALOG.replace("CNY", "EUR"));
        let output = check(&folder, &config);
        let complaint = text(&output.stderr);
        assert_eq!((output.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{told}: {complaint}");
        assert!(complaint.starts_with(told), "{told}: {complaint}");
    }
}

#[test]
fn a_page_in_an_apps_own_scheme_may_ask_and_what_it_cannot_do_is_told() {
    let (folder, config) = live();
    let told = |origins: &str| {
        let output =
            check(&folder, &config.replace(r#"allowed_origins = ["https://shop.example"]"#, &format!("allowed_origins = {origins}")));
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let told_of_app = told(r#"["https://shop.example", "capacitor://localhost"]"#);
    assert!(told_of_app.contains("server.allowed_origins: capacitor://localhost: no wallet comes back"), "{told_of_app}");
    assert!(!told(r#"["https://shop.example"]"#).contains("server.allowed_origins"));
    let told_of_any = told(r#"["*", "null"]"#);
    for warning in ["server.allowed_origins: \"*\": pages of every origin", "server.allowed_origins: \"null\": sandboxed frames"] {
        assert!(told_of_any.contains(warning), "{told_of_any}");
    }
}
