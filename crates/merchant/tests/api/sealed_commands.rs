//! The commands that look at what is sealed, and seal it by another key: they tell all that there is, or say what is missing.

use merchant::api_keys::Scope;
use merchant::sealed::SealedKind;
use merchant::store::{Detail, PlainText};
use serde_json::{Value, json};
use sqlx::Executor as _;
use testing::backend::{Shop, text};

use crate::operating::server;
use crate::sealed::{command, number, said, told};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sealed_anew_while_the_server_at_work_lacks_the_new_key() {
    let mut shop = Shop::open().await;
    told(&shop, true).await;
    said(&command(&shop, &["details", "add-key"], ""));
    let keys = std::fs::read_to_string(shop.folder.path().join("details.keys")).unwrap();
    let new = keys.split(':').next().unwrap();
    let refused = command(&shop, &["details", "rotate"], "");
    let expected = format!(
        "a server at work seals by the key dk_test and not by {new}, the first one here; start every server again with the new file, then \
         rotate; nothing was sealed anew"
    );
    assert_eq!((refused.status.code(), text(&refused.stderr).trim_end().to_owned()), (Some(1), expected));
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM sealed WHERE master <> 'dk_test'").await, 0);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM master_keys WHERE id = 'dk_test'").await, 1);
    // As after a crash: the row of the server is there still, and its lock is not.
    let row = "INSERT INTO node_keys (node, seen_at, writes) VALUES ('node_dead', 4000000000, 'dk_test')";
    shop.close().await;
    shop.records().await.execute(row).await.unwrap();
    said(&command(&shop, &["details", "rotate"], ""));
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM sealed WHERE master = 'dk_test'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_does_not_open_ends_an_export_in_a_fault() {
    let shop = Shop::open().await;
    let order = told(&shop, true).await;
    shop.records().await.execute("UPDATE sealed SET body = wrapped WHERE kind IN ('answers', 'payer')").await.unwrap();
    let out = shop.folder.path().join("lin.json");
    let exported = command(&shop, &["details", "export", "--order", order.id.as_str(), "--out", out.to_str().unwrap()], "");
    let told = text(&exported.stderr);
    assert!(told.trim_end().ends_with("2 records do not open and stand there as null; the log says why"), "{told}");
    assert_eq!(exported.status.code(), Some(1));
    let exported: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    let opened = exported[0]["details"].as_array().unwrap().iter().filter(|detail| !detail["text"].is_null()).count();
    assert_eq!(opened, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_ordered_often_is_found_whole() {
    let shop = Shop::open().await;
    told(&shop, true).await;
    let many = "INSERT INTO sealed_terms WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) \
                SELECT t.term_hash, 'ord_' || printf('%021d', i) || 'A', t.kind, t.name FROM sealed_terms t, n WHERE t.kind = 'answers'";
    shop.records().await.execute(many).await.unwrap();
    let found = said(&command(&shop, &["details", "find"], "lin@example.org\n"));
    assert_eq!(found.lines().count(), 1501);
    let key = shop.key(&[Scope::Contact]).await;
    let find = async |body: Value| shop.call(&key, "POST", "details/find", Some(("one", body))).await.json();
    let first = find(json!({ "email": "lin@example.org" })).await;
    assert_eq!(first["orders"].as_array().unwrap().len(), 1000);
    let rest = find(json!({ "email": "lin@example.org", "after": first["next"] })).await;
    assert_eq!((rest["orders"].as_array().unwrap().len(), &rest["next"]), (501, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_shown_a_line_each_and_a_reader_who_leaves_is_no_fault() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let answers = r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw","country":"DE","region":"BE","delivery":"post","answers":{"name":"Lin \"Li\" Invented","note":"ring\r\ntwice\nor\u001b[2J","email":"lin@example.org"}}"#;
    let detail = Detail { kind: SealedKind::Answers, name: "", text: PlainText(answers.as_bytes()), terms: &[] };
    shop.merchant().store().put_detail(&order.id, detail, shop.now()).await.unwrap();
    let shown = said(&command(&shop, &["details", "show", order.id.as_str()], ""));
    let lines: Vec<&str> = shown.lines().take(7).collect();
    let expected = [
        "  country: DE",
        "  region: BE",
        "  delivery: post",
        "  name: Lin \"Li\" Invented",
        "  note: ring / twice / or\\u{1b}[2J",
        "  email: lin@example.org",
    ];
    assert!(lines[0].ends_with("  answers"), "{shown}");
    assert_eq!(lines[1..], expected, "{shown}");
    let config = shop.folder.path().join("merchant.toml");
    for words in [&["details", "show", order.id.as_str()][..], &["releases", "list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let left = server(&[words, &["--config", config.to_str().unwrap()]].concat()).stdout(writer).output().unwrap();
        assert_eq!((left.status.code(), text(&left.stderr)), (Some(0), String::new()), "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_on_a_copy_from_before_raises_nobody() {
    let mut shop = Shop::open().await;
    let order = told(&shop, true).await;
    let copy = shop.folder.path().join("copy.sqlite");
    said(&command(&shop, &["backup", "--out", copy.to_str().unwrap()], ""));
    shop.advance(60);
    said(&command(&shop, &["details", "erase", order.id.as_str()], ""));
    let remembered = shop.folder.path().join("details.keys.erased");
    // The command's clock is not the shop's.
    std::fs::write(&remembered, format!("{} {}\n", order.id, shop.now())).unwrap();
    shop.close().await;
    let records = shop.folder.path().join("merchant.sqlite");
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", records.display()));
    }
    std::fs::rename(&copy, &records).unwrap();
    assert_eq!(said(&command(&shop, &["details", "find"], "lin@example.org\n")), "");
    assert_eq!(said(&command(&shop, &["details", "show", order.id.as_str()], "")), "");
}
