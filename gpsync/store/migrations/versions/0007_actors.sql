-- Names were taken from the environment until now: no account stands behind them.
ALTER TABLE extract ADD COLUMN decided_account TEXT NOT NULL DEFAULT '';

ALTER TABLE hold
    ADD COLUMN opened_account TEXT NOT NULL DEFAULT '',
    ADD COLUMN asked_at TIMESTAMPTZ,
    ADD COLUMN asked_by TEXT NOT NULL DEFAULT '',
    ADD COLUMN asked_account TEXT NOT NULL DEFAULT '',
    ADD COLUMN asked_reason TEXT NOT NULL DEFAULT '',
    ADD COLUMN decided_account TEXT NOT NULL DEFAULT '';
ALTER TABLE hold
    ALTER COLUMN opened_account DROP DEFAULT,
    ALTER COLUMN asked_by DROP DEFAULT,
    ALTER COLUMN asked_account DROP DEFAULT,
    ALTER COLUMN asked_reason DROP DEFAULT,
    ALTER COLUMN decided_account DROP DEFAULT;

-- What was released before was released by somebody else than who opened it; whose accounts those were nobody knows.
UPDATE hold SET asked_at = opened_at, asked_by = opened_by, asked_account = 'unproven:asked', decided_account = 'unproven:decided'
WHERE decision = 'released';

-- A hold is released by two people: one has asked, another decides, who is not whoever planned the mails either.
ALTER TABLE hold DROP CONSTRAINT hold_two_people_check;
ALTER TABLE hold ADD CONSTRAINT hold_two_people_check CHECK (
    decision IS DISTINCT FROM 'released' OR (asked_at IS NOT NULL AND decided_at IS NOT NULL
    AND asked_by <> '' AND asked_account <> '' AND decided_by <> '' AND decided_account <> ''
    AND decided_by <> asked_by AND decided_account <> asked_account
    AND decided_by <> opened_by AND decided_account <> opened_account)
);

-- What people did, asked for and were refused. Never changed, never deleted from.
CREATE TABLE act (
    act_number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMPTZ NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    is_person BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    refusal TEXT NOT NULL,
    CONSTRAINT act_pkey PRIMARY KEY (act_number)
);

CREATE INDEX act_subject_idx ON act (subject);

CREATE FUNCTION act_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what people did is never changed';
END
$$;
CREATE TRIGGER act_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON act
    FOR EACH STATEMENT EXECUTE FUNCTION act_is_kept();

-- A run whose process was killed is found out by the next one.
CREATE INDEX run_running_idx ON run (started_at) WHERE outcome = 'running';
