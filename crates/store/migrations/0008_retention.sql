-- Chats that a workspace does not keep for ever: what ended is found by when it did.

CREATE INDEX sessions_by_end ON sessions (workspace_id, ended_at) WHERE ended_at IS NOT NULL;

-- Up to when events were forgotten; none as long as all are there. From then on numbers of events need not begin with one.
ALTER TABLE workspaces ADD COLUMN forgotten_until BIGINT;
