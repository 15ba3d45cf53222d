-- What people are told of, by which ways, and when not.

CREATE TABLE notices (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  -- What it is about, e.g. 'chat.5': of an account, kind and subject one notice is unread, and moves.
  subject TEXT NOT NULL,
  -- {"conversation": "5"}: rows by their identity, never what is in them.
  data JSON NOT NULL,
  -- How many things it stands for.
  count BIGINT NOT NULL CHECK (count > 0),
  revision BIGINT NOT NULL,
  -- When the latest of them happened.
  at BIGINT NOT NULL,
  read_at BIGINT,
  archived_at BIGINT,
  -- Whether the account wants this kind in the page; a notice that is not shown may still be pushed or mailed.
  shown BOOLEAN NOT NULL,
  mailed_at BIGINT
);
CREATE UNIQUE INDEX unread_notices ON notices (account_id, kind, subject) WHERE read_at IS NULL;
CREATE INDEX notices_of_account ON notices (account_id, at);
CREATE INDEX notices_by_subject ON notices (account_id, subject, kind, at);
CREATE INDEX unread_by_subject ON notices (subject, kind) WHERE read_at IS NULL;
CREATE INDEX notices_by_time ON notices (at);

-- What an account wants otherwise than the kinds have it by themselves.
CREATE TABLE notice_wishes (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('page', 'push', 'mail')),
  wanted BOOLEAN NOT NULL,
  PRIMARY KEY (account_id, kind, channel)
);

-- When nothing may ring or be mailed, in minutes of the day where the account is. Whoever has no row has the hours of the night.
CREATE TABLE notice_hours (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  quiet BOOLEAN NOT NULL,
  starts_minute BIGINT NOT NULL CHECK (starts_minute BETWEEN 0 AND 1439),
  ends_minute BIGINT NOT NULL CHECK (ends_minute BETWEEN 0 AND 1439)
);
