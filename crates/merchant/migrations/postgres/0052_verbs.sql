-- Which key of the admin API has caused a fact; NULL where none was at work.
ALTER TABLE ledger ADD COLUMN key_id TEXT;

-- A key may end, and may return only so much of one order.
ALTER TABLE api_keys ADD COLUMN role TEXT;               -- the word by which its scopes were given, if that was one
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN refund_limit BIGINT;    -- minor units of the currency beside it
ALTER TABLE api_keys ADD COLUMN refund_currency TEXT;
ALTER TABLE refunds ADD COLUMN key_id TEXT;              -- by which key it was asked for

-- Which pieces of an order a refund returns, as JSON; NULL where an amount alone goes back.
ALTER TABLE refunds ADD COLUMN parts TEXT;

-- What was put into stock, or taken out where it is negative, since the catalog's number was counted.
ALTER TABLE stock ADD COLUMN added BIGINT NOT NULL DEFAULT 0;

-- Changes of stock by the admin API, each once per idempotency key.
CREATE TABLE stock_changes (
    key    TEXT NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    change BIGINT NOT NULL,
    PRIMARY KEY (key, kind, name)
);

ALTER TABLE holds ADD COLUMN restocked BIGINT NOT NULL DEFAULT 0;   -- so many of them are there to be sold again

-- What a person has settled, and need not look at any more.
CREATE TABLE settled (
    entry    BIGINT PRIMARY KEY
);
ALTER TABLE refunds ADD COLUMN settled_at BIGINT;        -- since when nobody has to look at it any more, though it is stuck or failed
