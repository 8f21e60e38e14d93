//! Books that are longer than a program may have memory.

use sqlx::{Connection as _, SqliteConnection};
use testing::Folder;
use testing::backend::text;

use crate::endless::peak_of;
use crate::operating::{Running, demo, run, server};

/// How many movements there are.
const MOVEMENTS: usize = 100_000;
/// What the program may have in memory at most, kilobytes: less than the rows are in any of the three forms together with what it has anyway.
const MOST: u64 = 128 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_a_hundred_thousand_movements_leaves_memory_what_it_is() {
    let folder = Folder::new("merchant");
    let (_provider, backend, config) = demo(&folder).await;
    let made = run(&["api-key", "create", "--name", "books", "--scopes", "read", "--config", &config]);
    let key = text(&made.stdout).lines().next().unwrap_or_default().to_owned();
    let file = folder.path().join("merchant.sqlite");
    let mut records = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let insert = format!(
        "INSERT INTO movements (name, kind, at, booked_at, payment, transaction_id, provider, method, currency, amount, taxes, lines) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MOVEMENTS}) \
         SELECT 'sale ' || i, 'sale', 1800000000 + i, 1800000000 + i, 'pay_' || i, '4200000000' || i, 'wechat_pay', 'wechat_pay', 'CNY', 6800 + i, \
         '[{{\"label\":\"VAT\",\"rate\":\"19\",\"amount\":1086,\"included\":true}}]', \
         '[{{\"line\":0,\"sku\":\"tea\",\"name\":\"A tea of a long name, which only makes the row longer\",\"quantity\":2,\"total\":6800}}]' FROM n"
    );
    sqlx::query(sqlx::AssertSqlSafe(insert)).execute(&mut records).await.unwrap();
    records.close().await.unwrap();
    let running = Running::of(server(&["serve", "--config", &config]));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for format in ["csv", "jsonl", "xlsx"] {
        let url = format!("{}/admin/v1/export?format={format}", backend.as_str());
        let mut reply = client.get(url).bearer_auth(&key).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{format}");
        let (mut lines, mut bytes) = (0, 0);
        while let Some(part) = reply.chunk().await.unwrap() {
            lines += part.iter().filter(|byte| **byte == b'\n').count();
            bytes += part.len();
        }
        let peak = peak_of(running.id());
        match format {
            "csv" => assert_eq!(lines, MOVEMENTS + 1),
            "jsonl" => assert_eq!(lines, MOVEMENTS),
            _ => assert!(bytes > 1_000_000, "{bytes}"),
        }
        assert!((1..MOST).contains(&peak), "{format}: {peak} kB");
    }
}
