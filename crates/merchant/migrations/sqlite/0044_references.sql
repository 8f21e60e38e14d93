-- What the page says that an order is about, unproven; and the shop's own words about it, a JSON object of texts.
ALTER TABLE orders ADD COLUMN client_reference TEXT;
ALTER TABLE orders ADD COLUMN metadata TEXT;
