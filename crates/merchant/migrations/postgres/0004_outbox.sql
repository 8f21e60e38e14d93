-- What the shop's server is told: each event once, written with what it tells of, and kept until it has arrived.
CREATE TABLE outbox (
    entry        BIGSERIAL PRIMARY KEY,        -- the order in which it happened
    id           TEXT NOT NULL UNIQUE,     -- webhook-id: the same at every attempt
    order_id     TEXT NOT NULL REFERENCES orders (id),
    kind         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    body         TEXT NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    next_at      BIGINT,                       -- when to send it; NULL once it has arrived or was given up
    delivered_at BIGINT,
    outcome      TEXT                      -- of the last attempt
);
CREATE INDEX outbox_to_send ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_to_send_of_order ON outbox (order_id, entry) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_arrived ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;
