-- A picture of oneself, beside the drawing that everybody has.

CREATE TABLE photos (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  -- A PNG, written anew by the program, and the beginning of its digest, by which its address changes with it.
  picture BYTEA NOT NULL,
  hash TEXT NOT NULL,
  set_at BIGINT NOT NULL
);
