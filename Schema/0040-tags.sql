-- What a team calls its chats by: words of one website. Which chat got which, when and by whom, stands in its log.
CREATE TABLE tags (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  -- In lower case: no two are alike.
  name_key TEXT NOT NULL,
  tone TEXT NOT NULL CHECK (tone IN ('neutral', 'brand', 'good', 'wait', 'bad')),
  created_at BIGINT NOT NULL,
  UNIQUE (site_id, name_key)
);

-- Those that are on a conversation now.
CREATE TABLE chat_tags (
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  tag_id BIGINT NOT NULL REFERENCES tags (id),
  PRIMARY KEY (conversation_id, tag_id)
);
CREATE INDEX chat_tags_of_tag ON chat_tags (tag_id, conversation_id);
