-- An order holds its things as long as one of its payments can bring money. Those that hold on without are let go.
UPDATE stock SET taken = taken - (
    SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM holds
    WHERE holds.kind = stock.kind AND holds.name = stock.name AND state = 'open' AND NOT EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = holds.order_id AND transaction_id IS NULL
            AND (status IN ('waiting', 'scanned') OR next_check_at IS NOT NULL)
    )
);
UPDATE holds SET state = 'returned' WHERE state = 'open' AND NOT EXISTS (
    SELECT 1 FROM payments WHERE payments.order_id = holds.order_id AND transaction_id IS NULL
        AND (status IN ('waiting', 'scanned') OR next_check_at IS NOT NULL)
);
