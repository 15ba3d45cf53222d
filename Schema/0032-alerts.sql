-- What administrators have to look at now, the backups that were reported, and indexes for the page of all money.

CREATE TABLE alerts (
  id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  -- "purchase.9", "payout.3", "provider.stripe".
  subject TEXT NOT NULL,
  -- A JSON object of identities and figures; never in anybody's words.
  detail TEXT NOT NULL,
  raised_at BIGINT NOT NULL,
  -- What happens again while it is open is counted.
  last_at BIGINT NOT NULL,
  count BIGINT NOT NULL CHECK (count > 0),
  acknowledged_at BIGINT,
  acknowledged_by BIGINT REFERENCES accounts (id),
  CHECK (last_at >= raised_at)
);
CREATE UNIQUE INDEX alerts_open ON alerts (kind, subject) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_of_kind ON alerts (kind, last_at);

-- Payouts that failed had a notice of their own until somebody looked at them.
INSERT INTO alerts (id, kind, subject, detail, raised_at, last_at, count)
SELECT id, 'payoutFailed', 'payout.' || id,
  '{"account":"' || account_id || '","currency":"' || currency || '","minor":"' || net_minor || '"}', settled_at, settled_at, 1
FROM payouts
WHERE state = 'failed' AND seen_at IS NULL;
DELETE FROM notices WHERE kind = 'payoutAlert';
DELETE FROM notice_wishes WHERE kind = 'payoutAlert';

-- What became of a backup, as `parley backup` reported it.
CREATE TABLE backups (
  id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  -- With which exit code its command ended; 0 is a good backup.
  code BIGINT NOT NULL
);

-- All transactions, newest first, of all kinds or of one.
CREATE INDEX transfers_newest ON transfers (at, entry_id) WHERE line = 0;
CREATE INDEX transfers_newest_of_kind ON transfers (kind, at, entry_id) WHERE line = 0;
-- What waits for an administrator.
CREATE INDEX purchases_with_attention ON purchases (id) WHERE attention IS NOT NULL;
CREATE INDEX purchase_refunds_asked ON purchase_refunds (asked_at) WHERE state = 'asked';
CREATE INDEX payouts_under_way ON payouts (id) WHERE state = 'underWay';
