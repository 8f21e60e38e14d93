//! The store in PostgreSQL passes the same list as in its file.

use crate::{conformance, upgrading};
use merchant::Store;
use sqlx::{Connection as _, Executor as _, PgConnection};
use testing::Postgres;

struct Opened(Store);

impl Opened {
    fn store(&self) -> &Store {
        &self.0
    }
}

async fn open() -> Opened {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    Opened(Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer()))
}

conformance::every_case!(open);

#[tokio::test]
async fn the_ledger_refuses_to_be_changed() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let store = Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer());
    conformance::every_order_is_rebuilt_from_its_ledger_after_every_random_history(&store).await;
    let mut somebody = PgConnection::connect(&address).await.unwrap();
    for change in ["UPDATE ledger SET at = 0", "DELETE FROM ledger", "TRUNCATE ledger"] {
        let refused = somebody.execute(change).await.unwrap_err().to_string();
        assert!(refused.contains("the ledger is only added to"), "{refused}");
    }
}

/// A tool of PostgreSQL at work.
fn run(program: &str, arguments: &[&str]) {
    let done = std::process::Command::new(testing::postgres::programs().join(program)).args(arguments).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pg_dump_copied_pg_restore_brings_back_with_every_order_answered_before() {
    let addresses = tokio::task::spawn_blocking(|| [Postgres::get().database(), Postgres::get().empty_database()]).await.unwrap();
    let [old, new] = &addresses;
    let store = Store::open_postgres(old).await.unwrap().sealing(testing::details::sealer());
    let mut orders = Vec::new();
    for number in 1..=20 {
        orders.push(conformance::made(&store, number, "wechat_pay", 1_800_000_000).await);
    }
    let dump = std::env::temp_dir().join(format!("qr-checkout-{}.dump", std::process::id()));
    let file = dump.to_str().unwrap();
    run("pg_dump", &["--format=custom", "--file", file, old]);
    run("pg_restore", &["--no-owner", "--exit-on-error", "--dbname", new, file]);
    std::fs::remove_file(&dump).unwrap();
    let restored = Store::open_postgres(new).await.unwrap().sealing(testing::details::sealer());
    for order in &orders {
        assert_eq!(restored.record(&order.id).await.unwrap(), store.record(&order.id).await.unwrap());
    }
    conformance::made(&restored, 99, "wechat_pay", 1_800_000_000).await;
}

#[tokio::test]
async fn records_that_were_there_before_every_migration_are_whole_behind_the_last() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().empty_database()).await.unwrap();
    upgrading::grow(&address, "postgres").await;
    upgrading::is_whole(&Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_nodes_that_open_one_empty_database_at_once_all_open_it() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().empty_database()).await.unwrap();
    let nodes = (0..6).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { Store::open_postgres(&address).await.unwrap() })
    });
    for (node, number) in nodes.collect::<Vec<_>>().into_iter().zip(1..) {
        conformance::made(&node.await.unwrap().sealing(testing::details::sealer()), number, "wechat_pay", 1_800_000_000).await;
    }
}

#[tokio::test]
async fn an_order_from_before_the_ledger_could_rebuild_it_goes_on_from_how_it_stood() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let store = Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer());
    conformance::every_order_is_rebuilt_from_its_ledger_after_every_random_history(&store).await;
    // As it was before migration 0006.
    let mut older = PgConnection::connect(&address).await.unwrap();
    let back = "DROP TRIGGER ledger_is_never_changed ON ledger; DROP TRIGGER ledger_is_never_emptied ON ledger; \
                DROP FUNCTION ledger_is_only_added_to; DELETE FROM ledger; ALTER TABLE ledger DROP COLUMN seq; \
                UPDATE payments SET provider = NULL, provider_ref = NULL; UPDATE refunds SET parts = NULL";
    older.execute(back).await.unwrap();
    older.execute(include_str!("../../migrations/postgres/0006_ledger.sql")).await.unwrap();
    // The column is another place in the table now, which its connections would not know.
    let store = Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer());
    assert_eq!(conformance::findings(&store).await, []);
}

#[tokio::test]
async fn a_refund_that_an_older_program_left_to_a_person_is_ended_by_what_its_provider_said() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let store = Store::open_postgres(&address).await.unwrap().sealing(testing::details::sealer());
    crate::conformance::a_refund_that_an_older_program_left_to_a_person(&store, &address).await;
}
