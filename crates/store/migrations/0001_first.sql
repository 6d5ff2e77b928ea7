-- One text for both databases: TEXT, BIGINT, BOOLEAN, BYTEA and nothing else. Times are microseconds since 1970 UTC, ids the 16 bytes of
-- their UUID. "sealed" is AES-256-GCM under the key of the user (u) or of the workspace (w), "blind" a keyed hash to look things up by.
--
-- workspace_id leads every primary key and index, except four, where the workspace is what one looks for:
-- workspaces_by_name, tokens_by_hash, and what is due next in the whole installation: jobs_due, deliveries_due.
--
-- There are no foreign keys: lists of changes come from one place that knows the order, retention deletes by partition, and distributed
-- databases pay dearly for them.

CREATE TABLE store_meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE workspaces (
    workspace_id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    event_sequence BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX workspaces_by_name ON workspaces (name);

CREATE TABLE workspace_keys (
    workspace_id BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, key_id)
);

CREATE TABLE agents (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    email BYTEA NOT NULL, -- sealed w
    email_index BYTEA NOT NULL, -- blind
    name BYTEA NOT NULL, -- sealed w
    role TEXT NOT NULL,
    password_hash BYTEA, -- sealed w
    event_sequence BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, agent_id)
);
CREATE UNIQUE INDEX agents_by_email ON agents (workspace_id, email_index);

CREATE TABLE fields (
    workspace_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE flags (
    workspace_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE goals (
    workspace_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE bots (
    workspace_id BYTEA NOT NULL,
    bot_id BYTEA NOT NULL,
    function_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    draft TEXT NOT NULL,
    draft_revision BIGINT NOT NULL,
    live_version BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, bot_id)
);
CREATE UNIQUE INDEX bots_by_function_id ON bots (workspace_id, function_id);

CREATE TABLE bot_versions (
    workspace_id BYTEA NOT NULL,
    bot_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL, -- an actor, JSON
    PRIMARY KEY (workspace_id, bot_id, version)
);

CREATE TABLE tokens (
    workspace_id BYTEA NOT NULL,
    token_id BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    expires_at BIGINT,
    read_only BOOLEAN NOT NULL,
    allow_ips TEXT NOT NULL, -- networks, a JSON array
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (workspace_id, token_id)
);
CREATE UNIQUE INDEX tokens_by_hash ON tokens (hash);

CREATE TABLE endpoints (
    workspace_id BYTEA NOT NULL,
    endpoint_id BYTEA NOT NULL,
    url BYTEA NOT NULL, -- sealed w: customers put credentials into addresses
    description TEXT NOT NULL,
    events TEXT NOT NULL, -- a selection, JSON
    detail TEXT NOT NULL,
    state TEXT NOT NULL,
    secret BYTEA NOT NULL, -- sealed w
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id)
);

CREATE TABLE secrets (
    workspace_id BYTEA NOT NULL,
    name TEXT NOT NULL,
    value BYTEA NOT NULL, -- sealed w
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE users (
    workspace_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    external_id BYTEA, -- sealed u
    external_id_index BYTEA, -- blind
    phone_index BYTEA, -- blind, of the field user_phone
    email_index BYTEA, -- blind, of the field user_email
    fields BYTEA NOT NULL, -- sealed u
    event_sequence BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE UNIQUE INDEX users_by_external_id ON users (workspace_id, external_id_index) WHERE external_id_index IS NOT NULL;
CREATE INDEX users_by_phone ON users (workspace_id, phone_index) WHERE phone_index IS NOT NULL;
CREATE INDEX users_by_email ON users (workspace_id, email_index) WHERE email_index IS NOT NULL;

CREATE TABLE user_keys (
    workspace_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    key_id BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) {{without_rowid}};

CREATE TABLE user_flags (
    workspace_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    flag TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, flag)
) {{without_rowid}};
CREATE INDEX user_flags_by_flag ON user_flags (workspace_id, flag, user_id);

CREATE TABLE sessions (
    workspace_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    bot_id BYTEA NOT NULL,
    function_id TEXT NOT NULL,
    bot_version BIGINT NOT NULL,
    status TEXT NOT NULL,
    medium TEXT NOT NULL,
    language TEXT NOT NULL,
    state BYTEA NOT NULL, -- sealed u
    last_seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    metadata BYTEA NOT NULL, -- sealed u
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT,
    PRIMARY KEY (workspace_id, session_id)
);
CREATE INDEX sessions_by_user ON sessions (workspace_id, user_id, session_id);

CREATE TABLE messages (
    workspace_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    message_id BYTEA NOT NULL,
    sender TEXT NOT NULL,
    kind TEXT NOT NULL,
    box_id TEXT,
    typing_delay_ms BIGINT,
    sensitive BOOLEAN NOT NULL,
    content BYTEA NOT NULL, -- sealed u: text, choices, media, client_message_id
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, session_id, seq)
) {{without_rowid}};

CREATE TABLE turns (
    workspace_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    turn BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    trace TEXT NOT NULL,
    PRIMARY KEY (workspace_id, session_id, turn)
) {{without_rowid}};

CREATE TABLE answers (
    workspace_id BYTEA NOT NULL,
    scope TEXT NOT NULL,
    key_index BYTEA NOT NULL, -- blind
    fingerprint BYTEA NOT NULL,
    user_id BYTEA,
    session_id BYTEA,
    seq BIGINT NOT NULL,
    status BIGINT,
    body BYTEA, -- sealed u, or w when there is no user
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (workspace_id, scope, key_index)
);
CREATE INDEX answers_by_expiry ON answers (workspace_id, expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE events (
    workspace_id BYTEA NOT NULL,
    event_id BYTEA NOT NULL,
    event_type TEXT NOT NULL,
    subject TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    actor TEXT NOT NULL, -- JSON
    user_id BYTEA,
    session_id BYTEA,
    data BYTEA NOT NULL, -- sealed u, or w when there is no user
    PRIMARY KEY (workspace_id, event_id)
);
CREATE UNIQUE INDEX events_by_subject ON events (workspace_id, subject, sequence);

CREATE TABLE deliveries (
    workspace_id BYTEA NOT NULL,
    delivery_id BYTEA NOT NULL,
    event_id BYTEA NOT NULL,
    endpoint_id BYTEA NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    wake_at BIGINT, -- when a worker looks at it next: due, or the lease is over; none when it is delivered or dead
    last_status BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, delivery_id)
);
CREATE INDEX deliveries_due ON deliveries (wake_at, endpoint_id) WHERE wake_at IS NOT NULL;
CREATE INDEX deliveries_by_endpoint ON deliveries (workspace_id, endpoint_id, delivery_id);

CREATE TABLE attempts (
    workspace_id BYTEA NOT NULL,
    delivery_id BYTEA NOT NULL,
    attempt BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    response BYTEA, -- sealed w
    PRIMARY KEY (workspace_id, delivery_id, attempt)
);

CREATE TABLE jobs (
    workspace_id BYTEA NOT NULL,
    job_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    session_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    number BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    wake_at BIGINT NOT NULL, -- when a worker looks at it next: due, or the lease is over
    attempt BIGINT NOT NULL,
    payload BYTEA NOT NULL, -- sealed u
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, job_id)
);
CREATE INDEX jobs_due ON jobs (wake_at);
CREATE INDEX jobs_by_session ON jobs (workspace_id, session_id, kind, number);
