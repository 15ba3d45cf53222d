-- What is for sale, who bought what, and what those who take the money said about it.

-- An administrator switches between lists; of a unit one is on sale.
CREATE TABLE price_lists (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('credits', 'coins')),
  -- How long what is bought lasts; null: for ever.
  valid_days BIGINT CHECK (valid_days > 0),
  on_sale BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX price_lists_on_sale ON price_lists (unit) WHERE on_sale;

CREATE TABLE packs (
  id BIGINT NOT NULL PRIMARY KEY,
  list_id BIGINT NOT NULL REFERENCES price_lists (id),
  position BIGINT NOT NULL,
  units BIGINT NOT NULL CHECK (units > 0),
  -- On top, for nothing.
  bonus BIGINT NOT NULL CHECK (bonus >= 0),
  price_minor BIGINT NOT NULL CHECK (price_minor > 0),
  currency TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX packs_of_list ON packs (list_id, position, id);

-- One row for each that takes money: what they tell is written down one after the other, so that a dispute cannot overtake its payment.
CREATE TABLE payment_providers (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
INSERT INTO payment_providers (id, name) VALUES (1, 'stripe');
INSERT INTO payment_providers (id, name) VALUES (2, 'test');
INSERT INTO payment_providers (id, name) VALUES (3, 'bank');

-- A pack and its price as they were when somebody pressed the button.
CREATE TABLE purchases (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- Of the page that was sent: a second press finds the purchase of the first.
  form_key TEXT NOT NULL,
  -- What people read and write on a transfer.
  reference TEXT NOT NULL UNIQUE,
  pack_id BIGINT NOT NULL REFERENCES packs (id),
  unit TEXT NOT NULL,
  units BIGINT NOT NULL CHECK (units > 0),
  bonus BIGINT NOT NULL CHECK (bonus >= 0),
  price_minor BIGINT NOT NULL CHECK (price_minor > 0),
  currency TEXT NOT NULL,
  valid_days BIGINT,
  provider TEXT NOT NULL REFERENCES payment_providers (name),
  -- Whether the card is to be kept for the next time, and whether a kept one pays.
  keeps_card BOOLEAN NOT NULL,
  by_card BOOLEAN NOT NULL,
  -- How far it got before it was paid; the state is what follows from it and from all that came later.
  stage TEXT NOT NULL CHECK (stage IN ('created', 'pending', 'declined', 'cancelled', 'expired')),
  state TEXT NOT NULL,
  -- A part of the key under which the provider is asked; a new one after an answer that stays as it is.
  attempt BIGINT NOT NULL,
  -- How the provider knows it: the page on which it is paid, and the payment.
  session_id TEXT,
  session_address TEXT,
  payment_id TEXT,
  -- What really came, where somebody wrote it down by hand.
  received_minor BIGINT CHECK (received_minor > 0),
  credited_units BIGINT CHECK (credited_units > 0),
  lot_id BIGINT,
  -- Why somebody has to look at it.
  attention TEXT CHECK (attention IN ('amountDiffers', 'paidTwice', 'refundFailed')),
  language TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  paid_at BIGINT,
  CHECK ((paid_at IS NULL) = (state IN ('created', 'pending', 'declined', 'cancelled', 'expired')))
);
CREATE UNIQUE INDEX purchases_of_form ON purchases (account_id, form_key);
CREATE INDEX purchases_of_account ON purchases (account_id, id);
CREATE INDEX purchases_by_state ON purchases (state, id);
CREATE INDEX purchases_of_session ON purchases (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX purchases_of_payment ON purchases (payment_id) WHERE payment_id IS NOT NULL;

-- Everything that a provider said and that was proved to be theirs, once each.
CREATE TABLE payment_events (
  provider TEXT NOT NULL REFERENCES payment_providers (name),
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- Null while nobody knows whose payment it is about.
  purchase_id BIGINT REFERENCES purchases (id),
  payment_id TEXT,
  -- What it says, in our words.
  fact JSON NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (provider, event_id)
);
CREATE INDEX payment_events_of_purchase ON payment_events (purchase_id, received_at);
CREATE INDEX payment_events_waiting ON payment_events (payment_id) WHERE purchase_id IS NULL;

CREATE TABLE purchase_refunds (
  purchase_id BIGINT NOT NULL REFERENCES purchases (id),
  -- The identity that we gave it, or for one that was made at the provider theirs.
  refund_id TEXT NOT NULL,
  is_ours BOOLEAN NOT NULL,
  units BIGINT NOT NULL CHECK (units >= 0),
  amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
  state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'failed')),
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (purchase_id, refund_id)
);

CREATE TABLE purchase_disputes (
  purchase_id BIGINT NOT NULL REFERENCES purchases (id),
  dispute_id TEXT NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
  state TEXT NOT NULL CHECK (state IN ('open', 'won', 'lost')),
  opened_at BIGINT NOT NULL,
  PRIMARY KEY (purchase_id, dispute_id)
);

-- What a provider calls a card that somebody left there. Its number is never here.
CREATE TABLE saved_cards (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  provider TEXT NOT NULL REFERENCES payment_providers (name),
  customer_id TEXT NOT NULL,
  method_id TEXT NOT NULL,
  brand TEXT NOT NULL,
  last_digits TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, provider)
);
