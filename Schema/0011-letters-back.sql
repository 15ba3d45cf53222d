-- Answers go to who is away by letter, and its link leads back to exactly one thread.

-- Up to which number of the log answers were put into letters, up to which it is known what became of those, and up to which a letter's
-- link was followed.
ALTER TABLE conversations ADD COLUMN letters_settled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN letters_opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN letters_posted BIGINT NOT NULL DEFAULT 0;

-- The account that keeps this thread as its own.
ALTER TABLE visitors ADD COLUMN account_id BIGINT REFERENCES accounts (id);
CREATE INDEX visitors_of_account ON visitors (account_id) WHERE account_id IS NOT NULL;
-- Since when this visitor wants no letters.
ALTER TABLE visitors ADD COLUMN letters_stopped_at BIGINT;

-- Who signs up from a thread keeps it.
ALTER TABLE sign_ups ADD COLUMN conversation_id BIGINT;
