-- What payers hold themselves to: caps on what they spend, times in which they spend nothing, and the currency in which they read prices.

-- A row is never changed: the newest of its place counts. A looser figure waits in the row until its moment.
CREATE TABLE spending_caps (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  -- session, day, month or thread.
  span TEXT NOT NULL,
  -- Where somebody wants to stop after so many more; null for what counts everywhere.
  conversation_id BIGINT REFERENCES conversations (id),
  -- Null: no cap.
  units BIGINT CHECK (units >= 0),
  -- What counts from `then_from` on; null there: no cap any more.
  then_units BIGINT CHECK (then_units >= 0),
  then_from BIGINT,
  set_at BIGINT NOT NULL,
  CHECK ((span = 'thread') = (conversation_id IS NOT NULL)),
  CHECK (then_units IS NULL OR then_from IS NOT NULL)
);
CREATE INDEX spending_caps_of_account ON spending_caps (account_id, unit, id);

-- What an account spends in a day is asked with every question.
CREATE INDEX holds_of_payer_by_time ON holds (payer_id, unit, held_at);

-- Nobody ends one before its time; a longer one may follow.
CREATE TABLE self_exclusions (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- day, week, month or halfYear.
  span TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  CHECK (ends_at > starts_at)
);
CREATE INDEX self_exclusions_of_account ON self_exclusions (account_id, ends_at);
CREATE INDEX self_exclusions_by_end ON self_exclusions (ends_at);

-- How many of a currency one euro is, in millionths. For reading alone: nothing is ever booked by it.
CREATE TABLE exchange_rates (
  currency TEXT NOT NULL PRIMARY KEY,
  millionths BIGINT NOT NULL CHECK (millionths > 0),
  set_at BIGINT NOT NULL
);

CREATE TABLE display_currencies (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  currency TEXT NOT NULL
);

-- Which events call somebody who has a conversation open but looks elsewhere, and how.
CREATE TABLE alert_wishes (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- message, late or creditLow.
  event TEXT NOT NULL,
  sound BOOLEAN NOT NULL,
  light BOOLEAN NOT NULL,
  PRIMARY KEY (account_id, event)
);
