-- Who may open what of an order is nobody else's affair: digests of keys, made in browsers and for messages.
CREATE TABLE owner_keys (
    order_id    TEXT NOT NULL REFERENCES orders (id),
    digest      TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    PRIMARY KEY (order_id, digest)
);
