-- When a website answers: {"week": {"1": [[540, 720], [780, 1080]], …}, "days": {"2026-12-25": []}} in minutes of its own day, Monday is 1;
-- {} where it keeps no hours.
ALTER TABLE sites ADD COLUMN hours JSON NOT NULL DEFAULT '{}';
