-- Releases of the widget, for as long as pages may name them, and the nodes that serve them.
CREATE TABLE releases (
    name        TEXT PRIMARY KEY,               -- the hash of `listing`
    version     TEXT NOT NULL,                  -- for people
    revision    BIGINT NOT NULL,                -- of the API that it speaks
    listing     TEXT NOT NULL,                  -- a line for each file: its digest and its name
    turn        BIGINT NOT NULL,                -- the higher, the later a program brought it; 0: a person put it there
    added_at    BIGINT NOT NULL,
    used_at     BIGINT,                         -- the last day on which a file of it was asked for; NULL: never
    revoked_at  BIGINT                          -- since when it is not served any more
);
CREATE TABLE release_files (
    release     TEXT NOT NULL REFERENCES releases (name),
    name        TEXT NOT NULL,
    coding      TEXT NOT NULL,                  -- '', 'br' or 'gzip'
    bytes       BYTEA NOT NULL,
    PRIMARY KEY (release, name, coding)
);
CREATE TABLE nodes (
    id          TEXT PRIMARY KEY,
    seen_at     BIGINT NOT NULL,
    brings      TEXT,                           -- the release inside of its program
    knows       TEXT NOT NULL                   -- the releases that it serves, separated by spaces
);
