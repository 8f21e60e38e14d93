-- What shoppers who follow the Official Account were told, and the tokens that all nodes share.
ALTER TABLE payments ADD COLUMN told BIGINT;   -- when the payer was told of the money; -1: does not follow the account; NULL: not yet
ALTER TABLE refunds ADD COLUMN told BIGINT;    -- the same of the refund
CREATE INDEX payments_to_tell ON payments (paid_at) WHERE told IS NULL AND paid_at IS NOT NULL;
CREATE INDEX refunds_to_tell ON refunds (created_at) WHERE told IS NULL;

CREATE TABLE tokens (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL,
    expires_at  BIGINT NOT NULL,
    lease_until BIGINT NOT NULL                -- until then one node is getting another
);
