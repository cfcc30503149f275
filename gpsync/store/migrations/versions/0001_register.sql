-- Tables. Dates are London dates; a null in a text column is a blank in the register.

CREATE TABLE absence (
    dataset TEXT NOT NULL,
    key TEXT NOT NULL,
    absent_from DATE NOT NULL,
    confirmed_on DATE,
    returned_on DATE,
    deleted BOOLEAN NOT NULL,
    CONSTRAINT absence_pkey PRIMARY KEY (dataset, key, absent_from)
);

CREATE UNIQUE INDEX absence_open_key ON absence (dataset, key) WHERE returned_on IS NULL;

CREATE TABLE doctor (
    gmc_number TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    closed_on DATE,
    surname TEXT NOT NULL,
    given_name TEXT,
    other_names TEXT,
    gender TEXT,
    year_of_qualification TEXT,
    pr_date DATE,
    fr_date DATE,
    specialist_register_date DATE,
    gp_register_date DATE,
    arf_due_date DATE,
    registration_status TEXT NOT NULL,
    ftp_conditions TEXT,
    ftp_undertakings TEXT,
    ftp_warnings TEXT,
    designated_body TEXT,
    doctor_in_training TEXT,
    email TEXT,
    email_last_updated DATE,
    registration_class TEXT NOT NULL,
    email_key TEXT,
    row_hash BIGINT NOT NULL,
    CONSTRAINT doctor_pkey PRIMARY KEY (gmc_number, valid_from),
    CONSTRAINT doctor_order_check CHECK (valid_to >= valid_from),
    CONSTRAINT doctor_closed_check CHECK ((valid_to IS NULL) = (closed_on IS NULL))
);

CREATE INDEX doctor_closed_on_idx ON doctor (closed_on);

CREATE UNIQUE INDEX doctor_current_key ON doctor (gmc_number) WHERE valid_to IS NULL;

CREATE INDEX doctor_email_key_idx ON doctor (email_key);

CREATE INDEX doctor_valid_from_idx ON doctor (valid_from);

CREATE TABLE email_change (
    change_id TEXT NOT NULL,
    gmc_number TEXT NOT NULL,
    kind TEXT NOT NULL,
    old_email TEXT,
    new_email TEXT NOT NULL,
    new_key TEXT NOT NULL,
    change_date DATE NOT NULL,
    earliest_possible DATE,
    due_date DATE NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT email_change_pkey PRIMARY KEY (change_id)
);

CREATE INDEX email_change_gmc_number_idx ON email_change (gmc_number);

CREATE INDEX email_change_new_key_idx ON email_change (new_key);

CREATE INDEX email_change_state_idx ON email_change (state);

CREATE TABLE extract (
    extract_id TEXT NOT NULL,
    dataset TEXT NOT NULL,
    kind TEXT NOT NULL,
    as_of DATE NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    counts JSONB NOT NULL,
    columns TEXT[] NOT NULL,
    findings JSONB NOT NULL,
    notes TEXT[] NOT NULL,
    decided_by TEXT NOT NULL,
    decided_reason TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT extract_pkey PRIMARY KEY (extract_id)
);

CREATE UNIQUE INDEX extract_accepted_key ON extract (dataset, as_of, kind) WHERE outcome IN ('accepted', 'accepted_with_warnings');

CREATE TABLE practice (
    practice_code TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    closed_on DATE,
    practice_name TEXT NOT NULL,
    region_code TEXT,
    postcode TEXT,
    open_date DATE,
    close_date DATE,
    status TEXT NOT NULL,
    icb_code TEXT,
    prescribing_setting TEXT,
    successor_code TEXT,
    row_hash BIGINT NOT NULL,
    CONSTRAINT practice_pkey PRIMARY KEY (practice_code, valid_from),
    CONSTRAINT practice_order_check CHECK (valid_to >= valid_from),
    CONSTRAINT practice_closed_check CHECK ((valid_to IS NULL) = (closed_on IS NULL))
);

CREATE INDEX practice_closed_on_idx ON practice (closed_on);

CREATE UNIQUE INDEX practice_current_key ON practice (practice_code) WHERE valid_to IS NULL;

CREATE INDEX practice_valid_from_idx ON practice (valid_from);

CREATE TABLE run (
    run_id TEXT NOT NULL,
    flow TEXT NOT NULL,
    as_of DATE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT NOT NULL,
    summary JSONB NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (run_id)
);

CREATE INDEX run_started_at_idx ON run (started_at);

CREATE TABLE extract_check (
    extract_id TEXT NOT NULL,
    expectation TEXT NOT NULL,
    column_name TEXT NOT NULL,
    severity TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    unexpected INTEGER NOT NULL,
    CONSTRAINT extract_check_pkey PRIMARY KEY (extract_id, expectation, column_name),
    CONSTRAINT extract_check_extract_id_fkey FOREIGN KEY(extract_id) REFERENCES extract (extract_id) ON DELETE CASCADE
);

CREATE TABLE field_change (
    dataset TEXT NOT NULL,
    extract_id TEXT NOT NULL,
    as_of DATE NOT NULL,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    old_value TEXT,
    new_value TEXT,
    CONSTRAINT field_change_extract_id_fkey FOREIGN KEY(extract_id) REFERENCES extract (extract_id)
);

CREATE INDEX field_change_as_of_idx ON field_change (dataset, as_of);

CREATE INDEX field_change_extract_id_idx ON field_change (extract_id);

CREATE INDEX field_change_key_idx ON field_change (key, dataset);

CREATE TABLE quarantined_row (
    extract_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    key TEXT NOT NULL,
    CONSTRAINT quarantined_row_pkey PRIMARY KEY (extract_id, row_number, reason),
    CONSTRAINT quarantined_row_extract_id_fkey FOREIGN KEY(extract_id) REFERENCES extract (extract_id) ON DELETE CASCADE
);

CREATE INDEX quarantined_row_key_idx ON quarantined_row (key);

-- What others may read. Names and columns are a contract; see docs/reporting.md.
CREATE SCHEMA reporting;

CREATE VIEW reporting.extract AS
SELECT extract_id, dataset, file_name, as_of, kind, sha256,
       (counts ->> 'rows')::integer AS rows,
       (counts ->> 'rows')::integer - (counts ->> 'quarantined')::integer - (counts ->> 'exact_duplicates')::integer
           AS accepted_rows,
       (counts ->> 'quarantined')::integer AS quarantined_rows,
       outcome, reason, loaded_at
FROM extract;

CREATE VIEW reporting.doctor AS
SELECT gmc_number, surname, given_name, registration_class AS registration_status, gp_register_date, email, valid_from
FROM doctor
WHERE valid_to IS NULL;

CREATE VIEW reporting.doctor_history AS
SELECT gmc_number, valid_from, valid_to, surname, given_name, registration_class AS registration_status,
       gp_register_date, email
FROM doctor;

CREATE VIEW reporting.field_change AS
SELECT extract_id, as_of, key AS gmc_number, field, old_value, new_value
FROM field_change
WHERE dataset = 'gmc_register';

-- A change that nothing stops becomes due by the calendar alone, so the view reads London's.
CREATE VIEW reporting.email_change AS
SELECT change_id, gmc_number, kind, old_email, new_email, change_date, due_date,
       CASE WHEN state = 'WAITING' AND due_date <= (now() AT TIME ZONE 'Europe/London')::date
            THEN 'DUE' ELSE state END AS state,
       reason
FROM email_change;

CREATE VIEW reporting.quarantined_row AS
SELECT extract_id, dataset, row_number, key, quarantined_row.reason
FROM quarantined_row JOIN extract USING (extract_id);

CREATE VIEW reporting.run AS
SELECT run_id, flow, as_of, started_at, finished_at, outcome, summary
FROM run;

-- Readers are made members of this role; where it cannot be created here, a database owner does it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gpsync_report') THEN
        CREATE ROLE gpsync_report NOLOGIN;
    END IF;
    GRANT USAGE ON SCHEMA reporting TO gpsync_report;
    GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO gpsync_report;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role gpsync_report was not created: see docs/reporting.md';
END
$$;
