-- Chat logs are listed by what they are filtered by, the newest first; and reports read counters that a job folds together from turns.

CREATE INDEX sessions_by_bot ON sessions (workspace_id, function_id, session_id);
CREATE INDEX sessions_open ON sessions (workspace_id, status, session_id) WHERE status <> 'ended';

-- When the turn happened, until it is counted; none after that. Turns of the time before there were counters are not counted.
ALTER TABLE turns ADD COLUMN count_at BIGINT;
-- What is to be counted next in the whole installation: one more index that no workspace leads.
CREATE INDEX turns_to_count ON turns (count_at) WHERE count_at IS NOT NULL;

CREATE TABLE counters (
    workspace_id BYTEA NOT NULL,
    counter TEXT NOT NULL, -- what is counted
    bucket BIGINT NOT NULL, -- when the 15 minutes began
    function_id TEXT NOT NULL,
    bot_version BIGINT NOT NULL,
    name TEXT NOT NULL, -- the box or goal; empty where bots as a whole are counted
    count BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, counter, bucket, function_id, bot_version, name)
) {{without_rowid}};
