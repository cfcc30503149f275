"""Mails as they were planned, out of the outbox again: what another letter is made from."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from gpsync.mails import Link, PlannedMail
from gpsync.rules import WAITING_MAIL_STATES, LinkState, MailKind, MailReason, MailState, Rank
from gpsync.store.outbox.log import as_change
from gpsync.store.tables import doctor, link, outbox

#: They wait, and nobody must look at them first.
_WAITS = outbox.c.state.in_(WAITING_MAIL_STATES) & outbox.c.reason.is_distinct_from(MailReason.ALTERED)
_IS_RESPELLED = (
    select(doctor.c.gmc_number)
    .where(doctor.c.gmc_number == outbox.c.gmc_number, doctor.c.valid_to.is_(None))
    .where(doctor.c.email_key == outbox.c.recipient_key, doctor.c.email != outbox.c.recipient)
    .exists()
)


def out_of_date(connection: Connection, dated_before: datetime, key_ids: Collection[str]) -> list[PlannedMail]:
    """The mails that wait with a letter that must be another one by now: as they were planned, link and all.

    Those refused for now whose letter is dated before then; those to an address that the register writes differently
    today (C-3); those that an earlier version planned, which have no seal; and those of which the secret is none of
    `key_ids`, so that neither link nor seal can be made again.
    """
    is_old = (outbox.c.state == MailState.DEFERRED) & (outbox.c.dated_at < dated_before)
    is_lost = outbox.c.seal.is_(None) | link.c.key_id.not_in(key_ids)
    return _as_planned(connection, _WAITS & (is_old | _IS_RESPELLED | is_lost))


def as_planned(connection: Connection, mail_id: str) -> PlannedMail | None:
    """A mail as it was planned, with its link as it stands; None if there is no such mail."""
    return next(iter(_as_planned(connection, outbox.c.mail_id == mail_id)), None)


def _as_planned(connection: Connection, which: ColumnElement[bool]) -> list[PlannedMail]:
    links = [link.c[name].label(f"link_{name}") for name in Link.__dataclass_fields__]
    query = select(outbox, *links).join(link, link.c.link_id == outbox.c.link_id).where(which)
    ordered = query.order_by(outbox.c.due_date, outbox.c.gmc_number, outbox.c.mail_id)
    return [_planned(row) for row in connection.execute(ordered).mappings()]


def _planned(row: RowMapping) -> PlannedMail:
    given = {name: row[f"link_{name}"] for name in Link.__dataclass_fields__}
    return PlannedMail(
        mail_id=row["mail_id"],
        message_id=row["message_id"],
        link=Link(**{**given, "kind": MailKind(given["kind"]), "state": LinkState(given["state"])}),
        recipient=row["recipient"],
        details=row["details"],
        template=row["template"],
        due_date=row["due_date"],
        rank=Rank(row["rank"]),
        state=MailState(row["state"]),
        change=as_change(row["change"]) if row["change"] else None,
        hold_id=row["hold_id"],
        canary_of=row["canary_of"],
        requested_by=row["requested_by"],
        requested_reason=row["requested_reason"],
        seal=row["seal"],
    )
