-- What an order of the shop's own asks before it can be paid: JSON as the shop wrote it down, and no answer.
ALTER TABLE orders ADD COLUMN asking TEXT;
