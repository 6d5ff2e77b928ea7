-- An agent who cannot sign in any more and is not removed: the name stays beside what the agent said.

ALTER TABLE agents ADD COLUMN deactivated_at BIGINT;
