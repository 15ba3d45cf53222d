-- The days before its end at which an owner was last told that a lot ends: 30, 7, 1; null when not yet.
ALTER TABLE lots ADD COLUMN told_days BIGINT;

-- Which edition of the guidelines an expert has read.
CREATE TABLE guideline_readings (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  edition BIGINT NOT NULL,
  read_at BIGINT NOT NULL
);
