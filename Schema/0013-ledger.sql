-- The books: what customers bought, what is set aside for whom, and where every cent went. Amounts are whole numbers of the smallest unit.

-- Append-only. A row moves `amount` from the account `debit` to the account `credit`; both count in `unit`. Rows of one entry are written in one
-- transaction, whole or not at all.
CREATE TABLE transfers (
  entry_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  -- What makes the entry happen once, on its first line: "purchase.123", "hold.chat.45.6".
  key TEXT UNIQUE,
  kind TEXT NOT NULL,
  -- A held amount is set aside; a later line with the same hold posts or voids it.
  phase TEXT NOT NULL CHECK (phase IN ('posted', 'held', 'captured', 'voided')),
  unit TEXT NOT NULL,
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  hold_id BIGINT,
  lot_id BIGINT,
  -- What it is about: "purchase.123", "chat.45.6".
  about TEXT NOT NULL,
  at BIGINT NOT NULL,
  -- The seal of the chain that covers it; null until the job came by.
  seal BIGINT,
  PRIMARY KEY (entry_id, line),
  CHECK (debit <> credit),
  CHECK (line > 0 OR key IS NOT NULL)
);
CREATE INDEX transfers_of_debit ON transfers (debit, entry_id);
CREATE INDEX transfers_of_credit ON transfers (credit, entry_id);
CREATE INDEX transfers_about ON transfers (about, entry_id);
CREATE INDEX transfers_unsealed ON transfers (entry_id, line) WHERE seal IS NULL;

-- What a customer has: the sum of the transfers, kept because every message asks for it.
CREATE TABLE wallets (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL CHECK (unit IN ('credits', 'coins')),
  posted BIGINT NOT NULL CHECK (posted >= 0),
  held BIGINT NOT NULL CHECK (held >= 0),
  revision BIGINT NOT NULL,
  PRIMARY KEY (account_id, unit),
  CHECK (held <= posted)
);

-- Units that came together and are worth what was paid for them. Those that end first are used first.
CREATE TABLE lots (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('purchase', 'gift', 'refund')),
  -- The purchase, gift or refund.
  about TEXT NOT NULL,
  units BIGINT NOT NULL CHECK (units > 0),
  worth_minor BIGINT NOT NULL CHECK (worth_minor >= 0),
  currency TEXT NOT NULL,
  -- Neither used, nor set aside, nor given back.
  free_units BIGINT NOT NULL CHECK (free_units >= 0),
  free_worth_minor BIGINT NOT NULL CHECK (free_worth_minor >= 0),
  acquired_at BIGINT NOT NULL,
  -- Null: never.
  expires_at BIGINT,
  extended_at BIGINT,
  CHECK (free_units <= units AND free_worth_minor <= worth_minor)
);
CREATE INDEX lots_to_use ON lots (account_id, unit, expires_at) WHERE free_units > 0;
CREATE INDEX lots_to_expire ON lots (expires_at) WHERE free_units > 0 AND expires_at IS NOT NULL;
CREATE INDEX lots_of_account ON lots (account_id, unit, acquired_at);

-- An amount set aside for somebody until a deadline: units = captured + released + what is still open.
CREATE TABLE holds (
  id BIGINT NOT NULL PRIMARY KEY,
  payer_id BIGINT NOT NULL REFERENCES accounts (id),
  -- Who earns it.
  payee_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  units BIGINT NOT NULL CHECK (units > 0),
  captured BIGINT NOT NULL CHECK (captured >= 0),
  released BIGINT NOT NULL CHECK (released >= 0),
  -- What the payee does not get, in parts of 10,000: copied from the terms it was agreed under.
  commission BIGINT NOT NULL CHECK (commission BETWEEN 0 AND 10000),
  terms_id BIGINT,
  -- The conversation and the number of the message that it pays for.
  conversation_id BIGINT,
  n BIGINT,
  held_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  settled_at BIGINT,
  CHECK (captured + released <= units),
  CHECK ((settled_at IS NULL) = (captured + released < units))
);
CREATE INDEX holds_open ON holds (conversation_id, n) WHERE settled_at IS NULL;
CREATE INDEX holds_due ON holds (deadline_at) WHERE settled_at IS NULL;
CREATE INDEX holds_of_conversation ON holds (conversation_id, n);
CREATE INDEX holds_of_payer ON holds (payer_id, id);
CREATE INDEX holds_of_payee ON holds (payee_id, id);

-- Out of which lots a hold was taken, and what is still set aside of each.
CREATE TABLE hold_lots (
  hold_id BIGINT NOT NULL REFERENCES holds (id),
  lot_id BIGINT NOT NULL REFERENCES lots (id),
  units BIGINT NOT NULL CHECK (units > 0),
  worth_minor BIGINT NOT NULL CHECK (worth_minor >= 0),
  open_units BIGINT NOT NULL CHECK (open_units >= 0),
  open_worth_minor BIGINT NOT NULL CHECK (open_worth_minor >= 0),
  PRIMARY KEY (hold_id, lot_id)
);
CREATE INDEX hold_lots_of_lot ON hold_lots (lot_id);

-- Each seal covers transfers with the one before it: who changes an old line breaks every seal after it.
CREATE TABLE seals (
  number BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  digest BYTEA NOT NULL
);
