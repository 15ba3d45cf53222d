-- How far down somebody saw a page, in per cent of its height.
ALTER TABLE page_views ADD COLUMN depth BIGINT NOT NULL DEFAULT 0 CHECK (depth BETWEEN 0 AND 100);

-- What somebody did on a page. `n` counts within the page view, so that telling it twice is harmless.
CREATE TABLE visit_actions (
  view_id BIGINT NOT NULL REFERENCES page_views (id) ON DELETE CASCADE,
  n BIGINT NOT NULL CHECK (n BETWEEN 1 AND 50),
  visit_id BIGINT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('form', 'action', 'download', 'cart', 'event')),
  label TEXT NOT NULL,
  value TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (view_id, n)
);
CREATE INDEX visit_actions_of_visit ON visit_actions (visit_id, at);
