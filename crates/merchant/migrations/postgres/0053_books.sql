-- What lists and figures ask for must not need all orders to be read. What an order is of, follows from its answer.
ALTER TABLE orders
    ADD COLUMN amount BIGINT GENERATED ALWAYS AS ((body::jsonb ->> 'amount')::bigint) STORED,
    ADD COLUMN currency TEXT GENERATED ALWAYS AS (body::jsonb ->> 'currency') STORED,
    -- Of the latest payment.
    ADD COLUMN method TEXT GENERATED ALWAYS AS (body::jsonb -> 'payment' ->> 'method') STORED;
CREATE INDEX orders_by_status ON orders (status, created_at, id);
CREATE INDEX orders_by_amount ON orders (amount, currency, created_at, id);
CREATE INDEX orders_by_currency ON orders (currency, created_at, id);
CREATE INDEX orders_by_method ON orders (method, created_at, id);
DROP INDEX orders_by_reference;
CREATE INDEX orders_by_reference ON orders (reference, created_at, id) WHERE reference IS NOT NULL;
-- By how an id begins, whatever the order of letters in this database.
CREATE INDEX orders_by_beginning ON orders (id text_pattern_ops);
CREATE INDEX payments_shown ON payments (shown_at) WHERE shown_at IS NOT NULL;
