-- What experts earned goes to their bank accounts; and what customers say was not worth its price.

-- For how long after an answer its customer may dispute it; until then nobody is paid out for it. The newest of a website counts for what is
-- agreed from then on.
CREATE TABLE dispute_windows (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  hours BIGINT NOT NULL CHECK (hours BETWEEN 0 AND 8760),
  created_at BIGINT NOT NULL,
  created_by BIGINT REFERENCES accounts (id)
);
CREATE INDEX dispute_windows_of_site ON dispute_windows (site_id, id);

-- One for each thing that was charged.
CREATE TABLE disputes (
  id BIGINT NOT NULL PRIMARY KEY,
  hold_id BIGINT NOT NULL UNIQUE REFERENCES holds (id),
  opened_by BIGINT NOT NULL REFERENCES accounts (id),
  -- In the words of the customer.
  reason TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by BIGINT REFERENCES accounts (id),
  outcome TEXT CHECK (outcome IN ('whole', 'part', 'nothing')),
  -- How many came back.
  units BIGINT,
  -- In the words of who decided.
  answer TEXT NOT NULL DEFAULT '',
  CHECK ((decided_at IS NULL) = (outcome IS NULL) AND (decided_at IS NULL) = (units IS NULL))
);
CREATE INDEX disputes_open ON disputes (opened_at, id) WHERE decided_at IS NULL;
CREATE INDEX disputes_by_time ON disputes (opened_at, id);

-- How a payout is reckoned, and from which account the house pays. A row is never changed: each payout copied what it came to.
CREATE TABLE payout_terms (
  id BIGINT NOT NULL PRIMARY KEY,
  -- In order, with a blank between.
  steps TEXT NOT NULL,
  -- Rates are in 1/10,000.
  vat BIGINT NOT NULL CHECK (vat BETWEEN 0 AND 10000),
  vat_on_top BOOLEAN NOT NULL,
  withholding BIGINT NOT NULL CHECK (withholding BETWEEN 0 AND 9999),
  -- The house's own account; empty until somebody typed it in.
  holder TEXT NOT NULL,
  iban TEXT NOT NULL,
  bic TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT REFERENCES accounts (id)
);

-- Where an expert is paid, and what the tax office asks. The words themselves are sealed with a key that is not in the database.
CREATE TABLE payout_data (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  method TEXT NOT NULL CHECK (method IN ('whole', 'withheld')),
  charges_vat BOOLEAN NOT NULL,
  -- What of the account is shown: "TN •••• 1234".
  hint TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  changed_at BIGINT NOT NULL
);

-- What an administrator approved at once, in one currency.
CREATE TABLE payout_batches (
  id BIGINT NOT NULL PRIMARY KEY,
  currency TEXT NOT NULL,
  -- Of the page that was sent: a second press finds the batch of the first.
  form_key TEXT NOT NULL UNIQUE,
  -- What was due then.
  until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES accounts (id)
);

CREATE TABLE payouts (
  id BIGINT NOT NULL PRIMARY KEY,
  batch_id BIGINT NOT NULL REFERENCES payout_batches (id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL,
  gross_minor BIGINT NOT NULL,
  commission_minor BIGINT NOT NULL,
  -- What was agreed on then.
  method TEXT NOT NULL CHECK (method IN ('whole', 'withheld')),
  charges_vat BOOLEAN NOT NULL,
  terms_id BIGINT REFERENCES payout_terms (id),
  net_minor BIGINT NOT NULL CHECK (net_minor > 0),
  -- Where it went, sealed as in payout_data; null once its owner is erased.
  hint TEXT NOT NULL,
  sealed BYTEA,
  state TEXT NOT NULL CHECK (state IN ('underWay', 'paid', 'failed')),
  -- Why it failed.
  reason TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  settled_at BIGINT,
  settled_by BIGINT REFERENCES accounts (id),
  -- When somebody has looked at why it failed.
  seen_at BIGINT,
  seen_by BIGINT REFERENCES accounts (id),
  CHECK ((state = 'underWay') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX payouts_of_batch ON payouts (batch_id, account_id);
CREATE INDEX payouts_of_account ON payouts (account_id, id);
CREATE INDEX payouts_unseen ON payouts (id) WHERE state = 'failed' AND seen_at IS NULL;

-- Which lines of earnings a payout is made of: one payout at most. They come free again when it fails.
CREATE TABLE payout_lines (
  entry_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  payout_id BIGINT NOT NULL REFERENCES payouts (id),
  PRIMARY KEY (entry_id, line)
);
CREATE INDEX payout_lines_of_payout ON payout_lines (payout_id);

-- Reports ask for a time.
CREATE INDEX transfers_by_time ON transfers (at);
-- Whether what something was paid with is taken back by a bank.
CREATE INDEX purchases_of_lot ON purchases (lot_id) WHERE lot_id IS NOT NULL;
