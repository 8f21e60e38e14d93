-- Whichever index a list is read by, what else it asks for is judged there: each holds all that orders are filtered by, so that none is read to be left out.
DROP INDEX orders_by_creation;
DROP INDEX orders_by_status;
DROP INDEX orders_by_amount;
DROP INDEX orders_by_currency;
DROP INDEX orders_by_method;
DROP INDEX orders_by_reference;
CREATE INDEX orders_by_creation ON orders (created_at, id, status, currency, method, amount, reference);
CREATE INDEX orders_by_status ON orders (status, created_at, id, currency, method, amount, reference);
CREATE INDEX orders_by_amount ON orders (amount, currency, created_at, id, status, method, reference);
CREATE INDEX orders_by_currency ON orders (currency, created_at, id, status, method, amount, reference);
CREATE INDEX orders_by_method ON orders (method, created_at, id, status, currency, amount, reference);
CREATE INDEX orders_by_reference ON orders (reference, created_at, id, status, currency, method, amount) WHERE reference IS NOT NULL;
-- Few shoppers follow the account, and those who do are not looked for among all others.
CREATE INDEX sealed_terms_of_followers ON sealed_terms (order_id, term_hash) WHERE kind = 'follower';
