-- A session is saved with each of its turns. Where its page has room for the next version, PostgreSQL leaves the indexes of the table alone (a
-- "heap-only tuple"); without room it writes into each of them. SQLite changes rows in their places.
{{postgres}} ALTER TABLE sessions SET (fillfactor = 50);
{{postgres}} ALTER TABLE users SET (fillfactor = 70);
