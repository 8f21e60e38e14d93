//! The store in its file: SQLite passes the list of what every store must do, and files of the first version are read on.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod conformance;
#[path = "../api/support/folder.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod folder;

use folder::Folder;
use merchant::Store;
use protocol::OrderId;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

struct Opened(Store, #[expect(dead_code, reason = "the folder goes with the store")] Folder);

impl Opened {
    fn store(&self) -> &Store {
        &self.0
    }
}

async fn open() -> Opened {
    let folder = Folder::new();
    Opened(Store::open(&folder.path().join("a folder?/records #1.sqlite")).await.unwrap(), folder)
}

conformance::every_case!(open);

#[tokio::test]
async fn a_file_of_the_first_version_is_brought_to_this_one_with_all_it_holds() {
    let folder = Folder::new();
    let path = folder.path().join("old.sqlite");
    let mut old = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", path.display())).await.unwrap();
    old.execute(include_str!("first.sql")).await.unwrap();
    old.close().await.unwrap();
    let store = Store::open(&path).await.unwrap();
    let id = OrderId::parse("ord_first").unwrap();
    let account = store.account(&id).await.unwrap();
    let ids: Vec<&str> = account.payments.iter().map(|attempted| attempted.payment.id.as_str()).collect();
    assert_eq!(ids, ["pay_second_made_first", "pay_first"], "in the order in which they were made");
    assert_eq!((account.order.amount, account.refunds.len()), (6_800, 0));
    assert_eq!(store.ledger(&id).await.unwrap(), [(1_800_000_000, "created".to_owned(), "pay_first".to_owned())]);
    store.change(&id, 1_800_000_001, |account| account.cancel()).await.unwrap();
}
