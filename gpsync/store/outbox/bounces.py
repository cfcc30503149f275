"""What a returned message does to the mail that it speaks of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, TextClause, select

from gpsync.rules import (
    HANDED_OVER_STATES,
    LIVE_MAIL_STATES,
    ChangeReason,
    ChangeState,
    LinkState,
    MailState,
    ReturnedKind,
)
from gpsync.store.london_days import sql_london_day
from gpsync.store.outbox.moves import REPORTED_CODE, SUPPRESS, move, revoke_links, words
from gpsync.store.tables import link, outbox

#: Who moves mails in the send log, and puts addresses on the suppression list.
BOUNCES = "bounces"
#: Why an address was suppressed, and a mail or link ended.
BOUNCED = "BOUNCED"
#: States of a change that what became of its mail decides about.
_MAILED = (ChangeState.QUEUED, ChangeState.SENT, ChangeState.UNVERIFIED_EXPIRED, ChangeState.RETURNED)
#: A later mail about the same change that has gone out, may have, or is under way: that one decides.
_IS_FOLLOWED = (
    "EXISTS (SELECT FROM outbox later WHERE later.change_id = m.change_id AND later.generation > m.generation"
    f" AND later.state IN ({words(sorted({*HANDED_OVER_STATES, *LIVE_MAIL_STATES}))}))"
)


def _change(state: ChangeState, *, reason: str = "NULL", unless: str = "false") -> str:
    """A step: the change that the mail was about, unless it has moved on since. Some mails are about none."""
    return (
        f"changed AS (UPDATE email_change c SET state = '{state}', reason = {reason},"
        f" sent_on = {sql_london_day('m.sent_at')}, expires_on = {sql_london_day('l.expires_at')}"
        " FROM moved m JOIN link l USING (link_id) WHERE c.change_id = m.change_id"
        f" AND (c.state IN ({words(_MAILED)}) OR c.reason = '{ChangeReason.UNKNOWN_OUTCOME}') AND NOT {unless})"
    )


def _moving(state: MailState, *also: str) -> TextClause:
    """A mail that went out without our knowing did so when it was last handed over."""
    return move(
        f"state = '{state}', reason = :row_reason, enhanced_code = :code, sent_at = coalesce(o.sent_at,"
        f" (SELECT max(v.at) FROM mail_event v WHERE v.mail_id = o.mail_id AND v.state = '{MailState.IN_DOUBT}'),"
        " o.dated_at, :at)",
        "o.mail_id = :mail_id AND o.state = :state",
        codes=REPORTED_CODE,
        also=also,
    )


_BOUNCE = _moving(MailState.BOUNCED, SUPPRESS, revoke_links(f"'{BOUNCED}'"), _change(ChangeState.BOUNCED))
#: That its link should not have gone out yet stays true of one that came back (C-36).
_EARLY = f"CASE c.reason WHEN '{ChangeReason.SENT_EARLY}' THEN c.reason END"
_GIVE_BACK = _moving(MailState.RETURNED, _change(ChangeState.RETURNED, reason=_EARLY, unless=_IS_FOLLOWED))
_ARRIVED = _moving(MailState.SENT, _change(ChangeState.SENT))
#: The mail stays as it is.
_NOTE = move("state = o.state", "o.mail_id = :mail_id", codes="NULL, CAST(NULL AS INTEGER), CAST(:code AS TEXT)")


@dataclass(frozen=True)
class HandedOverMail:
    """A mail that a message speaks of, as it stands now."""

    mail_id: str
    generation: int
    recipient_key: str
    state: MailState
    link_id: str
    link_state: LinkState
    change_id: str | None


def lock_mail(connection: Connection, mail_id: str) -> HandedOverMail | None:
    """The mail with this id, which nobody else moves until the transaction ends."""
    columns = ("mail_id", "generation", "recipient_key", "state", "link_id", "change_id")
    query = (
        select(*(outbox.c[name] for name in columns), link.c.state.label("link_state"))
        .join(link, link.c.link_id == outbox.c.link_id)
        .where(outbox.c.mail_id == mail_id)
        .with_for_update()
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return HandedOverMail(**{**row, "state": MailState(row["state"]), "link_state": LinkState(row["link_state"])})


def bounce(connection: Connection, mail: HandedOverMail, code: str | None, now: datetime, by: str = BOUNCES) -> None:
    """End a mail whose address does not exist: nothing is sent to that address again, its link is withdrawn."""
    connection.execute(_BOUNCE, _parameters(mail, BOUNCED, code or BOUNCED, code, now, by))


def give_back(
    connection: Connection, mail: HandedOverMail, kind: ReturnedKind, code: str | None, now: datetime, by: str = BOUNCES
) -> None:
    """Note that the mail service gave a mail back undelivered. Its address is mailed again, and its link left alone.

    The change follows only where no later mail about it has gone out or is under way.
    """
    connection.execute(_GIVE_BACK, _parameters(mail, str(kind).upper(), code or str(kind), code, now, by))


def mark_arrived(connection: Connection, mail: HandedOverMail, reason: str, code: str | None, now: datetime) -> None:
    """Settle a mail whose answer was lost: a report about it shows that the mail service had it."""
    connection.execute(_ARRIVED, _parameters(mail, None, reason, code, now, BOUNCES))


def note(
    connection: Connection, mail: HandedOverMail, reason: str, code: str | None, now: datetime, by: str = BOUNCES
) -> None:
    """Put a line about a mail into the send log, and leave the mail as it is."""
    connection.execute(_NOTE, {"mail_id": mail.mail_id, "code": code, "at": now, "actor": by, "reason": reason})


def _parameters(
    mail: HandedOverMail, row_reason: str | None, reason: str, code: str | None, now: datetime, by: str
) -> dict[str, object]:
    return {
        "mail_id": mail.mail_id,
        "state": mail.state,
        "row_reason": row_reason,
        "code": code,
        "at": now,
        "actor": by,
        "reason": reason,
    }
