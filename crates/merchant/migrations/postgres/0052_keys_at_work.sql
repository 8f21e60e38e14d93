-- Which key of the admin API has caused a fact; NULL where none was at work.
ALTER TABLE ledger ADD COLUMN key_id TEXT;

-- A key may end, and may return only so much of one order.
ALTER TABLE api_keys ADD COLUMN role TEXT;               -- the word by which its scopes were given, if that was one
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN refund_limit BIGINT;    -- minor units of the currency beside it
ALTER TABLE api_keys ADD COLUMN refund_currency TEXT;
ALTER TABLE refunds ADD COLUMN key_id TEXT;              -- by which key it was asked for
