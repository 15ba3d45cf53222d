-- Capabilities that an administrator switched for one website. Where there is no row, the program's default stands.
CREATE TABLE site_features (
  site_id BIGINT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
  feature TEXT NOT NULL,
  is_on BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT REFERENCES accounts (id),
  PRIMARY KEY (site_id, feature)
);
