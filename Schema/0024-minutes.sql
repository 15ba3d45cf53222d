-- Chats by the minute: a clock runs while both are there. What a chat costs is made of what was recorded about it, and of nothing else.

-- What a minute costs, in units; null: nobody is asked by the minute there.
ALTER TABLE terms ADD COLUMN minute_price BIGINT CHECK (minute_price > 0);
-- By the second or by the minute that was begun.
ALTER TABLE terms ADD COLUMN minute_increment TEXT NOT NULL DEFAULT 'second';
-- The first seconds of a customer's first chat with an expert cost nothing.
ALTER TABLE terms ADD COLUMN free_seconds BIGINT NOT NULL DEFAULT 0 CHECK (free_seconds >= 0);
ALTER TABLE rates ADD COLUMN minute_price BIGINT CHECK (minute_price > 0);

CREATE TABLE minute_sessions (
  id BIGINT NOT NULL PRIMARY KEY,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  customer_id BIGINT NOT NULL REFERENCES accounts (id),
  expert_id BIGINT NOT NULL REFERENCES accounts (id),
  unit TEXT NOT NULL,
  terms_id BIGINT NOT NULL,
  -- What the expert does not get, in parts of 10,000.
  commission BIGINT NOT NULL CHECK (commission BETWEEN 0 AND 10000),
  -- What was agreed, as it is read by the meter.
  agreed TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'running', 'over')),
  -- The line of the log that asks for it.
  n BIGINT NOT NULL,
  offered_at BIGINT NOT NULL,
  ended_at BIGINT,
  why TEXT,
  -- How many minutes were taken or given back, and how many lines of each kind were said.
  settled BIGINT NOT NULL DEFAULT 0,
  said TEXT NOT NULL DEFAULT '{}',
  -- It goes on when there is more credit than this; null where it waits for none.
  waits_above BIGINT,
  -- The bill, once it is over.
  seconds BIGINT NOT NULL DEFAULT 0,
  units BIGINT NOT NULL DEFAULT 0,
  CHECK ((state = 'over') = (ended_at IS NOT NULL))
);
-- One at a time in a thread, and one that runs for an expert.
CREATE UNIQUE INDEX minute_session_of_thread ON minute_sessions (conversation_id) WHERE state <> 'over';
CREATE UNIQUE INDEX minute_session_of_expert ON minute_sessions (expert_id) WHERE state = 'running';
CREATE INDEX minute_sessions_of_customer ON minute_sessions (customer_id, expert_id, id);
CREATE INDEX minute_sessions_by_end ON minute_sessions (id) WHERE state = 'over';
CREATE INDEX minute_sessions_waiting ON minute_sessions (customer_id) WHERE waits_above IS NOT NULL;
CREATE INDEX minute_sessions_latest ON minute_sessions (conversation_id, id);

-- Append-only: what the bill is made of.
CREATE TABLE minute_events (
  session_id BIGINT NOT NULL REFERENCES minute_sessions (id),
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  -- customer or expert, of what a side did.
  side TEXT,
  -- The minute, or until when something was away.
  amount BIGINT,
  why TEXT,
  PRIMARY KEY (session_id, number)
);

-- What was set aside for each minute.
CREATE TABLE minute_holds (
  session_id BIGINT NOT NULL REFERENCES minute_sessions (id),
  minute BIGINT NOT NULL,
  hold_id BIGINT NOT NULL REFERENCES holds (id),
  PRIMARY KEY (session_id, minute)
);
CREATE UNIQUE INDEX minute_of_hold ON minute_holds (hold_id);

-- Who is there, and which run of the program hears them. A run that beats no more vouches for nobody after its last heartbeat.
CREATE TABLE minute_presences (
  session_id BIGINT NOT NULL REFERENCES minute_sessions (id),
  side TEXT NOT NULL,
  run BIGINT NOT NULL,
  PRIMARY KEY (session_id, side)
);
CREATE INDEX minute_presences_of_run ON minute_presences (run);
CREATE TABLE meter_runs (
  id BIGINT NOT NULL PRIMARY KEY,
  beat_at BIGINT NOT NULL
);
