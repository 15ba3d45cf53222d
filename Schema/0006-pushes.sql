-- Browsers that take pushes, each bound to the session in which it asked for them: with the session they go.
CREATE TABLE push_subscriptions (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  session_digest BYTEA NOT NULL REFERENCES sessions (token_digest) ON DELETE CASCADE ON UPDATE CASCADE,
  endpoint TEXT NOT NULL UNIQUE,
  -- The browser's point of P-256 and its secret (RFC 8291).
  public_key BYTEA NOT NULL,
  secret BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_of_account ON push_subscriptions (account_id, created_at);
CREATE INDEX push_subscriptions_of_session ON push_subscriptions (session_digest);

-- When an account was last sent its digest.
CREATE TABLE notice_digests (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  sent_at BIGINT NOT NULL
);
