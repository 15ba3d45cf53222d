-- Who is on a website now: the live page asks for the visits with a page in sight in the last seconds.
CREATE INDEX visits_by_activity ON visits (active_at);
