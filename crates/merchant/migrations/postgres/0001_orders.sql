-- What shoppers owe, how they tried to pay, and what providers said. Money in minor units, times in unix seconds.
CREATE TABLE orders (
    id         TEXT PRIMARY KEY,
    seq        BIGINT NOT NULL,
    status     TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    body       TEXT NOT NULL            -- the answer's body: equal seq, equal bytes
);

CREATE TABLE payments (
    id            TEXT PRIMARY KEY,     -- the order number that the provider knows
    order_id      TEXT NOT NULL REFERENCES orders (id),
    method        TEXT NOT NULL,
    surface       TEXT NOT NULL,
    status        TEXT NOT NULL,
    payload       TEXT,
    amount        BIGINT NOT NULL,
    currency      TEXT NOT NULL,
    expires_at    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    transaction_id TEXT,                -- the provider's, once paid
    next_check_at BIGINT,              -- when to ask the provider; NULL once nothing can come any more
    checks        BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX payments_of_order ON payments (order_id);
CREATE INDEX payments_to_check ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

-- One row per idempotency key: the same key and body count once.
CREATE TABLE attempts (
    key      TEXT NOT NULL,
    target   TEXT NOT NULL,             -- method and path
    digest   TEXT NOT NULL,             -- of the request's body
    order_id TEXT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (key, target)
);

-- Notifications as they came, once each.
CREATE TABLE notifications (
    provider    TEXT NOT NULL,
    id          TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    body        BYTEA NOT NULL,
    PRIMARY KEY (provider, id)
);

-- Everything that happened to an order, in order; rows are never changed.
CREATE TABLE ledger (
    entry    BIGSERIAL PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    at       BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    detail   TEXT NOT NULL
);
CREATE INDEX ledger_of_order ON ledger (order_id);
