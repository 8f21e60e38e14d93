-- Tests, by which no money moves: what moved is in no takings and no closed month, and a ticket admits nobody. The order itself says so in its body.
ALTER TABLE movements ADD COLUMN test BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN test BIGINT NOT NULL DEFAULT 0;
