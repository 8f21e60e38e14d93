-- Who collects a payment, and by which id of its own: a method may have another provider tomorrow.
ALTER TABLE payments ADD COLUMN provider TEXT;      -- NULL: made before this was kept, collected by whoever has its method
ALTER TABLE payments ADD COLUMN provider_ref TEXT;  -- NULL: the provider goes by our id
CREATE INDEX payments_by_provider_ref ON payments (provider, provider_ref) WHERE provider_ref IS NOT NULL;
