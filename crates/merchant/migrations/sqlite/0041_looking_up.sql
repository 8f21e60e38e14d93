-- People look orders up by what statements, bills and alarms say, in whichever letters.
CREATE INDEX payments_by_transaction ON payments (lower(transaction_id));
CREATE INDEX payments_by_any_reference ON payments (lower(reference));
CREATE INDEX orders_by_reference ON orders (reference) WHERE reference IS NOT NULL;
-- Everything that a person has to look at, in one index.
DROP INDEX ledger_alarms;
DROP INDEX ledger_attention;
CREATE INDEX ledger_odd ON ledger (kind, order_id) WHERE kind IN ('wrong-amount', 'paid-twice', 'second-payment', 'oversold',
    'payment-unclear', 'refund-refused', 'refund-amount', 'transaction-used', 'bill-difference');
