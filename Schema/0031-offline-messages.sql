-- Offline messages: what is left for an expert who is not there, who accepts it or declines it.

-- What one costs, in units; null: what is sent then is a question as any other.
ALTER TABLE terms ADD COLUMN offline_price BIGINT CHECK (offline_price > 0);
-- The same when it goes to the expert's telephone at once; null: nothing goes there.
ALTER TABLE terms ADD COLUMN sms_price BIGINT CHECK (sms_price > 0);
-- Within which time it is answered, or given back.
ALTER TABLE terms ADD COLUMN offline_seconds BIGINT NOT NULL DEFAULT 86400 CHECK (offline_seconds > 0);

-- The number up to which an expert accepted or declined; 0 for none.
ALTER TABLE conversations ADD COLUMN deals_judged BIGINT NOT NULL DEFAULT 0;

CREATE TABLE offline_messages (
  hold_id BIGINT NOT NULL PRIMARY KEY REFERENCES holds (id),
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  -- How it went: 'offline' or 'sms'.
  way TEXT NOT NULL CHECK (way IN ('offline', 'sms')),
  -- One of them at most: what is answered without either was never asked about.
  accepted_at BIGINT,
  declined_at BIGINT,
  CHECK (accepted_at IS NULL OR declined_at IS NULL)
);
CREATE INDEX offline_messages_of_conversation ON offline_messages (conversation_id, hold_id);
