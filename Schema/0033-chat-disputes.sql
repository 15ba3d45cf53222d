-- What a dispute is about: one answer, or all minutes of a chat by the minute. The dispute itself names the first.
CREATE TABLE dispute_holds (
  hold_id BIGINT NOT NULL PRIMARY KEY REFERENCES holds (id),
  dispute_id BIGINT NOT NULL REFERENCES disputes (id)
);
CREATE INDEX holds_of_dispute ON dispute_holds (dispute_id);
INSERT INTO dispute_holds (hold_id, dispute_id) SELECT hold_id, id FROM disputes;
