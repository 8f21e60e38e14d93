-- What names a person, encrypted: each record under a data key of its own, which a master key wraps. The keys are in no database.
CREATE TABLE sealed (
    order_id  TEXT NOT NULL,                    -- '' where it is about no order
    kind      TEXT NOT NULL,                    -- 'answers', 'payer', …
    name      TEXT NOT NULL,                    -- which one of these: a payment, a refund, an event; or ''
    master    TEXT NOT NULL,                    -- the id of the master key
    wrapped   BLOB NOT NULL,                    -- the data key
    body      BLOB NOT NULL,
    sealed_at INTEGER NOT NULL,
    look_at   INTEGER NOT NULL,                 -- when to look whether it is to be erased
    PRIMARY KEY (order_id, kind, name)
) STRICT;
CREATE INDEX sealed_by_master ON sealed (master);
CREATE INDEX sealed_to_look_at ON sealed (look_at);

-- By what a person is found exactly: hashes under a key that follows from the master key.
CREATE TABLE sealed_terms (
    term_hash TEXT NOT NULL,
    order_id  TEXT NOT NULL,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (term_hash, order_id, kind, name)
) STRICT;
CREATE INDEX sealed_terms_of_order ON sealed_terms (order_id);

-- The master keys that write, or that a record needs. 'check_value' shows whether somebody has the same.
CREATE TABLE master_keys (
    id          TEXT PRIMARY KEY,
    check_value BLOB NOT NULL,
    since       INTEGER NOT NULL
) STRICT;

-- Orders whose details were erased because somebody said so; ids alone, so that a restored copy does not raise them.
CREATE TABLE erasures (
    order_id  TEXT PRIMARY KEY,
    erased_at INTEGER NOT NULL
) STRICT;

-- Who looked at whose details.
CREATE TABLE looks (
    entry    INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,                     -- an API key's id, or a command
    what     TEXT NOT NULL                      -- 'show', 'find', 'export'
) STRICT;
CREATE INDEX looks_of_order ON looks (order_id);
