-- What somebody wrote in a conversation and did not send, for all devices of theirs. An empty one says for a while that it was sent or thrown away.
CREATE TABLE drafts (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  text TEXT NOT NULL,
  -- When it was written: the newest one counts.
  at BIGINT NOT NULL,
  PRIMARY KEY (account_id, conversation_id)
);
CREATE INDEX drafts_of_account ON drafts (account_id, at);
CREATE INDEX drafts_of_conversation ON drafts (conversation_id);
CREATE INDEX drafts_by_time ON drafts (at);
