-- People answer: who has a chat, who waits for one, what agents note about it, and who is there.

ALTER TABLE sessions ADD COLUMN agent_id BYTEA; -- the agent who answers; none while it is the bot's or nobody's
ALTER TABLE sessions ADD COLUMN waiting_since BIGINT; -- since when it waits for an agent
ALTER TABLE sessions ADD COLUMN wanted_flag TEXT; -- the flag of the agents who were asked for
ALTER TABLE sessions ADD COLUMN offer TEXT; -- a transfer that nobody has accepted yet, JSON
-- Few sessions stand in these two: a turn of a bot touches neither. Whoever cannot have a chat any more is looked for in the whole installation.
CREATE INDEX sessions_of_agent ON sessions (agent_id, workspace_id, session_id) WHERE agent_id IS NOT NULL;
CREATE INDEX sessions_waiting ON sessions (workspace_id, waiting_since, session_id) WHERE waiting_since IS NOT NULL;

-- Who took part in which session.
CREATE TABLE session_agents (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, agent_id, session_id)
) {{without_rowid}};
CREATE INDEX session_agents_by_session ON session_agents (workspace_id, session_id);

CREATE TABLE notes (
    workspace_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    note_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    after_seq BIGINT NOT NULL,
    content BYTEA NOT NULL, -- sealed u
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, session_id, note_id)
) {{without_rowid}};

-- Who is there. One more index that no workspace leads: whoever is lost is looked for in the whole installation.
CREATE TABLE presence (
    workspace_id BYTEA NOT NULL,
    agent_id BYTEA NOT NULL,
    chosen TEXT NOT NULL, -- what the agent has chosen: online, away, offline
    told TEXT NOT NULL, -- what everybody was told last
    seen_until BIGINT NOT NULL, -- until when the agent counts as there unless seen again
    capacity BIGINT NOT NULL, -- how many chats at once
    PRIMARY KEY (workspace_id, agent_id)
);
CREATE INDEX presence_by_loss ON presence (seen_until) WHERE told <> 'offline';

-- What agents say again and again.
CREATE TABLE canned_replies (
    workspace_id BYTEA NOT NULL,
    canned_reply_id BYTEA NOT NULL,
    agent_id BYTEA, -- whose own it is; none: everybody's
    name BYTEA NOT NULL, -- sealed w
    text BYTEA NOT NULL, -- sealed w
    language TEXT, -- BCP 47; none: for every language
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, canned_reply_id)
) {{without_rowid}};
