-- Marketplaces that embed Parley and hand over whom they have signed in.

-- What the server of a website signs with. Sealed and not a digest, because a signature is checked with the secret itself. Two may be in use
-- at once, so that one can take the place of the other.
CREATE TABLE host_secrets (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BIGINT REFERENCES accounts (id)
);
CREATE INDEX host_secrets_of_site ON host_secrets (site_id, id);

-- Which account is whom at a website. The website names its people as it likes.
CREATE TABLE host_people (
  site_id BIGINT NOT NULL REFERENCES sites (id),
  subject TEXT NOT NULL,
  account_id BIGINT NOT NULL UNIQUE REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (site_id, subject)
);

-- The website at which a session acts, and nowhere else; null for one of a browser's own.
ALTER TABLE sessions ADD COLUMN site_id BIGINT REFERENCES sites (id);
