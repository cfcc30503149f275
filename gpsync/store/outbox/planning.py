"""Putting mails and their links into the outbox."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from gpsync import progress
from gpsync.mails import PROGRAM, Link, PlannedMail
from gpsync.records import EmailChange
from gpsync.rules import LIVE_LINK_STATES, LIVE_MAIL_STATES, ChangeState, LinkState, MailKind
from gpsync.store import links
from gpsync.store.copy_records import copy_records
from gpsync.store.locks import lock_history
from gpsync.store.tables import email_change, link, mail_event, outbox

#: Why a link ended: its holder has been issued another one.
NEWER_LINK = "NEWER_LINK"
#: So many mails go to the database at once.
_BLOCK = 2_000

_SUPERSEDE = (
    update(link)
    .where(link.c.holder == func.any(bindparam("holders")), link.c.state.in_(LIVE_LINK_STATES))
    .values(state=LinkState.SUPERSEDED, ended_at=bindparam("now"), reason=NEWER_LINK)
)


def plan(connection: Connection, mails: Iterable[PlannedMail], now: datetime) -> list[str]:
    """Put these mails and their links into the outbox; returns the ids of those that were new (C-43).

    A mail planned before is left as it is, and so is a person who has another mail under way: their mail may be
    planned again once that one has ended. A person's earlier link ends with the new one. The changes mailed
    about are QUEUED from now on. Everything happens in the caller's transaction, in which nobody else may plan.
    """
    lock_history(connection)
    fresh = _fresh(connection, list(mails))
    if not fresh:
        return []
    connection.execute(_SUPERSEDE, {"holders": [mail.link.holder for mail in fresh], "now": now})
    links.add(connection, (mail.link for mail in fresh))
    blocks = [fresh[start : start + _BLOCK] for start in range(0, len(fresh), _BLOCK)]
    for number, block in enumerate(blocks, start=1):
        copy_records(connection, outbox.name, [_row(mail, now) for mail in block])
        copy_records(connection, mail_event.name, [_event(mail, now) for mail in block])
        if len(blocks) > 1:
            progress.part("mails put into the outbox", min(number * _BLOCK, len(fresh)), len(fresh))
    _queue(connection, [mail.change.change_id for mail in fresh if mail.change])
    return [mail.mail_id for mail in fresh]


def idem_key(kind: MailKind, event_id: str, generation: int, template: str) -> str:
    """What makes a mail this mail: planned twice, it is put into the outbox once (C-43)."""
    return hashlib.sha256(f"{kind}|{event_id}|{generation}|{template}".encode()).hexdigest()


def _idem_key(mail: PlannedMail) -> str:
    return idem_key(mail.link.kind, mail.link.event_id, mail.link.generation, mail.template)


def _fresh(connection: Connection, mails: list[PlannedMail]) -> list[PlannedMail]:
    """Those neither planned before nor for somebody with a mail under way; of several for one person the first."""
    keys, holders = [_idem_key(mail) for mail in mails], [mail.link.holder for mail in mails]
    planned = set(connection.execute(select(outbox.c.idem_key).where(outbox.c.idem_key == func.any(keys))).scalars())
    live = outbox.c.state.in_(LIVE_MAIL_STATES) & (outbox.c.holder == func.any(holders))
    busy = set(connection.execute(select(outbox.c.holder).where(live)).scalars())
    chosen: dict[str, PlannedMail] = {}
    for mail, key in zip(mails, keys, strict=True):
        if key not in planned and mail.link.holder not in busy:
            chosen.setdefault(mail.link.holder, mail)
    return list(chosen.values())


def _row(mail: PlannedMail, now: datetime) -> dict[str, Any]:
    return {
        "mail_id": mail.mail_id,
        "idem_key": _idem_key(mail),
        **_of_link(mail.link),
        "change_id": mail.change.change_id if mail.change else None,
        "recipient": mail.recipient,
        "details": json.dumps(dict(mail.details)),
        "change": as_json(mail.change) if mail.change else None,
        "template": mail.template,
        "due_date": mail.due_date,
        "rank": int(mail.rank),
        "message_id": mail.message_id,
        "state": mail.state,
        "hold_id": mail.hold_id,
        "canary_of": mail.canary_of,
        "attempts": 0,
        "next_at": now,
        "epoch": 0,
        "queued_at": now,
        "requested_by": mail.requested_by,
        "requested_reason": mail.requested_reason,
        "seal": mail.seal,
    }


def _of_link(link: Link) -> dict[str, Any]:
    return {
        "kind": link.kind,
        "event_id": link.event_id,
        "holder": link.holder,
        "generation": link.generation,
        "gmc_number": link.gmc_number,
        "user_id": link.user_id,
        "link_id": link.link_id,
        "recipient_key": link.address_key,
    }


def _event(mail: PlannedMail, now: datetime) -> dict[str, Any]:
    return {
        "mail_id": mail.mail_id,
        "epoch": 0,
        "at": now,
        "state": mail.state,
        "actor": mail.requested_by or PROGRAM,
        "reason": mail.requested_reason or None,
    }


def _queue(connection: Connection, change_ids: list[str]) -> None:
    statement = update(email_change).where(email_change.c.change_id == func.any(change_ids))
    connection.execute(statement.values(state=ChangeState.QUEUED, reason=None))


def as_json(change: EmailChange) -> str:
    """A change as the outbox keeps it: a JSON object, with dates in ISO form."""
    return json.dumps(vars(change), default=date.isoformat)
