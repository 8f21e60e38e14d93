-- What the first version left behind: its tables, its mark that it was there, an order with two payments.
-- What shoppers owe, how they tried to pay, and what providers said. Money in minor units, times in unix seconds.
CREATE TABLE orders (
    id         TEXT PRIMARY KEY,
    seq        INTEGER NOT NULL,
    status     TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT NOT NULL            -- the answer's body: equal seq, equal bytes
) STRICT;

CREATE TABLE payments (
    id            TEXT PRIMARY KEY,     -- the order number that the provider knows
    order_id      TEXT NOT NULL REFERENCES orders (id),
    method        TEXT NOT NULL,
    surface       TEXT NOT NULL,
    status        TEXT NOT NULL,
    payload       TEXT,
    amount        INTEGER NOT NULL,
    currency      TEXT NOT NULL,
    expires_at    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    transaction_id TEXT,                -- the provider's, once paid
    next_check_at INTEGER,              -- when to ask the provider; NULL once nothing can come any more
    checks        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX payments_of_order ON payments (order_id);
CREATE INDEX payments_to_check ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

-- One row per idempotency key: the same key and body count once.
CREATE TABLE attempts (
    key      TEXT NOT NULL,
    target   TEXT NOT NULL,             -- method and path
    digest   TEXT NOT NULL,             -- of the request's body
    order_id TEXT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (key, target)
) STRICT;

-- Notifications as they came, once each.
CREATE TABLE notifications (
    provider    TEXT NOT NULL,
    id          TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    body        BLOB NOT NULL,
    PRIMARY KEY (provider, id)
) STRICT;

-- Everything that happened to an order, in order; rows are never changed.
CREATE TABLE ledger (
    entry    INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL REFERENCES orders (id),
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_of_order ON ledger (order_id);

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (1, 'orders', TRUE, X'c49e561bccf9a747d2c18a83461a13f8a5a4663d4ecef0d453b655abc95fabce769b45f865fef1e0f72c22a253ac6471', 1);
INSERT INTO orders VALUES ('ord_first', 1, 'pending', 1800001800, 1800000000, '{"type":"order","merchant":"mountain-tea","merchant_name":"Mountain Tea","id":"ord_first","seq":1,"status":"pending","amount":6800,"currency":"CNY","quote_digest":null,"lines":[],"expires_at":1800001800,"methods":["wechat_pay"],"payment":null,"receipt":null}');
INSERT INTO payments (id, order_id, method, surface, status, payload, amount, currency, expires_at, created_at, next_check_at) VALUES
    ('pay_first', 'ord_first', 'wechat_pay', 'qr', 'waiting', NULL, 6800, 'CNY', 1800000900, 1800000005, 1800000010),
    ('pay_second_made_first', 'ord_first', 'wechat_pay', 'qr', 'superseded', NULL, 6800, 'CNY', 1800000900, 1800000000, NULL);
INSERT INTO ledger (order_id, at, kind, detail) VALUES ('ord_first', 1800000000, 'created', 'pay_first');
