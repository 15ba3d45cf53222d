-- A thousand customers with much credit in one lot each, and ten experts, with identities that pgbench can draw.
INSERT INTO accounts (id, email, email_key, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, active, created_at)
SELECT n, n || '@bench.invalid', n || '@bench.invalid', '', FALSE, FALSE, FALSE, '', 'fern', 'en', 'offline', TRUE, 0
FROM generate_series(1, 1010) AS n;
INSERT INTO wallets (account_id, unit, posted, held, revision)
SELECT n, 'credits', 1000000, 0, 1 FROM generate_series(1, 1000) AS n;
INSERT INTO lots (id, account_id, unit, origin, about, units, worth_minor, currency, free_units, free_worth_minor, acquired_at, expires_at)
SELECT n, n, 'credits', 'gift', 'load', 1000000, 250000000, 'EUR', 1000000, 250000000, 0, NULL FROM generate_series(1, 1000) AS n;
-- In the order of time, as the program's own identities are.
CREATE SEQUENCE deeds START 1000000 CACHE 100;
ANALYZE;
