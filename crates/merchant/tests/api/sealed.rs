//! What names a person lies sealed: it opens by the key and in its own place alone, is found by whoever may look, and is erased for good.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Output, Stdio};

use merchant::api_keys::Scope;
use merchant::order_record::OrderRecord;
use merchant::sealed::{SealedKind, Term};
use merchant::store::{Detail, PlainText};
use protocol::{Order, OrderId};
use serde_json::{Value, json};
use sqlx::{Executor as _, Row as _};
use testing::backend::shop::configuration;
use testing::backend::{Shop, text};

use crate::operating::server;

const DAY: i64 = 86_400;
const OPENID: &str = "oLinInvented0001";
const ANSWERS: &str =
    r#"{"salt":"AAAAAAAAAAAAAAAAAAAAAA","answers":{"name":"Lin Invented","email":"lin@example.org","phone":"+8613800138000"}}"#;

/// An order that names a person in every way, paid unless it shall not be.
pub async fn told(shop: &Shop, is_paid: bool) -> Order {
    let order = shop.order_tea().await;
    let payment = order.payment.as_ref().unwrap().id.clone();
    if is_paid {
        shop.provider.pay(payment.as_str());
        assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), payment.as_str())).await, 204);
    }
    let terms = [Term::email("lin@example.org").unwrap(), Term::phone("+86 138 0013 8000").unwrap()];
    let answers = Detail { kind: SealedKind::Answers, name: "", text: PlainText(ANSWERS.as_bytes()), terms: &terms };
    let store = shop.merchant().store();
    store.put_detail(&order.id, answers, shop.now()).await.unwrap();
    let change = |record: &mut OrderRecord| {
        record.follower_known(OPENID);
        record.payments[0].return_url = Some("https://shop.example/of-lin".to_owned());
        record.payments[0].client_ip = Some("203.0.113.77".to_owned());
    };
    store.change(&order.id, shop.now(), change).await.unwrap();
    order
}

pub async fn number(shop: &Shop, query: &'static str) -> i64 {
    let row = shop.records().await.fetch_one(query).await.unwrap();
    row.get(0)
}

/// Everything that lies in the folder of a shop as bytes, its records and what SQLite keeps beside them.
fn lies_there(shop: &Shop, word: &str) -> bool {
    let files = std::fs::read_dir(shop.folder.path()).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
    let words = word.as_bytes();
    files.map(|file| std::fs::read(file).unwrap()).any(|bytes| bytes.windows(words.len()).any(|some| some == words))
}

/// A command of the program on a shop's records.
pub fn command(shop: &Shop, words: &[&str], input: &str) -> Output {
    let config = shop.folder.write("merchant.toml", configuration(&shop.folder, "http://127.0.0.1:1", &shop.provider.settings_url()));
    let mut command = server(&[words, &["--config", config.to_str().unwrap()]].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_a_person_lies_nowhere_in_the_clear_and_opens_by_the_key() {
    let mut shop = Shop::open().await;
    let order = told(&shop, true).await;
    let key = shop.key(&[Scope::Refunds, Scope::Read]).await;
    let refund = json!({ "amount": 100, "reason": "Lin was ill" });
    let answer = shop.call(&key, "POST", &format!("orders/{}/refunds", order.id), Some(("one", refund))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let read = shop.call(&key, "GET", &format!("orders/{}", order.id), None).await;
    let record = shop.merchant().store().record(&order.id).await.unwrap();
    assert_eq!((record.refunds[0].reason.as_str(), record.follower.as_deref()), ("Lin was ill", Some(OPENID)));
    assert_eq!(record.payments[0].return_url.as_deref(), Some("https://shop.example/of-lin"));
    let notified = number(&shop, "SELECT COUNT(*) FROM sealed WHERE kind = 'notification'").await;
    assert_eq!((notified, number(&shop, "SELECT SUM(length(body)) FROM notifications").await), (1, 0));
    shop.close().await;
    for word in [OPENID, "Lin was ill", "of-lin", "203.0.113.77", "lin@example.org", "Lin Invented", "8613800138000"] {
        assert!(!lies_there(&shop, word), "{word}");
        assert!(!read.text.contains(word), "{word}: {}", read.text);
    }
    assert!(lies_there(&shop, order.id.as_str()), "what is looked for is found where it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_starts_without_a_key_that_records_need_or_with_another_one_of_its_name() {
    let mut shop = Shop::open().await;
    told(&shop, true).await;
    shop.close().await;
    let serve = |keys: &str| {
        shop.folder.write("details.keys", keys);
        let output = command(&shop, &["serve"], "");
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr)
    };
    let file = shop.folder.path().join("details.keys").display().to_string();
    let other = serve("dk_other:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n");
    assert_eq!(
        other.trim_end(),
        format!("details.key_file: {file}: the records need the key dk_test, which is not among these; put its line back")
    );
    let false_one = serve("dk_test:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n");
    assert!(false_one.starts_with(&format!("details.key_file: {file}: the key dk_test is not the one")), "{false_one}");
    assert!(serve("").contains("holds no key"));
    std::fs::remove_file(&file).unwrap();
    let output = command(&shop, &["serve"], "");
    assert!(text(&output.stderr).starts_with(&format!("details.key_file: {file}: ")), "{}", text(&output.stderr));
    shop.folder.write("details.keys", testing::details::DETAILS_KEY);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = text(&command(&shop, &["serve"], "").stderr);
    assert!(open.contains("every user of this machine may read this secret"), "{open}");
}

#[tokio::test]
async fn records_that_are_swapped_do_not_open_and_their_orders_go_on() {
    let shop = Shop::open().await;
    let (one, other) = (told(&shop, true).await, told(&shop, true).await);
    let mut somebody = shop.records().await;
    for (from, to) in [(one.id.as_str(), "swap"), (other.id.as_str(), one.id.as_str()), ("swap", other.id.as_str())] {
        let swap = "UPDATE sealed SET order_id = $1 WHERE order_id = $2 AND kind IN ('answers', 'follower')";
        sqlx::query(swap).bind(to).bind(from).execute(&mut somebody).await.unwrap();
    }
    let store = shop.merchant().store();
    for order in [&one, &other] {
        assert_eq!(store.detail(&order.id, SealedKind::Answers, "").await.unwrap(), None);
        let record = store.record(&order.id).await.unwrap();
        assert_eq!((record.follower, record.payments[0].client_ip.as_deref()), (None, Some("203.0.113.77")));
        assert_eq!(shop.look(&order.id).await.status, protocol::OrderStatus::Paid);
    }
    let key = shop.key(&[Scope::Read]).await;
    let figures = shop.client.get(shop.url("/metrics")).bearer_auth(&key).send().await.unwrap().text().await.unwrap();
    let alarms = figures.lines().find(|line| line.contains("alarm_lines_total{kind=\"sealed-unopened\"}")).unwrap();
    assert!(!alarms.ends_with(" 0"), "{alarms}");
    assert!(!figures.contains("lin@") && !figures.contains(OPENID));
}

#[tokio::test]
async fn details_go_when_their_time_is_over_and_orders_stay() {
    let shop = Shop::open().await;
    let (paid, unpaid) = (told(&shop, true).await, told(&shop, false).await);
    let kept = async |order: &OrderId| shop.merchant().store().detail(order, SealedKind::Answers, "").await.unwrap().is_some();
    shop.advance(2_000);
    shop.merchant().reconcile().await.unwrap();
    for (days, expected) in [(6, (true, true)), (2, (true, false)), (80, (true, false)), (3, (false, false))] {
        shop.advance(days * DAY);
        shop.merchant().tend_details().await.unwrap();
        assert_eq!((kept(&paid.id).await, kept(&unpaid.id).await), expected, "{days} days later");
    }
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM sealed").await, 0);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM sealed_terms").await, 0);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM erasures").await, 0, "nobody said so");
    assert_eq!(shop.look(&paid.id).await.status, protocol::OrderStatus::Paid);
}

#[tokio::test]
async fn a_refund_keeps_details_for_as_long_again() {
    let shop = Shop::open().await;
    let order = told(&shop, true).await;
    shop.advance(80 * DAY);
    let key = shop.key(&[Scope::Refunds]).await;
    let refund = json!({ "amount": 100, "by_hand": true });
    assert_eq!(shop.call(&key, "POST", &format!("orders/{}/refunds", order.id), Some(("one", refund))).await.status, 201);
    for (days, is_kept) in [(80, true), (12, false)] {
        shop.advance(days * DAY);
        shop.merchant().tend_details().await.unwrap();
        assert_eq!(shop.merchant().store().detail(&order.id, SealedKind::Answers, "").await.unwrap().is_some(), is_kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_stays_so_when_a_copy_from_before_takes_the_records_place() {
    let mut shop = Shop::open().await;
    let (order, other) = (told(&shop, true).await, told(&shop, true).await);
    let copy = shop.folder.path().join("copy.sqlite");
    said(&command(&shop, &["backup", "--out", copy.to_str().unwrap()], ""));
    shop.advance(60);
    let key = shop.key(&[Scope::Contact]).await;
    let path = format!("orders/{}/details/erase", order.id);
    for erased in [6, 0] {
        let answer = shop.call(&key, "POST", &path, None).await;
        assert_eq!((answer.status, answer.json()["erased"].clone()), (200, json!(erased)), "{}", answer.text);
    }
    assert_eq!(said(&command(&shop, &["details", "show", order.id.as_str()], "")), "");
    assert_eq!(shop.look(&order.id).await.status, protocol::OrderStatus::Paid, "the order stays");
    let remembered = shop.folder.path().join("details.keys.erased");
    let lines = std::fs::read_to_string(&remembered).unwrap();
    assert_eq!(lines, format!("{} {}\n", order.id, shop.now()));
    assert_eq!(std::fs::metadata(&remembered).unwrap().permissions().mode() & 0o777, 0o600);
    shop.close().await;
    let records = shop.folder.path().join("merchant.sqlite");
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", records.display()));
    }
    std::fs::rename(&copy, &records).unwrap();
    shop.open_again().await;
    let store = shop.merchant().store();
    assert_eq!(store.record(&order.id).await.unwrap().follower, None);
    assert_eq!(number(&shop, "SELECT COUNT(DISTINCT order_id) FROM sealed").await, 1, "the other order's");
    assert_eq!(store.record(&other.id).await.unwrap().follower.as_deref(), Some(OPENID));
    assert_eq!(store.erasures(0).await.unwrap().len(), 1, "the records know of it again");
    let (refund, key) = (json!({ "amount": 100 }), shop.key(&[Scope::Refunds]).await);
    let refunded = shop.call(&key, "POST", &format!("orders/{}/refunds", order.id), Some(("one", refund))).await;
    assert_eq!(refunded.status, 201, "money goes back without knowing whose it is: {}", refunded.text);
}

#[tokio::test]
async fn only_whoever_may_looks_at_details_and_each_look_is_written_down() {
    let shop = Shop::open().await;
    let order = told(&shop, true).await;
    let path = format!("orders/{}/details", order.id);
    let scopes = [Scope::Read, Scope::Orders, Scope::Refunds, Scope::Confirm];
    let key = shop.key(&scopes).await;
    for (method, path) in [("GET", path.clone()), ("POST", format!("{path}/erase")), ("POST", "details/find".to_owned())] {
        let told = shop.call(&key, method, &path, (method == "POST").then(|| ("one", json!({ "openid": OPENID })))).await;
        assert_eq!(told.code(), (403, "scope".to_owned()), "{path}");
    }
    let key = shop.key(&[Scope::Contact]).await;
    assert_eq!(shop.call(&key, "GET", &format!("orders/{}", order.id), None).await.status, 403, "it reads nothing else");
    let told = shop.call(&key, "GET", &path, None).await.json();
    let kinds: Vec<&str> = told["details"].as_array().unwrap().iter().map(|detail| detail["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["answers", "client_address", "follower", "notification", "payer", "return_url"]);
    assert_eq!(told["details"][0]["text"], ANSWERS);
    let find = async |body: Value| shop.call(&key, "POST", "details/find", Some(("one", body))).await;
    for body in [
        json!({ "email": " LIN@example.org " }),
        json!({ "phone": "0086 138-0013-8000" }),
        json!({ "openid": OPENID }),
        json!({ "name": "lin inv" }),
    ] {
        assert_eq!(find(body.clone()).await.json()["orders"][0]["id"], order.id.as_str(), "{body}");
    }
    assert_eq!(find(json!({ "email": "wei@example.org" })).await.json()["orders"], json!([]));
    for body in [json!({}), json!({ "email": "a@b", "phone": "+8613800138000" }), json!({ "phone": "138" }), json!({ "secret-name": 1 })] {
        let refused = find(body.clone()).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(!refused.text.contains("secret-name"), "{}", refused.text);
    }
    let looks = shop.merchant().store().looks(&order.id).await.unwrap();
    assert_eq!(looks.iter().map(|look| look.what.as_str()).collect::<Vec<_>>(), ["show", "find", "find", "find", "find"]);
    assert!(looks.iter().all(|look| look.who.starts_with("key_") && look.at == shop.now()));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_show_find_and_export_and_ask_for_the_term_at_a_prompt() {
    let shop = Shop::open().await;
    let order = told(&shop, true).await;
    let shown = said(&command(&shop, &["details", "show", order.id.as_str()], ""));
    assert!(shown.contains("lin@example.org") && shown.contains(OPENID), "{shown}");
    for (by, term) in [("email", "Lin@example.org"), ("phone", "+86 13800138000"), ("openid", OPENID), ("name", "LIN")] {
        let found = said(&command(&shop, &["details", "find", "--by", by], &format!("{term}\n")));
        assert!(found.contains(order.id.as_str()), "{by}: {found}");
    }
    let out = shop.folder.path().join("lin.json");
    let export = ["details", "export", "--by", "email", "--out", out.to_str().unwrap()];
    said(&command(&shop, &export, "lin@example.org\n"));
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let exported: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(exported[0]["details"][0]["text"], ANSWERS);
    let again = command(&shop, &export, "lin@example.org\n");
    assert_eq!(again.status.code(), Some(1), "what is there is never written over");
    for nothing in ["", "nobody\n"] {
        let refused = command(&shop, &["details", "find"], nothing);
        assert_eq!((refused.status.code(), text(&refused.stderr).contains("nobody")), (Some(1), false), "{}", text(&refused.stderr));
    }
    let looks = said(&command(&shop, &["details", "looks", order.id.as_str()], ""));
    let what: Vec<&str> = looks.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(what, ["show", "find", "find", "find", "find", "export", "export", "export"], "{looks}");
    let erased = said(&command(&shop, &["details", "erase", order.id.as_str()], ""));
    assert!(erased.starts_with("6 sealed records of "), "{erased}");
    assert_eq!(said(&command(&shop, &["details", "find"], "lin@example.org\n")), "");
    assert!(std::fs::read_to_string(shop.folder.path().join("details.keys.erased")).unwrap().starts_with(order.id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_takes_over_and_the_old_one_can_go() {
    let mut shop = Shop::open().await;
    let order = told(&shop, true).await;
    said(&command(&shop, &["details", "add-key"], ""));
    let file = shop.folder.path().join("details.keys");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let keys = std::fs::read_to_string(&file).unwrap();
    assert_eq!(keys.lines().count(), 2);
    shop.close().await;
    shop.open_again().await;
    let later = told(&shop, true).await;
    assert_eq!(number(&shop, "SELECT COUNT(DISTINCT master) FROM sealed").await, 2);
    let rotated = said(&command(&shop, &["details", "rotate"], ""));
    assert!(rotated.starts_with("6 records were sealed anew"), "{rotated}");
    assert_eq!(number(&shop, "SELECT COUNT(DISTINCT master) FROM sealed").await, 1);
    shop.close().await;
    shop.folder.write("details.keys", keys.lines().next().unwrap());
    shop.open_again().await;
    let key = shop.key(&[Scope::Contact]).await;
    let found = shop.call(&key, "POST", "details/find", Some(("one", json!({ "phone": "+8613800138000" })))).await.json();
    let mut found: Vec<&str> = found["orders"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap()).collect();
    let mut expected = [order.id.as_str(), later.id.as_str()];
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "terms went over to the new key");
    let answers = shop.merchant().store().detail(&order.id, SealedKind::Answers, "").await.unwrap();
    assert_eq!(answers.as_deref(), Some(ANSWERS));
}

#[test]
fn the_environment_may_hold_the_keys_and_then_the_file_of_erased_orders_has_a_name() {
    let (folder, config) = crate::configuring::live();
    let check = |section: &str| {
        let keys = folder.path().join("details.keys").display().to_string();
        let text = config.replace(&format!("key_file = \"{keys}\""), section);
        let file = folder.write("merchant.toml", text);
        let mut command = server(&["check-config", "--config", file.to_str().unwrap()]);
        command.env("QR_CHECKOUT_DETAILS_KEYS", testing::details::DETAILS_KEY).output().unwrap()
    };
    let refused = text(&check("").stderr);
    assert!(refused.starts_with("details.erased_file: is missing; where QR_CHECKOUT_DETAILS_KEYS holds the keys"), "{refused}");
    let erased = folder.path().join("erased").display().to_string();
    said(&check(&format!("erased_file = \"{erased}\"")));
}
