//! A shop of some years: copies of real orders, made by the backend itself, until there are as many as wanted.

use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Column as _, Connection as _, Executor as _, Row as _, TypeInfo as _};

use crate::backend::{Backend, Kind};
use crate::client::{self, Client};
use crate::load::Open;

/// What there is to ask for.
pub struct Stored {
    /// Ids of paid orders, at most ten thousand.
    pub done: Arc<[String]>,
    /// Orders that nobody has paid yet.
    pub open: Vec<Open>,
}

/// Tables with a row or more for each order, in an order that keys between them allow.
const TABLES: [&str; 4] = ["orders", "payments", "attempts", "ledger"];
/// Copied in one transaction.
const BATCH: u64 = 50_000;

/// Fills the records of a stopped backend up to so many paid orders, and adds open ones.
pub async fn fill(backend: &mut Backend, orders: u64, open: usize) -> Stored {
    backend.start().await;
    let paid = order(backend, true).await;
    let waiting = order(backend, false).await;
    backend.stop();
    let mut records = Records(AnyConnection::connect(&backend.database).await.unwrap(), backend.kind);
    while backend.stored < orders {
        let until = orders.min(backend.stored + BATCH);
        records.copy(&paid, "old", backend.stored, until).await;
        backend.stored = until;
        eprintln!("{}: {until} orders", backend.kind.name());
    }
    let done = records.ids("old", 10_000).await;
    let prefix = format!("open{orders}");
    records.copy(&waiting, &prefix, 0, open.try_into().unwrap()).await;
    let open = records.ids(&prefix, open).await;
    records.settle().await;
    Stored { done: done.into_iter().map(|open| open.order).collect(), open }
}

/// An order by the backend itself.
async fn order(backend: &Backend, paid: bool) -> Open {
    let mut client = Client::open(backend.address()).await;
    let agreed = client::price_digest(backend.address()).await;
    let (status, body) = client.ask(&client::order("fps", &agreed)).await;
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let open = Open { order: text(&body["id"]), payment: text(&body["payment"]["id"]) };
    if paid {
        let (status, body) = client.ask(&client::confirmation(&open.payment, &backend.key)).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }
    open
}

struct Records(AnyConnection, Kind);

impl Records {
    /// Copies every row of that order, with new ids that are as scattered as real ones.
    async fn copy(&mut self, template: &Open, prefix: &str, from: u64, until: u64) {
        let names = "CREATE TABLE IF NOT EXISTS bench_copies (prefix TEXT, i BIGINT, ord TEXT, pay TEXT, PRIMARY KEY (prefix, i))";
        self.0.execute(names).await.unwrap();
        let mut transaction = self.0.begin().await.unwrap();
        let make = match self.1 {
            Kind::Sqlite => format!(
                "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {until}) \
                 INSERT INTO bench_copies SELECT '{prefix}', i, 'ord_' || substr(lower(hex(randomblob(11))), 1, 21) || 'A', \
                 'pay_' || substr(lower(hex(randomblob(11))), 1, 21) || 'A' FROM n"
            ),
            Kind::Postgres => format!(
                "INSERT INTO bench_copies SELECT '{prefix}', i, 'ord_' || substr(md5('{prefix} order ' || i), 1, 21) || 'A', \
                 'pay_' || substr(md5('{prefix} payment ' || i), 1, 21) || 'A' FROM generate_series({from}, {until} - 1) AS n(i)"
            ),
        };
        transaction.execute(sqlx::AssertSqlSafe(make)).await.unwrap();
        for table in TABLES {
            let row = transaction.fetch_one(sqlx::AssertSqlSafe(format!("SELECT * FROM {table} LIMIT 1"))).await.unwrap();
            let copy = copy(table, &row, template, prefix, from, until);
            transaction.execute(sqlx::AssertSqlSafe(copy)).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }

    async fn ids(&mut self, prefix: &str, most: usize) -> Vec<Open> {
        let query = format!("SELECT ord, pay FROM bench_copies WHERE prefix = '{prefix}' ORDER BY ord LIMIT {most}");
        let rows = self.0.fetch_all(sqlx::AssertSqlSafe(query)).await.unwrap();
        rows.iter().map(|row| Open { order: row.get("ord"), payment: row.get("pay") }).collect()
    }

    /// What a database does by itself after a while.
    async fn settle(mut self) {
        match self.1 {
            Kind::Sqlite => self.0.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap(),
            Kind::Postgres => self.0.execute("VACUUM ANALYZE").await.unwrap(),
        };
        self.0.close().await.unwrap();
    }
}

/// The statement that copies a table's rows of the template: ids are replaced wherever they stand, and what is unique stays so.
fn copy(table: &str, row: &AnyRow, template: &Open, prefix: &str, from: u64, until: u64) -> String {
    // Those of an order follow from its body.
    let follows = |name: &str| name == "entry" || table == "orders" && ["amount", "currency", "method"].contains(&name);
    let columns = row.columns().iter().filter(|column| !follows(column.name()));
    let (names, values): (Vec<_>, Vec<_>) = columns
        .map(|column| {
            let name = column.name();
            let value = match name {
                "key" | "number" => "substr(c.ord, 5)".to_owned(),
                "reference" | "transaction_id" => format!("CASE WHEN t.{name} IS NULL THEN NULL ELSE substr(c.pay, 5, 20) END"),
                "created_at" => format!("t.{name} - c.i"),
                _ if column.type_info().name().eq_ignore_ascii_case("text") => {
                    format!("replace(replace(t.{name}, '{}', c.ord), '{}', c.pay)", template.order, template.payment)
                }
                _ => format!("t.{name}"),
            };
            (name, value)
        })
        .unzip();
    let id = if table == "orders" { "id" } else { "order_id" };
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} t CROSS JOIN bench_copies c \
         WHERE t.{id} = '{}' AND c.prefix = '{prefix}' AND c.i >= {from} AND c.i < {until}",
        names.join(", "),
        values.join(", "),
        template.order,
    )
}
