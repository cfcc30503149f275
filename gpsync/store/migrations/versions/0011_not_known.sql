-- Mismatches from before have no hashes yet: what they show is compared until the next reconciliation has made them.
ALTER TABLE mismatch ADD COLUMN compared JSONB NOT NULL DEFAULT '{}';

-- What the newest run of a flow could not know, and why.
CREATE TABLE not_known (
    flow TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    since DATE NOT NULL,
    as_of DATE NOT NULL,
    CONSTRAINT not_known_pkey PRIMARY KEY (flow, subject)
);

-- An acknowledgement ends with its last day, whether or not a reconciliation has run since.
CREATE OR REPLACE VIEW reporting.mismatch AS
SELECT mismatch_id, code, severity, owner, gmc_number, practice_code, case_id, user_id,
       CASE WHEN state = 'ACKNOWLEDGED' AND acknowledged_until < (now() AT TIME ZONE 'Europe/London')::date THEN 'OPEN'
            ELSE state END AS state,
       first_seen, last_seen, resolved_on, times_reopened, summary
FROM mismatch;

CREATE VIEW reporting.not_assessed AS
SELECT subject AS code, reason, since, as_of FROM not_known WHERE flow = 'performer_reconcile';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gpsync_report') THEN
        GRANT SELECT ON reporting.not_assessed TO gpsync_report;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role gpsync_report was not granted reporting.not_assessed: see docs/reporting.md';
END
$$;
