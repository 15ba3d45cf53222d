-- Several nodes: when each was last heard of, and who is connected to it. A node that was started again is another run.
ALTER TABLE nodes ADD COLUMN run BIGINT NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN beat_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE node_presences (
  node BIGINT NOT NULL,
  run BIGINT NOT NULL,
  -- What a live connection stands for: an account, or a visitor with the conversation.
  key TEXT NOT NULL,
  PRIMARY KEY (node, run, key)
);
