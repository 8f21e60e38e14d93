//! What is handed out for running the server, held against the program: a file that nobody tries rots.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use merchant::Config;
use toml::Table;

use crate::operating::server;
use testing::Folder;
use testing::backend::{SHOP_CATALOG, account, text};

const EXAMPLE: &str = include_str!("../../../../operations/merchant.example.toml");
const UNIT: &str = include_str!("../../../../operations/qr-checkout.service");
const CONTAINERFILE: &str = include_str!("../../../../operations/Containerfile");
const DIST: &str = include_str!("../../../xtask/src/dist/mod.rs");
const MANIFEST: &str = include_str!("../../Cargo.toml");

/// What stands behind that word, on each line of the last stage that begins with it.
fn told<'a>(stage: &'a str, word: &'a str) -> Vec<&'a str> {
    stage.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).collect()
}

#[test]
fn the_container_builds_the_program_with_the_widget_inside_and_may_write_where_it_works() {
    let (build, run) = CONTAINERFILE.split_once("\nFROM gcr.io").unwrap();
    let command = told(build, "RUN").into_iter().find(|command| command.starts_with("cargo build")).unwrap();
    let manifest: Table = MANIFEST.parse().unwrap();
    let (_, features) = command.split_once("--features ").unwrap();
    assert!(manifest["features"].as_table().unwrap().contains_key(features), "{features}");
    // Word by word what `dist --server` builds.
    let (_, server) = DIST.split_once("fn server(").unwrap();
    for word in command.split_whitespace().skip(1) {
        assert!(server.contains(&format!("\"{word}\"")), "dist --server says nothing of {word}");
    }
    let program = manifest["bin"].as_array().unwrap()[0]["name"].as_str().unwrap();
    assert!(command.contains(&format!("--bin {program}")));
    assert_eq!(told(run, "ENTRYPOINT"), [format!("[\"/usr/local/bin/{program}\"]")]);
    assert!(told(run, "COPY")[0].ends_with(&format!("/release/{program} /usr/local/bin/{program}")));

    let [user] = told(run, "USER")[..] else { panic!("a container of root's") };
    let [folder] = told(run, "WORKDIR")[..] else { panic!("relative paths would be looked for in /") };
    assert_eq!(told(run, "VOLUME"), [folder]);
    assert_eq!(told(run, "ENV"), [""; 0], "what the image says nobody can take out of it");
    assert!(told(run, "COPY").contains(&format!("--from=build --chown={user} /records {folder}").as_str()), "the volume's owner");
    let made = run.find("--chown").unwrap();
    assert!(made < run.find("WORKDIR").unwrap() && made < run.find("VOLUME").unwrap(), "what comes first makes the folder");
}

/// The example in a folder with all that it names, for anybody to read. Answers what `check-config` says of it.
fn check(folder: &Folder, config: &str) -> Output {
    let file = folder.write("merchant.toml", config);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    for variable in ["QR_CHECKOUT_SIGNING_SEED", "WECHAT_PAY_APIV3_KEY", "WEBHOOK_SECRET", "MAIL_PASSWORD", "DATABASE_URL", "DATABASE_PATH"]
    {
        command.env_remove(variable);
    }
    command.current_dir(folder.path()).args(["check-config", "--config", "merchant.toml"]).output().unwrap()
}

#[test]
fn the_example_configuration_is_good_once_its_files_are_there() {
    let folder = Folder::new("merchant");
    let webhooks = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let alipay = account::another_public_key_pem();
    let (private, public, apiv3) = (account::private_key_pem(), account::another_public_key_pem(), account::settings("").apiv3_key);
    for (name, content) in [
        ("catalog.toml", SHOP_CATALOG),
        ("details.keys", testing::details::DETAILS_KEY),
        ("signing.seed", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"),
        ("apiclient_key.pem", &private),
        ("wechat_pay_public.pem", &public),
        ("apiv3.key", &apiv3),
        ("alipay_app_key.pem", &private),
        ("alipay_public.pem", &alipay),
        ("official_account.secret", "c0ffee"),
        ("official_account.token", "mountaintea"),
        ("official_account.aes_key", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
        ("webhooks.secret", webhooks),
        ("mail.password", "correct horse"),
        ("wecom.url", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
    ] {
        folder.write(name, content);
    }
    let output = check(&folder, EXAMPLE);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(EXAMPLE.lines().all(|line| line.starts_with('#') || !line.contains("base_url")), "the addresses are the live ones");
    std::fs::remove_file(folder.path().join("apiv3.key")).unwrap();
    let complaint = text(&check(&folder, EXAMPLE).stderr);
    assert!(complaint.starts_with("wechat_pay.apiv3_key_file: "), "{complaint}");
}

/// The names that may stand where one stands that nobody knows, as the parser's complaint lists them.
fn known(config: &str) -> Vec<String> {
    let complaint = Config::parse(config).unwrap_err().to_string();
    let (_, names) = complaint.split_once("expected").unwrap_or_else(|| panic!("{complaint}"));
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_example_configuration_tells_of_every_section_and_every_key() {
    // What stands behind `#` at the beginning of a line is TOML, too, except for sentences.
    let lines = EXAMPLE.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
    let mut told = BTreeSet::new();
    let mut section = String::new();
    for line in lines {
        if let Some(name) = line.strip_prefix('[') {
            section = name.split(']').next().unwrap().to_owned();
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        told.extend(words.windows(2).filter(|pair| pair[1] == "=").map(|pair| format!("{section}.{}", pair[0])));
        told.insert(section.clone());
    }
    let mut sections: Vec<String> = known("nobody = 1");
    assert!(sections.len() > 10, "{sections:?}");
    while let Some(section) = sections.pop() {
        assert!(told.contains(&section), "the example has no [{section}]");
        for key in known(&format!("[{section}]\nnobody = 1")) {
            let name = format!("{section}.{key}");
            assert!(told.contains(&name), "the example says nothing of {name}");
            if EXAMPLE.contains(&format!("[{name}]")) {
                sections.push(name);
            }
        }
    }
}

#[test]
fn the_records_are_where_the_configuration_says_under_the_unit_and_in_the_image() {
    let unit = UNIT.lines().filter_map(|line| line.strip_prefix("Environment="));
    let image = CONTAINERFILE.split("\nFROM gcr.io").nth(1).unwrap();
    let variables: Vec<(&str, &str)> = unit.chain(told(image, "ENV")).filter_map(|line| line.split_once('=')).collect();
    let folder = Folder::new("merchant");
    let list = |config: &str| {
        folder.write("merchant.toml", config);
        let mut command = server(&["api-key", "list", "--config", "merchant.toml"]);
        let set = variables.iter().map(|(name, value)| (name, value.replace("%S/qr-checkout", ".").replace("/data", ".")));
        command.current_dir(folder.path()).envs(set).output().unwrap()
    };
    let sqlite = list(EXAMPLE);
    assert!(sqlite.status.success() && folder.path().join("merchant.sqlite").exists(), "{}", text(&sqlite.stderr));
    folder.write("database.url", "postgres://shop:word@127.0.0.1:1/shop\n");
    let moved = EXAMPLE.replace("\npath = \"merchant.sqlite\"", "\n# ").replace("\n# url_file = ", "\nurl_file = ");
    assert_ne!(moved, EXAMPLE);
    let complaint = text(&list(&moved).stderr);
    assert!(complaint.starts_with("store.url: ") && !complaint.contains("word"), "the database of the file is asked: {complaint}");
}

#[test]
fn the_unit_has_a_credential_for_every_secret_of_the_example() {
    let credentials: BTreeSet<&str> = UNIT
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix("LoadCredential=")?.split_once(":/etc/qr-checkout/"))
        .map(|(name, file)| {
            assert_eq!(name, file);
            name
        })
        .collect();
    for line in EXAMPLE.lines().map(|line| line.trim_start_matches("# ")) {
        let Some((key, value)) = line.split_once(" = \"") else { continue };
        let is_no_secret = ["public_key_file", "alipay_public_key_file", "erased_file", "ca_file", "font_file"].contains(&key);
        if key.ends_with("_file") && !is_no_secret {
            let file = value.split('"').next().unwrap();
            assert!(credentials.contains(file), "{key}: {file}");
        }
    }
    let start = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    assert!(start.ends_with(" serve --config /etc/qr-checkout/merchant.toml"), "{start}");
}
