-- By what the buyer of an order opens what is for him alone: the SHA-256 of keys, base64, and no key.
CREATE TABLE owner_keys (
    order_id TEXT NOT NULL REFERENCES orders (id),
    digest TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, digest)
);
