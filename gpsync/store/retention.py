"""Addresses in the history of what happened: which may be forgotten, and their replacement by hashes (C-55).

Addresses travel here as they are written, because most are kept in several spellings; `horizon` is the first day
that is not past retention. Suppressed addresses are not history: whoever asked not to be mailed must be recognised.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, RowMapping, func, select, text

from gpsync.mails import KeptMail
from gpsync.rules import (
    HASHED,
    LIVE_LINK_STATES,
    LIVE_MAIL_STATES,
    OPEN_CHANGE_STATES,
    STAFF_MAIL_STATES,
    Dataset,
    MailKind,
)
from gpsync.store.copy_records import copy_records
from gpsync.store.outbox.log import as_change
from gpsync.store.outbox.moves import words
from gpsync.store.outbox.planning import as_json, idem_key
from gpsync.store.tables import doctor, outbox

_EMAILS = f"t.dataset = '{Dataset.GMC_REGISTER}' AND t.field = 'email'"

#: Every place where an address of the past stands: table, expression, and what makes the row `t` old.
_PAST: tuple[tuple[str, str, str], ...] = (
    ("doctor", "t.email", "t.closed_on < :horizon"),
    ("doctor", "t.email_key", "t.closed_on < :horizon"),
    ("field_change", "t.old_value", f"t.as_of < :horizon AND {_EMAILS}"),
    ("field_change", "t.new_value", f"t.as_of < :horizon AND {_EMAILS}"),
    ("outbox", "t.recipient_key", "t.queued_at < :horizon"),
    ("outbox", "t.change ->> 'old_email'", "t.queued_at < :horizon"),
    ("verification", "t.address_key", "t.verified_on < :horizon"),
    ("suppression", "t.address_key", "t.since < :horizon AND t.mail_id IS NOT NULL"),
    ("suppression_event", "t.address_key", "t.at < :horizon"),
)
#: Most addresses of the past are somebody's still; the register itself shows it, except for odd spellings.
_OLD = text(
    " UNION ".join(
        f"SELECT {what} AS address FROM {table} t WHERE {is_old} AND {what} NOT LIKE '{HASHED}%' AND NOT EXISTS"
        f" (SELECT FROM doctor current WHERE current.email_key = lower({what}) AND current.valid_to IS NULL)"
        for table, what, is_old in _PAST
    )
)

_UNFINISHED_MAILS = words((*LIVE_MAIL_STATES, *STAFF_MAIL_STATES))

#: What keeps an address in plain: somebody has it, or had it lately, or something about it is not finished.
_NEEDED: tuple[str, ...] = (
    "SELECT email_key FROM doctor WHERE email_key = ANY(:keys) AND (valid_to IS NULL OR closed_on >= :horizon)",
    f"SELECT new_key FROM email_change WHERE new_key = ANY(:keys) AND state IN ({words(OPEN_CHANGE_STATES)})",
    "SELECT recipient_key FROM outbox WHERE recipient_key = ANY(:keys)"
    " AND (greatest(queued_at, sent_at) >= :horizon"
    f" OR state IN ({_UNFINISHED_MAILS}))",
    "SELECT address_key FROM link WHERE address_key = ANY(:keys) AND expires_at >= :horizon"
    f" AND state IN ({words(LIVE_LINK_STATES)})",
    # A doctor's account has the address that was verified last.
    "SELECT address_key FROM verification v WHERE address_key = ANY(:keys)"
    " AND (verified_on >= :horizon OR (EXISTS (SELECT FROM doctor d WHERE d.gmc_number = v.gmc_number"
    " AND d.valid_to IS NULL) AND NOT EXISTS (SELECT FROM verification w WHERE w.gmc_number = v.gmc_number"
    " AND (w.verified_on, w.address_key) > (v.verified_on, v.address_key))))",
    "SELECT address_key FROM suppression_event WHERE address_key = ANY(:keys) AND at >= :horizon",
)
_IS_NEEDED = text(" UNION ".join(_NEEDED))

#: The address that an unfinished change comes from is part of the change's id.
_ORIGINS = text(
    "SELECT old_email AS address FROM email_change WHERE old_email IS NOT NULL"
    f" AND state IN ({words(OPEN_CHANGE_STATES)})"
    " UNION SELECT change ->> 'old_email' FROM outbox"
    f" WHERE change ->> 'old_email' IS NOT NULL AND state IN ({_UNFINISHED_MAILS})"
)


def old_addresses(connection: Connection, horizon: date) -> set[str]:
    """Every address in plain, as written, that something of before the horizon is about and that no doctor has now."""
    return set(connection.execute(_OLD, {"horizon": horizon}).scalars())


def needed(connection: Connection, keys: Collection[str], horizon: date) -> set[str]:
    """Those of these keys that somebody uses, or has used since the horizon."""
    return set(connection.execute(_IS_NEEDED, {"keys": list(keys), "horizon": horizon}).scalars())


def origins_of_unfinished(connection: Connection) -> set[str]:
    """The addresses, as written, that unfinished changes, and the changes of unfinished mails, come from."""
    return set(connection.execute(_ORIGINS).scalars())


#: A verification whose hash is there already was reported again.
_REPORTED_AGAIN = (
    "DELETE FROM verification v USING retired r WHERE v.address_key = r.address AND EXISTS (SELECT FROM verification w"
    " WHERE w.gmc_number = v.gmc_number AND w.verified_on = v.verified_on AND w.address_key = r.hash)"
)
#: It bounced, and holds until the doctor's address is another one (C-30).
_BOUNCED = "DELETE FROM suppression s USING retired r WHERE s.address_key = r.address AND s.mail_id IS NOT NULL"

_REPLACED: Mapping[str, tuple[str, ...]] = {
    "doctor": (
        # Its row hash would show whether somebody has guessed the row, address and all.
        "UPDATE doctor t SET email = r.hash, email_key = r.hash, row_hash = 0 FROM retired r"
        " WHERE t.email_key = r.address AND t.valid_to IS NOT NULL",
    ),
    "field_change": (
        f"UPDATE field_change t SET old_value = r.hash FROM retired r WHERE t.old_value = r.address AND {_EMAILS}",
        f"UPDATE field_change t SET new_value = r.hash FROM retired r WHERE t.new_value = r.address AND {_EMAILS}",
    ),
    "verification": (
        _REPORTED_AGAIN,
        "UPDATE verification t SET address_key = r.hash FROM retired r WHERE t.address_key = r.address",
    ),
    "suppression_event": (
        "UPDATE suppression_event t SET address_key = r.hash FROM retired r WHERE t.address_key = r.address",
    ),
    "suppression": (_BOUNCED,),
}


def doctors_with(connection: Connection, addresses: Collection[str]) -> set[str]:
    """GMC numbers of the doctors whose history, mails or verifications hold one of these addresses."""
    query = text(
        "SELECT gmc_number FROM doctor WHERE email_key = ANY(:addresses)"
        " UNION SELECT gmc_number FROM outbox WHERE gmc_number IS NOT NULL"
        " AND (recipient_key = ANY(:addresses) OR change ->> 'old_email' = ANY(:addresses))"
        " UNION SELECT gmc_number FROM verification WHERE address_key = ANY(:addresses)"
    )
    return set(connection.execute(query, {"addresses": list(addresses)}).scalars())


def replace_addresses(connection: Connection, hashes: Mapping[str, str]) -> dict[str, int]:
    """Put each address's hash where the address stood, but in mails; returns how many rows that changed, by table.

    `hashes` names each address in every way it is written, its key among them.
    """
    _take_in(connection, "retired", [{"address": address, "hash": own} for address, own in hashes.items()])
    return {
        table: sum(connection.execute(text(statement)).rowcount for statement in statements)
        for table, statements in _REPLACED.items()
    }


def mails_naming(connection: Connection, addresses: Collection[str]) -> list[KeptMail]:
    """The mails to one of these addresses, and those about a change from one of them, however it is written."""
    old_email = outbox.c.change["old_email"].astext
    wanted = list(addresses)
    query = select(*(outbox.c[name] for name in KeptMail.__dataclass_fields__)).where(
        (outbox.c.recipient_key == func.any(wanted)) | (old_email == func.any(wanted))
    )
    return [_kept(row) for row in connection.execute(query).mappings()]


def _kept(row: RowMapping) -> KeptMail:
    change = as_change(row["change"]) if row["change"] else None
    return KeptMail(**{**row, "kind": MailKind(row["kind"]), "change": change})


def rewrite_mails(connection: Connection, mails: Sequence[KeptMail]) -> int:
    """Write down what is left of these mails, and of their links; returns how many there are."""
    if not mails:
        return 0
    _take_in(connection, "rewritten", [_row(mail) for mail in mails])
    connection.execute(_REWRITE_LINKS)
    return connection.execute(_REWRITE_MAILS).rowcount


def _row(mail: KeptMail) -> dict[str, str | None]:
    return {
        "mail_id": mail.mail_id,
        "event_id": mail.event_id,
        "change_id": mail.change.change_id if mail.change else None,
        "idem_key": idem_key(mail.kind, mail.event_id, mail.generation, mail.template),
        "recipient": mail.recipient,
        "recipient_key": mail.recipient_key,
        "change": as_json(mail.change) if mail.change else "null",
    }


_REWRITE_MAILS = text(
    "UPDATE outbox t SET event_id = r.event_id, change_id = r.change_id, idem_key = r.idem_key,"
    " recipient = r.recipient, recipient_key = r.recipient_key, change = CAST(r.change AS jsonb)"
    " FROM rewritten r WHERE t.mail_id = r.mail_id"
)
_REWRITE_LINKS = text(
    "UPDATE link t SET event_id = r.event_id, address_key = r.recipient_key"
    " FROM rewritten r JOIN outbox o USING (mail_id) WHERE t.link_id = o.link_id"
)


def _take_in(connection: Connection, name: str, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Put rows into a temporary table of texts that ends with the transaction."""
    columns = ", ".join(f"{column} text" for column in rows[0])
    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    connection.execute(text(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP"))
    copy_records(connection, name, rows)
    connection.execute(text(f"ANALYZE {name}"))


def hashed_since(connection: Connection, day: date) -> bool:
    """Whether going back to a day would bring a version back whose address is only a hash by now."""
    is_hashed = doctor.c.email_key.startswith(HASHED, autoescape=True)
    query = select(doctor.c.gmc_number).where(doctor.c.closed_on >= day, is_hashed)
    return connection.execute(query.limit(1)).first() is not None


def vacuum(connection: Connection) -> None:
    """Let the database throw away the rows that were replaced. The connection must commit by itself."""
    for table in (*_REPLACED, "outbox", "link", "email_change", "returned_mail"):
        connection.execute(text(f"VACUUM {table}"))
