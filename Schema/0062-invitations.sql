-- What a website says first to somebody who only looks, in the order in which it is asked. Empty and NULL conditions do not matter.
CREATE TABLE site_invitations (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  page TEXT NOT NULL,
  seconds BIGINT NOT NULL CHECK (seconds BETWEEN 0 AND 3600),
  pages BIGINT NOT NULL CHECK (pages BETWEEN 1 AND 100),
  source TEXT NOT NULL,
  campaign TEXT NOT NULL,
  language TEXT NOT NULL,
  returning_visitor BOOLEAN,
  within_hours BOOLEAN,
  agent_free BOOLEAN NOT NULL,
  -- After how many days a visitor is shown it again, 0 in the next visit; NULL never.
  again_days BIGINT CHECK (again_days BETWEEN 0 AND 365),
  -- For everybody who has no words of their own below.
  text TEXT NOT NULL,
  text_en TEXT NOT NULL,
  text_fr TEXT NOT NULL,
  text_it TEXT NOT NULL,
  text_ar TEXT NOT NULL,
  -- Rises with each change: who changes an older one is told.
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX site_invitations_of_site ON site_invitations (site_id, place);

-- Each that was shown. Without foreign keys to what goes earlier: the invitation may be removed, the visit forgotten.
CREATE TABLE invitation_showings (
  id BIGINT NOT NULL PRIMARY KEY,
  invitation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL REFERENCES sites (id),
  visitor_id BIGINT NOT NULL REFERENCES visitors (id),
  -- A visit is shown one at most, in however many tabs and by however many nodes.
  visit_id BIGINT NOT NULL UNIQUE,
  -- As it was shown.
  text TEXT NOT NULL,
  shown_at BIGINT NOT NULL,
  -- By the clock of the website: 2026-11-22.
  local_day TEXT NOT NULL,
  closed_at BIGINT,
  opened_at BIGINT,
  -- Where it was said when it was opened.
  conversation_id BIGINT,
  chat_id BIGINT
);
CREATE INDEX showings_of_visitor ON invitation_showings (visitor_id);
CREATE INDEX showings_of_site ON invitation_showings (site_id, shown_at);
