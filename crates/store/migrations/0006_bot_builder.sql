-- What the Bot Builder keeps. Drafts stand apart from their bots, so that a list of bots reads no document.

CREATE TABLE drafts (
    workspace_id BYTEA NOT NULL,
    bot_id BYTEA NOT NULL,
    document TEXT NOT NULL, -- JSON
    tests TEXT NOT NULL, -- transcripts, a JSON array
    PRIMARY KEY (workspace_id, bot_id)
);
INSERT INTO drafts (workspace_id, bot_id, document, tests) SELECT workspace_id, bot_id, draft, '[]' FROM bots;
ALTER TABLE bots DROP COLUMN draft;

ALTER TABLE bots ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
-- What was found of the draft when it was saved: how many errors and warnings, and whether it says something else than the live version.
-- None of these for drafts that were saved before; they are looked at when somebody asks.
ALTER TABLE bots ADD COLUMN draft_errors BIGINT;
ALTER TABLE bots ADD COLUMN draft_warnings BIGINT;
ALTER TABLE bots ADD COLUMN draft_changed BOOLEAN;
ALTER TABLE bots ADD COLUMN updated_by TEXT; -- an actor, JSON
ALTER TABLE bots ADD COLUMN published_at BIGINT; -- when the live version was
UPDATE bots SET published_at = (SELECT v.published_at FROM bot_versions AS v
    WHERE v.workspace_id = bots.workspace_id AND v.bot_id = bots.bot_id AND v.version = bots.live_version);

ALTER TABLE bot_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- How many sessions are still on which version.
CREATE INDEX sessions_open_by_bot ON sessions (workspace_id, bot_id, bot_version) WHERE status <> 'ended';
