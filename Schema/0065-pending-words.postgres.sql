-- New words wait in a list before they come into the index; each search reads all of that list, and whoever fills it empties it. 4 MB, as PostgreSQL
-- has it, are up to 190 ms in which a writer holds its conversations; 128 kB are 6.
ALTER INDEX search_words SET (gin_pending_list_limit = 128);
SELECT gin_clean_pending_list('search_words');
