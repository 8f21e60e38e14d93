//! The records of a shop of some years, written by statements and not by the backend: a hundred thousand orders in seconds.

/// How many orders.
pub const ORDERS: u32 = 100_000;
/// When the first of them was made, unix seconds; the others follow five minutes after each other.
pub const FIRST: i64 = 1_700_000_000;
/// Between two of them, seconds.
pub const APART: i64 = 300;

/// Which database they are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The statements that fill records of this version, one after the other, and count what the planner goes by.
///
/// Most orders are paid; some are over, open, or returned. One of a thousand needs a person. Three orders in a row are one shopper's.
pub fn statements(dialect: Dialect) -> Vec<String> {
    let (numbers, hash, pad, at_random, blob) = match dialect {
        Dialect::Sqlite => (
            format!("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {ORDERS})"),
            "printf('%064x', i / 3)",
            "printf('%014d', i)",
            "printf('%08x', (i * 2654435761) % 4294967296)",
            "x'00'",
        ),
        Dialect::Postgres => (
            format!("WITH n AS (SELECT i FROM generate_series(1::bigint, {ORDERS}) AS i)"),
            "lpad(to_hex(i / 3), 64, '0')",
            "lpad(i::text, 14, '0')",
            "lpad(to_hex((i * 2654435761) % 4294967296), 8, '0')",
            "'\\x00'::bytea",
        ),
    };
    let of = |kind: &str| format!("'{kind}_' || {at_random} || {pad}");
    let (order, payment, refund) = (of("ord"), of("pay"), of("rfd"));
    let status = "CASE WHEN i % 50 = 0 THEN 'pending' WHEN i % 10 = 0 THEN 'expired' WHEN i % 25 = 1 THEN 'refunded' ELSE 'paid' END";
    let is_paid = "i % 10 <> 0";
    let payment_status = format!("CASE WHEN {is_paid} THEN 'paid' WHEN i % 50 = 0 THEN 'waiting' ELSE 'expired' END");
    let amount = "(100 + (i * 7919) % 50000)";
    let currency = "CASE WHEN i % 20 = 3 THEN 'JPY' ELSE 'EUR' END";
    let method = "CASE WHEN i % 100 = 7 THEN 'fps' WHEN i % 3 = 0 THEN 'alipay' ELSE 'wechat_pay' END";
    let created = format!("({FIRST} + i * {APART})");
    let body = format!(
        r#"'{{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"' || {order} || '","seq":3,"status":"' || ({status}) || '","amount":' || {amount} || ',"currency":"' || ({currency}) || '","quote_digest":null,"lines":[{{"sku":"tea","quantity":1,"name":"Tea","unit_price":' || {amount} || ',"total":' || {amount} || '}}],"expires_at":' || ({created} + 1800) || ',"methods":["wechat_pay"],"payment":{{"id":"' || {payment} || '","method":"' || ({method}) || '","surface":"qr","status":"' || ({payment_status}) || '","payload":null,"expires_at":' || ({created} + 900) || '}},"receipt":null}}'"#
    );
    let mut all = vec![
        format!(
            "INSERT INTO orders (id, seq, status, expires_at, created_at, body, reference, unbooked) {numbers} \
             SELECT {order}, 3, {status}, {created} + 1800, {created}, {body}, 'A-' || i, 0 FROM n"
        ),
        format!(
            "INSERT INTO payments (id, order_id, method, surface, status, amount, currency, expires_at, created_at, transaction_id, \
             reference, shown_at, paid_at) {numbers} SELECT {payment}, {order}, {method}, 'qr', {payment_status}, {amount}, {currency}, \
             {created} + 900, {created}, CASE WHEN {is_paid} THEN 'T-' || i END, CASE WHEN i % 100 = 7 THEN 'R' || i END, {created} + 1, \
             CASE WHEN {is_paid} THEN {created} + 31 + i % 60 END FROM n"
        ),
        format!(
            "INSERT INTO refunds (id, order_id, payment_id, position, status, amount, reason, created_at, done_at) {numbers} \
             SELECT {refund}, {order}, {payment}, 0, 'done', {amount}, '', {created} + 5000, {created} + 5600 FROM n \
             WHERE i % 25 = 1 AND {is_paid}"
        ),
        format!("INSERT INTO ledger (order_id, at, seq, kind, detail) {numbers} SELECT {order}, {created}, 1, 'seen', '{{}}' FROM n"),
        format!(
            "INSERT INTO ledger (order_id, at, seq, kind, detail) {numbers} SELECT {order}, {created}, 3, 'paid-twice', '{{}}' FROM n \
             WHERE i % 1000 = 1"
        ),
        "INSERT INTO settled (entry) SELECT entry FROM ledger WHERE kind = 'seen' AND entry % 5 = 0".to_owned(),
        format!(
            "INSERT INTO movements (name, order_id, kind, at, booked_at, payment, transaction_id, provider, method, currency, amount, taxes, \
             lines) {numbers} SELECT 'sale ' || {payment}, {order}, 'sale', {created} + 31 + i % 60, {created} + 31 + i % 60, {payment}, \
             'T-' || i, {method}, {method}, {currency}, {amount}, '[]', \
             '[{{\"line\":0,\"sku\":\"tea\",\"name\":\"Tea\",\"quantity\":1,\"total\":' || {amount} || '}}]' FROM n WHERE {is_paid}"
        ),
        format!(
            "INSERT INTO movements (name, order_id, kind, at, booked_at, payment, refund, transaction_id, provider, method, currency, amount, \
             taxes, lines) {numbers} SELECT 'refund ' || {refund}, {order}, 'refund', {created} + 5600, {created} + 5600, {payment}, \
             {refund}, 'T-' || i, {method}, {method}, {currency}, -{amount}, '[]', '[]' FROM n WHERE i % 25 = 1 AND {is_paid}"
        ),
        format!(
            "INSERT INTO sealed (order_id, kind, name, master, wrapped, body, sealed_at, look_at) {numbers} \
             SELECT {order}, 'answers', '', 'none', {blob}, {blob}, {created}, {created} + 7776000 FROM n"
        ),
        format!("INSERT INTO sealed_terms (term_hash, order_id, kind, name) {numbers} SELECT {hash}, {order}, 'answers', '' FROM n"),
    ];
    if dialect == Dialect::Postgres {
        all.push("ANALYZE".to_owned());
    }
    all
}
