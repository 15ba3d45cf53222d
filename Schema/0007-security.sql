-- The second step at sign-in, and the browsers an account is known to use.

-- What an account shares with an authenticator app (RFC 6238).
CREATE TABLE second_factors (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  -- Sealed with a key that does not lie in the database.
  sealed_secret BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  -- Null until a first code showed that the app has the secret: before, sign-in does not ask for it.
  confirmed_at BIGINT,
  -- The half minute whose code was used last: neither it nor an earlier one opens anything again.
  last_step BIGINT NOT NULL
);

-- For who has lost the app: each opens once, and is deleted then.
CREATE TABLE recovery_codes (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  code_digest BYTEA NOT NULL,
  PRIMARY KEY (account_id, code_digest)
);

-- Somebody has proved the first step and owes the second one.
CREATE TABLE sign_in_challenges (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_challenges_of_account ON sign_in_challenges (account_id);

-- Browsers from which somebody signed in before: a sign-in from another one is told by a letter.
CREATE TABLE known_browsers (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  browser_digest BYTEA NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, browser_digest)
);
