CREATE TABLE mismatch (
    mismatch_id TEXT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    owner TEXT NOT NULL,
    gmc_number TEXT,
    practice_code TEXT,
    case_id TEXT,
    user_id TEXT,
    state TEXT NOT NULL,
    first_seen DATE NOT NULL,
    last_seen DATE NOT NULL,
    open_since DATE,
    resolved_on DATE,
    times_reopened INTEGER NOT NULL,
    summary TEXT NOT NULL,
    evidence JSONB NOT NULL,
    acknowledged_until DATE,
    acknowledged_by TEXT NOT NULL,
    acknowledged_reason TEXT NOT NULL,
    CONSTRAINT mismatch_pkey PRIMARY KEY (mismatch_id)
);

CREATE INDEX mismatch_code_idx ON mismatch (code);

CREATE INDEX mismatch_gmc_number_idx ON mismatch (gmc_number);

CREATE INDEX mismatch_practice_code_idx ON mismatch (practice_code);

CREATE INDEX mismatch_state_idx ON mismatch (state);

CREATE VIEW reporting.mismatch AS
SELECT mismatch_id, code, severity, owner, gmc_number, practice_code, case_id, user_id, state, first_seen, last_seen,
       resolved_on, times_reopened, summary
FROM mismatch;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gpsync_report') THEN
        GRANT SELECT ON reporting.mismatch TO gpsync_report;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role gpsync_report was not granted reporting.mismatch: see docs/reporting.md';
END
$$;
