ALTER TABLE email_change ADD COLUMN sent_on DATE;
ALTER TABLE email_change ADD COLUMN expires_on DATE;

-- Whether anything was accepted since a mailout judged who may be mailed is asked before every single mail.
CREATE INDEX extract_loaded_at_idx ON extract (loaded_at) WHERE outcome IN ('accepted', 'accepted_with_warnings');

CREATE TABLE eligibility (
    change_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    judged_on DATE NOT NULL,
    CONSTRAINT eligibility_pkey PRIMARY KEY (change_id)
);

CREATE TABLE hold (
    hold_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by TEXT NOT NULL,
    counted INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    decision TEXT,
    decided_at TIMESTAMPTZ,
    decided_by TEXT NOT NULL,
    decided_reason TEXT NOT NULL,
    CONSTRAINT hold_pkey PRIMARY KEY (hold_id),
    CONSTRAINT hold_two_people_check CHECK (decision IS DISTINCT FROM 'released' OR decided_by <> opened_by)
);

CREATE UNIQUE INDEX hold_scope_key ON hold (kind, scope);

CREATE TABLE link (
    link_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    gmc_number TEXT,
    user_id TEXT,
    address_key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ,
    confirmed_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    reason TEXT,
    CONSTRAINT link_pkey PRIMARY KEY (link_id)
);

CREATE UNIQUE INDEX link_token_sha256_key ON link (token_sha256);
CREATE UNIQUE INDEX link_live_key ON link (holder) WHERE state IN ('issued', 'opened');
CREATE INDEX link_gmc_number_idx ON link (gmc_number);

CREATE TABLE outbox (
    mail_id TEXT NOT NULL,
    idem_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    generation INTEGER NOT NULL,
    change_id TEXT,
    gmc_number TEXT,
    user_id TEXT,
    link_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    details JSONB NOT NULL,
    change JSONB,
    template TEXT NOT NULL,
    due_date DATE NOT NULL,
    message_id TEXT NOT NULL,
    dated_at TIMESTAMPTZ,
    body_sha256 TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    hold_id TEXT,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    epoch INTEGER NOT NULL,
    lease_token TEXT,
    lease_until TIMESTAMPTZ,
    phase TEXT,
    smtp_code INTEGER,
    enhanced_code TEXT,
    relay_id TEXT,
    queued_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    requested_by TEXT NOT NULL,
    requested_reason TEXT NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (mail_id),
    CONSTRAINT outbox_link_id_fkey FOREIGN KEY (link_id) REFERENCES link (link_id),
    CONSTRAINT outbox_hold_id_fkey FOREIGN KEY (hold_id) REFERENCES hold (hold_id)
);

CREATE UNIQUE INDEX outbox_idem_key_key ON outbox (idem_key);
CREATE UNIQUE INDEX outbox_message_id_key ON outbox (message_id);
-- Whatever a planner gets wrong, nobody has two mails under way at the same time.
CREATE UNIQUE INDEX outbox_live_key ON outbox (holder)
    WHERE state IN ('held', 'pending', 'claimed', 'in_doubt', 'deferred');
CREATE INDEX outbox_ready_idx ON outbox (due_date, gmc_number, mail_id) WHERE state IN ('pending', 'deferred');
CREATE INDEX outbox_leased_idx ON outbox (lease_until) WHERE state IN ('claimed', 'in_doubt');
CREATE INDEX outbox_change_id_idx ON outbox (change_id);
CREATE INDEX outbox_gmc_number_idx ON outbox (gmc_number);
CREATE INDEX outbox_event_id_idx ON outbox (event_id);
CREATE INDEX outbox_sent_at_idx ON outbox (sent_at);

-- The send log: a line for every move of a mail. Never changed, never deleted from.
CREATE TABLE mail_event (
    event_number BIGINT GENERATED ALWAYS AS IDENTITY,
    mail_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    phase TEXT,
    smtp_code INTEGER,
    enhanced_code TEXT,
    actor TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT mail_event_pkey PRIMARY KEY (event_number),
    CONSTRAINT mail_event_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES outbox (mail_id)
);

CREATE INDEX mail_event_mail_id_idx ON mail_event (mail_id);

CREATE FUNCTION mail_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the send log is never changed';
END
$$;
CREATE TRIGGER mail_event_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON mail_event
    FOR EACH STATEMENT EXECUTE FUNCTION mail_event_is_kept();

CREATE TABLE suppression (
    address_key TEXT NOT NULL,
    since DATE NOT NULL,
    reason TEXT NOT NULL,
    mail_id TEXT,
    recorded_by TEXT NOT NULL,
    CONSTRAINT suppression_pkey PRIMARY KEY (address_key)
);

-- What people decided about addresses; what bounces did to them is in the send log.
CREATE TABLE suppression_event (
    event_number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMPTZ NOT NULL,
    address_key TEXT NOT NULL,
    gmc_number TEXT NOT NULL,
    lifted BOOLEAN NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT suppression_event_pkey PRIMARY KEY (event_number)
);

CREATE INDEX suppression_event_gmc_number_idx ON suppression_event (gmc_number);

CREATE TABLE verification (
    gmc_number TEXT NOT NULL,
    address_key TEXT NOT NULL,
    verified_on DATE NOT NULL,
    source TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT verification_pkey PRIMARY KEY (gmc_number, address_key, verified_on)
);

CREATE TABLE returned_mail (
    sha256 TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    mail_id TEXT,
    status_code TEXT,
    CONSTRAINT returned_mail_pkey PRIMARY KEY (sha256)
);

CREATE INDEX returned_mail_mail_id_idx ON returned_mail (mail_id);

CREATE OR REPLACE VIEW reporting.email_change AS
SELECT c.change_id, c.gmc_number, c.kind, c.old_email, c.new_email, c.change_date, c.due_date,
       CASE WHEN c.state = 'WAITING' AND e.state IS NOT NULL THEN e.state
            WHEN c.state = 'WAITING' AND c.due_date <= (now() AT TIME ZONE 'Europe/London')::date THEN 'DUE'
            WHEN c.state = 'SENT' AND c.expires_on < (now() AT TIME ZONE 'Europe/London')::date
            THEN 'UNVERIFIED_EXPIRED'
            ELSE c.state END AS state,
       COALESCE(c.reason, CASE WHEN c.state = 'WAITING' THEN e.reason END) AS reason
FROM email_change c LEFT JOIN eligibility e USING (change_id);

CREATE VIEW reporting.mail AS
SELECT mail_id, change_id, user_id, gmc_number, recipient, state, attempts, smtp_code, message_id, queued_at, sent_at,
       reason
FROM outbox;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'gpsync_report') THEN
        GRANT SELECT ON reporting.mail TO gpsync_report;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role gpsync_report was not granted reporting.mail: see docs/reporting.md';
END
$$;
