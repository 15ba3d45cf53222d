-- The days before its end at which an owner was last told that a lot ends: 30, 7, 1; null when not yet.
ALTER TABLE lots ADD COLUMN told_days BIGINT;
