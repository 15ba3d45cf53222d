-- Passkeys, and what keeps a challenge from being answered twice.

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
