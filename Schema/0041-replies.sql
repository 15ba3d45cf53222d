-- What is said often, kept to be said again: by the team of a website, or by somebody for themselves.
CREATE TABLE replies (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT REFERENCES sites (id),
  account_id BIGINT REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- For everybody who has no words of their own below; empty where it only does something.
  text TEXT NOT NULL,
  text_en TEXT NOT NULL,
  text_fr TEXT NOT NULL,
  text_it TEXT NOT NULL,
  text_ar TEXT NOT NULL,
  -- What is done with it.
  closes BOOLEAN NOT NULL,
  transfer_to BIGINT REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  CHECK ((site_id IS NULL) <> (account_id IS NULL)),
  CHECK (NOT closes OR transfer_to IS NULL)
);
CREATE INDEX replies_of_site ON replies (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX replies_of_account ON replies (account_id) WHERE account_id IS NOT NULL;

CREATE TABLE reply_tags (
  reply_id BIGINT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
  tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
  PRIMARY KEY (reply_id, tag_id)
);
