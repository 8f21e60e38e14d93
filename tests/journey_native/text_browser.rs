//! A text browser, which knows no scripts and no styles, buys tea by its own keys, down to the link into the wallet: lynx, which moreover keeps
//! to itself from which page a form comes if that page's address has a query.

use std::process::{Command, Stdio};

use testing::Folder;

use crate::stage::Stage;

/// What lynx calls itself on a phone.
const PHONE: &str = "Lynx/2.9 (Linux; Android 15) Mobile";
/// To the third field or button of a page, and into it.
const THIRD: [&str; 3] = ["Down Arrow", "Down Arrow", "^J"];

/// What lynx has drawn in the end, on a terminal of its own, after those keys.
fn drawn(address: &str, keys: &[&str]) -> String {
    let folder = Folder::new("lynx");
    let leave = ["q", "y"];
    let strokes: String = keys.iter().chain(&leave).map(|key| format!("key {key}\n")).collect();
    let script = folder.write("keys", strokes);
    let lynx = format!("lynx -nocolor -useragent='{PHONE}' -cmd_script={} '{address}'", script.display());
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &lynx, "/dev/null"]).env("TERM", "vt100").env("COLUMNS", "200").env("LINES", "100").env("LC_ALL", "C.UTF-8");
    let output = terminal.stdin(Stdio::null()).output().expect("lynx and script are installed by cargo xtask setup");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_browser_comes_to_the_wallets_link() {
    let stage = Stage::open().await;
    let address = format!("{}/pay?item=tea-100g:1", stage.shop.url());
    // The first time it is asked to press once more; `=` tells where a link leads.
    let keys = [&THIRD[..], &THIRD, &["="]].concat();
    let screen = tokio::task::spawn_blocking(move || drawn(&address, &keys)).await.unwrap();
    assert!(screen.contains("Please press the button once more"), "{screen}");
    assert!(screen.contains("Open WeChat Pay") && screen.contains("Check now"), "{screen}");
    let codes = stage.shop.sandbox.codes();
    assert_eq!(codes.len(), 1, "{screen}");
    assert!(screen.contains("/checkmweb?prepay_id="), "the link leads into the wallet: {screen}");
}
