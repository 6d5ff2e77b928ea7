-- Endpoints with everything one may choose, deliveries that go one after the other, and work that sends old events again.

ALTER TABLE endpoints ADD COLUMN filter TEXT NOT NULL DEFAULT '{}'; -- JSON
ALTER TABLE endpoints ADD COLUMN ordered_by TEXT;
ALTER TABLE endpoints ADD COLUMN rate_per_second BIGINT;
ALTER TABLE endpoints ADD COLUMN timeout_seconds BIGINT NOT NULL DEFAULT 15;
ALTER TABLE endpoints ADD COLUMN signature TEXT NOT NULL DEFAULT 'v1';
ALTER TABLE endpoints ADD COLUMN headers BYTEA; -- sealed w: names and values, JSON
ALTER TABLE endpoints ADD COLUMN signing_key BYTEA; -- sealed w: the Ed25519 seed
ALTER TABLE endpoints ADD COLUMN old_secrets BYTEA; -- sealed w: secrets that still sign for a while, JSON
ALTER TABLE endpoints ADD COLUMN disabled_reason TEXT;
ALTER TABLE endpoints ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

-- How an endpoint does; apart from its settings, because senders write it.
CREATE TABLE endpoint_health (
    workspace_id BYTEA NOT NULL,
    endpoint_id BYTEA NOT NULL,
    failing_since BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    warned BIGINT NOT NULL, -- how many warnings were given
    PRIMARY KEY (workspace_id, endpoint_id)
);

ALTER TABLE deliveries ADD COLUMN order_subject TEXT; -- only where the endpoint is ordered
ALTER TABLE deliveries ADD COLUMN order_sequence BIGINT;
ALTER TABLE deliveries ADD COLUMN tries_from BIGINT NOT NULL DEFAULT 0; -- attempts before this one count for no schedule: it was sent again by hand

-- What is due is asked for endpoint by endpoint, so that one with a long backlog costs the others nothing.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (workspace_id, endpoint_id, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX deliveries_in_order ON deliveries (workspace_id, endpoint_id, order_subject, order_sequence)
    WHERE wake_at IS NOT NULL AND order_subject IS NOT NULL;
CREATE INDEX deliveries_dead ON deliveries (workspace_id, endpoint_id, delivery_id) WHERE state = 'dead';

ALTER TABLE attempts ADD COLUMN response_headers BYTEA; -- sealed w: JSON
ALTER TABLE attempts ADD COLUMN dns_us BIGINT;
ALTER TABLE attempts ADD COLUMN connect_us BIGINT;
ALTER TABLE attempts ADD COLUMN to_headers_us BIGINT;

-- Sending old events to an endpoint again, in the background.
CREATE TABLE resends (
    workspace_id BYTEA NOT NULL,
    resend_id BYTEA NOT NULL,
    endpoint_id BYTEA NOT NULL,
    kind TEXT NOT NULL, -- recover: what is dead; replay: every event that the endpoint takes
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    rate_per_second BIGINT NOT NULL,
    state TEXT NOT NULL, -- running, done, cancelled
    place BYTEA, -- the last delivery or event that was looked at
    looked_at BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    wake_at BIGINT, -- when the next portion is due; none when it is over
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (workspace_id, resend_id)
);
CREATE INDEX resends_due ON resends (wake_at) WHERE wake_at IS NOT NULL;
