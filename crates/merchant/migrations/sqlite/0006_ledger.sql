-- The ledger rebuilds orders: its entries are facts as JSON, and nobody changes one.
ALTER TABLE ledger ADD COLUMN seq INTEGER;      -- of the order once it had happened; NULL: a note of an older version, for people alone

-- How every order stands today, from which its ledger goes on.
INSERT INTO ledger (order_id, at, seq, kind, detail)
SELECT o.id, CAST(strftime('%s', 'now') AS INTEGER), o.seq, 'opened', json_object(
    'order', json(o.body),
    'reference', o.reference,
    'follow', o.follow,
    'payments', (SELECT json_group_array(json_object(
            'payment', json_object('id', id, 'method', method, 'surface', surface, 'status', status, 'payload', payload,
                'expires_at', expires_at),
            'money', json_object('amount', amount, 'currency', currency),
            'created_at', created_at, 'reference', reference, 'shown_at', shown_at, 'scanned_at', scanned_at, 'paid_at', paid_at,
            'transaction', transaction_id))
        FROM (SELECT * FROM payments WHERE order_id = o.id ORDER BY position)),
    'refunds', (SELECT json_group_array(json_object('id', id, 'payment', payment_id, 'amount', amount, 'reason', reason,
            'status', status, 'created_at', created_at))
        FROM (SELECT * FROM refunds WHERE order_id = o.id ORDER BY position)))
FROM orders o ORDER BY o.created_at, o.id;

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
