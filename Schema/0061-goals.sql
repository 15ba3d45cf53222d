-- What a website hopes for of a visit: a page that is reached, or something that the page tells.
CREATE TABLE goals (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- 'page': `pattern` is a part of its address; 'event': the name by which the page tells it.
  kind TEXT NOT NULL CHECK (kind IN ('page', 'event')),
  pattern TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX goals_of_site ON goals (site_id);

-- Goals that visits reached: facts that are counted, each once for a visit, on the day and in the hour of its website. Without foreign keys to
-- visit and goal: both go before the fact does.
CREATE TABLE reached_goals (
  visit_id BIGINT NOT NULL,
  goal_id BIGINT NOT NULL,
  visitor_id BIGINT NOT NULL REFERENCES visitors (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  -- The goal as it was called then.
  name TEXT NOT NULL,
  -- Where the visit came from.
  source TEXT NOT NULL,
  source_name TEXT NOT NULL,
  campaign TEXT NOT NULL,
  -- When the visit began: a chat of the same visit is a conversion.
  began_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  local_day TEXT NOT NULL,
  local_hour BIGINT NOT NULL CHECK (local_hour BETWEEN 0 AND 23),
  PRIMARY KEY (visit_id, goal_id)
);
CREATE INDEX reached_goals_of_site ON reached_goals (site_id, at);
CREATE INDEX reached_goals_of_visitor ON reached_goals (visitor_id, at);
