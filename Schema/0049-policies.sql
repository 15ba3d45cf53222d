-- What a website decides about leaving for other messengers, about files and about cookies; where there is no row, the program's own holds.
CREATE TABLE site_policies (
  site_id BIGINT PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
  off_platform TEXT NOT NULL CHECK (off_platform IN ('allow', 'warn', 'mask')),
  -- Digits with the country's code; empty where chats are handed over to nobody.
  whatsapp_number TEXT NOT NULL,
  whatsapp_text TEXT NOT NULL,
  -- Endings, with blanks between them.
  file_kinds TEXT NOT NULL,
  file_megabytes BIGINT NOT NULL CHECK (file_megabytes BETWEEN 1 AND 10),
  -- The domain whose names share the visitor's cookie; empty where each name has its own.
  cookie_domain TEXT NOT NULL,
  -- 'always': from the first page on; 'pressed': once the button is pressed; 'none': a press, and until the tab is closed.
  visitor_key TEXT NOT NULL CHECK (visitor_key IN ('always', 'pressed', 'none'))
);

-- What became of chats: facts that are counted, each chat once of a kind, on the day and in the hour of its website.
CREATE TABLE conversions (
  chat_id BIGINT NOT NULL REFERENCES chats (id),
  kind TEXT NOT NULL CHECK (kind IN ('handedOver', 'won')),
  conversation_id BIGINT NOT NULL REFERENCES conversations (id),
  site_id BIGINT NOT NULL REFERENCES sites (id),
  -- Who of the team did it; NULL for the visitor.
  account_id BIGINT REFERENCES accounts (id),
  at BIGINT NOT NULL,
  local_day TEXT NOT NULL,
  local_hour BIGINT NOT NULL CHECK (local_hour BETWEEN 0 AND 23),
  PRIMARY KEY (chat_id, kind)
);
CREATE INDEX conversions_of_site ON conversions (site_id, local_day);
