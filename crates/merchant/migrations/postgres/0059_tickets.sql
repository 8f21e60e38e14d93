-- Tickets: one a piece, made in the transaction that makes their order paid.
CREATE TABLE tickets (
    number      TEXT PRIMARY KEY,               -- what people type; no part of the order's
    order_id    TEXT NOT NULL REFERENCES orders (id),
    sku         TEXT NOT NULL,
    piece       BIGINT NOT NULL,               -- from 1
    event       TEXT NOT NULL,
    words       TEXT NOT NULL,                  -- what stands on it, JSON
    issued_at   BIGINT NOT NULL,
    admitted_at BIGINT,
    admitted_by TEXT,                           -- the door
    admitted_once TEXT,                         -- makes the same call twice one
    refunded_at BIGINT,
    changed_at  BIGINT NOT NULL,
    UNIQUE (order_id, sku, piece)
);
CREATE INDEX tickets_by_change ON tickets (changed_at, number);
CREATE INDEX tickets_by_event ON tickets (event, changed_at, number);

-- Who was let in by a ticket that another door, or the same before, had let somebody in by.
CREATE TABLE ticket_doubles (
    number      TEXT NOT NULL REFERENCES tickets (number),
    once        TEXT NOT NULL,                  -- makes the same mark twice one
    door        TEXT NOT NULL,
    at          BIGINT NOT NULL,               -- says the door
    heard_at    BIGINT NOT NULL,
    PRIMARY KEY (number, once)
);

-- Who is logged in on the pages for staff: by the digest of a cookie, for as long as the key is good that it was given for.
CREATE TABLE staff_sessions (
    digest      TEXT PRIMARY KEY,
    key_id      TEXT NOT NULL REFERENCES api_keys (id),
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX staff_sessions_by_end ON staff_sessions (expires_at);
