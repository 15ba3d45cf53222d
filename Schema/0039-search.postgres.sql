-- The index of search_texts. The extension is part of PostgreSQL and may be created by the owner of the database.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX search_words ON search_texts USING gin (words gin_trgm_ops);
