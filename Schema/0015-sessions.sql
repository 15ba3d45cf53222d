-- A session that a passkey opened ends when that passkey is removed.
ALTER TABLE sessions ADD COLUMN passkey_id BIGINT REFERENCES passkeys (id) ON DELETE SET NULL;
CREATE INDEX sessions_of_passkey ON sessions (passkey_id);
