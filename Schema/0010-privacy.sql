-- Copies of everything about somebody, erasing after a wait, and how long things are kept.

-- When the account is to be erased; null while nobody asked for it.
ALTER TABLE accounts ADD COLUMN erase_at BIGINT;
CREATE INDEX accounts_to_erase ON accounts (erase_at) WHERE erase_at IS NOT NULL;
ALTER TABLE visitors ADD COLUMN erase_at BIGINT;
-- Erased: the row stays, because the log keeps its numbers.
ALTER TABLE visitors ADD COLUMN erased_at BIGINT;
CREATE INDEX visitors_to_erase ON visitors (erase_at) WHERE erase_at IS NOT NULL;
-- By which the administration finds what is kept about an address.
CREATE INDEX visitors_by_email ON visitors (LOWER(email));

-- An archive of everything about somebody, made by a job and deleted after some days.
CREATE TABLE archives (
  id BIGINT NOT NULL PRIMARY KEY,
  -- Who asked for it, and alone may fetch it.
  asked_by BIGINT NOT NULL REFERENCES accounts (id),
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'visitor')),
  subject_id BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'making', 'ready', 'failed', 'gone')),
  -- How many of its parts are done.
  done BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  bytes BIGINT,
  -- Where the storage keeps its sealed pieces, in order: {"list": [...]}.
  pieces JSON,
  asked_at BIGINT NOT NULL,
  ready_at BIGINT,
  expires_at BIGINT NOT NULL
);
-- One at a time.
CREATE UNIQUE INDEX archives_under_way ON archives (asked_by, subject_kind, subject_id) WHERE state IN ('waiting', 'making');
CREATE INDEX archives_of_asker ON archives (asked_by, asked_at);
CREATE INDEX archives_of_subject ON archives (subject_kind, subject_id);

-- Who was erased, by identity alone: what comes back with an older backup is erased again.
CREATE TABLE erasure_journal (
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'visitor')),
  subject_id BIGINT NOT NULL,
  erased_at BIGINT NOT NULL,
  PRIMARY KEY (subject_kind, subject_id)
);

-- What an account said: for its copy, and to take its name from it.
CREATE INDEX entries_of_account ON entries (by_account, conversation_id, n) WHERE by_account IS NOT NULL;
CREATE INDEX files_of_account ON files (by_account) WHERE by_account IS NOT NULL;
CREATE INDEX page_views_by_time ON page_views (at);
