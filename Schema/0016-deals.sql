-- Paid one-to-one threads: a customer asks one expert, and each question is paid when it was answered in time.

ALTER TABLE conversations ADD COLUMN customer_id BIGINT REFERENCES accounts (id);
-- Null: the website's team answers, and nothing is paid.
ALTER TABLE conversations ADD COLUMN expert_id BIGINT REFERENCES accounts (id);
-- Up to which number of the log the customer was told that an answer takes longer, and that the credit is back.
ALTER TABLE conversations ADD COLUMN deals_late BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN deals_released BIGINT NOT NULL DEFAULT 0;
-- One thread for life.
CREATE UNIQUE INDEX thread_with_expert ON conversations (site_id, customer_id, expert_id) WHERE expert_id IS NOT NULL;
CREATE INDEX conversations_of_expert ON conversations (expert_id, state, active_at) WHERE expert_id IS NOT NULL;

-- How a website's conversations are paid. A row is never changed: what was agreed under it names it. The newest of a website holds.
CREATE TABLE terms (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  kind TEXT NOT NULL CHECK (kind IN ('free', 'message')),
  unit TEXT NOT NULL CHECK (unit IN ('credits', 'coins')),
  -- What a text answer costs, in units.
  price BIGINT NOT NULL CHECK (price > 0),
  -- The platform's part in 1/10,000.
  commission BIGINT NOT NULL CHECK (commission BETWEEN 0 AND 10000),
  -- Within which time an answer is promised, and after which the customer is told that it takes longer.
  answer_seconds BIGINT NOT NULL CHECK (answer_seconds > 0),
  notice_seconds BIGINT NOT NULL CHECK (notice_seconds > 0),
  -- How many promises an expert can keep at once.
  open_limit BIGINT NOT NULL CHECK (open_limit > 0),
  created_at BIGINT NOT NULL,
  created_by BIGINT REFERENCES accounts (id),
  CHECK (notice_seconds < answer_seconds)
);
CREATE INDEX terms_of_site ON terms (site_id, id);
