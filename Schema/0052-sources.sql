-- Where a visit came from, as the referrer and the landing page tell it. '' where that was never told.
ALTER TABLE visits ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- Who sent them, as a campaign calls itself, or as the website is known: 'google', 'newsletter', 'blog.example'.
ALTER TABLE visits ADD COLUMN source_name TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN medium TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN campaign TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN term TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN content TEXT NOT NULL DEFAULT '';
