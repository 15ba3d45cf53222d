-- Days that are over, as they were counted when they were: of a website (account 0) and of each of its agents (E10e).
CREATE TABLE daily_figures (
  site_id BIGINT NOT NULL REFERENCES sites (id),
  -- By the clock of the website: 2026-11-22.
  day TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  figure TEXT NOT NULL,
  tally BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (site_id, day, account_id, figure)
);
CREATE INDEX visits_by_beginning ON visits (started_at);
CREATE INDEX chats_by_beginning ON chats (opened_at);
