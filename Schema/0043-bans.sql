-- Who may not write at a website for a while. `network` is the address that is shut out as well, an IPv6 one by its /64; null for the browser alone.
CREATE TABLE bans (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  visitor_id BIGINT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
  network TEXT,
  reason TEXT NOT NULL,
  -- Null for ever.
  ends_at BIGINT,
  banned_by BIGINT NOT NULL REFERENCES accounts (id),
  banned_at BIGINT NOT NULL,
  CHECK (ends_at IS NULL OR ends_at > banned_at)
);
CREATE UNIQUE INDEX bans_by_visitor ON bans (visitor_id);
CREATE INDEX bans_by_network ON bans (site_id, network);
CREATE INDEX bans_by_end ON bans (ends_at);
