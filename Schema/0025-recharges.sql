-- PayPal, payments that a provider looks at before the money is there, and wallets that are filled by themselves.

INSERT INTO payment_providers (id, name) VALUES (4, 'paypal');

-- The money is under way.
ALTER TABLE purchases ADD COLUMN validating BOOLEAN NOT NULL DEFAULT FALSE;

-- When less than so much is free in a wallet, a pack is bought with the card that is kept there: what its owner agreed to. Of a wallet one is
-- under way at a time.
CREATE TABLE recharges (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  -- A copy of the pack and its price: another price is asked about first.
  pack_id BIGINT NOT NULL REFERENCES packs (id),
  units BIGINT NOT NULL CHECK (units > 0),
  bonus BIGINT NOT NULL CHECK (bonus >= 0),
  price_minor BIGINT NOT NULL CHECK (price_minor > 0),
  currency TEXT NOT NULL,
  -- Where the card is kept.
  provider TEXT NOT NULL,
  below BIGINT NOT NULL CHECK (below > 0),
  -- In 24 hours.
  most BIGINT NOT NULL CHECK (most > 0),
  -- Why it waits for its owner: declined, cardGone or packChanged.
  stop TEXT,
  under_way BOOLEAN NOT NULL,
  -- The purchase that is under way, or the one that it stopped with.
  purchase_id BIGINT REFERENCES purchases (id),
  set_at BIGINT NOT NULL,
  CHECK (stop IS NULL OR NOT under_way)
);
CREATE UNIQUE INDEX recharge_of_wallet ON recharges (account_id, unit);

-- Made by a wallet for itself.
ALTER TABLE purchases ADD COLUMN by_recharge BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX purchases_by_recharge ON purchases (account_id, unit, created_at) WHERE by_recharge;
