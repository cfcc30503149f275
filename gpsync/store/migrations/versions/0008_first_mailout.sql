ALTER TABLE outbox ADD COLUMN rank INTEGER;
ALTER TABLE outbox ADD COLUMN canary_of TEXT CONSTRAINT outbox_canary_of_fkey REFERENCES hold (hold_id);

-- Asked for by a person, change, user, reminder, first link: `Rank` in gpsync/rules.py.
UPDATE outbox SET rank = CASE
    WHEN requested_by <> '' THEN 1
    WHEN requested_reason = 'REMINDER' THEN 4
    WHEN kind = 'EMAIL_CHANGE' THEN 2
    WHEN kind = 'USER_LINK' THEN 3
    ELSE 5
END;
ALTER TABLE outbox ALTER COLUMN rank SET NOT NULL;

-- The first mails of a first mailout were planned in the same moment as the rest, which is held.
UPDATE outbox m SET canary_of = h.hold_id
FROM hold h
WHERE h.kind = 'CANARY' AND m.kind = 'FIRST_LINK' AND m.hold_id IS NULL AND m.requested_by = ''
  AND EXISTS (SELECT FROM outbox r WHERE r.hold_id = h.hold_id AND r.queued_at = m.queued_at);

DROP INDEX outbox_ready_idx;
CREATE INDEX outbox_ready_idx ON outbox (rank, due_date, gmc_number, mail_id) WHERE state IN ('pending', 'deferred');
