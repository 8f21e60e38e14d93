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
