"""Taking mails from the outbox to send them, and giving them back. Leases run by the database's clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, TextClause, text

from gpsync import rules
from gpsync.mails import PROGRAM, Claim
from gpsync.rules import READY_MAIL_STATES, ChangeReason, MailKind, MailState, Rank
from gpsync.store.outbox.moves import CHANGE_UNKNOWN, log_parameters, move, words

#: What a mail was that another one replaced while it was being refused: the try it began is going on.
_EARLIER_TRY = (
    "(SELECT min(e.dated_at) FROM outbox e WHERE e.event_id = m.event_id AND e.mail_id <> m.mail_id"
    f" AND e.state = '{MailState.CANCELLED}' AND e.dated_at > :oldest_try"
    " AND (SELECT v.state FROM mail_event v WHERE v.mail_id = e.mail_id ORDER BY v.event_number DESC"
    f" OFFSET 1 LIMIT 1) = '{MailState.DEFERRED}')"
)
# Nothing has been handed over yet, so a claim may be lost with the machine.
_CLAIM = move(
    f"state = '{MailState.CLAIMED}', epoch = o.epoch + 1, lease_token = :lease_token,"
    " lease_until = clock_timestamp() + :lease, dated_at = coalesce(o.dated_at, :at)",
    "o.mail_id = chosen.mail_id",
    first=(
        f"chosen AS MATERIALIZED (SELECT mail_id FROM outbox WHERE state IN ({words(READY_MAIL_STATES)})"
        " AND next_at <= :at AND rank <= :last_rank"
        " ORDER BY rank, due_date, gmc_number, mail_id LIMIT :limit FOR UPDATE SKIP LOCKED)"
    ),
    source="FROM chosen",
    also=(
        "dated AS (UPDATE link l SET expires_at = coalesce(l.expires_at, m.dated_at + :link_life)"
        " FROM moved m WHERE l.link_id = m.link_id RETURNING l.link_id, l.key_id, l.expires_at)",
    ),
    answer=f"m.*, l.key_id, l.expires_at, least(m.dated_at, {_EARLIER_TRY}) AS first_tried_at",
    answered_by="moved m JOIN dated l USING (link_id) ORDER BY m.rank, m.due_date, m.gmc_number, m.mail_id",
    durable=False,
)

#: A letter that was never tried gets a new date when it is.
_FREE = f"state = '{MailState.PENDING}', dated_at = CASE WHEN o.attempts > 0 THEN o.dated_at END"
_UNDATE = (
    "undated AS (UPDATE link l SET expires_at = NULL FROM moved m WHERE l.link_id = m.link_id AND m.dated_at IS NULL)"
)
_RELEASE = move(
    _FREE,
    f"o.mail_id = mine.mail_id AND o.epoch = mine.epoch AND o.state = '{MailState.CLAIMED}'",
    source="FROM unnest(CAST(:mail_ids AS TEXT[]), CAST(:epochs AS INTEGER[])) AS mine (mail_id, epoch)",
    also=(_UNDATE,),
    durable=False,
)
_RELEASE_LEASE = move(
    _FREE, f"o.lease_token = :lease_token AND o.state = '{MailState.CLAIMED}'", also=(_UNDATE,), durable=False
)
_LAPSED = "o.lease_until < clock_timestamp()"


def _freeing(which: str) -> TextClause:
    return move(_FREE, f"o.state = '{MailState.CLAIMED}' AND {which}", also=(_UNDATE,))


def _doubting(which: str) -> TextClause:
    return move(
        f"state = '{MailState.UNKNOWN}', reason = :reason",
        f"o.state = '{MailState.IN_DOUBT}' AND {which}",
        also=(CHANGE_UNKNOWN,),
    )


_SWEEP_CLAIMED, _SWEEP_IN_DOUBT = _freeing(_LAPSED), _doubting(_LAPSED)
_SWEEP_ALL_CLAIMED, _SWEEP_ALL_IN_DOUBT = _freeing("true"), _doubting("true")
_UNDER_WAY = text(
    f"SELECT EXISTS (SELECT FROM outbox WHERE state IN ({words((MailState.CLAIMED, MailState.IN_DOUBT))}))"
)
_READY_COUNT = text(
    f"SELECT rank, count(*) FROM outbox WHERE state IN ({words(READY_MAIL_STATES)}) AND next_at <= :now GROUP BY rank"
)
_SOONEST = text(f"SELECT min(next_at) FROM outbox WHERE state IN ({words(READY_MAIL_STATES)}) AND rank <= :last_rank")


def claim(
    connection: Connection,
    lease_token: str,
    limit: int,
    now: datetime,
    link_hours: int,
    last_rank: Rank = max(Rank),
) -> list[Claim]:
    """Take up to `limit` mails that are to be sent: by rank, then oldest due date, then GMC number (C-48).

    Those of a rank behind `last_rank` are left. No two senders get the same mail. A letter is dated, and its link's
    hours begin, when it is first taken.
    """
    values = {
        "lease_token": lease_token,
        "limit": limit,
        "last_rank": last_rank,
        "at": now,
        "lease": timedelta(minutes=rules.LEASE_MINUTES),
        "link_life": timedelta(hours=link_hours),
        "oldest_try": now - timedelta(days=2 * rules.DEFER_DAYS),
        "actor": PROGRAM,
        "reason": None,
    }
    return [_claim(row) for row in connection.execute(_CLAIM, values).mappings()]


def release(connection: Connection, claims: Iterable[Claim], now: datetime | None = None) -> int:
    """Give back mails that were taken but not tried; returns how many were still ours. No attempt is counted."""
    taken = list(claims)
    values = {"mail_ids": [one.mail_id for one in taken], "epochs": [one.epoch for one in taken]}
    return len(connection.execute(_RELEASE, values | log_parameters(now)).all())


def release_lease(connection: Connection, lease_token: str, now: datetime) -> int:
    """Give back everything taken under this lease, such as by a claim whose answer was lost; returns how many."""
    return len(connection.execute(_RELEASE_LEASE, {"lease_token": lease_token} | log_parameters(now)).all())


@dataclass(frozen=True)
class Swept:
    """What senders that vanished have left: mails free again, and mails nobody knows the outcome of."""

    freed: int
    in_doubt: int


def sweep(connection: Connection, now: datetime) -> Swept:
    """Take back the mails of senders whose lease has lapsed.

    One that was being handed over becomes `unknown`, never `pending`: the mail service may have it (C-44).
    """
    return _sweep(connection, now, _SWEEP_CLAIMED, _SWEEP_IN_DOUBT)


def sweep_all(connection: Connection, now: datetime) -> Swept:
    """As `sweep`, whatever the leases say: for the holder of the run lock, before anything is sent.

    Nobody else sends then. A sender that lost that lock and does not know it yet finds its claim gone at the intent;
    one that is past its intent still counts, because a late answer counts.
    """
    return _sweep(connection, now, _SWEEP_ALL_CLAIMED, _SWEEP_ALL_IN_DOUBT)


def _sweep(connection: Connection, now: datetime, claimed: TextClause, in_doubt: TextClause) -> Swept:
    freed = connection.execute(claimed, log_parameters(now)).all()
    doubted = connection.execute(in_doubt, log_parameters(now, ChangeReason.UNKNOWN_OUTCOME)).all()
    return Swept(len(freed), len(doubted))


def under_way(connection: Connection) -> bool:
    """Whether any mail is taken, or being handed over."""
    return bool(connection.execute(_UNDER_WAY).scalar_one())


def ready(connection: Connection, now: datetime) -> dict[Rank, int]:
    """How many mails of each rank could be taken now."""
    return {Rank(rank): count for rank, count in connection.execute(_READY_COUNT, {"now": now})}


def soonest(connection: Connection, last_rank: Rank = max(Rank)) -> datetime | None:
    """When the next mail up to a rank can be taken, in the past if one can now; None when none is waiting."""
    return connection.execute(_SOONEST, {"last_rank": last_rank}).scalar()


def _claim(row: RowMapping) -> Claim:
    return Claim(
        mail_id=row["mail_id"],
        epoch=row["epoch"],
        lease_token=row["lease_token"],
        kind=MailKind(row["kind"]),
        gmc_number=row["gmc_number"],
        recipient=row["recipient"],
        recipient_key=row["recipient_key"],
        details=row["details"],
        template=row["template"],
        message_id=row["message_id"],
        generation=row["generation"],
        link_id=row["link_id"],
        key_id=row["key_id"],
        dated_at=row["dated_at"],
        expires_at=row["expires_at"],
        attempts=row["attempts"],
        first_tried_at=row["first_tried_at"],
        body_sha256=row["body_sha256"],
        rank=Rank(row["rank"]),
        seal=row["seal"],
    )
