"""Every table, on one page. The history tables follow the layouts, so a column is named once.

Dates are London dates, instants are aware UTC. Text columns hold a null where the register holds a blank.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gpsync.extracts.layouts import GMC_REGISTER, LAYOUTS, PRACTICES, Layout, Type
from gpsync.rules import Dataset

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

extract = Table(
    "extract",
    metadata,
    Column("extract_id", Text, primary_key=True),
    Column("dataset", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("columns", ARRAY(Text), nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("notes", ARRAY(Text), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_account", Text, nullable=False, server_default=""),
    Column("decided_reason", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
)
Index(
    "extract_accepted_key",
    extract.c.dataset,
    extract.c.as_of,
    extract.c.kind,
    unique=True,
    postgresql_where=text("outcome IN ('accepted', 'accepted_with_warnings')"),
)

Index(
    "extract_loaded_at_idx",
    extract.c.loaded_at,
    postgresql_where=text("outcome IN ('accepted', 'accepted_with_warnings')"),
)

extract_check = Table(
    "extract_check",
    metadata,
    Column("extract_id", ForeignKey(extract.c.extract_id, ondelete="CASCADE"), primary_key=True),
    Column("expectation", Text, primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("severity", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("unexpected", Integer, nullable=False),
)

quarantined_row = Table(
    "quarantined_row",
    metadata,
    Column("extract_id", ForeignKey(extract.c.extract_id, ondelete="CASCADE"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("key", Text, nullable=False, index=True),
)


def _history(layout: Layout, *derived: Column[str]) -> Table:
    """A table of versions: one row for each stretch in which a record read the same.

    `valid_to` is the first day the version no longer held (null while it does); `closed_on` the date of the
    extract that showed it, later than `valid_to` where an absence had to be confirmed.
    """
    (key,), name = layout.key, layout.history or layout.dataset
    columns = [
        Column(column.name, Date if column.type is Type.DATE else Text, nullable=column.name not in layout.mandatory)
        for column in layout.columns
        if column.name not in layout.key
    ]
    table = Table(
        name,
        metadata,
        Column(key, Text, primary_key=True),
        Column("valid_from", Date, primary_key=True),
        Column("valid_to", Date),
        Column("closed_on", Date),
        *columns,
        *derived,
        Column("row_hash", BigInteger, nullable=False),
        CheckConstraint("valid_to >= valid_from", name="order"),
        CheckConstraint("(valid_to IS NULL) = (closed_on IS NULL)", name="closed"),
    )
    Index(f"{name}_current_key", table.c[key], unique=True, postgresql_where=text("valid_to IS NULL"))
    Index(f"{name}_closed_on_idx", table.c.closed_on)
    Index(f"{name}_valid_from_idx", table.c.valid_from)
    return table


doctor = _history(GMC_REGISTER, Column("registration_class", Text, nullable=False), Column("email_key", Text))
Index("doctor_email_key_idx", doctor.c.email_key)
practice = _history(PRACTICES)

#: The history table of each dataset that has one.
HISTORIES: dict[Dataset, Table] = {
    dataset: metadata.tables[layout.history] for dataset, layout in LAYOUTS.items() if layout.history
}

absence = Table(
    "absence",
    metadata,
    Column("dataset", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("absent_from", Date, primary_key=True),
    Column("confirmed_on", Date),
    Column("returned_on", Date),
    Column("deleted", Boolean, nullable=False),
)
Index("absence_open_key", absence.c.dataset, absence.c.key, unique=True, postgresql_where=text("returned_on IS NULL"))

field_change = Table(
    "field_change",
    metadata,
    Column("dataset", Text, nullable=False),
    Column("extract_id", ForeignKey(extract.c.extract_id), nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("key", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("old_value", Text),
    Column("new_value", Text),
)
Index("field_change_key_idx", field_change.c.key, field_change.c.dataset)
Index("field_change_as_of_idx", field_change.c.dataset, field_change.c.as_of)

email_change = Table(
    "email_change",
    metadata,
    Column("change_id", Text, primary_key=True),
    Column("gmc_number", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("old_email", Text),
    Column("new_email", Text, nullable=False),
    Column("new_key", Text, nullable=False, index=True),
    Column("change_date", Date, nullable=False),
    Column("earliest_possible", Date),
    Column("due_date", Date, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("reason", Text),
    Column("sent_on", Date),
    Column("expires_on", Date),
)

eligibility = Table(
    "eligibility",
    metadata,
    Column("change_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("judged_on", Date, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("hold_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_account", Text, nullable=False),
    Column("counted", Integer, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("asked_at", DateTime(timezone=True)),
    Column("asked_by", Text, nullable=False),
    Column("asked_account", Text, nullable=False),
    Column("asked_reason", Text, nullable=False),
    Column("decision", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text, nullable=False),
    Column("decided_account", Text, nullable=False),
    Column("decided_reason", Text, nullable=False),
    CheckConstraint(
        "decision IS DISTINCT FROM 'released' OR (asked_at IS NOT NULL AND decided_at IS NOT NULL"
        " AND asked_by <> '' AND asked_account <> '' AND decided_by <> '' AND decided_account <> ''"
        " AND decided_by <> asked_by AND decided_account <> asked_account"
        " AND decided_by <> opened_by AND decided_account <> opened_account)",
        name="two_people",
    ),
)
Index("hold_scope_key", hold.c.kind, hold.c.scope, unique=True)

act = Table(
    "act",
    metadata,
    Column("act_number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("is_person", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("refusal", Text, nullable=False),
)
Index("act_subject_idx", act.c.subject)

link = Table(
    "link",
    metadata,
    Column("link_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("gmc_number", Text, index=True),
    Column("user_id", Text),
    Column("address_key", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("token_sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("opened_at", DateTime(timezone=True)),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("reason", Text),
)
Index("link_token_sha256_key", link.c.token_sha256, unique=True)
Index("link_live_key", link.c.holder, unique=True, postgresql_where=text("state IN ('issued', 'opened')"))

outbox = Table(
    "outbox",
    metadata,
    Column("mail_id", Text, primary_key=True),
    Column("idem_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("event_id", Text, nullable=False, index=True),
    Column("holder", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("change_id", Text, index=True),
    Column("gmc_number", Text, index=True),
    Column("user_id", Text),
    Column("link_id", ForeignKey(link.c.link_id), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("change", JSONB),
    Column("template", Text, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("dated_at", DateTime(timezone=True)),
    Column("body_sha256", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("hold_id", ForeignKey(hold.c.hold_id)),
    Column("attempts", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("lease_token", Text),
    Column("lease_until", DateTime(timezone=True)),
    Column("phase", Text),
    Column("smtp_code", Integer),
    Column("enhanced_code", Text),
    Column("relay_id", Text),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True), index=True),
    Column("requested_by", Text, nullable=False),
    Column("requested_reason", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("canary_of", ForeignKey(hold.c.hold_id)),
    Column("seal", Text),
)
Index("outbox_idem_key_key", outbox.c.idem_key, unique=True)
Index("outbox_message_id_key", outbox.c.message_id, unique=True)
Index(
    "outbox_live_key",
    outbox.c.holder,
    unique=True,
    postgresql_where=text("state IN ('held', 'pending', 'claimed', 'in_doubt', 'deferred')"),
)
Index(
    "outbox_ready_idx",
    outbox.c.rank,
    outbox.c.due_date,
    outbox.c.gmc_number,
    outbox.c.mail_id,
    postgresql_where=text("state IN ('pending', 'deferred')"),
)
Index("outbox_leased_idx", outbox.c.lease_until, postgresql_where=text("state IN ('claimed', 'in_doubt')"))

mail_event = Table(
    "mail_event",
    metadata,
    Column("event_number", BigInteger, Identity(always=True), primary_key=True),
    Column("mail_id", ForeignKey(outbox.c.mail_id), nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("phase", Text),
    Column("smtp_code", Integer),
    Column("enhanced_code", Text),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
)

suppression = Table(
    "suppression",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("since", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("mail_id", Text),
    Column("recorded_by", Text, nullable=False),
)

suppression_event = Table(
    "suppression_event",
    metadata,
    Column("event_number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("address_key", Text, nullable=False),
    Column("gmc_number", Text, nullable=False, index=True),
    Column("lifted", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

verification = Table(
    "verification",
    metadata,
    Column("gmc_number", Text, primary_key=True),
    Column("address_key", Text, primary_key=True),
    Column("verified_on", Date, primary_key=True),
    Column("source", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

returned_mail = Table(
    "returned_mail",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("mail_id", Text, index=True),
    Column("status_code", Text),
    Column("name", Text),
    Column("message", Text),
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Column("settled_reason", Text),
    CheckConstraint(
        "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_reason IS NULL)",
        name="settled",
    ),
)
Index(
    "returned_mail_waiting_idx",
    returned_mail.c.seen_at,
    postgresql_where=text("settled_at IS NULL AND kind IN ('unrecognised', 'policy', 'unreadable', 'returned')"),
)

mismatch = Table(
    "mismatch",
    metadata,
    Column("mismatch_id", Text, primary_key=True),
    Column("code", Text, nullable=False, index=True),
    Column("severity", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("gmc_number", Text, index=True),
    Column("practice_code", Text, index=True),
    Column("case_id", Text),
    Column("user_id", Text),
    Column("state", Text, nullable=False, index=True),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("open_since", Date),
    Column("resolved_on", Date),
    Column("times_reopened", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("members", JSONB, nullable=False, server_default=text("'{}'")),
    Column("compared", JSONB, nullable=False, server_default=text("'{}'")),
    Column("acknowledged_until", Date),
    Column("acknowledged_by", Text, nullable=False),
    Column("acknowledged_reason", Text, nullable=False),
)

list_comparison = Table(
    "list_comparison",
    metadata,
    Column("list_id", ForeignKey(extract.c.extract_id), primary_key=True),
    Column("predecessor_id", ForeignKey(extract.c.extract_id), nullable=False),
    Column("compared_on", Date, nullable=False),
)

list_change = Table(
    "list_change",
    metadata,
    Column("list_id", ForeignKey(extract.c.extract_id), primary_key=True),
    Column("gmc_number", Text, primary_key=True),
    Column("practice_code", Text, primary_key=True),
    Column("change", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("was", Text, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("or_on", Date),
)

not_known = Table(
    "not_known",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("as_of", Date, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("outcome", Text, nullable=False),
    Column("summary", JSONB, nullable=False),
)
Index("run_started_at_idx", run.c.started_at)
Index("run_running_idx", run.c.started_at, postgresql_where=text("outcome = 'running'"))
