-- What people call an order; it follows from the id. Filled in by the program where an older one made the order.
ALTER TABLE orders ADD COLUMN number TEXT;
CREATE UNIQUE INDEX orders_by_number ON orders (number) WHERE number IS NOT NULL;
CREATE INDEX orders_without_number ON orders (id) WHERE number IS NULL;
-- To list what a person has to look at, not all orders must be read.
CREATE INDEX ledger_attention ON ledger (kind, order_id)
    WHERE kind IN ('wrong-amount', 'paid-twice', 'oversold', 'refund-refused', 'refund-amount');
CREATE INDEX refunds_attention ON refunds (status, order_id) WHERE status IN ('stuck', 'failed');
