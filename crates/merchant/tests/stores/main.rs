//! The store in its file: SQLite passes the list of what every store must do, and files of the first version are read on.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod backing_up;
mod conformance;
mod lists;
mod postgres;
mod upgrading;

use merchant::Store;
use protocol::OrderId;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use testing::Folder;

struct Opened(Store, #[expect(dead_code, reason = "the folder goes with the store")] Folder);

impl Opened {
    fn store(&self) -> &Store {
        &self.0
    }
}

async fn open() -> Opened {
    let folder = Folder::new("merchant");
    let store = Store::open(&folder.path().join("a folder?/records #1.sqlite")).await.unwrap();
    Opened(store.sealing(testing::details::sealer()), folder)
}

conformance::every_case!(open);

#[tokio::test]
async fn who_waits_to_write_keeps_nobody_from_reading() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap();
    let mut somebody = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    somebody.execute("BEGIN IMMEDIATE").await.unwrap();
    let keep = async |name: String| store.keep_token(&name, "value", 1_800_000_000).await;
    let many = futures_util::future::join_all((0..8).map(|number| keep(format!("token-{number}"))));
    let many = std::pin::pin!(many);
    // All of them ask for their turn first; what is read meanwhile is answered by one look at the file.
    let futures_util::future::Either::Right((read, many)) = futures_util::future::select(many, Box::pin(store.token("token-0", 0))).await
    else {
        panic!("written while somebody else writes")
    };
    assert_eq!(read.unwrap(), None);
    somebody.execute("ROLLBACK").await.unwrap();
    many.await.into_iter().for_each(|kept| kept.unwrap());
    assert!(store.token("token-7", 0).await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_to_this_one_with_all_it_holds() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("old.sqlite");
    let mut old = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", path.display())).await.unwrap();
    old.execute(include_str!("first.sql")).await.unwrap();
    old.close().await.unwrap();
    let store = Store::open(&path).await.unwrap().sealing(testing::details::sealer());
    let id = OrderId::parse("ord_first").unwrap();
    let account = store.record(&id).await.unwrap();
    let ids: Vec<&str> = account.payments.iter().map(|attempted| attempted.payment.id.as_str()).collect();
    assert_eq!(ids, ["pay_second_made_first", "pay_first"], "in the order in which they were made");
    assert_eq!((account.order.amount, account.refunds.len()), (6_800, 0));
    let ledger = store.ledger(&id).await.unwrap();
    assert_eq!(ledger[0], (1_800_000_000, "created".to_owned(), "pay_first".to_owned()));
    assert_eq!((ledger.len(), ledger[1].1.as_str()), (2, "opened"));
    store.change(&id, 1_800_000_001, |account| account.cancel()).await.unwrap();
    assert_eq!(conformance::findings(&store).await, [], "its ledger goes on from how it stood");
}

#[tokio::test]
async fn records_that_were_there_before_every_migration_are_whole_behind_the_last() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    upgrading::grow(&format!("sqlite:{}?mode=rwc", path.display()), "sqlite").await;
    upgrading::is_whole(&Store::open(&path).await.unwrap().sealing(testing::details::sealer())).await;
}

#[tokio::test]
async fn a_refund_that_an_older_program_left_to_a_person_is_ended_by_what_its_provider_said() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap().sealing(testing::details::sealer());
    conformance::a_refund_that_an_older_program_left_to_a_person(&store, &format!("sqlite:{}", path.display())).await;
}

#[tokio::test]
async fn what_somebody_changed_in_the_file_is_found_and_the_ledger_refuses() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap().sealing(testing::details::sealer());
    conformance::every_order_is_rebuilt_from_its_ledger_after_every_random_history(&store).await;
    let mut somebody = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    for change in ["UPDATE ledger SET at = 0", "DELETE FROM ledger"] {
        let refused = somebody.execute(change).await.unwrap_err().to_string();
        assert!(refused.contains("the ledger is only added to"), "{refused}");
    }
    for (change, found) in [
        ("UPDATE refunds SET amount = amount + 6800 WHERE status = 'done'", "more goes back than came"),
        ("UPDATE payments SET status = 'paid', transaction_id = 'forged' WHERE transaction_id IS NULL", "knows of no such money"),
        ("UPDATE orders SET status = 'expired' WHERE status = 'paid'", "its columns say"),
        ("UPDATE orders SET body = replace(body, '\"receipt\":\"', '\"receipt\":\"x')", "its receipt is signed by none of the keys"),
        ("UPDATE orders SET body = 'x' WHERE status = 'canceled'", "its rows cannot be read"),
    ] {
        let is_found = |findings: &[merchant::audit::Finding]| findings.iter().any(|finding| finding.what.contains(found));
        assert!(!is_found(&conformance::findings(&store).await), "{change}");
        assert!(somebody.execute(change).await.unwrap().rows_affected() > 0, "{change}");
        assert!(is_found(&conformance::findings(&store).await), "{change}");
    }
}

#[tokio::test]
async fn old_orders_are_booked_as_they_would_have_been_after_every_random_history() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap().sealing(testing::details::sealer());
    conformance::every_order_is_rebuilt_from_its_ledger_after_every_random_history(&store).await;
    let before = conformance::booked_sums(&store).await;
    store.close().await;
    let mut somebody = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    somebody.execute("DELETE FROM movements; UPDATE orders SET unbooked = 1").await.unwrap();
    somebody.close().await.unwrap();
    for _ in 0..2 {
        let store = Store::open(&path).await.unwrap();
        let kinds: std::collections::BTreeSet<&str> = before.keys().map(|(_, kind, ..)| kind.as_str()).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["odd-money", "refund", "sale", "second-payment"], "the histories have them all");
        assert_eq!(conformance::booked_sums(&store).await, before);
        store.close().await;
    }
}

#[tokio::test]
async fn counts_that_cannot_be_right_are_told_with_whose_they_are() {
    let folder = Folder::new("merchant");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap().sealing(testing::details::sealer());
    let order = conformance::of_two_teas(&store).await;
    assert_eq!(store.miscounted().await.unwrap(), []);
    let mut beside = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    beside.execute("UPDATE stock SET taken = 1; UPDATE orders SET status = 'expired'").await.unwrap();
    let told = store.miscounted().await.unwrap();
    let misheld = (order.to_string(), "its hold of product tea is open, which does not fit its status".to_owned());
    assert_eq!(told, [misheld, ("product tea".to_owned(), "open orders hold more than is counted".to_owned())]);
}
