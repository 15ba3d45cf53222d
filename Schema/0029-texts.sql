-- Text messages: to whom, over which of our numbers, and what became of them.

-- One number belongs to one account: whoever proved it last. It lies sealed with a key that is not in the database, and is found by its digest.
CREATE TABLE phones (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  number_digest BYTEA NOT NULL UNIQUE,
  sealed BYTEA NOT NULL,
  -- What of it is shown, to its owner alone: its last two digits.
  hint TEXT NOT NULL,
  proved_at BIGINT NOT NULL,
  -- When its owner answered STOP; nothing is sent there until START.
  stopped_at BIGINT,
  -- Updated whenever one of our numbers is chosen for it, which makes the others wait.
  used_at BIGINT NOT NULL
);

-- A number that somebody says is theirs, until they type the code that was sent there.
CREATE TABLE phone_proofs (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  number_digest BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  hint TEXT NOT NULL,
  code_digest BYTEA NOT NULL,
  text_id BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE texts (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL CHECK (kind IN ('code', 'notice', 'message')),
  -- Of a kind and key there is one.
  text_key TEXT NOT NULL,
  conversation_id BIGINT REFERENCES conversations (id),
  number_digest BYTEA NOT NULL,
  -- The number of the house that it leaves from.
  ours TEXT NOT NULL,
  -- Gone once it has left.
  content TEXT,
  fate TEXT NOT NULL CHECK (fate IN ('posted', 'sent', 'delivered', 'failed', 'dropped')),
  -- By which the gateway knows it.
  sid TEXT,
  -- Why the gateway refused it, in its own numbers.
  code BIGINT,
  posted_at BIGINT NOT NULL,
  settled_at BIGINT,
  UNIQUE (kind, text_key)
);
CREATE INDEX texts_of_account ON texts (account_id, kind, posted_at);
CREATE INDEX texts_by_time ON texts (posted_at);

-- Which conversation a telephone and one of our numbers carried last: an answer belongs to it.
CREATE TABLE text_pairs (
  number_digest BYTEA NOT NULL,
  ours TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  used_at BIGINT NOT NULL,
  PRIMARY KEY (number_digest, ours),
  UNIQUE (number_digest, conversation_id)
);

-- What came in, each once, and what was made of it; what it said is not kept here.
CREATE TABLE text_answers (
  sid TEXT NOT NULL PRIMARY KEY,
  -- Null when the telephone is nobody's.
  account_id BIGINT REFERENCES accounts (id),
  outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'refused', 'stopped', 'started', 'dropped')),
  at BIGINT NOT NULL
);
CREATE INDEX text_answers_by_time ON text_answers (at);

-- Notices by SMS are a fourth way.
CREATE TABLE notice_wishes_by_way (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('page', 'push', 'mail', 'sms')),
  wanted BOOLEAN NOT NULL,
  PRIMARY KEY (account_id, kind, channel)
);
INSERT INTO notice_wishes_by_way (account_id, kind, channel, wanted) SELECT account_id, kind, channel, wanted FROM notice_wishes;
DROP TABLE notice_wishes;
ALTER TABLE notice_wishes_by_way RENAME TO notice_wishes;
