-- Jobs with outside effects, and mail.

-- A job whose work happens outside of the database is leased to one node at a time. Who completes it says the number of its lease.
ALTER TABLE jobs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN leased_until BIGINT;
-- Counts how often the job was put down under its key: what was put down while it was being done is done again.
ALTER TABLE jobs ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;

-- Letters that were posted. What a letter says, and the link in it, is kept only until it has left.
CREATE TABLE letters (
  id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  -- The poster's own: of a kind and key there is one letter.
  letter_key TEXT NOT NULL,
  address TEXT NOT NULL,
  -- {"recipient": …, "arguments": …, "buttons": …}; null once it has left or bounced.
  content JSON,
  fate TEXT NOT NULL CHECK (fate IN ('posted', 'delivered', 'bounced', 'abandoned')),
  posted_at BIGINT NOT NULL,
  settled_at BIGINT,
  -- What the mail server said when it did not take the letter.
  code BIGINT,
  reply TEXT,
  UNIQUE (kind, letter_key)
);
CREATE INDEX letters_by_time ON letters (posted_at);

-- Addresses that a mail server refused for good, until a letter reaches them.
CREATE TABLE undeliverable_addresses (
  -- The address folded to lower case.
  address_key TEXT NOT NULL PRIMARY KEY,
  code BIGINT NOT NULL,
  reply TEXT NOT NULL,
  at BIGINT NOT NULL
);
