//! The store in PostgreSQL passes the same list as in its file, and nodes that share it sell a thing once. The server is started by the
//! test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "../stores/conformance.rs"]
mod conformance;
#[path = "../../../../tests/support/postgres.rs"]
mod server;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the stories of one node use more of it")]
mod support;
mod two_nodes;

use merchant::Store;
use server::Postgres;

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
