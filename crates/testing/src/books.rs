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

/// How orders are spread over the two values of whatever they are filtered by. In each, the oldest 64 have every combination of both: what
/// is looked for stands behind all that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skew {
    /// All other orders have the first value of everything, and nobody has to look at them.
    Rare,
    /// Every second one has the other value of everything, and needs a person.
    Halves,
    /// As `Rare`, and all of them need a person.
    Needy,
}

/// The first value of everything that orders are filtered by, and the other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values {
    pub status: &'static str,
    pub method: &'static str,
    pub currency: &'static str,
    pub amount: i64,
    pub reference: &'static str,
}
pub const VALUES: [Values; 2] = [
    Values { status: "paid", method: "wechat_pay", currency: "EUR", amount: 6_800, reference: "A-1" },
    Values { status: "refunded", method: "fps", currency: "JPY", amount: 100, reference: "A-2" },
];
/// How many orders have every combination.
pub const COMBINED: u32 = 64;

/// The words of statements that differ between the two.
struct Words {
    /// `n`, a table of numbers `i`.
    numbers: String,
    hash: &'static str,
    pad: &'static str,
    at_random: &'static str,
    blob: &'static str,
}

fn words(dialect: Dialect, orders: u32) -> Words {
    match dialect {
        Dialect::Sqlite => Words {
            numbers: format!("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {orders})"),
            hash: "printf('%064x', i / 3)",
            pad: "printf('%014d', i)",
            at_random: "printf('%08x', (i * 2654435761) % 4294967296)",
            blob: "x'00'",
        },
        Dialect::Postgres => Words {
            numbers: format!("WITH n AS (SELECT i FROM generate_series(1::bigint, {orders}) AS i)"),
            hash: "lpad(to_hex(i / 3), 64, '0')",
            pad: "lpad(i::text, 14, '0')",
            at_random: "lpad(to_hex((i * 2654435761) % 4294967296), 8, '0')",
            blob: "'\\x00'::bytea",
        },
    }
}

impl Words {
    /// The id of the thing of that number.
    fn id(&self, kind: &str) -> String {
        format!("'{kind}_' || {} || {}", self.at_random, self.pad)
    }
}

/// The words of an order's body that tell one from the other.
struct Body<'a> {
    order: &'a str,
    status: &'a str,
    amount: &'a str,
    currency: &'a str,
    created: &'a str,
    payment: &'a str,
    method: &'a str,
    payment_status: &'a str,
}

impl Body<'_> {
    fn text(&self) -> String {
        let Body { order, status, amount, currency, created, payment, method, payment_status } = self;
        format!(
            r#"'{{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"' || {order} || '","seq":3,"status":"' || ({status}) || '","amount":' || {amount} || ',"currency":"' || ({currency}) || '","quote_digest":null,"lines":[{{"sku":"tea","quantity":1,"name":"Tea","unit_price":' || {amount} || ',"total":' || {amount} || '}}],"expires_at":' || ({created} + 1800) || ',"methods":["wechat_pay"],"payment":{{"id":"' || {payment} || '","method":"' || ({method}) || '","surface":"qr","status":"' || ({payment_status}) || '","payload":null,"expires_at":' || ({created} + 900) || '}},"receipt":null}}'"#
        )
    }
}

/// The statements that fill records with so many orders and nothing but what lists of them read, spread as badly as can be.
pub fn skewed(dialect: Dialect, skew: Skew, orders: u32) -> Vec<String> {
    let words = words(dialect, orders);
    let others = match skew {
        Skew::Rare => "0",
        Skew::Halves => "(i % 2) * 63",
        Skew::Needy => "32",
    };
    // A bit for each value: which of both it is.
    let is_other = |bit: u32| format!("(CASE WHEN i <= {COMBINED} THEN i - 1 ELSE {others} END) / {} % 2 = 1", 1 << bit);
    let one_of = |bit, values: [String; 2]| format!("(CASE WHEN {} THEN {} ELSE {} END)", is_other(bit), values[1], values[0]);
    let text = |bit, of: fn(&Values) -> &'static str| one_of(bit, VALUES.each_ref().map(|values| format!("'{}'", of(values))));
    let (status, method) = (text(0, |values| values.status), text(1, |values| values.method));
    let (currency, reference) = (text(2, |values| values.currency), text(4, |values| values.reference));
    let amount = one_of(3, VALUES.map(|values| values.amount.to_string()));
    let created = format!("({FIRST} + i * {APART})");
    let (order, payment) = (words.id("ord"), words.id("pay"));
    let body = Body {
        order: &order,
        status: &status,
        amount: &amount,
        currency: &currency,
        created: &created,
        payment: &payment,
        method: &method,
        payment_status: "'paid'",
    };
    let (body, numbers, needs_a_person) = (body.text(), &words.numbers, is_other(5));
    let mut all = vec![
        format!(
            "INSERT INTO orders (id, seq, status, expires_at, created_at, body, reference, unbooked) {numbers} \
             SELECT {order}, 3, {status}, {created} + 1800, {created}, {body}, {reference}, 0 FROM n"
        ),
        format!(
            "INSERT INTO ledger (order_id, at, seq, kind, detail) {numbers} SELECT {order}, {created}, 3, 'paid-twice', '{{}}' FROM n \
             WHERE {needs_a_person}"
        ),
    ];
    if dialect == Dialect::Postgres {
        all.push("ANALYZE".to_owned());
    }
    all
}

/// The statements that fill records of this version, one after the other, and count what the planner goes by.
///
/// Most orders are paid; some are over, open, or returned. One of a thousand needs a person. Three orders in a row are one shopper's.
pub fn statements(dialect: Dialect) -> Vec<String> {
    let words = words(dialect, ORDERS);
    let (order, payment, refund) = (words.id("ord"), words.id("pay"), words.id("rfd"));
    let Words { numbers, hash, blob, .. } = words;
    let status = "CASE WHEN i % 50 = 0 THEN 'pending' WHEN i % 10 = 0 THEN 'expired' WHEN i % 25 = 1 THEN 'refunded' ELSE 'paid' END";
    let is_paid = "i % 10 <> 0";
    let payment_status = format!("CASE WHEN {is_paid} THEN 'paid' WHEN i % 50 = 0 THEN 'waiting' ELSE 'expired' END");
    let amount = "(100 + (i * 7919) % 50000)";
    let currency = "CASE WHEN i % 20 = 3 THEN 'JPY' ELSE 'EUR' END";
    let method = "CASE WHEN i % 100 = 7 THEN 'fps' WHEN i % 3 = 0 THEN 'alipay' ELSE 'wechat_pay' END";
    let created = format!("({FIRST} + i * {APART})");
    let body =
        Body { order: &order, status, amount, currency, created: &created, payment: &payment, method, payment_status: &payment_status };
    let body = body.text();
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
