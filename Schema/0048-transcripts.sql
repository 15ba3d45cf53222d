-- How often a chat went out as a letter in the hour since 1970 in which it last did.
ALTER TABLE chats ADD COLUMN transcript_hour BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN transcripts BIGINT NOT NULL DEFAULT 0;
