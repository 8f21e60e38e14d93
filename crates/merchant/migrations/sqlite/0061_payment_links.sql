-- Payment links. How many of its uses are taken stands with stock and holds, of the kind 'link'.
CREATE TABLE payment_links (
    id         TEXT NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,          -- unix seconds
    made_by    TEXT NOT NULL,             -- the id of the key of the admin API
    once       TEXT NOT NULL UNIQUE,      -- the idempotency key that it was made with
    once_body  TEXT NOT NULL,             -- the digest of what was asked with it
    terms      TEXT NOT NULL,             -- JSON: what it sells, what it asks, how often and until when
    closed_at  INTEGER                    -- unix seconds
) STRICT;

CREATE INDEX payment_links_by_time ON payment_links (created_at, id);
CREATE INDEX holds_of_links ON holds (name) WHERE kind = 'link';
