-- Files that people send in chats. Their content lies sealed outside of the database, under the id of the row: the row comes first and goes
-- last, so that nothing lies there of which no row knows.

CREATE TABLE files (
    workspace_id BYTEA NOT NULL,
    file_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    state TEXT NOT NULL, -- new: no message names it yet; said; gone: its content is to be removed
    name BYTEA NOT NULL, -- sealed u
    type TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, file_id)
);
CREATE INDEX files_by_session ON files (workspace_id, session_id);
CREATE INDEX files_by_user ON files (workspace_id, user_id);
-- What has to be removed in the whole installation: one more index that no workspace leads.
CREATE INDEX files_to_remove ON files (state, created_at) WHERE state <> 'said';
