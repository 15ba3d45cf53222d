-- The latest rating of each chat, for lists and figures; the sentence that may come with it stands in the log alone.
CREATE TABLE chat_ratings (
  chat_id BIGINT NOT NULL PRIMARY KEY REFERENCES chats (id),
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
  -- The line of the log that says so.
  entry_n BIGINT NOT NULL,
  rated_at BIGINT NOT NULL
);
CREATE INDEX chat_ratings_of_site ON chat_ratings (site_id, rated_at, conversation_id);

-- Who answered in a chat that was rated: it counts for each of them.
CREATE TABLE rated_agents (
  chat_id BIGINT NOT NULL REFERENCES chat_ratings (chat_id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  PRIMARY KEY (chat_id, account_id)
);
CREATE INDEX rated_agents_of_account ON rated_agents (account_id);
