-- Files that people send, and the logos of websites.

-- In the address of the logo, so that a browser may keep it for good.
ALTER TABLE sites ADD COLUMN logo_hash TEXT;

-- How long the files of a site's chats are kept.
ALTER TABLE sites ADD COLUMN file_days BIGINT NOT NULL DEFAULT 15;

-- 'text', 'file' or 'sealed'; null in rows that were written before there were files.
ALTER TABLE conversations ADD COLUMN last_kind TEXT;

CREATE TABLE files (
  -- 32 hexadecimal digits: no file is found by counting.
  id TEXT NOT NULL PRIMARY KEY,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  by_kind TEXT NOT NULL CHECK (by_kind IN ('visitor', 'agent')),
  by_account BIGINT REFERENCES accounts (id),
  -- As its sender called it, made harmless.
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  width BIGINT,
  height BIGINT,
  -- Where the storage keeps it, under a name of its own; null once it was deleted.
  path TEXT,
  -- Whether a virus scanner saw it: none was configured, or it found nothing.
  scan TEXT NOT NULL CHECK (scan IN ('none', 'clean')),
  -- The message that carries it, and the sender's own id of that; null until it is sent.
  n BIGINT,
  client_id TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX files_of_conversation ON files (conversation_id);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE deleted_at IS NULL;
