-- What an order gives once it is paid, beside what is sent: written with the order, so that another catalog changes nothing of it.
CREATE TABLE promises (
    order_id    TEXT NOT NULL REFERENCES orders (id),
    sku         TEXT NOT NULL,
    kind        TEXT NOT NULL,                  -- file, keys or ticket
    pieces      INTEGER NOT NULL,
    what        TEXT NOT NULL,                  -- the file's path, the pool of keys, or the words on a ticket as JSON
    low         INTEGER NOT NULL,               -- of keys: with fewer left than these a person is told
    sold_at     INTEGER,
    owed        INTEGER NOT NULL DEFAULT 0,     -- so many keys are sold and were not there
    taken       INTEGER NOT NULL DEFAULT 0,     -- so many times the file was loaded
    PRIMARY KEY (order_id, sku, kind)
) STRICT;
CREATE INDEX promises_owed ON promises (what, sold_at) WHERE owed > 0;

-- Licence keys: what each is lies in a sealed record, of no order, by the name 'n:pool'.
CREATE TABLE key_pools (
    name        TEXT PRIMARY KEY,
    added       INTEGER NOT NULL,               -- so many were ever put in
    free        INTEGER NOT NULL,               -- so many nobody has
    warned      INTEGER NOT NULL                -- 1: a person was told that few are left
) STRICT;
CREATE TABLE licence_keys (
    pool        TEXT NOT NULL REFERENCES key_pools (name),
    n           INTEGER NOT NULL,               -- in the order in which they were put in
    order_id    TEXT,
    sku         TEXT,
    taken_at    INTEGER,
    PRIMARY KEY (pool, n)
) STRICT;
CREATE INDEX licence_keys_free ON licence_keys (pool, n) WHERE order_id IS NULL;
CREATE INDEX licence_keys_of_order ON licence_keys (order_id, sku) WHERE order_id IS NOT NULL;

-- Addresses under which a file is loaded, by the digest of each.
CREATE TABLE downloads (
    digest      TEXT PRIMARY KEY,
    order_id    TEXT NOT NULL REFERENCES orders (id),
    sku         TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    counted     INTEGER NOT NULL                -- 1: it was loaded, and what is left of it may be asked for
) STRICT;
CREATE INDEX downloads_by_end ON downloads (expires_at);

-- Keys that are owed need a person, too.
DROP INDEX ledger_odd;
CREATE INDEX ledger_odd ON ledger (kind, order_id) WHERE kind IN ('wrong-amount', 'paid-twice', 'second-payment', 'oversold',
    'payment-unclear', 'refund-refused', 'refund-amount', 'transaction-used', 'bill-difference', 'keys-short');
