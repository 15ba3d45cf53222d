-- For how many minutes the author of a message may write it again or delete it; 0 for never.
ALTER TABLE sites ADD COLUMN edit_minutes BIGINT NOT NULL DEFAULT 15 CHECK (edit_minutes BETWEEN 0 AND 1440);
