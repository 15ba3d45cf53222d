-- The index of search_texts. It holds no text of its own, and follows the table by these triggers.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = 'search_texts', content_rowid = 'id', tokenize = 'trigram');

CREATE TRIGGER search_text_added AFTER INSERT ON search_texts BEGIN
  INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);
END;

CREATE TRIGGER search_text_gone AFTER DELETE ON search_texts BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);
END;

CREATE TRIGGER search_text_changed AFTER UPDATE ON search_texts BEGIN
  INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);
  INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);
END;
