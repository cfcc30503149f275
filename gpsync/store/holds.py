"""Holds on mails: opened by a run, asked for by one person, released by another."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gpsync.actors import PROGRAM, Actor
from gpsync.mails import LAPSED, Hold
from gpsync.rules import ActorSource, HoldKind, MailState
from gpsync.store.tables import hold, outbox


def open_hold(connection: Connection, wanted: Hold) -> Hold:
    """Open a hold, or return the one that is there for its kind and scope."""
    values = {
        "hold_id": wanted.hold_id,
        "kind": wanted.kind,
        "scope": wanted.scope,
        "opened_at": wanted.opened_at,
        "opened_by": wanted.opened_by.name,
        "opened_account": wanted.opened_by.account,
        "counted": wanted.counted,
        "allowed": wanted.allowed,
        **_asked(wanted.asked_by, wanted.asked_reason, wanted.asked_at),
        "decided_by": "",
        "decided_account": "",
        "decided_reason": "",
    }
    connection.execute(insert(hold).values(**values).on_conflict_do_nothing(index_elements=["kind", "scope"]))
    query = select(hold).where(hold.c.kind == wanted.kind, hold.c.scope == wanted.scope)
    return _hold(connection.execute(query).mappings().one())


def with_scopes(connection: Connection, kind: HoldKind, scopes: Collection[str]) -> dict[str, Hold]:
    """The holds of a kind on these scopes, by scope."""
    query = select(hold).where(hold.c.kind == kind, hold.c.scope == func.any(list(scopes)))
    return {row["scope"]: _hold(row) for row in connection.execute(query).mappings()}


def find(connection: Connection, hold_id: str) -> Hold | None:
    """The hold with this id, locked until the transaction ends."""
    row = connection.execute(select(hold).where(hold.c.hold_id == hold_id).with_for_update()).mappings().first()
    return _hold(row) if row else None


def undecided(connection: Connection) -> list[Hold]:
    """Holds that nobody has decided yet, oldest first."""
    query = select(hold).where(hold.c.decision.is_(None)).order_by(hold.c.opened_at)
    return [_hold(row) for row in connection.execute(query).mappings()]


def with_mails(connection: Connection) -> list[str]:
    """The holds that nobody has decided yet and in which mails wait, oldest first."""
    waits = (
        select(outbox.c.mail_id).where(outbox.c.hold_id == hold.c.hold_id, outbox.c.state == MailState.HELD).exists()
    )
    query = select(hold.c.hold_id).where(hold.c.decision.is_(None), waits).order_by(hold.c.opened_at)
    return list(connection.execute(query).scalars())


def ask(connection: Connection, hold_id: str, by: Actor, reason: str, now: datetime) -> None:
    """Record who approves the mails first, and why: the first of two people."""
    connection.execute(update(hold).where(hold.c.hold_id == hold_id).values(_asked(by, reason, now)))


def decide(connection: Connection, hold_id: str, decision: str, by: Actor, reason: str, now: datetime) -> None:
    """Write down who decided what, and why. The database refuses a release that two people have not approved."""
    decided = {
        "decision": decision,
        "decided_at": now,
        "decided_by": by.name,
        "decided_account": by.account,
        "decided_reason": reason,
    }
    connection.execute(update(hold).where(hold.c.hold_id == hold_id).values(decided))


def _asked(by: Actor | None, reason: str, now: datetime | None) -> dict[str, Any]:
    return {
        "asked_at": now if by else None,
        "asked_by": by.name if by else "",
        "asked_account": by.account if by else "",
        "asked_reason": reason if by else "",
    }


def close_early_links(connection: Connection, now: datetime) -> None:
    """Close the holds on early links that keep no mail back any more (C-52): there is nothing left to decide."""
    keeps = select(outbox.c.mail_id).where(outbox.c.hold_id == hold.c.hold_id, outbox.c.state == MailState.HELD)
    lapsed = update(hold).where(hold.c.kind == HoldKind.EARLY_LINK, hold.c.decision.is_(None), ~keeps.exists())
    decided = {"decision": LAPSED, "decided_at": now, "decided_by": PROGRAM.name, "decided_reason": "no mail is held"}
    connection.execute(lapsed.values(**decided))


def held_mails(connection: Connection, hold_id: str) -> list[str]:
    """The mails that the hold still keeps back."""
    query = select(outbox.c.mail_id).where(outbox.c.hold_id == hold_id, outbox.c.state == MailState.HELD)
    return list(connection.execute(query).scalars())


def domains(connection: Connection, hold_id: str, number: int = 10) -> Sequence[tuple[str, int]]:
    """How many of the held mails go to each receiving domain, the most first: what to look at before releasing."""
    domain = func.split_part(outbox.c.recipient_key, "@", 2)
    query = select(domain, func.count()).where(outbox.c.hold_id == hold_id, outbox.c.state == MailState.HELD)
    rows = connection.execute(query.group_by(domain).order_by(func.count().desc(), domain).limit(number))
    return [(name, count) for name, count in rows]


def sample(connection: Connection, hold_id: str, number: int = 20) -> list[str]:
    """GMC numbers or user ids of some of the held mails."""
    who = func.coalesce(outbox.c.gmc_number, outbox.c.user_id)
    query = select(who).where(outbox.c.hold_id == hold_id, outbox.c.state == MailState.HELD)
    return list(connection.execute(query.order_by(who).limit(number)).scalars())


def _hold(row: RowMapping) -> Hold:
    return Hold(
        row["hold_id"],
        HoldKind(row["kind"]),
        row["scope"],
        row["opened_at"],
        _actor(row["opened_by"], row["opened_account"], is_person=False),
        row["counted"],
        row["allowed"],
        _actor(row["asked_by"], row["asked_account"], is_person=True) if row["asked_by"] else None,
        row["asked_at"],
        row["asked_reason"],
        row["decision"],
    )


def _actor(name: str, account: str, *, is_person: bool) -> Actor:
    """The actor whom a row names. Only people are recorded as asking."""
    return Actor(name, ActorSource.ACCOUNT if account else ActorSource.PROGRAM, account, is_person)
