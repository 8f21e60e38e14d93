//! The store in PostgreSQL passes the same list as in its file, and nodes that share it sell a thing once. The server is started by the
//! test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "../stores/conformance.rs"]
mod conformance;
mod one_code;
#[path = "../../../../tests/support/postgres.rs"]
mod server;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stories of one node use more of it")]
mod support;
mod two_nodes;

use merchant::Store;
use server::Postgres;
use sqlx::{Connection as _, Executor as _, PgConnection};

struct Opened(Store);

impl Opened {
    fn store(&self) -> &Store {
        &self.0
    }
}

async fn open() -> Opened {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    Opened(Store::open_postgres(&address).await.unwrap())
}

conformance::every_case!(open);

#[tokio::test]
async fn the_ledger_refuses_to_be_changed() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let store = Store::open_postgres(&address).await.unwrap();
    conformance::every_order_is_rebuilt_from_its_ledger_after_every_random_history(&store).await;
    let mut somebody = PgConnection::connect(&address).await.unwrap();
    for change in ["UPDATE ledger SET at = 0", "DELETE FROM ledger", "TRUNCATE ledger"] {
        let refused = somebody.execute(change).await.unwrap_err().to_string();
        assert!(refused.contains("the ledger is only added to"), "{refused}");
    }
}
