-- Agents sign in: invitations, limits of sight, browser sessions, and what slows guessing down.
--
-- Four more indexes do not begin with workspace_id, because the workspace is what one looks for: agents_by_sign_in,
-- agents_by_invitation, browser_sessions_by_hash, browser_sessions_by_expiry. The counters of sign_in_failures belong to no workspace.

ALTER TABLE agents ADD COLUMN limited_to_flags TEXT NOT NULL DEFAULT '[]'; -- a JSON array
ALTER TABLE agents ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE agents ADD COLUMN sign_in_index BYTEA; -- blind in the whole installation; filled at the next start where it is NULL
ALTER TABLE agents ADD COLUMN invitation_hash BYTEA;
ALTER TABLE agents ADD COLUMN invitation_expires_at BIGINT;
CREATE INDEX agents_by_sign_in ON agents (sign_in_index);
CREATE UNIQUE INDEX agents_by_invitation ON agents (invitation_hash) WHERE invitation_hash IS NOT NULL;

CREATE TABLE browser_sessions (
    workspace_id BYTEA NOT NULL,
    browser_session_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    address BYTEA NOT NULL, -- sealed w
    user_agent BYTEA NOT NULL, -- sealed w
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, browser_session_id)
);
CREATE UNIQUE INDEX browser_sessions_by_hash ON browser_sessions (hash);
CREATE INDEX browser_sessions_by_agent ON browser_sessions (workspace_id, agent_id, browser_session_id);
CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expires_at);

CREATE TABLE sign_in_failures (
    subject BYTEA NOT NULL PRIMARY KEY, -- blind in the whole installation: an agent's address, or a network address
    failures BIGINT NOT NULL,
    since BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    forget_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (forget_at);
