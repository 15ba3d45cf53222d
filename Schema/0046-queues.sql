-- How a website's team is called to those who wait; where there is no row, the program's own rules hold. 0 seconds is never.
CREATE TABLE site_queues (
  site_id BIGINT PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  in_turn BOOLEAN NOT NULL,
  capacity BIGINT NOT NULL CHECK (capacity BETWEEN 1 AND 50),
  offer_seconds BIGINT NOT NULL CHECK (offer_seconds BETWEEN 15 AND 600),
  wait_seconds BIGINT NOT NULL CHECK (wait_seconds BETWEEN 0 AND 14400),
  silence_seconds BIGINT NOT NULL CHECK (silence_seconds BETWEEN 0 AND 14400)
);
-- When somebody last had a turn, in milliseconds of the epoch; later by one where two had it in the same.
ALTER TABLE assignments ADD COLUMN turn_at BIGINT;
-- Until when it is the turn of transfer_to; NULL where a colleague asked them.
ALTER TABLE chats ADD COLUMN transfer_until BIGINT;
-- Nobody came in time to who waits; until somebody comes.
ALTER TABLE chats ADD COLUMN overdue BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX chats_by_asked ON chats (transfer_to) WHERE transfer_to IS NOT NULL;
