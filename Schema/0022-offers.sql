-- What the house offers and gives: packs for less, units for nothing, codes, friends who bring friends, and accounts that are only tried.

-- A pack for another price or with more on top, for who is in its segment when it starts.
CREATE TABLE offers (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  pack_id BIGINT NOT NULL REFERENCES packs (id),
  -- Null: the price of the pack.
  price_minor BIGINT CHECK (price_minor > 0),
  currency TEXT NOT NULL,
  -- On top of what the pack brings.
  bonus BIGINT NOT NULL CHECK (bonus >= 0),
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  -- When somebody ended it before its time.
  ended_at BIGINT,
  -- The segment; all of it holds together.
  bought TEXT NOT NULL CHECK (bought IN ('any', 'never', 'before', 'within')),
  bought_days BIGINT NOT NULL CHECK (bought_days > 0),
  balance TEXT NOT NULL CHECK (balance IN ('any', 'atMost', 'atLeast')),
  balance_units BIGINT NOT NULL CHECK (balance_units >= 0),
  -- A website where somebody asked.
  site_id BIGINT REFERENCES sites (id),
  -- Up to which account the recipients are written down, and when all of them were.
  gathered_to BIGINT NOT NULL,
  gathered_at BIGINT,
  created_at BIGINT NOT NULL,
  CHECK (price_minor IS NOT NULL OR bonus > 0),
  CHECK (starts_at < ends_at)
);

-- Written down once: a price does not vanish because the balance changed.
CREATE TABLE offer_recipients (
  offer_id BIGINT NOT NULL REFERENCES offers (id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  PRIMARY KEY (offer_id, account_id)
);
CREATE INDEX offers_of_account ON offer_recipients (account_id, offer_id);

ALTER TABLE purchases ADD COLUMN offer_id BIGINT REFERENCES offers (id);
-- What as many units would have cost more without the offer.
ALTER TABLE purchases ADD COLUMN saved_minor BIGINT;
CREATE INDEX purchases_of_offer ON purchases (offer_id, account_id) WHERE offer_id IS NOT NULL;

-- Units that the house gave, and why. The books have them under "gift.<id>".
CREATE TABLE gifts (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  occasion TEXT NOT NULL CHECK (occasion IN ('reason', 'code', 'bonus', 'friend', 'welcome')),
  -- An administrator's words; empty for every other occasion.
  reason TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('credits', 'coins')),
  units BIGINT NOT NULL CHECK (units > 0),
  worth_minor BIGINT NOT NULL CHECK (worth_minor >= 0),
  currency TEXT NOT NULL,
  -- The purchase that it came with.
  purchase_id BIGINT REFERENCES purchases (id),
  given_by BIGINT REFERENCES accounts (id),
  at BIGINT NOT NULL,
  -- Null: never.
  expires_at BIGINT
);
CREATE INDEX gifts_of_account ON gifts (account_id, id);
CREATE INDEX gifts_of_purchase ON gifts (purchase_id) WHERE purchase_id IS NOT NULL;

CREATE TABLE promotion_codes (
  id BIGINT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  -- Units at once, or on top of the next purchase.
  kind TEXT NOT NULL CHECK (kind IN ('units', 'bonus')),
  unit TEXT NOT NULL CHECK (unit IN ('credits', 'coins')),
  units BIGINT NOT NULL CHECK (units > 0),
  -- How long what it gives lasts; null: for ever.
  valid_days BIGINT CHECK (valid_days > 0),
  ends_at BIGINT NOT NULL,
  use_limit BIGINT NOT NULL CHECK (use_limit > 0),
  uses BIGINT NOT NULL CHECK (uses >= 0),
  created_at BIGINT NOT NULL
);

CREATE TABLE promotion_uses (
  code_id BIGINT NOT NULL REFERENCES promotion_codes (id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  used_at BIGINT NOT NULL,
  -- Null while the next purchase is awaited.
  gift_id BIGINT REFERENCES gifts (id),
  PRIMARY KEY (code_id, account_id)
);
CREATE INDEX promotion_uses_of_account ON promotion_uses (account_id, code_id);

-- With which somebody brings friends.
CREATE TABLE referral_codes (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  code TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

-- Who was brought by whom; the first purchase that they paid makes it count.
CREATE TABLE referrals (
  friend_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  referrer_id BIGINT NOT NULL REFERENCES accounts (id),
  came_at BIGINT NOT NULL,
  purchase_id BIGINT REFERENCES purchases (id),
  counted_at BIGINT,
  -- Null where the month was full, or the referrer had gone.
  referrer_gift BIGINT REFERENCES gifts (id),
  CHECK (friend_id <> referrer_id)
);
CREATE INDEX referrals_of_referrer ON referrals (referrer_id, counted_at);
CREATE INDEX referrals_of_purchase ON referrals (purchase_id) WHERE purchase_id IS NOT NULL;
CREATE INDEX referrals_counted ON referrals (counted_at) WHERE counted_at IS NOT NULL;

-- Accounts that somebody only tries the demo with; they go by themselves.
CREATE TABLE trials (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  ends_at BIGINT NOT NULL
);
