-- A delivery keeps how much of its event it tells, so that every try sends the same body; a try without an answer, how far it came.

-- Until somebody says otherwise no values of a profile are told.
ALTER TABLE deliveries ADD COLUMN detail TEXT NOT NULL DEFAULT 'ids_only';
UPDATE deliveries SET detail = 'full' WHERE EXISTS (SELECT 1 FROM endpoints AS e
    WHERE e.workspace_id = deliveries.workspace_id AND e.endpoint_id = deliveries.endpoint_id AND e.detail = 'full');

ALTER TABLE attempts ADD COLUMN phase TEXT; -- what was being done when a try ended without an answer
