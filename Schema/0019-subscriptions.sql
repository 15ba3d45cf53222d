-- Subscriptions: packs that renew every month, and what a month without a limit includes.

-- Whoever buys it buys it again every month, until they end it.
ALTER TABLE packs ADD COLUMN renews BOOLEAN NOT NULL DEFAULT FALSE;
-- Not null: answers are included without a limit, and each counts for so much, which the expert and the platform share.
ALTER TABLE packs ADD COLUMN answer_minor BIGINT CHECK (answer_minor > 0);
-- How many questions may wait for their answers at once, where they are included.
ALTER TABLE packs ADD COLUMN at_once BIGINT CHECK (at_once > 0);

-- What was agreed when somebody subscribed: a copy of the pack and its price.
CREATE TABLE subscriptions (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  pack_id BIGINT NOT NULL REFERENCES packs (id),
  provider TEXT NOT NULL REFERENCES payment_providers (name),
  -- What is asked for with it: of a unit somebody has one.
  serves TEXT NOT NULL CHECK (serves IN ('credits', 'coins')),
  unit TEXT NOT NULL,
  units BIGINT NOT NULL CHECK (units > 0),
  bonus BIGINT NOT NULL CHECK (bonus >= 0),
  price_minor BIGINT NOT NULL CHECK (price_minor > 0),
  currency TEXT NOT NULL,
  valid_days BIGINT,
  answer_minor BIGINT,
  at_once BIGINT,
  -- False: its owner ended it, and it lasts until what was paid is over.
  renews BOOLEAN NOT NULL,
  -- Months are counted from here, so that none gets shorter for the one before.
  started_at BIGINT NOT NULL,
  months BIGINT NOT NULL CHECK (months >= 0),
  paid_until BIGINT NOT NULL,
  -- How often the coming month was tried to be paid.
  tries BIGINT NOT NULL,
  ended_at BIGINT,
  CHECK ((unit = 'months') = (answer_minor IS NOT NULL)),
  CHECK ((answer_minor IS NULL) = (at_once IS NULL))
);
CREATE UNIQUE INDEX subscription_running ON subscriptions (account_id, serves) WHERE ended_at IS NULL;
CREATE INDEX subscriptions_of_account ON subscriptions (account_id, id);

ALTER TABLE purchases ADD COLUMN subscription_id BIGINT REFERENCES subscriptions (id);
CREATE INDEX purchases_of_subscription ON purchases (subscription_id, id) WHERE subscription_id IS NOT NULL;

-- The subscription that included what was asked for.
ALTER TABLE holds ADD COLUMN subscription_id BIGINT REFERENCES subscriptions (id);
CREATE INDEX holds_of_subscription ON holds (subscription_id, id) WHERE subscription_id IS NOT NULL;

-- Wallets that count months, too. The list of units is the program's.
CREATE TABLE wallets_of_units (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  posted BIGINT NOT NULL CHECK (posted >= 0),
  held BIGINT NOT NULL CHECK (held >= 0),
  revision BIGINT NOT NULL,
  PRIMARY KEY (account_id, unit),
  CHECK (held <= posted)
);
INSERT INTO wallets_of_units (account_id, unit, posted, held, revision) SELECT account_id, unit, posted, held, revision FROM wallets;
DROP TABLE wallets;
ALTER TABLE wallets_of_units RENAME TO wallets;
