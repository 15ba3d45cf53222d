-- Lists page through whole archives, and what was said is found again.

-- One state of one website, newest first, without sorting: a page is read from the index.
CREATE INDEX conversations_in_list ON conversations (site_id, state, active_at, id) WHERE expert_id IS NULL;
DROP INDEX conversations_of_site;
CREATE INDEX conversations_in_list_of_expert ON conversations (expert_id, state, active_at, id) WHERE expert_id IS NOT NULL;
DROP INDEX conversations_of_expert;

-- Up to which line of its log a conversation can be found. The index holds those that have more.
ALTER TABLE conversations ADD COLUMN searched BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversations_to_search ON conversations (id) WHERE searched < head;

-- What can be found: the words of a message, or under 0 of the visitor's own details.
CREATE TABLE search_texts (
  -- Later ones are newer.
  id BIGINT NOT NULL PRIMARY KEY,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  n BIGINT NOT NULL,
  -- In lower case and without accents, as what is looked for.
  words TEXT NOT NULL,
  UNIQUE (conversation_id, n)
);

-- Filters that somebody gave a name.
CREATE TABLE saved_views (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- As the address of the console has it.
  query TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, name)
);
