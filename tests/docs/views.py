"""The sentences of `docs/reporting.md`: what each reporting view is for."""

ABOUT = """
# Reporting views

Other systems may read the schema `reporting`: its names and columns do not change. The tables behind it may change
with any version. Make readers members of the role `gpsync_report`:

    GRANT gpsync_report TO a_reader;

`gpsync db upgrade` creates the role where it may; otherwise a superuser, or a role that may create roles, runs
`CREATE ROLE gpsync_report NOLOGIN; GRANT USAGE ON SCHEMA reporting TO gpsync_report;
GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO gpsync_report;` once.
Views hold email addresses, which are personal data: grant with care. An address past retention reads `hashed:…`
everywhere, and its change gets a new `change_id`; nothing else changes.
"""

MEANINGS = {
    "doctor": "Who is on the register now. `registration_status` is the class, see the glossary.",
    "doctor_history": "Every stretch in which a doctor's record read the same. "
    "`valid_to` is the first day it no longer did; empty for the current one.",
    "email_change": "Every change of a GMC address. A change that nothing stops is WAITING until `due_date` "
    "and DUE from then on, by today's date in London.",
    "extract": "Every file that was taken from the inbox, and what became of it.",
    "field_change": "Every changed value on the register. Values a newly supplied column brought are not changes.",
    "mail": "Every mail that was ever planned, and its state: MailState in the glossary. One that is `returned` "
    "was accepted and came back undelivered. `change_id` is empty for first links and users.",
    "mismatch": "Where the records disagree, since when, and in which state. What the codes mean: mismatches.md.",
    "not_assessed": "Kinds of mismatch that the newest reconciliation could not assess, why, and since when. "
    "`reporting.mismatch` shows these as of their `last_seen`.",
    "quarantined_row": "Rows that were quarantined while their file was accepted. `row_number` counts records from 1.",
    "run": "Every run of a flow or a deciding command. `summary` holds counts, and `seconds` of each phase.",
}
