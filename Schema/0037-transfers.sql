-- Who was asked to take a chat over and has not come yet, and since when. What was asked, by whom and why, stands in the log.
ALTER TABLE chats ADD COLUMN transfer_to BIGINT REFERENCES accounts (id);
ALTER TABLE chats ADD COLUMN transfer_since BIGINT;
