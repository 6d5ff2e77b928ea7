-- Admins are told that webhooks do not arrive: notifications and mails that are about an endpoint and no chat, and what is still to be told.
-- None of it says where an endpoint is.

CREATE TABLE notifications_of_both (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    notification_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    session_id BYTEA,
    function_id TEXT,
    box_id TEXT,
    endpoint TEXT, -- what is wrong with an endpoint, JSON
    quiet BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (workspace_id, agent_id, notification_id)
) {{without_rowid}};
INSERT INTO notifications_of_both (workspace_id, agent_id, notification_id, kind, session_id, function_id, box_id, quiet, created_at, read_at)
    SELECT workspace_id, agent_id, notification_id, kind, session_id, function_id, box_id, quiet, created_at, read_at FROM notifications;
DROP TABLE notifications;
ALTER TABLE notifications_of_both RENAME TO notifications;
CREATE INDEX notifications_by_session ON notifications (workspace_id, session_id) WHERE session_id IS NOT NULL;

ALTER TABLE mails ADD COLUMN endpoint TEXT; -- what is wrong with the endpoint that it is about, JSON

-- A row per endpoint and kind: what happened and is not told yet is counted here, so that thousands are told of at once.
CREATE TABLE endpoint_alerts (
    workspace_id BYTEA NOT NULL,
    endpoint_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    trouble TEXT NOT NULL, -- the last of it, JSON
    waiting BIGINT NOT NULL, -- how often it happened since it was told
    happened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL, -- not told before
    told BIGINT NOT NULL, -- how often it was told
    PRIMARY KEY (workspace_id, endpoint_id, kind)
);
-- What is due next in the whole installation: one more index that no workspace leads.
CREATE INDEX endpoint_alerts_due ON endpoint_alerts (due_at) WHERE waiting > 0;
