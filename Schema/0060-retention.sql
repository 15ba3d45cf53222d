-- How long a website keeps what it knows of its visitors, in days; NULL for ever. Where there is no row, the program's own holds.
CREATE TABLE site_retention (
  site_id BIGINT NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  visit_days BIGINT CHECK (visit_days BETWEEN 1 AND 3650),
  address_days BIGINT CHECK (address_days BETWEEN 1 AND 3650),
  chat_days BIGINT CHECK (chat_days BETWEEN 1 AND 3650),
  -- Nothing is erased before; NULL where nothing is paused.
  paused_until BIGINT
);

-- What was erased in a night of a website, and by which days: its certificate. A row without an end is a night that is under way.
CREATE TABLE erasure_nights (
  id BIGINT NOT NULL PRIMARY KEY,
  site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  -- Three o'clock on the clock of the website. What was old enough then went.
  due_at BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  ended_at BIGINT,
  visit_days BIGINT,
  address_days BIGINT,
  chat_days BIGINT,
  file_days BIGINT NOT NULL,
  visits BIGINT NOT NULL DEFAULT 0,
  pages BIGINT NOT NULL DEFAULT 0,
  addresses BIGINT NOT NULL DEFAULT 0,
  chats BIGINT NOT NULL DEFAULT 0,
  files BIGINT NOT NULL DEFAULT 0,
  -- Old enough, and held back.
  held BIGINT NOT NULL DEFAULT 0,
  UNIQUE (site_id, due_at)
);
