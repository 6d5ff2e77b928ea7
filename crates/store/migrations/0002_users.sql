-- What the DB-Update API needs of users and definitions: descriptions, users in the order of their changes, and what is found by its person
-- when a person is erased.

ALTER TABLE fields ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE flags ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE goals ADD COLUMN description TEXT NOT NULL DEFAULT '';

CREATE INDEX users_by_update ON users (workspace_id, updated_at, user_id);
CREATE INDEX answers_by_user ON answers (workspace_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX deliveries_by_event ON deliveries (workspace_id, event_id);
