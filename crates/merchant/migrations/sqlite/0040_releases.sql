-- Releases of the widget, for as long as pages may name them, and the nodes that serve them.
CREATE TABLE releases (
    name        TEXT PRIMARY KEY,               -- the hash of `listing`
    version     TEXT NOT NULL,                  -- for people
    revision    INTEGER NOT NULL,               -- of the API that it speaks
    listing     TEXT NOT NULL,                  -- a line for each file: its digest and its name
    turn        INTEGER NOT NULL,               -- the higher, the later a program brought it; 0: a person put it there
    added_at    INTEGER NOT NULL,
    used_at     INTEGER,                        -- the last day on which a file of it was asked for; NULL: never
    revoked_at  INTEGER                          -- since when it is not served any more
) STRICT;
CREATE TABLE release_files (
    release     TEXT NOT NULL REFERENCES releases (name),
    name        TEXT NOT NULL,
    coding      TEXT NOT NULL,                  -- '', 'br' or 'gzip'
    bytes       BLOB NOT NULL,
    PRIMARY KEY (release, name, coding)
) STRICT;
CREATE TABLE nodes (
    id          TEXT PRIMARY KEY,
    seen_at     INTEGER NOT NULL,
    brings      TEXT,                           -- the release inside of its program
    knows       TEXT NOT NULL                   -- the releases that it serves, separated by spaces
) STRICT;
