-- When … if … then: what a website's team has done without anybody pressing anything. NULL and empty conditions do not matter.
CREATE TABLE rules (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  occasion TEXT NOT NULL CHECK (occasion IN ('asked', 'wrote', 'overdue', 'left', 'closed', 'rated')),
  words TEXT NOT NULL,
  page TEXT NOT NULL,
  service TEXT NOT NULL,
  language TEXT NOT NULL,
  returning_visitor BOOLEAN,
  within_hours BOOLEAN,
  -- Without a foreign key, as is the reply: a rule whose tag is gone holds no longer, instead of holding always.
  tag_id BIGINT,
  stars_at_most BIGINT CHECK (stars_at_most BETWEEN 1 AND 5),
  reply_id BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX rules_of_site ON rules (site_id);

-- Who is told.
CREATE TABLE rule_people (
  rule_id BIGINT NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  PRIMARY KEY (rule_id, account_id)
);

-- A rule is for a chat once. Without a foreign key: a rule that is removed at this moment refuses nobody's message.
CREATE TABLE rule_runs (
  chat_id BIGINT NOT NULL REFERENCES chats (id),
  rule_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (chat_id, rule_id)
);
CREATE INDEX rule_runs_of_rule ON rule_runs (rule_id, at);
