-- Shoppers are told by whoever takes the message first, and of refunds when they are done, however long that took.
ALTER TABLE payments ADD COLUMN tell_at INTEGER NOT NULL DEFAULT 0;  -- not to be told of before; moved by the node that tells
ALTER TABLE refunds ADD COLUMN tell_at INTEGER NOT NULL DEFAULT 0;   -- the same of the refund
ALTER TABLE refunds ADD COLUMN done_at INTEGER;                      -- when it became done; NULL until then
UPDATE refunds SET done_at = created_at WHERE status = 'done';
DROP INDEX refunds_to_tell;
CREATE INDEX refunds_to_tell ON refunds (done_at) WHERE told IS NULL AND done_at IS NOT NULL;
CREATE INDEX payments_paid ON payments (paid_at) WHERE paid_at IS NOT NULL;
