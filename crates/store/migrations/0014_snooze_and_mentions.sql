-- Chats that are put aside for a while, and colleagues who are named in notes.

ALTER TABLE sessions ADD COLUMN snoozed_at BIGINT; -- since when
ALTER TABLE sessions ADD COLUMN snoozed_until BIGINT;
CREATE INDEX sessions_snoozed ON sessions (workspace_id, session_id) WHERE snoozed_until IS NOT NULL;

ALTER TABLE notes ADD COLUMN mentions TEXT; -- the ids of agents, a JSON array; none when it names nobody
