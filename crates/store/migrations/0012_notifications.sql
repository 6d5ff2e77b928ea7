-- What agents are told of chats, how they want to be told, and mails that wait. None of it says what stands in a chat.

CREATE TABLE notifications (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    notification_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    session_id BYTEA NOT NULL,
    function_id TEXT NOT NULL,
    box_id TEXT NOT NULL,
    quiet BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (workspace_id, agent_id, notification_id)
) {{without_rowid}};
CREATE INDEX notifications_by_session ON notifications (workspace_id, session_id);

CREATE TABLE notification_settings (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    settings TEXT NOT NULL, -- JSON
    PRIMARY KEY (workspace_id, agent_id)
);

CREATE TABLE mails (
    workspace_id BYTEA NOT NULL,
    mail_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    session_id BYTEA,
    due_at BIGINT NOT NULL,
    wake_at BIGINT NOT NULL, -- when a worker looks at it next: due, or the lease is over
    attempt BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, mail_id)
);
-- What is due next in the whole installation: one more index that no workspace leads.
CREATE INDEX mails_due ON mails (wake_at);
CREATE INDEX mails_by_session ON mails (workspace_id, session_id) WHERE session_id IS NOT NULL;
CREATE INDEX mails_by_agent ON mails (workspace_id, agent_id);
