-- The first schema: people, websites, visitors and what they say to each other.
-- One text for SQLite and PostgreSQL. Times are epoch milliseconds, identities are made by the program.

CREATE TABLE accounts (
  id BIGINT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  -- The address folded to lower case, by which an account is found.
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- Argon2id in its encoded form; null until the invitation was taken up.
  password_hash TEXT,
  is_agent BOOLEAN NOT NULL,
  is_manager BOOLEAN NOT NULL,
  is_administrator BOOLEAN NOT NULL,
  pseudonym TEXT NOT NULL,
  avatar TEXT NOT NULL,
  language TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('online', 'away', 'offline')),
  last_seen_at BIGINT,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  browser TEXT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- One-time links: an invited account sets its password with one.
CREATE TABLE invitations (
  token_digest BYTEA NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX invitations_of_account ON invitations (account_id);

-- Failed tries, counted per key (an address of the net, an address of mail) and window.
CREATE TABLE tries (
  key TEXT NOT NULL PRIMARY KEY,
  count BIGINT NOT NULL,
  window_ends_at BIGINT NOT NULL
);

CREATE TABLE sites (
  id BIGINT NOT NULL PRIMARY KEY,
  widget_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  -- An SVG or PNG as the administrator gave it, null for the drawn initial.
  logo_type TEXT,
  logo BYTEA,
  hue BIGINT NOT NULL CHECK (hue BETWEEN 0 AND 359),
  position TEXT NOT NULL CHECK (position IN ('start', 'end')),
  -- The side on which the agents' bubbles stand.
  ours TEXT NOT NULL CHECK (ours IN ('start', 'end')),
  welcome TEXT NOT NULL,
  -- The language of the widget, or 'auto' for the visitor's own.
  language TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  -- {"name": "required" | "optional" | "absent", "email": …, "phone": …, "service": …}
  form_fields JSON NOT NULL,
  -- {"list": ["Thesis", …]}
  service_types JSON NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE site_origins (
  site_id BIGINT NOT NULL REFERENCES sites (id),
  origin TEXT NOT NULL,
  PRIMARY KEY (site_id, origin)
);

CREATE TABLE assignments (
  site_id BIGINT NOT NULL REFERENCES sites (id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- Null: the account's own.
  pseudonym TEXT,
  avatar TEXT,
  PRIMARY KEY (site_id, account_id)
);
CREATE INDEX assignments_of_account ON assignments (account_id);

CREATE TABLE visitors (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  key_digest BYTEA NOT NULL,
  name TEXT,
  email TEXT,
  phone TEXT,
  service TEXT,
  address TEXT NOT NULL,
  -- Known once a database of places is configured.
  country TEXT,
  city TEXT,
  language TEXT NOT NULL,
  device TEXT NOT NULL CHECK (device IN ('desktop', 'tablet', 'mobile')),
  browser TEXT NOT NULL,
  system TEXT NOT NULL,
  form_sent_at BIGINT,
  first_visit_at BIGINT NOT NULL,
  last_visit_at BIGINT NOT NULL,
  visits BIGINT NOT NULL,
  UNIQUE (site_id, key_digest)
);

-- One stay on a website: it ends when nothing was heard for half an hour.
CREATE TABLE visits (
  id BIGINT NOT NULL PRIMARY KEY,
  visitor_id BIGINT NOT NULL REFERENCES visitors (id),
  referrer TEXT NOT NULL,
  landing_page TEXT NOT NULL,
  current_page TEXT NOT NULL,
  current_title TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  active_at BIGINT NOT NULL
);
CREATE INDEX visits_of_visitor ON visits (visitor_id, started_at);

CREATE TABLE page_views (
  id BIGINT NOT NULL PRIMARY KEY,
  visit_id BIGINT NOT NULL REFERENCES visits (id),
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  seconds BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX page_views_of_visit ON page_views (visit_id, at);

-- The state row of a conversation: what a decision needs, and what the lists show. `parley doctor` folds the log and compares.
CREATE TABLE conversations (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  visitor_id BIGINT NOT NULL UNIQUE REFERENCES visitors (id),
  revision BIGINT NOT NULL,
  head BIGINT NOT NULL,
  -- The last number that the visitor may see.
  public_head BIGINT NOT NULL,
  chat_id BIGINT,
  state TEXT NOT NULL CHECK (state IN ('empty', 'waiting', 'active', 'closed')),
  -- When the state row last changed in a way that orders lists.
  active_at BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  last_n BIGINT,
  last_by TEXT,
  last_name TEXT,
  last_text TEXT,
  last_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE INDEX conversations_of_site ON conversations (site_id, state, active_at);

CREATE TABLE chats (
  id BIGINT NOT NULL PRIMARY KEY,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'closed')),
  form TEXT NOT NULL CHECK (form IN ('needed', 'sent')),
  offline BOOLEAN NOT NULL,
  -- Whether the visitor has sent the form or a message: only then it counts as a chat.
  written BOOLEAN NOT NULL,
  opened_at BIGINT NOT NULL,
  waiting_since BIGINT,
  first_message_at BIGINT,
  first_answer_at BIGINT,
  closed_at BIGINT,
  -- 'visitor', 'nobody', or the account that closed it.
  closed_by TEXT CHECK (closed_by IN ('visitor', 'agent', 'nobody')),
  closed_by_account BIGINT REFERENCES accounts (id)
);
-- At most one chat of a conversation is open.
CREATE UNIQUE INDEX open_chat ON chats (conversation_id) WHERE state <> 'closed';
CREATE INDEX chats_of_conversation ON chats (conversation_id, opened_at);
CREATE INDEX unwritten_chats ON chats (opened_at) WHERE state = 'waiting' AND NOT written;

CREATE TABLE entries (
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  n BIGINT NOT NULL,
  -- The number before this one that the visitor may see.
  public_after BIGINT NOT NULL,
  chat_id BIGINT NOT NULL REFERENCES chats (id),
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  -- 'everybody' or 'team'
  audience TEXT NOT NULL CHECK (audience IN ('everybody', 'team')),
  by_kind TEXT NOT NULL CHECK (by_kind IN ('visitor', 'agent', 'system')),
  by_account BIGINT REFERENCES accounts (id),
  -- As it was when it was said: a pseudonym may change later.
  by_name TEXT NOT NULL,
  by_avatar TEXT,
  by_colour BIGINT,
  -- The sender's own id of a message; with the sender it is unique, which makes retries harmless.
  client_id TEXT,
  body JSON NOT NULL,
  PRIMARY KEY (conversation_id, n)
);
CREATE UNIQUE INDEX entries_by_client ON entries (conversation_id, by_kind, COALESCE(by_account, 0), client_id) WHERE client_id IS NOT NULL;

-- Who answers in a conversation. `here` is the present chat; colours stay for life.
CREATE TABLE participants (
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  avatar TEXT NOT NULL,
  colour BIGINT NOT NULL,
  here BOOLEAN NOT NULL,
  chat_id BIGINT NOT NULL REFERENCES chats (id),
  joined_at BIGINT NOT NULL,
  left_at BIGINT,
  PRIMARY KEY (conversation_id, account_id)
);
CREATE INDEX participants_of_account ON participants (account_id);

-- How far each party received and showed the log: absolute, never back. Account 0 is the visitor.
CREATE TABLE marks (
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  account_id BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  -- How many of the visitor's messages lie at or below `seen`.
  seen_asked BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, account_id)
);

-- Work for later: claimed, done and completed in one transaction.
CREATE TABLE jobs (
  id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  -- One job of a kind and key at a time; null for as many as there are.
  unique_key TEXT,
  payload JSON NOT NULL,
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'dead')),
  last_error TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (kind, unique_key)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'queued';

CREATE TABLE audit_lines (
  id BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  account_id BIGINT,
  deed TEXT NOT NULL,
  thing TEXT NOT NULL,
  address TEXT NOT NULL,
  detail JSON NOT NULL
);
CREATE INDEX audit_lines_by_time ON audit_lines (at);

-- Node numbers are leased, so that no two nodes make the same identity.
CREATE TABLE nodes (
  number BIGINT NOT NULL PRIMARY KEY,
  leased_until BIGINT NOT NULL,
  high_water BIGINT NOT NULL
);
