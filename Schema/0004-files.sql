-- Files that people send, and the logos of websites.

-- In the address of the logo, so that a browser may keep it for good.
ALTER TABLE sites ADD COLUMN logo_hash TEXT;
