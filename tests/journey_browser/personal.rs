//! What names a person, looked for after a whole journey wherever anybody could find it: in the records and their copies, logs, figures,
//! addresses, what other servers were told, what the page and its tabs know. It is there only sealed, and nothing public lets it be guessed.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use protocol::{Answers, AnswersText, Digest};
use serde_json::{Value, json};
use testing::backend::receiver::Receiver;
use testing::shop::server_binary;
use testing::{Browser, Engine, Folder, Look, Scene, ShopOptions};

use crate::details::{CATALOG, FIELD, to_details, write};

told_in!([chromium]: a_whole_journey_leaves_what_names_a_person_nowhere_but_sealed);

/// What the shopper of this journey types; invented.
const TYPED: [(&str, &str); 6] = [
    ("email", "lin.invented@example.org"),
    ("phone", "+49 30 9018 2041"),
    ("address.line1", "Lindenweg 12"),
    ("address.postal_code", "12345"),
    ("address.city", "Beispielstadt"),
    ("card", "Zum Geburtstag, liebe Lin"),
];
const REASON: &str = "Lin has moved to Musterdorf";
/// The number of the parcel that leads to the shopper; invented.
const PARCEL: &str = "00340434161094021501";

/// A text as it may stand somewhere: as it is, in an address, in base 16, and in base 64 from whichever byte on.
fn disguises(text: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![text.to_owned(), hex(text.as_bytes())];
    forms.push(
        text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect(),
    );
    forms.push(text.replace(' ', "+"));
    for skipped in 0..3 {
        // What stands before it fills whole groups; the last group depends on what comes behind.
        let whole = (text.len() - skipped) / 3 * 3;
        forms.push(STANDARD_NO_PAD.encode(&text.as_bytes()[skipped..skipped + whole]));
    }
    forms.into_iter().map(String::into_bytes).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|some| some == wanted)
}

/// Every file below a folder with what it holds: records, what SQLite keeps beside them, logs, backups.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push((entry.path().display().to_string(), fs::read(entry.path()).unwrap()));
        }
    }
    found
}

/// A command of the merchant's on this shop.
fn command(scene: &Scene, words: &[&str]) -> String {
    let output = Command::new(server_binary()).args(words).arg("--config").arg(scene.shop.config_file()).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// What page and tab know, and every address that the page has asked.
async fn known_to_the_page(browser: &Browser) -> String {
    let script = "const done = arguments[0], names = performance.getEntriesByType('resource').map(one => one.name);
        (async () => done(JSON.stringify([location.href, document.title, document.cookie, Object.entries(localStorage),
            Object.entries(sessionStorage), heard, names, await caches.keys(), (await indexedDB.databases()).map(one => one.name)])))()";
    browser.ask(script, json!([])).await.as_str().unwrap().to_owned()
}

/// The key that this browser made for its order.
async fn widget_key(browser: &Browser) -> String {
    let script = "const saved = Object.entries(localStorage).find(([name]) => name.startsWith('qr-checkout'));
        return JSON.parse(saved[1]).owner";
    let key: String = serde_json::from_value(browser.run(script, json!([])).await).unwrap();
    assert!(protocol::OwnerKey::parse(&key).is_some(), "{key}");
    key
}

/// All texts of letters and digits that are long enough to be a digest.
fn tokens(text: &str) -> HashSet<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=_-".contains(c)).filter(|token| token.len() >= 20).collect()
}

async fn a_whole_journey_leaves_what_names_a_person_nowhere_but_sealed(engine: Engine) {
    let (receiver, folder) = (Receiver::start().await, Folder::new("webhooks"));
    let more: &'static str = Box::leak(receiver.section(folder.path(), "").into_boxed_str());
    let options = ShopOptions { catalog: CATALOG, own_process: true, more, ..ShopOptions::default() };
    let mut scene = Scene::before(engine, Look::LIGHT, options).await;
    scene.show("en", &scene.snippet("")).await;
    let widget = to_details(&scene.browser).await;
    for (name, text) in TYPED {
        write(&scene.browser, name, text).await;
    }
    scene.browser.click_on(FIELD, json!(["terms"])).await;
    widget.click("Pay").await;
    widget.comes_to("awaiting").await;
    scene.shop.sandbox.pay(&scene.shop.sandbox.codes()[0].payload).unwrap();
    widget.comes_to("paid").await;
    let order: Value = widget.property("order").await;
    let id = order["id"].as_str().unwrap().to_owned();
    let owner = widget_key(&scene.browser).await;

    let key = command(&scene, &["api-key", "create", "--name", "books", "--scopes", "read,orders,refunds,contact"]);
    let key = key.lines().next().unwrap();
    let reader = command(&scene, &["api-key", "create", "--name", "eyes", "--scopes", "read"]);
    let reader = reader.lines().next().unwrap();
    let client = reqwest::Client::new();
    let admin = format!("{}/admin/v1/", scene.shop.url());
    let refund = client.post(format!("{admin}orders/{id}/refunds")).bearer_auth(key).header("idempotency-key", "one");
    let body = json!({ "amount": 100, "reason": REASON }).to_string();
    let answer = refund.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    let shipping = client.post(format!("{admin}orders/{id}/fulfilments")).bearer_auth(key).header("idempotency-key", "two");
    let body = json!({ "kind": "shipped", "carrier": "DHL", "tracking": PARCEL }).to_string();
    let answer = shipping.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    widget.says(PARCEL).await;
    let mut public = vec![("the page", known_to_the_page(&scene.browser).await)];
    for path in [format!("orders/{id}"), "orders".to_owned(), "export".to_owned(), "insights".to_owned(), "webhooks".to_owned()] {
        let told = client.get(format!("{admin}{path}")).bearer_auth(reader).send().await.unwrap();
        assert_eq!(told.status(), 200, "{path}");
        public.push(("the admin API", told.text().await.unwrap()));
    }
    let figures = client.get(format!("{}/metrics", scene.shop.url())).bearer_auth(key).send().await.unwrap();
    public.push(("the figures", figures.text().await.unwrap()));
    let order_text = serde_json::to_string(&order).unwrap();
    public.push(("the order", order_text.clone()));
    public.push(("the webhooks", receiver.hears(2).await.into_iter().map(|arrival| arrival.text).collect()));
    public.push(("the addresses", scene.shop.line.addresses().join("\n")));
    let details = client.get(format!("{admin}orders/{id}/details")).bearer_auth(key).send().await.unwrap().text().await.unwrap();
    let details: Value = serde_json::from_str(&details).unwrap();
    public.push(("a command", command(&scene, &["details", "looks", &id])));
    command(&scene, &["backup", "--out", scene.shop.config_file().with_file_name("copy.sqlite").to_str().unwrap()]);

    // What is as short as a postal code stands in times and ids by chance.
    let personal: Vec<&str> = TYPED.iter().map(|(_, text)| *text).chain([REASON, PARCEL]).filter(|text| text.len() >= 12).collect();
    let open = details.to_string();
    assert!(personal.iter().all(|text| open.contains(text)), "whoever may look finds all of it: {open}");
    scene.shop.kill();
    let lying = files(scene.shop.config_file().parent().unwrap());
    let everything = || {
        let files = lying.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        files.chain(public.iter().map(|(name, text)| (*name, text.as_bytes())))
    };
    for (name, bytes) in everything() {
        for text in &personal {
            for form in disguises(text) {
                assert!(!holds(bytes, &form), "{name} holds {}", String::from_utf8_lossy(&form));
            }
        }
    }
    // The key is in the browser that made it, and nowhere else: no address, log, receipt, event or record has it.
    for (name, bytes) in everything().filter(|(name, _)| *name != "the page") {
        assert!(disguises(&owner).iter().all(|form| !holds(bytes, form)), "{name} holds the owner key");
    }
    assert!(lying.iter().any(|(_, bytes)| holds(bytes, id.as_bytes())), "what is looked for is found where it is");
    assert!(lying.iter().any(|(name, _)| name.ends_with(".log")) && lying.iter().any(|(name, _)| name.ends_with("copy.sqlite")));

    let corpus: String = public.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
    no_number_is_guessed(&corpus, &details);
}

/// Somebody who knows everything public and all that was answered but the end of the telephone number tries every one. With the salt it
/// would be found at once.
fn no_number_is_guessed(public: &str, details: &Value) {
    let sealed = details["details"].as_array().unwrap().iter().find(|detail| detail["kind"] == "answers").unwrap();
    let known = AnswersText::parse(sealed["text"].as_str().unwrap()).unwrap();
    let tokens = tokens(public);
    let is_public = |text: &str| {
        let digest = Digest::of(text.as_bytes());
        let forms = [digest.to_base64(), URL_SAFE_NO_PAD.encode(digest.as_bytes()), hex(digest.as_bytes())];
        forms.iter().any(|form| tokens.contains(form.as_str()))
    };
    assert!(is_public(known.text()), "the digest of the answers is public, and found by whoever has their salt");
    let (begin, end) = TYPED[1].1.split_at(TYPED[1].1.len() - 4);
    for guess in 0..10_000 {
        let number = format!("{begin}{guess:04}");
        let mut answers = Answers { salt: [0; 16], ..known.answers().clone() };
        answers.given.iter_mut().filter(|(name, _)| name == "phone").for_each(|(_, text)| text.clone_from(&number));
        let unsalted = AnswersText::of(answers).text().to_owned();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        for text in [&number, &digits, &format!("+{digits}"), &unsalted, &STANDARD.encode(&number)] {
            assert!(!is_public(text), "{guess:04} is told by a digest");
        }
    }
    assert_eq!(end.parse::<u32>().map(|end| end < 10_000), Ok(true), "the right one was among them");
}
