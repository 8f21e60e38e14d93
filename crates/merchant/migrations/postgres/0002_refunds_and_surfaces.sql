-- Money that goes back, where shoppers pay, who may call the admin API.
ALTER TABLE payments ADD COLUMN position BIGINT NOT NULL DEFAULT 0;  -- among the payments of its order, from 0
ALTER TABLE payments ADD COLUMN reference TEXT;                       -- on bank statements
ALTER TABLE payments ADD COLUMN return_url TEXT;                      -- where the wallet comes back to
ALTER TABLE payments ADD COLUMN payer TEXT;                           -- the wallet's id of the shopper
ALTER TABLE payments ADD COLUMN shown_at BIGINT;                     -- when its code was there
ALTER TABLE payments ADD COLUMN scanned_at BIGINT;
ALTER TABLE payments ADD COLUMN paid_at BIGINT;
CREATE INDEX payments_by_reference ON payments (reference) WHERE reference IS NOT NULL;

ALTER TABLE orders ADD COLUMN reference TEXT;                         -- the shop's own number
ALTER TABLE orders ADD COLUMN follow TEXT;                            -- payload of the code that follows the account, once paid
ALTER TABLE orders ADD COLUMN follower TEXT;                          -- openid of the shopper who followed by it
CREATE INDEX orders_by_creation ON orders (created_at, id);
CREATE INDEX orders_by_expiry ON orders (expires_at) WHERE status = 'pending';

-- One row per return of money; the id is what the provider knows, so sending it again is the same refund.
CREATE TABLE refunds (
    id            TEXT PRIMARY KEY,
    order_id      TEXT NOT NULL REFERENCES orders (id),
    payment_id    TEXT NOT NULL REFERENCES payments (id),
    position      BIGINT NOT NULL,
    status        TEXT NOT NULL,
    amount        BIGINT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    next_check_at BIGINT,
    checks        BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX refunds_to_check ON refunds (next_check_at) WHERE next_check_at IS NOT NULL;

-- Keys of the admin API: the SHA-256 of each, never the key.
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    scopes     TEXT NOT NULL,           -- separated by spaces
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
