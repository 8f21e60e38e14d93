-- What figures ask for must not need all orders to be read.
CREATE INDEX ledger_alarms ON ledger (kind) WHERE kind IN ('wrong-amount', 'paid-twice', 'second-payment', 'oversold');
CREATE INDEX refunds_stuck ON refunds (status) WHERE status = 'stuck';
CREATE INDEX outbox_given_up ON outbox (entry) WHERE next_at IS NULL AND delivered_at IS NULL;
