ALTER TABLE returned_mail ADD COLUMN name TEXT;
ALTER TABLE returned_mail ADD COLUMN message TEXT;
ALTER TABLE returned_mail ADD COLUMN settled_at TIMESTAMPTZ;
ALTER TABLE returned_mail ADD COLUMN settled_by TEXT;
ALTER TABLE returned_mail ADD COLUMN settled_reason TEXT;
ALTER TABLE returned_mail ADD CONSTRAINT returned_mail_settled_check CHECK (
    (settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_reason IS NULL)
);

-- What was read until now was told once, and nothing of it was kept that could be looked at.
UPDATE returned_mail SET settled_at = now(), settled_by = 'gpsync', settled_reason = 'Told when it was read.'
WHERE kind IN ('unrecognised', 'policy');

CREATE INDEX returned_mail_waiting_idx ON returned_mail (seen_at)
    WHERE settled_at IS NULL AND kind IN ('unrecognised', 'policy', 'unreadable', 'returned');
