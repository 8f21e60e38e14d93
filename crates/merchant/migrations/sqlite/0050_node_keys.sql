-- By which master key each server at work seals, so that nobody seals all anew by a key that one of them lacks.
CREATE TABLE node_keys (
    node    TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    writes  TEXT NOT NULL                      -- the id of the key that it seals by
) STRICT;
