//! `check` beside a running server: quiet about good records, one line for each thing that somebody has changed, and an exit code.

use std::process::{Command, Output};

use sqlx::{Connection as _, Executor as _};
use testing::backend::shop::configuration;
use testing::backend::{Shop, nonce, text};

/// `check` over the records of that shop.
async fn check(shop: &Shop, more: &[&str]) -> Output {
    command(shop, "check", more).await
}

/// A command over the records of that shop.
async fn command(shop: &Shop, name: &str, more: &[&str]) -> Output {
    let text = configuration(&shop.folder, shop.backend.as_str(), &shop.provider.settings_url());
    let file = shop.folder.write("merchant.toml", &text);
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args([name, "--config", file.to_str().unwrap()]).args(more).env("RUST_LOG", "off");
    command.env_remove("DATABASE_PATH").env_remove("DATABASE_URL").env_remove("QR_CHECKOUT_SIGNING_SEED");
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_a_line_each_and_the_exit_code_tells() {
    let shop = Shop::open().await;
    let (paid, open) = (shop.order_tea().await, shop.order_tea().await);
    let payment = paid.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let good = check(&shop, &[]).await;
    assert_eq!((good.status.code(), good.stdout.as_slice()), (Some(0), b"".as_slice()));
    assert_eq!(text(&good.stderr), "2 orders checked, 0 things are wrong\n");

    let mut somebody = shop.records().await;
    somebody.execute("UPDATE payments SET amount = 1, transaction_id = 'forged' WHERE paid_at IS NOT NULL").await.unwrap();
    let bad = check(&shop, &[]).await;
    let lines = text(&bad.stdout);
    assert_eq!(bad.status.code(), Some(3), "{lines}");
    assert!(lines.lines().all(|line| line.starts_with(&format!("{}: ", paid.id))), "{lines}");
    for told in ["money/amount: stored is 1, by the ledger it is 8000", "transaction: stored is \"forged\"", "its receipt is of another"] {
        assert!(lines.contains(told), "{lines}");
    }
    assert_eq!(check(&shop, &["--order", open.id.as_str()]).await.status.code(), Some(0));
    assert_eq!(check(&shop, &["--order", paid.id.as_str()]).await.status.code(), Some(3));
    assert_eq!(check(&shop, &["--order", "ord_nobody_made_this_one_"]).await.status.code(), Some(1));
    // The server has noticed nothing of all that.
    assert_eq!(shop.order(&shop.backend.order(&open.id, 0, 0, nonce())).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_makes_no_records_and_brings_none_on() {
    let mut shop = Shop::open().await;
    shop.close().await;
    let file = shop.folder.path().join("merchant.sqlite");
    let mut records = shop.records().await;
    records.execute("DELETE FROM _sqlx_migrations WHERE version > 6").await.unwrap();
    let older = check(&shop, &[]).await;
    assert_eq!(older.status.code(), Some(1));
    assert!(text(&older.stderr).contains("of an older version"), "{}", text(&older.stderr));
    let last = "SELECT MAX(version) FROM _sqlx_migrations";
    assert_eq!(sqlx::query_scalar::<_, i64>(last).fetch_one(&mut records).await.unwrap(), 6);
    records.close().await.unwrap();
    for left in std::fs::read_dir(shop.folder.path()).unwrap().map(|file| file.unwrap().path()) {
        if left.to_string_lossy().contains("merchant.sqlite") {
            std::fs::remove_file(left).unwrap();
        }
    }
    let missing = check(&shop, &[]).await;
    assert_eq!((missing.status.code(), file.exists()), (Some(1), false), "{}", text(&missing.stderr));
    assert!(text(&missing.stderr).starts_with("store.path: "), "{}", text(&missing.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_handbook_forgets_nobody_misses() {
    let shop = Shop::open().await;
    let order = shop.order_tea().await;
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let handbook = include_str!("../../../../docs/operations.md");
    let (_, forgetting) = handbook.split_once("```sql\n").unwrap();
    let forgetting = forgetting.split_once("```").unwrap().0.replace("1735689600", "9999999999");
    let mut records = shop.records().await;
    for (id, next_at, delivered_at) in [("evt_arrived", "NULL", "2"), ("evt_given_up", "NULL", "NULL"), ("evt_waiting", "9", "NULL")] {
        let event = format!(
            "INSERT INTO outbox (id, order_id, kind, created_at, body, next_at, delivered_at) \
             VALUES ('{id}', '{}', 'order.paid', 1, '{{}}', {next_at}, {delivered_at})",
            order.id
        );
        records.execute(sqlx::AssertSqlSafe(event)).await.unwrap();
    }
    let known = "SELECT COUNT(*) FROM notifications";
    assert_eq!(sqlx::query_scalar::<_, i64>(known).fetch_one(&mut records).await.unwrap(), 1);
    records.execute(sqlx::AssertSqlSafe(forgetting)).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>(known).fetch_one(&mut records).await.unwrap(), 0);
    let left: Vec<String> = sqlx::query_scalar("SELECT id FROM outbox").fetch_all(&mut records).await.unwrap();
    assert_eq!(left, ["evt_waiting"], "what is still to be told is told");
    let checked = check(&shop, &[]).await;
    assert_eq!((checked.status.code(), text(&checked.stderr).as_str()), (Some(0), "1 orders checked, 0 things are wrong\n"));
    // The provider says it once more, which changes nothing.
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    assert_eq!(shop.stored(&order.id).await.status, protocol::OrderStatus::Paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_the_command_made_is_restored_as_the_handbook_says() {
    let mut shop = Shop::open().await;
    let before = shop.order_tea().await;
    let copy = shop.folder.path().join("copy.sqlite");
    let out = ["--out", copy.to_str().unwrap()];
    let made = command(&shop, "backup", &out).await;
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert_eq!(command(&shop, "backup", &out).await.status.code(), Some(1), "a copy is not written over");
    let after = shop.order_tea().await;
    let payment = before.payment.as_ref().unwrap().id.as_str().to_owned();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    // As after a power cut: what belongs to the old file lies beside it.
    let path = shop.folder.path().join("merchant.sqlite");
    let beside = ["-wal", "-shm"].map(|end| shop.folder.path().join(format!("merchant.sqlite{end}")));
    let kept = beside.clone().map(|file| std::fs::read(file).unwrap());
    shop.close().await;
    beside.iter().zip(kept).for_each(|(file, bytes)| std::fs::write(file, bytes).unwrap());
    // Stop the server, put the copy in the place of store.path, remove …-wal and …-shm beside it, and start.
    std::fs::copy(&copy, &path).unwrap();
    beside.iter().for_each(|file| std::fs::remove_file(file).unwrap());
    shop.open_again().await;
    assert_eq!(shop.stored(&before.id).await.status, protocol::OrderStatus::Pending, "as it was");
    assert!(shop.merchant().store().order(&after.id).await.is_err(), "made after the copy");
    let checked = check(&shop, &[]).await;
    assert_eq!((checked.status.code(), text(&checked.stderr).as_str()), (Some(0), "1 orders checked, 0 things are wrong\n"));
    shop.merchant().reconcile().await.unwrap();
    assert_eq!(shop.stored(&before.id).await.status, protocol::OrderStatus::Paid, "its money is found by asking");
}
