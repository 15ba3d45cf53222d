-- What somebody appears as is made of what they chose, what they do and what other systems report; it is written nowhere itself.

-- When `status` was chosen; 0 for those that were chosen before this was written down.
ALTER TABLE accounts ADD COLUMN status_at BIGINT NOT NULL DEFAULT 0;

-- Which ways somebody chose to be reached by. Who has no row chose nothing, and takes chats and offline messages.
CREATE TABLE accepted_channels (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  -- Their words with blanks between.
  channels TEXT NOT NULL,
  chosen_at BIGINT NOT NULL
);

-- What another system last said about somebody. It counts until it expires, by the time of the system that reports.
CREATE TABLE availability_reports (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  source TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('available', 'busy', 'unreachable')),
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- For whom the program reports that said it.
  reported_by BIGINT NOT NULL REFERENCES accounts (id),
  PRIMARY KEY (account_id, source),
  CHECK (expires_at > at)
);
CREATE INDEX availability_reports_by_reporter ON availability_reports (reported_by);
