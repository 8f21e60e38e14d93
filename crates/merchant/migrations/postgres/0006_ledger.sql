-- The ledger rebuilds orders: its entries are facts as JSON, and nobody changes one.
ALTER TABLE ledger ADD COLUMN seq BIGINT;       -- of the order once it had happened; NULL: a note of an older version, for people alone

-- How every order stands today, from which its ledger goes on.
INSERT INTO ledger (order_id, at, seq, kind, detail)
SELECT o.id, CAST(EXTRACT(EPOCH FROM now()) AS BIGINT), o.seq, 'opened', CAST(json_build_object(
    'order', CAST(o.body AS JSON),
    'reference', o.reference,
    'follow', o.follow,
    'payments', (SELECT COALESCE(json_agg(json_build_object(
            'payment', json_build_object('id', id, 'method', method, 'surface', surface, 'status', status, 'payload', payload,
                'expires_at', expires_at),
            'money', json_build_object('amount', amount, 'currency', currency),
            'created_at', created_at, 'reference', reference, 'shown_at', shown_at, 'scanned_at', scanned_at, 'paid_at', paid_at,
            'transaction', transaction_id) ORDER BY position), '[]')
        FROM payments WHERE order_id = o.id),
    'refunds', (SELECT COALESCE(json_agg(json_build_object('id', id, 'payment', payment_id, 'amount', amount, 'reason', reason,
            'status', status, 'created_at', created_at) ORDER BY position), '[]')
        FROM refunds WHERE order_id = o.id)) AS TEXT)
FROM orders o ORDER BY o.created_at, o.id;

CREATE FUNCTION ledger_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to';
END
$$;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_is_only_added_to();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_only_added_to();
