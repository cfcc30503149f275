"""How a statement that moves mails is put together.

A move is one statement: the mail's row, its line in the send log, and whatever else must change with it. So
no move can be made without being logged, and it costs one round trip.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import TextClause, text

from gpsync.mails import PROGRAM
from gpsync.rules import LIVE_LINK_STATES, ChangeReason, ChangeState, LinkState, MailState
from gpsync.store.london_days import sql_london_day

#: What the send log records of an answer besides the state: nothing, what the mail service said, or a report's code.
NO_CODES = "NULL, CAST(NULL AS INTEGER), NULL"
ANSWER = "phase, smtp_code, enhanced_code"
REPORTED_CODE = "NULL, CAST(NULL AS INTEGER), enhanced_code"


def words(states: Iterable[str]) -> str:
    """States as they stand in an SQL list."""
    return ", ".join(f"'{state}'" for state in states)


def move(
    sets: str,
    where: str,
    *,
    first: str = "",
    source: str = "",
    codes: str = NO_CODES,
    also: tuple[str, ...] = (),
    answer: str = "mail_id",
    answered_by: str = "moved",
    durable: bool | None = None,
) -> TextClause:
    """A statement that moves the mails `o` and logs it with the parameters `at`, `actor` and `reason`.

    `first` is a step before the move, `source` a FROM clause to choose by; `codes` is what the log records of an
    answer; `also` are further steps that read `moved`. `durable` says whether the transaction's commit waits for the
    disk; None leaves that to the server.
    """
    steps = (
        *([first] if first else []),
        f"moved AS (UPDATE outbox o SET {sets} {source} WHERE {where} RETURNING o.*)",
        "logged AS (INSERT INTO mail_event"
        " (mail_id, epoch, at, state, phase, smtp_code, enhanced_code, actor, reason)"
        " SELECT mail_id, epoch, coalesce(CAST(:at AS TIMESTAMPTZ), clock_timestamp()), state,"
        f" {codes}, CAST(:actor AS TEXT), CAST(:reason AS TEXT) FROM moved)",
        *also,
    )
    return text(f"WITH {', '.join(steps)} SELECT {answer}{_commit(durable)} FROM {answered_by}")


def log_parameters(now: datetime | None, reason: str | None = None) -> dict[str, object]:
    """What the log records of a move that the program makes; without `now` the database's clock says when."""
    return {"at": now, "actor": PROGRAM, "reason": reason}


def _commit(durable: bool | None) -> str:
    """Said within the statement instead of in one of its own: a round trip less for every mail."""
    if durable is None:
        return ""
    return f", set_config('synchronous_commit', '{'on' if durable else 'off'}', true)"


def revoke_links(reason: str) -> str:
    """A step: the moved mails' links can no longer be used. `reason` is SQL."""
    return (
        f"revoked AS (UPDATE link l SET state = '{LinkState.REVOKED}', ended_at = :at, reason = {reason}"
        f" FROM moved m WHERE l.link_id = m.link_id AND l.state IN ({words(LIVE_LINK_STATES)}))"
    )


#: A step: the same, for the reason that the log gives.
REVOKE_LINKS = revoke_links(":reason")
#: A step: the addresses of the moved mails are not mailed any more.
SUPPRESS = (
    "suppressed AS (INSERT INTO suppression (address_key, since, reason, mail_id, recorded_by)"
    f" SELECT recipient_key, {sql_london_day(':at')}, '{ChangeState.BOUNCED}', mail_id, :actor"
    " FROM moved ON CONFLICT DO NOTHING)"
)
#: A step: the changes of cancelled mails stand as if those had never been planned, so that they are judged again.
UNQUEUE_CHANGES = (
    "unqueued AS (UPDATE email_change c SET state = coalesce("
    f"(SELECT CASE p.state WHEN '{MailState.SENT}' THEN '{ChangeState.SENT}'"
    f" WHEN '{MailState.BOUNCED}' THEN '{ChangeState.BOUNCED}'"
    f" WHEN '{MailState.RETURNED}' THEN '{ChangeState.RETURNED}' ELSE c.state END"
    f" FROM outbox p WHERE p.change_id = c.change_id AND p.state <> '{MailState.CANCELLED}'"
    f" AND p.mail_id <> m.mail_id ORDER BY p.generation DESC LIMIT 1), '{ChangeState.WAITING}'), reason = NULL"
    f" FROM moved m WHERE c.change_id = m.change_id AND (c.state = '{ChangeState.QUEUED}'"
    f" OR c.reason = '{ChangeReason.UNKNOWN_OUTCOME}'))"
)
#: A step: the changes whose mails were sent are SENT, with the days on which the link went out and runs out.
CHANGE_SENT = (
    f"changed AS (UPDATE email_change c SET state = '{ChangeState.SENT}', reason = NULL,"
    f" sent_on = {sql_london_day('m.sent_at')}, expires_on = {sql_london_day('l.expires_at')}"
    f" FROM moved m JOIN link l USING (link_id) WHERE c.change_id = m.change_id"
    f" AND (c.state = '{ChangeState.QUEUED}' OR c.reason = '{ChangeReason.UNKNOWN_OUTCOME}'))"
)
#: A step: nobody knows whether the link went out, so a person must decide about the change.
CHANGE_UNKNOWN = (
    f"changed AS (UPDATE email_change c SET state = '{ChangeState.HELD}', reason = '{ChangeReason.UNKNOWN_OUTCOME}'"
    f" FROM moved m WHERE c.change_id = m.change_id AND c.state = '{ChangeState.QUEUED}')"
)
