-- Tickets: one a piece, made in the transaction that makes their order paid.
CREATE TABLE tickets (
    number      TEXT PRIMARY KEY,               -- what people type; no part of the order's
    order_id    TEXT NOT NULL REFERENCES orders (id),
    sku         TEXT NOT NULL,
    piece       INTEGER NOT NULL,               -- from 1
    event       TEXT NOT NULL,
    words       TEXT NOT NULL,                  -- what stands on it, JSON
    issued_at   INTEGER NOT NULL,
    admitted_at INTEGER,
    admitted_by TEXT,                           -- the door
    admitted_once TEXT,                         -- makes the same call twice one
    refunded_at INTEGER,
    changed_at  INTEGER NOT NULL,
    UNIQUE (order_id, sku, piece)
) STRICT;
CREATE INDEX tickets_by_change ON tickets (changed_at, number);
CREATE INDEX tickets_by_event ON tickets (event, changed_at, number);

-- Who was let in by a ticket that another door, or the same before, had let somebody in by.
CREATE TABLE ticket_doubles (
    number      TEXT NOT NULL REFERENCES tickets (number),
    once        TEXT NOT NULL,                  -- makes the same mark twice one
    door        TEXT NOT NULL,
    at          INTEGER NOT NULL,               -- says the door
    heard_at    INTEGER NOT NULL,
    PRIMARY KEY (number, once)
) STRICT;

-- Who is logged in on the pages for staff: by the digest of a cookie, for as long as the key is good that it was given for.
CREATE TABLE staff_sessions (
    digest      TEXT PRIMARY KEY,
    key_id      TEXT NOT NULL REFERENCES api_keys (id),
    made_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_sessions_by_end ON staff_sessions (expires_at);
