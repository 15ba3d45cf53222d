-- Signing in with what somebody is known as elsewhere.

CREATE TABLE external_identities (
  -- The name of the provider: google, linkedin, openid, facebook.
  provider TEXT NOT NULL,
  -- Whom the provider means, in its own words; never the mail address, which may pass to somebody else.
  subject TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
);
CREATE UNIQUE INDEX external_identities_of_account ON external_identities (account_id, provider);

-- Who comes from a provider that does not vouch for the address proves it by a letter, as everybody does; empty for who chose a password.
ALTER TABLE sign_ups ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_ups ADD COLUMN subject TEXT NOT NULL DEFAULT '';
