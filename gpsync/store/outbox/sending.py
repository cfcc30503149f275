"""Handing a mail over: the intent before the final dot, and what became of it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, text

from gpsync.mails import Claim, Handover
from gpsync.rules import WAITING_MAIL_STATES, ChangeReason, ChangeState, MailReason, MailState, Verdict
from gpsync.store.outbox import guards
from gpsync.store.outbox.moves import (
    ANSWER,
    CHANGE_SENT,
    CHANGE_UNKNOWN,
    REVOKE_LINKS,
    SUPPRESS,
    UNQUEUE_CHANGES,
    log_parameters,
    move,
    words,
)

#: What a verdict makes of a mail. The other verdicts are about the channel: no mail moves by them.
_STATE_OF = {
    Verdict.SENT: MailState.SENT,
    Verdict.DEFERRED: MailState.DEFERRED,
    Verdict.BOUNCED: MailState.BOUNCED,
    Verdict.POLICY_HELD: MailState.POLICY_HELD,
    Verdict.UNKNOWN: MailState.UNKNOWN,
}
#: From where a mail may be settled: it is refused before the dot or after, but sent only after it.
_FROM = {
    MailState.SENT: (MailState.IN_DOUBT, MailState.UNKNOWN),
    MailState.UNKNOWN: (MailState.IN_DOUBT,),
}
_REFUSED_FROM = (MailState.CLAIMED, MailState.IN_DOUBT, MailState.UNKNOWN)
_REASONS = {MailState.UNKNOWN: ChangeReason.UNKNOWN_OUTCOME, MailState.DEAD: ChangeReason.TRANSPORT}
_CHANGE_BOUNCED = (
    f"changed AS (UPDATE email_change c SET state = '{ChangeState.BOUNCED}', reason = NULL"
    f" FROM moved m WHERE c.change_id = m.change_id"
    f" AND (c.state = '{ChangeState.QUEUED}' OR c.reason = '{ChangeReason.UNKNOWN_OUTCOME}'))"
)
_ALSO: dict[MailState, tuple[str, ...]] = {
    MailState.SENT: (CHANGE_SENT,),
    MailState.UNKNOWN: (CHANGE_UNKNOWN,),
    MailState.BOUNCED: (_CHANGE_BOUNCED, SUPPRESS, REVOKE_LINKS),
}

#: The final dot follows, whatever the server thinks of durability: this commit waits for the disk.
_INTEND = move(
    f"state = '{MailState.IN_DOUBT}', body_sha256 = :body_sha256",
    f"o.mail_id = :mail_id AND {guards.ALL} AND (o.body_sha256 IS NULL OR o.body_sha256 = :body_sha256)",
    durable=True,
)
_WITHDRAW = move(
    f"state = '{MailState.CANCELLED}', reason = :reason",
    f"o.mail_id = :mail_id AND o.epoch = :epoch AND o.lease_token = :lease_token AND o.state = '{MailState.CLAIMED}'",
    also=(REVOKE_LINKS, UNQUEUE_CHANGES),
)
#: One that was held already stays behind its hold; a hold that was released holds nothing any more.
_HOLD_ALTERED = (
    f"state = '{MailState.HELD}', reason = :reason, hold_id = CASE WHEN o.state = '{MailState.HELD}' THEN o.hold_id END"
)
_HOLD_ALTERED_CLAIMED = move(
    _HOLD_ALTERED,
    f"o.mail_id = :mail_id AND o.epoch = :epoch AND o.lease_token = :lease_token AND o.state = '{MailState.CLAIMED}'",
)
_HOLD_ALTERED_WAITING = move(_HOLD_ALTERED, f"o.mail_id = ANY(:mail_ids) AND o.state IN ({words(WAITING_MAIL_STATES)})")


def _settling(state: MailState, *, durable: bool) -> TextClause:
    sent_at = ", sent_at = :at" if state is MailState.SENT else ""
    return move(
        f"state = '{state}', reason = :mail_reason, attempts = o.attempts + 1, phase = :phase, smtp_code = :code,"
        " enhanced_code = :enhanced, relay_id = coalesce(:relay_id, o.relay_id),"
        f" next_at = coalesce(CAST(:next_at AS TIMESTAMPTZ), o.next_at){sent_at}",
        "o.mail_id = :mail_id AND o.epoch = :epoch"
        " AND o.lease_token = :lease_token"
        f" AND o.state IN ({words(_FROM.get(state, _REFUSED_FROM))})",
        codes=ANSWER,
        also=_ALSO.get(state, ()),
        durable=durable,
    )


_SETTLED_STATES = (*_STATE_OF.values(), MailState.DEAD)
#: The sender's own result may be lost with the machine: its journal has it.
_SETTLE = {state: _settling(state, durable=False) for state in _SETTLED_STATES}
_RECORD = {state: _settling(state, durable=True) for state in _SETTLED_STATES}
_WHERE = text("SELECT state, epoch, lease_token FROM outbox WHERE mail_id = :mail_id")
#: Locking rows is a write, so that the commit waits for the disk, and with it everything committed before.
_FOR_CERTAIN = text(
    "SELECT mail_id, state, epoch, lease_token, set_config('synchronous_commit', 'on', true)"
    " FROM outbox WHERE mail_id = ANY(:mail_ids) ORDER BY mail_id FOR UPDATE"
)


class MailPosition(NamedTuple):
    """A mail's state, how often it has been claimed, and by which lease the last time."""

    state: MailState
    epoch: int
    lease_token: str | None


def intend(
    connection: Connection, claim: Claim, body_sha256: str, judged_at: datetime, now: datetime | None = None
) -> bool:
    """Record that the mail is about to be handed over, if it still may be (C-43, C-50).

    True allows the final dot once this transaction is committed. False forbids it: `why_withdrawn` says why.
    `judged_at` is when it was judged who may be mailed; `now` is for the send log, the database's clock if missing.
    """
    values = guards.guard_values(claim, judged_at) | {"body_sha256": body_sha256}
    return _is_moved(connection, _INTEND, values | log_parameters(now))


def settle(connection: Connection, claim: Claim, handover: Handover, now: datetime, next_at: datetime | None) -> bool:
    """Record how the handing over of a mail ended; False if it is no longer ours, or was settled already (C-45).

    A mail refused for now is tried again at `next_at`; without one it is given up. A bounced address is not
    mailed again. The late answer to a mail that became `unknown` meanwhile counts.
    """
    values = {"mail_id": claim.mail_id, "epoch": claim.epoch, "lease_token": claim.lease_token}
    return _settle(connection, _SETTLE, values, handover, now, next_at)


def record(
    connection: Connection,
    mail_id: str,
    epoch: int,
    lease_token: str,
    handover: Handover,
    now: datetime,
    next_at: datetime,
) -> bool:
    """Record a result that a sender wrote down and could not bring home: as `settle`, but kept for certain."""
    values = {"mail_id": mail_id, "epoch": epoch, "lease_token": lease_token}
    return _settle(connection, _RECORD, values, handover, now, next_at)


def withdraw(connection: Connection, claim: Claim, reason: str, now: datetime) -> bool:
    """Cancel a mail that was taken but may not be sent, and revoke its link; the change is judged again."""
    values = {"mail_id": claim.mail_id, "epoch": claim.epoch, "lease_token": claim.lease_token}
    return _is_moved(connection, _WITHDRAW, values | log_parameters(now, reason))


def hold_altered(connection: Connection, claim: Claim, now: datetime) -> bool:
    """Hold a mail that was taken and whose row was changed after it was planned: a person must look."""
    values = {"mail_id": claim.mail_id, "epoch": claim.epoch, "lease_token": claim.lease_token}
    return _is_moved(connection, _HOLD_ALTERED_CLAIMED, values | log_parameters(now, MailReason.ALTERED))


def hold_altered_waiting(connection: Connection, mail_ids: Collection[str], now: datetime) -> int:
    """Hold those of these mails that wait, because their rows are not as they were planned; returns how many."""
    values = {"mail_ids": list(mail_ids)} | log_parameters(now, MailReason.ALTERED)
    return len(connection.execute(_HOLD_ALTERED_WAITING, values).all())


def position_of(connection: Connection, mail_id: str) -> MailPosition | None:
    """A mail's state; None if there is no such mail."""
    row = connection.execute(_WHERE, {"mail_id": mail_id}).first()
    return MailPosition(MailState(row.state), row.epoch, row.lease_token) if row else None


def positions_for_certain(connection: Connection, mail_ids: Collection[str]) -> dict[str, MailPosition]:
    """The state of each of these mails, locked until the transaction ends; unknown ones are left out.

    The transaction's commit outlasts a crash of the server, and with it whatever was committed before and perhaps
    not written to the disk yet.
    """
    rows = connection.execute(_FOR_CERTAIN, {"mail_ids": list(mail_ids)})
    return {row.mail_id: MailPosition(MailState(row.state), row.epoch, row.lease_token) for row in rows}


def state_after(handover: Handover, next_at: datetime | None) -> MailState:
    """What a result makes of its mail. Raises ValueError for one that says nothing about a mail."""
    if handover.verdict not in _STATE_OF:
        raise ValueError(f"the verdict {handover.verdict} settles no mail")
    state = _STATE_OF[handover.verdict]
    return MailState.DEAD if state is MailState.DEFERRED and next_at is None else state


def _settle(
    connection: Connection,
    statements: dict[MailState, TextClause],
    which: dict[str, object],
    handover: Handover,
    now: datetime,
    next_at: datetime | None,
) -> bool:
    state = state_after(handover, next_at)
    reason = _REASONS.get(state)
    values = which | {
        "phase": handover.phase,
        "code": handover.code,
        "enhanced": handover.enhanced,
        "relay_id": handover.relay_id,
        "next_at": next_at,
        "mail_reason": reason,
    }
    parameters = log_parameters(now, ChangeState.BOUNCED if state is MailState.BOUNCED else reason)
    return _is_moved(connection, statements[state], values | parameters)


def _is_moved(connection: Connection, statement: TextClause, values: dict[str, object]) -> bool:
    return len(connection.execute(statement, values).all()) == 1
