"""Made-up doctors with a changed address, and mails about it, straight in the database."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from gpsync.mails import Claim, Handover, Link, PlannedMail
from gpsync.records import EmailChange
from gpsync.rules import ChangeKind, ChangeState, LinkState, MailKind, MailState, Phase, Rank, Registration, Verdict
from gpsync.store import outbox
from gpsync.store.tables import doctor, email_change, mail_event
from gpsync.store.tables import link as link_table
from gpsync.store.tables import outbox as outbox_table

#: The hour of the mailout, and when it was judged who may be mailed.
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
JUDGED = NOW - timedelta(minutes=1)
LINK_HOURS = 72
DUE = date(2026, 11, 30)

SENT = Handover(Verdict.SENT, Phase.DOT, 250, "2.0.0", "queue-1")
DEFERRED = Handover(Verdict.DEFERRED, Phase.RECIPIENT, 450, "4.2.1")
BOUNCED = Handover(Verdict.BOUNCED, Phase.RECIPIENT, 550, "5.1.1")
POLICY_HELD = Handover(Verdict.POLICY_HELD, Phase.DATA, 554, "5.7.1")
UNKNOWN = Handover(Verdict.UNKNOWN, Phase.DOT)


def gmc_number(number: int) -> str:
    return f"9{number:06d}"


def address(number: int) -> str:
    return f"d{number}.new@doctor.example"


def add_doctor(connection: Connection, number: int = 1, **values: object) -> str:
    """A doctor, with a licence and their new address, as the register shows them now; returns their number."""
    row = {
        "gmc_number": gmc_number(number),
        "valid_from": date(2026, 11, 16),
        "surname": f"Surname{number}",
        "given_name": "Given",
        "registration_status": "Registered with Licence",
        "registration_class": Registration.LICENSED,
        "email": address(number),
        "email_key": address(number),
        "row_hash": number,
    }
    connection.execute(insert(doctor).values(row | values))
    return gmc_number(number)


def change(number: int = 1, **values: object) -> EmailChange:
    """A change of that doctor's address whose window has passed."""
    made = EmailChange(
        change_id=f"change-{number}",
        gmc_number=gmc_number(number),
        kind=ChangeKind.CHANGED,
        old_email=f"d{number}.old@doctor.example",
        new_email=address(number),
        new_key=address(number),
        change_date=DUE - timedelta(days=14),
        earliest_possible=None,
        due_date=DUE,
        state=ChangeState.WAITING,
    )
    return replace(made, **values)


def planned(number: int = 1, generation: int = 1, **values: object) -> PlannedMail:
    """A mail about that doctor's change, to be planned."""
    name = f"{number}-{generation}"
    link = Link(
        link_id=f"link-{name}",
        kind=MailKind.EMAIL_CHANGE,
        event_id=f"change-{number}",
        holder=f"gp {gmc_number(number)}",
        gmc_number=gmc_number(number),
        user_id=None,
        address_key=address(number),
        generation=generation,
        key_id="k1",
        token_sha256=hashlib.sha256(name.encode()).hexdigest(),
        state=LinkState.ISSUED,
        issued_at=NOW,
    )
    mail = PlannedMail(
        mail_id=f"mail-{name}",
        message_id=f"<v1.mail-{name}.{generation}@sender.example>",
        link=link,
        recipient=address(number),
        details={"name": f"Given Surname{number}", "changed_on": "2026-11-16"},
        template="email-change-v1",
        due_date=DUE,
        rank=Rank.CHANGE,
        state=MailState.PENDING,
        change=change(number),
        seal="k1:made-up",
    )
    return replace(mail, **values)


def add_change(connection: Connection, number: int = 1, **values: object) -> EmailChange:
    """That doctor's change as the history holds it."""
    made = change(number, **values)
    connection.execute(insert(email_change).values(**vars(made)))
    return made


def plan_mails(connection: Connection, n: int = 1, **values: object) -> list[str]:
    """Doctors 9000001 … with a change each, and a planned mail for each; returns the mails' ids in order."""
    numbers = range(1, n + 1)
    for number in numbers:
        add_doctor(connection, number)
        add_change(connection, number)
    mails = [planned(number, **values) for number in numbers]
    outbox.plan(connection, mails, NOW)
    return [mail.mail_id for mail in mails]


def take(connection: Connection, limit: int = 20, now: datetime = NOW, lease_token: str = "sender-1") -> list[Claim]:
    return outbox.claim(connection, lease_token, limit, now, LINK_HOURS)


def digest(claim: Claim) -> str:
    """The hash of a letter that stays the same."""
    return hashlib.sha256(claim.message_id.encode()).hexdigest()


def intend(connection: Connection, claim: Claim) -> bool:
    return outbox.intend(connection, claim, digest(claim), JUDGED, NOW)


def hand_over_all(
    connection: Connection, handover: Handover = SENT, limit: int = 20, now: datetime = NOW
) -> list[Claim]:
    """Take mails and settle each as if it had been handed over like this."""
    claims = take(connection, limit, now)
    for claim in claims:
        if handover.phase is Phase.DOT:
            assert intend(connection, claim)
        assert outbox.settle(connection, claim, handover, now, now + timedelta(minutes=15))
    return claims


def lapse(connection: Connection, *mail_ids: str) -> None:
    """Let the leases of these mails, or of all, run out."""
    statement = update(outbox_table).values(lease_until=func.clock_timestamp() - timedelta(seconds=1))
    if mail_ids:
        statement = statement.where(outbox_table.c.mail_id.in_(mail_ids))
    connection.execute(statement)


def state_of(connection: Connection, mail_id: str = "mail-1-1") -> MailState:
    return MailState(connection.execute(_of(outbox_table.c.state, mail_id)).scalar_one())


def column_of(connection: Connection, name: str, mail_id: str = "mail-1-1") -> object:
    return connection.execute(_of(outbox_table.c[name], mail_id)).scalar_one()


def _of(column, mail_id):
    return select(column).where(outbox_table.c.mail_id == mail_id)


def states(connection: Connection) -> dict[str, int]:
    """How many mails stand in each state."""
    return {str(state): count for state, count in outbox.counts(connection).items()}


def story(connection: Connection, mail_id: str = "mail-1-1") -> list[str]:
    """The states of a mail as the send log tells them."""
    query = select(mail_event.c.state).where(mail_event.c.mail_id == mail_id)
    return list(connection.execute(query.order_by(mail_event.c.event_number)).scalars())


def change_state(connection: Connection, number: int = 1) -> str:
    query = select(email_change.c.state).where(email_change.c.change_id == f"change-{number}")
    return connection.execute(query).scalar_one()


def link_state(connection: Connection, link_id: str = "link-1-1") -> str:
    return connection.execute(select(link_table.c.state).where(link_table.c.link_id == link_id)).scalar_one()
