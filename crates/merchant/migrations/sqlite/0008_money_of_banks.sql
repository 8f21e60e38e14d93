-- A bank's money pays once: of payments that a bank feed confirms, which alone have a reference, no two have the same.
CREATE UNIQUE INDEX payments_bank_transaction ON payments (method, transaction_id)
    WHERE reference IS NOT NULL AND transaction_id IS NOT NULL;
-- The shopper's address as the provider was told it: a repeated call has to say the same. Personal data, in this row alone.
ALTER TABLE payments ADD COLUMN client_ip TEXT;
