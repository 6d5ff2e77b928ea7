-- The newest deliveries of a box are found without looking at all others. Deliveries from before are of no box.

ALTER TABLE deliveries ADD COLUMN function_id TEXT;
ALTER TABLE deliveries ADD COLUMN box_id TEXT;
CREATE INDEX deliveries_of_box ON deliveries (workspace_id, function_id, box_id, delivery_id) WHERE box_id IS NOT NULL;
