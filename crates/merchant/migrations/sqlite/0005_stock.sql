-- Things of which there are only so many: pieces of a product, uses of a discount code.
CREATE TABLE stock (
    kind     TEXT NOT NULL,                     -- 'product' or 'code'
    name     TEXT NOT NULL,                     -- the sku, or the code in capitals
    baseline INTEGER NOT NULL,                  -- the number that the catalog names
    stocked  TEXT NOT NULL,                     -- the catalog's word for this count; another word begins it anew
    taken    INTEGER NOT NULL CHECK (taken >= 0), -- of the baseline, by open orders and by sold ones
    PRIMARY KEY (kind, name)
) STRICT;

-- What an order took of it.
CREATE TABLE holds (
    order_id TEXT NOT NULL REFERENCES orders (id),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    state    TEXT NOT NULL,                     -- 'open', then 'sold' or 'returned'; late money sells what was returned
    PRIMARY KEY (order_id, kind, name)
) STRICT;
CREATE INDEX holds_open ON holds (kind, name) WHERE state = 'open';
