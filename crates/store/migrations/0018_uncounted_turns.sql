-- That a turn is not counted yet is a small row of its own, and not a mark on the turn, which PostgreSQL would keep twice for it.

-- What is to be counted next in the whole installation: one more key that no workspace leads.
CREATE TABLE uncounted_turns (
    at BIGINT NOT NULL, -- when the turn was committed
    workspace_id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (at, workspace_id, session_id, turn)
) {{without_rowid}};
INSERT INTO uncounted_turns (at, workspace_id, session_id, turn)
    SELECT at, workspace_id, session_id, turn FROM turns WHERE count_at IS NOT NULL;
DROP INDEX turns_to_count;
ALTER TABLE turns DROP COLUMN count_at;
