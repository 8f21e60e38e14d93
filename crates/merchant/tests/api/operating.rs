//! The program `qr-checkout-server` as an operator meets it: its commands, its complaints, its end, and its death.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use protocol::{Backend, OrderStatus, Pins};

use crate::configuring::live;
use testing::Folder;
use testing::backend::shop::configuration;
use testing::backend::{Provider, SHOP_CATALOG, release, text};

pub fn server(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(arguments).env_remove("DATABASE_PATH").env_remove("QR_CHECKOUT_SIGNING_SEED").env_remove("WECHAT_PAY_APIV3_KEY");
    command.env_remove("DATABASE_URL").env_remove("QR_CHECKOUT_DETAILS_KEYS");
    command.env("RUST_LOG", "off");
    command
}

pub fn run(arguments: &[&str]) -> Output {
    server(arguments).output().unwrap()
}

#[test]
fn api_keys_are_made_listed_and_revoked() {
    let (folder, config) = live();
    let file = folder.write("merchant.toml", config);
    let run = |arguments: &[&str]| run(&[&["api-key"], arguments, &["--config", file.to_str().unwrap()]].concat());
    let made = run(&["create", "--name", "the shop", "--scopes", "read,refunds"]);
    let said = text(&made.stdout);
    assert!(made.status.success() && said.starts_with("qrk_"), "{said}{}", text(&made.stderr));
    let secret = said.trim_end();
    assert!(!secret.contains(char::is_whitespace) && text(&made.stderr).contains("shown this once"), "it goes into a file as it is");
    let listed = text(&run(&["list"]).stdout);
    assert!(listed.contains("read refunds") && listed.contains("the shop") && !listed.contains(secret), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    assert!(run(&["revoke", id]).status.success());
    assert!(text(&run(&["list"]).stdout).contains("revoked"));
    assert_eq!(run(&["revoke", id]).status.code(), Some(1));
    let made = run(&["create", "--name", "the till", "--role", "cashier", "--expires", "2099-01-31", "--refund-limit", "500.00"]);
    assert!(made.status.success() && text(&made.stderr).contains("(read orders refunds)"), "{}", text(&made.stderr));
    let listed = text(&run(&["list"]).stdout);
    let till = listed.lines().find(|line| line.contains("the till")).unwrap();
    assert!(till.contains("good     cashier: read orders refunds") && till.contains("until 2099-02-01T00:00:00"), "{till}");
    assert!(till.ends_with("  returns 500.00 CNY"), "{till}");
    for (wrong, said) in [
        (["--expires", "2020-01-31"], "--expires: 2020-01-31 is over already"),
        (["--expires", "soon"], "--expires: soon: a time is"),
        (["--refund-limit", "500"], "--refund-limit: \"500\": write 500.00"),
    ] {
        let refused = run(&[&["create", "--name", "x", "--role", "owner"][..], &wrong].concat());
        assert!(!refused.status.success() && text(&refused.stderr).starts_with(said), "{}", text(&refused.stderr));
    }
    let both = ["create", "--name", "x", "--role", "owner", "--scopes", "read"];
    for wrong in [
        &["create", "--name", "x"][..],
        &["create", "--name", " ", "--role", "owner"],
        &["create", "--name", "x", "--scopes", "all"],
        &both,
        &["create", "--name", "x", "--role", "king"],
        &["drop"],
    ] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn the_program_tells_what_it_is_made_of_if_it_was_built_to_be_handed_out() {
    let notices = run(&["licenses"]);
    let sbom = run(&["licenses", "--sbom"]);
    if cfg!(feature = "embedded-widget") {
        let notices = text(&notices.stdout);
        // The server's, and those of the widget inside.
        for part in ["sqlx ", "aws-lc-sys ", "yew ", "rust-std ", "Permission is hereby granted"] {
            assert!(notices.contains(part), "{part}");
        }
        let sbom: serde_json::Value = serde_json::from_slice(&sbom.stdout).unwrap();
        assert_eq!(
            (sbom["bomFormat"].as_str(), sbom["metadata"]["component"]["name"].as_str()),
            (Some("CycloneDX"), Some("qr-checkout-merchant"))
        );
    } else {
        for output in [notices, sbom] {
            assert_eq!((output.status.code(), text(&output.stderr).contains("cargo xtask dist --server")), (Some(1), true));
        }
    }
}

#[test]
fn webhooks_are_listed_and_replayed_by_their_ids() {
    let (folder, config) = live();
    let file = folder.write("merchant.toml", config);
    let run = |arguments: &[&str]| run(&[&["webhooks"], arguments, &["--config", file.to_str().unwrap()]].concat());
    assert!(run(&["list", "--state", "failed"]).status.success());
    assert_eq!(text(&run(&["replay", "--since", "0", "--only-failed"]).stdout), "0 are sent again\n");
    assert_eq!(text(&run(&["replay", "--since", "yesterday"]).stdout), "0 are sent again\n");
    assert!(text(&run(&["replay", "--since", "soon"]).stderr).starts_with("--since: soon: a time is 2026-11-27"));
    let unknown = run(&["replay", "evt_unknown"]);
    assert_eq!((unknown.status.code(), text(&unknown.stderr).contains("evt_unknown")), (Some(1), true));
    for wrong in [&["replay"][..], &["replay", "evt_x", "--since", "0"], &["list", "--state", "lost"]] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn keygen_writes_a_key_for_its_owner_alone_and_never_over_another() {
    let folder = Folder::new("merchant");
    let file = folder.path().join("new/signing.seed");
    let file = file.to_str().unwrap();
    assert!(run(&["keygen", "--out", file]).status.success());
    let seed = std::fs::read_to_string(file).unwrap();
    assert_eq!(seed.trim().len(), 43);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let refused = run(&["keygen", "--out", file]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("is there already, and a key is never written over"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read_to_string(file).unwrap(), seed);
}

fn mode(file: &std::path::Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions()) & 0o777
}

/// Runs the server's program under the usual umask, which lets everybody read what is made.
fn run_openly(arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "umask 022; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_qr-checkout-server")]).args(arguments);
    command.env_remove("DATABASE_PATH").env_remove("DATABASE_URL").env_remove("QR_CHECKOUT_SIGNING_SEED").output().unwrap()
}

#[tokio::test]
async fn records_and_their_copies_are_for_their_owner_alone_and_open_ones_are_refused() {
    let (folder, config) = live();
    let config = folder.write("merchant.toml", config);
    let (config, copy) = (config.to_str().unwrap(), folder.path().join("copy.sqlite"));
    let made = run_openly(&["api-key", "create", "--name", "shop", "--scopes", "read", "--config", config]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let records = folder.path().join("merchant.sqlite");
    // While somebody has them open there are files beside them.
    let store = merchant::Store::open(&records).await.unwrap();
    store.prove_writable(1).await.unwrap();
    let beside = ["-wal", "-shm"].map(|end| folder.path().join(format!("merchant.sqlite{end}")));
    for file in beside.iter().chain([&records]) {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    store.close().await;
    let copied = run_openly(&["backup", "--out", copy.to_str().unwrap(), "--config", config]);
    assert!(copied.status.success(), "{}", text(&copied.stderr));
    assert_eq!(mode(&copy), 0o600);
    assert!(std::fs::metadata(&copy).unwrap().len() > 0);

    std::fs::set_permissions(&records, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    for arguments in [&["api-key", "list"][..], &["check"], &["backup", "--out", "other.sqlite"], &["serve"]] {
        let refused = run_openly(&[arguments, &["--config", config]].concat());
        let told = text(&refused.stderr);
        assert!(!refused.status.success() && told.contains(&format!("chmod 600 {}", records.display())), "{arguments:?}: {told}");
    }
}

#[test]
fn every_command_looks_for_the_records_where_the_server_keeps_them() {
    let (folder, config) = live();
    let url = folder.write("database.url", "mysql://nobody:secret@127.0.0.1:1/none\n");
    std::fs::set_permissions(&url, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let records = config.split("[store]\n").nth(1).unwrap().split('\n').next().unwrap().to_owned();
    let named = format!("url_file = \"{}\"", url.display());
    let commands = [&["check"][..], &["api-key", "list"], &["webhooks", "list"], &["backup", "--out", "x.sqlite"], &["serve"]];
    let tell = |config: String, arguments: &[&str]| {
        let file = folder.write("merchant.toml", config);
        let output = run(&[arguments, &["--config", file.to_str().unwrap()]].concat());
        assert!(!output.status.success(), "{arguments:?} {}", text(&output.stdout));
        text(&output.stderr)
    };
    for arguments in commands {
        let told = tell(config.replace(&records, &named), arguments);
        assert!(told.contains("store.url") && !told.contains("secret"), "{arguments:?}: {told}");
        let told = tell(config.replace(&records, &format!("{records}\n{named}")), arguments);
        assert!(told.contains("store: names the records by path and url_file"), "{arguments:?}: {told}");
    }
}

#[test]
fn the_snippet_pins_the_key_and_the_loader() {
    let (folder, config) = live();
    let release = release::write(folder.path(), "dist", "today");
    let file = folder.write("merchant.toml", format!("{config}\n[widget]\ndir = \"{}/dist\"\n", folder.path().display()));
    let output = run(&["snippet", "--config", file.to_str().unwrap()]);
    let tags = text(&output.stdout);
    let script = format!("https://pay.shop.example/r/{}/qr-checkout.js", release.name);
    assert!(tags.contains(&format!("src=\"{script}\" integrity=\"{}\" crossorigin", release.integrity)), "{tags}");
    let pin = tags.split("merchant-key=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(Pins::parse(&pin).is_ok(), "{pin}");

    assert!(!tags.contains("/pay?"), "{tags}");
    let tags = text(&run(&["snippet", "--config", file.to_str().unwrap(), "--item", "tea", "--item", "cup:2"]).stdout);
    let way = "<a href=\"https://pay.shop.example/pay?item=tea%3A1&amp;item=cup%3A2&amp;locale=en\">Continue on a plain page</a></p>";
    assert!(tags.contains(way), "{tags}");
    assert_eq!(run(&["snippet", "--config", file.to_str().unwrap(), "--item", "tea:0"]).status.code(), Some(2));

    let next = folder.write("next.seed", "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n");
    let config = config.replace("[catalog]", &format!("next_seed_file = \"{}\"\n[catalog]", next.display()));
    let file = folder.write("merchant.toml", &config);
    let tags = text(&run(&["snippet", "--config", file.to_str().unwrap()]).stdout);
    let next = "ed25519-E5j2LG0aRXxRumpLXz29L2n8qTIWIY3ImX5Ba9F9k8o=";
    assert!(tags.contains(&format!("merchant-key=\"{pin} {next}\">")), "{tags}");

    // Where carts ask, a frame keeps it from the page's scripts, if pages are listed that may show one.
    assert!(!tags.contains("isolation") && !tags.contains("frame-src"), "{tags}");
    let catalog = folder.path().join("catalog.toml");
    let asking = std::fs::read_to_string(&catalog).unwrap() + "\n[[ask]]\nkind = \"email\"\n";
    std::fs::write(&catalog, asking).unwrap();
    let framed = text(&run(&["snippet", "--config", file.to_str().unwrap()]).stdout);
    assert!(framed.contains(&format!("merchant-key=\"{pin} {next}\" isolation=\"frame\">")), "{framed}");
    let policy = "script-src https://pay.shop.example; connect-src https://pay.shop.example; frame-src https://pay.shop.example -->";
    assert!(framed.starts_with("<!-- ") && framed.contains(policy), "{framed}");
    let file = folder.write("merchant.toml", config.replace("[\"https://shop.example\"]", "[\"*\"]"));
    let anybodys = text(&run(&["snippet", "--config", file.to_str().unwrap()]).stdout);
    assert!(!anybodys.contains("isolation"), "{anybodys}");
    std::fs::write(&catalog, std::fs::read_to_string(&catalog).unwrap().replace("[[ask]]\nkind = \"email\"\n", "")).unwrap();

    let config = config.replace("[catalog]", "native_integrity = true\n[catalog]");
    let file = folder.write("merchant.toml", config);
    let tags = text(&run(&["snippet", "--config", file.to_str().unwrap()]).stdout);
    assert!(tags.contains(&format!("merchant-key=\"{pin} {next}\" native-integrity>")), "{tags}");
}

#[test]
fn unknown_commands_and_options_are_told_how_to_do_it() {
    for arguments in [&["fly"][..], &["serve"], &["serve", "--confg", "x"], &[]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("Usage:"), "{arguments:?}");
    }
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (folder, config) = live();
    let file = folder.write("merchant.toml", config.replace("127.0.0.1:0", &address));
    let output = run(&["serve", "--config", file.to_str().unwrap()]);
    let complaint = text(&output.stderr);
    assert_eq!((output.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{complaint}");
    assert!(complaint.contains(&address), "{complaint}");
}

/// The running program. Killed when dropped.
pub struct Running(Child);

impl Running {
    fn start(config: &str) -> Running {
        Running::of(server(&["serve", "--config", config]))
    }

    /// Starts it and waits until it listens.
    pub fn of(mut command: Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if !line.starts_with("listening on http://127.0.0.1:") {
            let mut complaint = String::new();
            child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            panic!("{line}{complaint}");
        }
        Running(child)
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already, as some tests want.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A configuration on a port that was free a moment ago, for a program that runs on the real clock.
pub async fn demo(folder: &Folder) -> (Provider, Backend, String) {
    let provider = Provider::start(Arc::new(AtomicI64::new(testing::now()))).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    folder.write("catalog.toml", SHOP_CATALOG);
    folder.write("signing.seed", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n");
    folder.write("details.keys", testing::details::DETAILS_KEY);
    let url = format!("http://{free}");
    let config = configuration(folder, &url, &provider.settings_url()).replace("127.0.0.1:0", &free.to_string());
    let file = folder.write("merchant.toml", config);
    (provider, Backend::parse(&url).unwrap(), file.to_str().unwrap().to_owned())
}

/// Orders a tea without verifying anything: what is signed is another story.
async fn order_tea(client: &reqwest::Client, backend: &Backend) -> (protocol::OrderId, String) {
    let body = serde_json::json!({
        "items": [{ "sku": "tea", "quantity": 1 }], "method": "wechat_pay", "surface": "qr", "locale": "en",
        "price_digest": testing::price_digest(SHOP_CATALOG, backend.as_str(), &[("tea", 1)], None).to_base64(),
    })
    .to_string();
    let address = format!("{}/v1/orders?", backend.as_str());
    let request = protocol::Request::post(&address, testing::backend::nonce(), &testing::backend::key(), body);
    let reply = testing::sending(client, &request).send().await.unwrap();
    assert_eq!(reply.status(), 201);
    let order = read(reply).await;
    (order.id, order.payment.unwrap().id.as_str().to_owned())
}

async fn read(reply: reqwest::Response) -> protocol::Order {
    protocol::Order::from_json(&protocol::json::parse(&reply.bytes().await.unwrap()).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_survives_sigkill_and_what_was_paid_meanwhile_is_found() {
    let folder = Folder::new("merchant");
    let (provider, backend, config) = demo(&folder).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let running = Running::start(&config);
    let (id, payment) = order_tea(&client, &backend).await;
    running.signal("-KILL");
    drop(running);
    provider.pay(&payment);
    let _running = Running::start(&config);
    let request = backend.order(&id, 2, 20, testing::backend::nonce());
    let order = read(client.get(request.url).send().await.unwrap()).await;
    assert_eq!(order.status, OrderStatus::Paid, "found by the first round after the start");
    assert!(order.receipt.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_a_held_poll_with_an_answer_and_the_program_with_success() {
    let folder = Folder::new("merchant");
    let (_provider, backend, config) = demo(&folder).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut running = Running::start(&config);
    let (id, _) = order_tea(&client, &backend).await;
    let poll = backend.order(&id, 99, 25, testing::backend::nonce());
    let held = tokio::spawn(client.get(poll.url).send());
    order_tea(&client, &backend).await;
    running.signal("-TERM");
    assert_eq!(held.await.unwrap().unwrap().status(), 200);
    assert!(running.0.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sigterm_ends_the_program_although_a_client_is_still_at_it() {
    let folder = Folder::new("merchant");
    let (_provider, backend, config) = demo(&folder).await;
    let mut running = Running::start(&config);
    let address = backend.as_str().trim_start_matches("http://");
    let mut slow = TcpStream::connect(address).unwrap();
    write!(slow, "POST /notify/wechat_pay HTTP/1.1\r\nhost: {address}\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n").unwrap();
    // It has been read as far as that.
    slow.read_exact(&mut [0; 12]).unwrap();
    running.signal("-TERM");
    while TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
    running.signal("-TERM");
    assert_eq!(running.0.wait().unwrap().code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_the_configuration_does_not_tell_of_is_noticed_once() {
    let folder = Folder::new("merchant");
    let (_provider, backend, config) = demo(&folder).await;
    let mut command = server(&["serve", "--config", &config]);
    let mut child = command.env("RUST_LOG", "warn").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();
    let mut running = Running(child);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..3 {
        let request = backend.quote(&[testing::backend::item("tea", 1)], "en", testing::backend::nonce());
        assert_eq!(client.get(request.url).header("x-forwarded-for", "203.0.113.7").send().await.unwrap().status(), 200);
    }
    running.signal("-TERM");
    let mut log = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(log.matches("server.trusted_proxies").count(), 1, "{log}");
}
