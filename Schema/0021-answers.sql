-- What comes after an answer: what its customer thinks of it, a tip, and giving back what was paid.

-- What a hold pays for: 'question' or 'tip'.
ALTER TABLE holds ADD COLUMN kind TEXT NOT NULL DEFAULT 'question';
-- The number of the answer: the one that took a question's hold, or the one that a tip is for.
ALTER TABLE holds ADD COLUMN answer_n BIGINT;
CREATE INDEX holds_of_answer ON holds (conversation_id, answer_n) WHERE answer_n IS NOT NULL;
-- Of what was captured, what was given back since, lot by lot.
ALTER TABLE hold_lots ADD COLUMN returned_units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hold_lots ADD COLUMN returned_worth_minor BIGINT NOT NULL DEFAULT 0;

-- The platform's part of a tip, in 1/10,000.
ALTER TABLE terms ADD COLUMN tip_commission BIGINT NOT NULL DEFAULT 0;

-- The latest rating of each answer, for figures; the sentence that may come with it stands in the log alone.
CREATE TABLE answer_ratings (
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  -- The number of the answer.
  n BIGINT NOT NULL,
  expert_id BIGINT NOT NULL REFERENCES accounts (id),
  stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
  -- The line of the log that says so.
  entry_n BIGINT NOT NULL,
  rated_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, n)
);
CREATE INDEX answer_ratings_of_expert ON answer_ratings (expert_id);

-- What was given back of a service that was paid for: a row for each currency that it was bought in.
CREATE TABLE service_refunds (
  id BIGINT NOT NULL PRIMARY KEY,
  hold_id BIGINT NOT NULL REFERENCES holds (id),
  units BIGINT NOT NULL CHECK (units > 0),
  worth_minor BIGINT NOT NULL CHECK (worth_minor >= 0),
  currency TEXT NOT NULL,
  -- Where it went: into the wallet, or back to where the units were bought.
  way TEXT NOT NULL CHECK (way IN ('wallet', 'payment')),
  -- Why: an administrator decided, or the rule about answers with one star.
  reason TEXT NOT NULL CHECK (reason IN ('administrator', 'oneStar')),
  decided_by BIGINT REFERENCES accounts (id),
  -- Of the page that was sent: a second press finds the refund of the first.
  form_key TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX service_refunds_of_form ON service_refunds (hold_id, form_key, currency);
