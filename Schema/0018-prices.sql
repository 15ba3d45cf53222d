-- Prices: what experts set themselves, video answers, and on which clauses each price was agreed.

-- What an answer to a video message costs, in units; null: video messages are not answered there.
ALTER TABLE terms ADD COLUMN video_price BIGINT CHECK (video_price > 0);
-- Whether experts who named prices of their own get those; the prices of the terms stand for all others.
ALTER TABLE terms ADD COLUMN expert_prices BOOLEAN NOT NULL DEFAULT FALSE;

-- What an expert asks for, in coins. A row is never changed; the newest of an expert holds.
CREATE TABLE rates (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  -- For the answer to a text message and to a video message; null: what the terms say.
  text_price BIGINT CHECK (text_price > 0),
  video_price BIGINT CHECK (video_price > 0),
  created_at BIGINT NOT NULL
);
CREATE INDEX rates_of_account ON rates (account_id, id);

-- The lines of the price as it was agreed, each with the clause that made it.
ALTER TABLE holds ADD COLUMN quote JSON;
