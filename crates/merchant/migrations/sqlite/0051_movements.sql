-- The books: a row for each movement of money, written with the fact it follows from.
CREATE TABLE movements (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,        -- what it is of, so that nothing is booked twice
    order_id       TEXT REFERENCES orders (id), -- NULL: a fee of money that is no order's here
    kind           TEXT NOT NULL,               -- 'sale', 'rounding', 'second-payment', 'odd-money', 'refund' or 'fee'
    at             INTEGER NOT NULL,            -- when the money moved
    booked_at      INTEGER NOT NULL,            -- in which day it counts
    belongs_to     TEXT,                        -- its own day where the month of that was closed already
    payment        TEXT,
    refund         TEXT,
    transaction_id TEXT,                        -- the provider's id of the money
    provider       TEXT NOT NULL,
    method         TEXT,
    currency       TEXT NOT NULL,
    amount         INTEGER NOT NULL,            -- minor units: + came in, - went out
    taxes          TEXT NOT NULL,               -- JSON: what of it is tax, by rate
    lines          TEXT NOT NULL,               -- JSON: what was sold
    discount_code  TEXT,
    country        TEXT
) STRICT;
CREATE INDEX movements_by_day ON movements (booked_at, id);
CREATE INDEX movements_of_order ON movements (order_id);
CREATE INDEX movements_of_money ON movements (transaction_id);

-- Months into which nothing comes any more.
CREATE TABLE closed_months (
    month     TEXT PRIMARY KEY,                 -- 2026-11
    from_at   INTEGER NOT NULL,                 -- its first second in the zone of the shop at that time
    until_at  INTEGER NOT NULL,                 -- the first second of the next
    zone      TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    by_key    TEXT NOT NULL                     -- the API key that closed it
) STRICT;

-- What the bills of providers say of our money, as of the comparison of that day.
CREATE TABLE billed (
    provider       TEXT NOT NULL,
    date           TEXT NOT NULL,               -- the provider's day
    transaction_id TEXT NOT NULL,
    refund         TEXT NOT NULL,               -- '': the payment itself
    payment        TEXT NOT NULL,
    at             INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    amount         INTEGER NOT NULL,            -- minor units: + came in, - went out
    fee            INTEGER NOT NULL,            -- minor units: + the provider takes it
    PRIMARY KEY (provider, transaction_id, refund)
) STRICT;
CREATE INDEX billed_by_day ON billed (provider, date);
CREATE TABLE billed_days (
    provider    TEXT NOT NULL,
    date        TEXT NOT NULL,
    compared_at INTEGER NOT NULL,
    PRIMARY KEY (provider, date)
) STRICT;

-- Orders of older programs, whose movements are booked by the next one that starts.
ALTER TABLE orders ADD COLUMN unbooked INTEGER NOT NULL DEFAULT 1;
CREATE INDEX orders_unbooked ON orders (id) WHERE unbooked = 1;
