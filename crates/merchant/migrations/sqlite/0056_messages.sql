-- What shoppers are told of their orders: each message once, written with what it tells of, and rendered when it is sent. Nothing here names a person.
CREATE TABLE messages (
    entry      INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which it happened
    id         TEXT NOT NULL UNIQUE,     -- the same at every attempt
    order_id   TEXT NOT NULL REFERENCES orders (id),
    template   TEXT NOT NULL,
    about      TEXT NOT NULL,            -- the refund or shipment; empty for the order itself
    channel    TEXT NOT NULL,
    locale     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    since      INTEGER NOT NULL,         -- since when it is tried
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,                  -- when to send it; NULL once it was sent, refused, dropped or given up
    sent_at    INTEGER,
    outcome    TEXT,                     -- of the last attempt
    UNIQUE (order_id, template, about, channel)
) STRICT;
CREATE INDEX messages_to_send ON messages (channel, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX messages_over ON messages (sent_at, outcome, entry) WHERE next_at IS NULL;
