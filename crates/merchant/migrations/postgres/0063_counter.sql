-- The counter. A session of its key has a PIN that somebody chose for it, and may show the customer's side alone.
ALTER TABLE staff_sessions ADD COLUMN pin TEXT;                             -- a digest under the cookie; NULL: the counter was not opened in it
ALTER TABLE staff_sessions ADD COLUMN pin_tries BIGINT NOT NULL DEFAULT 0; -- since the last right one
ALTER TABLE staff_sessions ADD COLUMN faces TEXT REFERENCES orders (id);    -- what the customer sees; NULL: whoever sells is before it

-- What a key has sold.
CREATE INDEX ledger_of_makers ON ledger (key_id, at) WHERE key_id IS NOT NULL AND kind = 'created';
