-- What the merchant is told: each thing once by each way, written with what it tells of, and put into words when it is sent. Nothing here names a person.
CREATE TABLE notices (
    entry      INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which it happened
    id         TEXT NOT NULL UNIQUE,     -- the same at every attempt
    kind       TEXT NOT NULL,
    about      TEXT NOT NULL,            -- what nobody is told of twice
    channel    TEXT NOT NULL,
    news       TEXT NOT NULL,            -- JSON: numbers and words of ours
    created_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER,                  -- when to send it; NULL once it was sent or given up
    sent_at    INTEGER,
    outcome    TEXT,                     -- of the last attempt
    UNIQUE (kind, about, channel)
) STRICT;
CREATE INDEX notices_to_send ON notices (channel, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notices_sent ON notices (channel, kind, sent_at) WHERE sent_at IS NOT NULL;
-- What is wrong for a while: since when, and when a node saw it last.
CREATE TABLE notice_states (
    code    TEXT PRIMARY KEY,
    since   INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
