-- When the customer was told that the answer to a question takes longer; null: not yet. What was left for an expert who was not there has longer
-- than what was asked later, so one number for the whole conversation does not say of which it was told.
ALTER TABLE holds ADD COLUMN late_at BIGINT;
UPDATE holds
SET late_at = held_at
WHERE kind = 'question' AND settled_at IS NULL AND n <= (SELECT c.deals_late FROM conversations c WHERE c.id = holds.conversation_id);
