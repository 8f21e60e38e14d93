//! Every migration over rows that exist: the records of a shop that was there from the first version on, brought on one by one.

use merchant::Store;
use merchant::sealed::SealedKind;
use merchant::store::{Filter, IdempotencyRecord, MovementPage, StockItem};
use protocol::{Currency, OrderId, OrderStatus};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::conformance::findings;
use testing::Folder;

/// What a shop wrote once that migration was done.
const ROWS: [(usize, &str); 6] = [
    (
        1,
        r#"INSERT INTO orders (id, seq, status, expires_at, created_at, body) VALUES
            ('ord_open', 1, 'pending', 1800001800, 1800000000, '{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"ord_open","seq":1,"status":"pending","amount":6800,"currency":"CNY","quote_digest":null,"lines":[],"expires_at":1800001800,"methods":["wechat_pay"],"payment":null,"receipt":null}'),
            ('ord_late', 3, 'expired', 1800001800, 1800000001, '{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"ord_late","seq":3,"status":"expired","amount":6800,"currency":"CNY","quote_digest":null,"lines":[],"expires_at":1800001800,"methods":["wechat_pay"],"payment":null,"receipt":null}'),
            ('ord_over', 1, 'pending', 1800001800, 1800000002, '{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"ord_over","seq":1,"status":"pending","amount":6800,"currency":"CNY","quote_digest":null,"lines":[],"expires_at":1800001800,"methods":["wechat_pay"],"payment":null,"receipt":null}');
        INSERT INTO payments (id, order_id, method, surface, status, amount, currency, expires_at, created_at, transaction_id, next_check_at) VALUES
            ('pay_open', 'ord_open', 'wechat_pay', 'qr', 'waiting', 6800, 'CNY', 1800000900, 1800000000, NULL, 1800000010),
            ('pay_late', 'ord_late', 'wechat_pay', 'qr', 'paid', 6800, 'CNY', 1800000900, 1800000001, '42', NULL),
            ('pay_over', 'ord_over', 'wechat_pay', 'qr', 'expired', 6800, 'CNY', 1800000900, 1800000002, NULL, NULL);
        INSERT INTO attempts (key, target, digest, order_id) VALUES ('key', 'POST /v1/orders', 'digest', 'ord_open');
        INSERT INTO ledger (order_id, at, kind, detail) VALUES ('ord_open', 1800000000, 'created', 'pay_open')"#,
    ),
    (
        2,
        "UPDATE orders SET reference = 'A-1', follow = 'weixin://follow', follower = 'oShopper' WHERE id = 'ord_late';
        UPDATE payments SET paid_at = 1800001900, shown_at = 1800000001, payer = 'oShopper', surface = 'app',
            payload = 'https://wallet.example/pay?back=lin' WHERE id = 'pay_late';
        INSERT INTO refunds (id, order_id, payment_id, position, status, amount, reason, created_at, next_check_at) VALUES
            ('rfd_late', 'ord_late', 'pay_late', 0, 'done', 6800, 'Lin was ill', 1800001950, NULL);
        INSERT INTO notifications (provider, id, received_at, body) VALUES ('alipay', 'event', 1800001900, CAST('out_trade_no=pay_late&buyer_id=2088' AS BODY));
        INSERT INTO api_keys (id, name, hash, scopes, created_at) VALUES ('key_1', 'shop', 'hash', 'read', 1800000000)",
    ),
    (
        3,
        "UPDATE payments SET told = 1800001901 WHERE id = 'pay_late';
        INSERT INTO tokens (name, value, expires_at, lease_until) VALUES ('official_account', 'value', 1800007200, 0)",
    ),
    (
        4,
        "INSERT INTO outbox (id, order_id, kind, created_at, body, next_at) VALUES ('msg_1', 'ord_late', 'order.expired', 1800001801, '{}', 1800001801)",
    ),
    (
        5,
        "INSERT INTO stock (kind, name, baseline, stocked, taken) VALUES ('product', 'tea', 10, '', 3);
        INSERT INTO holds (order_id, kind, name, quantity, state) VALUES
            ('ord_open', 'product', 'tea', 1, 'open'), ('ord_over', 'product', 'tea', 2, 'open')",
    ),
    (7, "UPDATE refunds SET told = NULL"),
];

/// A server that starts for the first time, and commands that somebody gives meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_together_brings_the_records_to_this_version_together() {
    for _ in 0..4 {
        let folder = Folder::new("merchant");
        let file = folder.path().join("merchant.sqlite");
        let comers: Vec<_> = (0..6)
            .map(|_| {
                tokio::spawn({
                    let file = file.clone();
                    async move { Store::open(&file).await }
                })
            })
            .collect();
        for comer in comers {
            comer.await.unwrap().unwrap().close().await;
        }
        Store::look(&file).await.unwrap().close().await;
    }
}

/// The migrations of that database, in their order.
fn migrations(database: &str) -> Vec<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Brings a database from nothing to this version, one migration after the other, with rows written in between.
pub async fn grow(address: &str, database: &str) {
    sqlx::any::install_default_drivers();
    let mut records = AnyConnection::connect(address).await.unwrap();
    let folder = Folder::new("merchant");
    for (file, number) in migrations(database).iter().zip(1..) {
        std::fs::copy(file, folder.path().join(file.file_name().unwrap())).unwrap();
        Migrator::new(folder.path()).await.unwrap().run(&mut records).await.unwrap();
        for (_, rows) in ROWS.iter().filter(|(after, _)| *after == number) {
            records
                .execute(AssertSqlSafe(rows.replace("AS BODY", if database == "sqlite" { "AS BLOB" } else { "AS BYTEA" })))
                .await
                .unwrap();
        }
    }
    records.close().await.unwrap();
}

/// What must be there still.
pub async fn is_whole(store: &Store) {
    assert_eq!(store.seal_what_lies_open().await.unwrap(), 5, "a payment, its link, an order, a refund, a notification");
    assert_eq!(store.seal_what_lies_open().await.unwrap(), 0, "once");
    assert_eq!(findings(store).await, []);
    assert_eq!(store.miscounted().await.unwrap(), []);
    assert_eq!(store.left(&StockItem::Product("tea".to_owned())).await.unwrap(), 9, "an order whose code is over holds nothing");
    let [open, late] = ["ord_open", "ord_late"].map(|id| OrderId::parse(id).unwrap());
    let late = store.record(&late).await.unwrap();
    assert_eq!((late.order.status, late.refunds.len(), late.references.reference.as_deref()), (OrderStatus::Expired, 1, Some("A-1")));
    assert_eq!((late.follower.as_deref(), late.payments[0].payer.as_deref()), (Some("oShopper"), Some("oShopper")));
    assert_eq!(late.refunds[0].reason, "Lin was ill");
    let told = format!("{:?}", store.ledger(&late.order.id).await.unwrap());
    assert!(told.contains("rfd_late") && !told.contains("ill") && !told.contains("back=lin"), "{told}");
    assert_eq!(late.payments[0].payment.payload.as_deref(), Some("https://wallet.example/pay?back=lin"));
    let notified = store.detail(&late.order.id, SealedKind::Notification, "alipay event").await.unwrap();
    assert_eq!(notified.as_deref(), Some("out_trade_no=pay_late&buyer_id=2088"));
    let page = MovementPage { from: 0, to: i64::MAX, after: (0, 0), limit: 9 };
    let booked = store.movements(page).await.unwrap();
    let moved: Vec<_> = booked.iter().map(|it| (it.movement.name.as_str(), it.booked_at, it.movement.amount)).collect();
    let came = ("odd-money pay_late", 1_800_001_900, 6_800);
    assert_eq!(moved, [came, ("refund rfd_late", 1_800_001_950, -6_800)], "what moved before there were books is in them");
    let key = IdempotencyRecord { key: "key".to_owned(), target: "POST /v1/orders".to_owned(), digest: "digest".to_owned() };
    assert_eq!(store.order_made_with(&key).await.unwrap().unwrap(), open);
    assert!(store.api_key("hash").await.unwrap().is_some());
    assert_eq!(store.token("official_account", 1_800_000_000).await.unwrap().as_deref(), Some("value"));
    let of_tea = Filter { amount: Some(6_800), currency: Currency::parse("CNY"), limit: 9, ..Filter::default() };
    assert_eq!(store.list(&of_tea).await.unwrap().len(), 3, "orders of before are found by their amount");
    let told = store.take_untold(merchant::store::ShopperMessage::Refunded, "wechat_pay", 1_800_001_950, 1_800_002_000).await.unwrap();
    assert_eq!(told.map(|it| it.at), Some(1_800_001_950), "a refund of before is dated by its beginning");
    store.change(&open, 1_800_000_100, |account| account.cancel()).await.unwrap();
    assert_eq!(findings(store).await, [], "its ledger goes on from how it stood");
}
