-- Minutes of chats by the minute that the house pays for.
CREATE TABLE free_minutes (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- An administrator's words; empty where they came by a code.
  reason TEXT NOT NULL,
  seconds BIGINT NOT NULL CHECK (seconds > 0),
  -- What a chat goes on with counts as used.
  used BIGINT NOT NULL CHECK (used BETWEEN 0 AND seconds),
  given_by BIGINT REFERENCES accounts (id),
  at BIGINT NOT NULL,
  -- Null: never.
  expires_at BIGINT
);
CREATE INDEX free_minutes_of_account ON free_minutes (account_id, id);
CREATE TABLE free_minute_uses (
  chat_id BIGINT NOT NULL REFERENCES minute_sessions (id),
  free_id BIGINT NOT NULL REFERENCES free_minutes (id),
  seconds BIGINT NOT NULL CHECK (seconds >= 0),
  PRIMARY KEY (chat_id, free_id)
);
-- Of the seconds that cost nothing, those that the house pays for, and how many of them were used.
ALTER TABLE minute_sessions ADD COLUMN gift_seconds BIGINT NOT NULL DEFAULT 0 CHECK (gift_seconds >= 0);
ALTER TABLE minute_sessions ADD COLUMN gift_used BIGINT NOT NULL DEFAULT 0 CHECK (gift_used BETWEEN 0 AND gift_seconds);
-- A code gives minutes instead of units.
ALTER TABLE promotion_codes ADD COLUMN in_minutes BOOLEAN NOT NULL DEFAULT FALSE;
-- The line of the log that says what it came to: by it the chat is rated, and tips are given.
ALTER TABLE minute_sessions ADD COLUMN end_n BIGINT;
