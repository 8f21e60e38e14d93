-- Places: what a printed code at a table or a shelf opens.
CREATE TABLE places (
    id         TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,   -- unix seconds
    made_by    TEXT NOT NULL,     -- the id of the key of the admin API
    once       TEXT NOT NULL UNIQUE, -- the idempotency key that it was made with
    once_body  TEXT NOT NULL,     -- the digest of what was asked with it
    name       TEXT NOT NULL,     -- what shoppers read
    items      TEXT NOT NULL,     -- JSON: the skus that it offers; of none, all that are sold
    closed_at  BIGINT             -- unix seconds
);

CREATE INDEX places_by_time ON places (created_at, id);
CREATE INDEX places_by_name ON places (name) WHERE closed_at IS NULL;

ALTER TABLE orders ADD COLUMN place TEXT;      -- the id of the place at which it was made
ALTER TABLE orders ADD COLUMN place_name TEXT; -- what that is called
ALTER TABLE orders ADD COLUMN bill_at TEXT;    -- the same place, where the shop made it for whoever sits there
CREATE INDEX orders_by_place ON orders (place, created_at, id, status, currency, method, amount, reference) WHERE place IS NOT NULL;
CREATE INDEX orders_to_pay_at ON orders (bill_at, created_at, id) WHERE bill_at IS NOT NULL AND status = 'pending';
