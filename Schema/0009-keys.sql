-- Passkeys, what keeps a challenge from being answered twice, and tokens for programs.

CREATE TABLE passkeys (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- By which the authenticator knows it; of one account only.
  credential_id BYTEA NOT NULL,
  -- As the authenticator wrote it: a COSE_Key (RFC 9052, section 7).
  public_key BYTEA NOT NULL,
  -- How often the authenticator says that it has signed; 0 for one that does not count.
  sign_count BIGINT NOT NULL CHECK (sign_count >= 0),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX passkeys_of_credential ON passkeys (credential_id);
CREATE INDEX passkeys_of_account ON passkeys (account_id);

-- Challenges lie sealed in the page that they were made for. Only those that were answered are written down, until they are too old anyway.
CREATE TABLE used_challenges (
  challenge_digest BYTEA NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

-- What programs show in the name of an account.
CREATE TABLE personal_tokens (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  token_digest BYTEA NOT NULL,
  name TEXT NOT NULL,
  -- With blanks between them: chats.read, chats.write, notices.read.
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX personal_tokens_of_digest ON personal_tokens (token_digest);
CREATE INDEX personal_tokens_of_account ON personal_tokens (account_id);
CREATE INDEX personal_tokens_ending ON personal_tokens (expires_at);
