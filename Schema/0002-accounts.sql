-- Accounts that anybody can open: sign-up, recovery, change of address, profiles.

-- An expert has a public profile and answers for a price. Who has no role at all is a customer.
ALTER TABLE accounts ADD COLUMN is_expert BOOLEAN NOT NULL DEFAULT FALSE;
-- The name folded to lower case, for the search of the administration.
ALTER TABLE accounts ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE accounts SET name_key = lower(name);
ALTER TABLE accounts ADD COLUMN first_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN surname TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN bio TEXT NOT NULL DEFAULT '';
-- {"list": ["Sailing", …]}
ALTER TABLE accounts ADD COLUMN interests JSON NOT NULL DEFAULT '{"list":[]}';
-- An IANA zone; empty: the zone of the browser.
ALTER TABLE accounts ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
-- Who sees which piece of the profile: {"profile": "everybody" | "signedIn" | "nobody", "name": …, "bio": …}
ALTER TABLE accounts ADD COLUMN privacy JSON NOT NULL DEFAULT '{}';
-- When somebody proved that the address is theirs; null until then.
ALTER TABLE accounts ADD COLUMN confirmed_at BIGINT;
-- Erased: the row stays, because others' threads and the books point at it.
ALTER TABLE accounts ADD COLUMN deleted_at BIGINT;
CREATE INDEX accounts_by_name ON accounts (name, id);

-- Somebody asked for an account and has not yet proved the address. The account is made when they do.
CREATE TABLE sign_ups (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  -- The browser that asked: it needs only the link, any other one the password too.
  browser_digest BYTEA NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  first_name TEXT NOT NULL,
  surname TEXT NOT NULL,
  bio TEXT NOT NULL,
  is_expert BOOLEAN NOT NULL,
  password_hash TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_by_email ON sign_ups (email_key);

-- One-time links of an account that exists: to set a new password, or to move to another address.
CREATE TABLE account_links (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('recovery', 'address')),
  -- The new address, where that is the purpose.
  email TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX account_links_of_account ON account_links (account_id, purpose);

-- What an administrator sets for the whole house, by name.
CREATE TABLE house_settings (
  name TEXT NOT NULL PRIMARY KEY,
  value JSON NOT NULL
);

CREATE INDEX audit_lines_of_account ON audit_lines (account_id, at);
CREATE INDEX audit_lines_of_thing ON audit_lines (thing, at);
