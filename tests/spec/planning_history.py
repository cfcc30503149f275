"""What a drawn line makes of the past: the doctor's history, the mails so far, and the one that waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from gpsync import rules
from gpsync.link_tokens import LinkSecrets
from gpsync.mails import MailHistory, Person, PlannedMail, WaitingMail
from gpsync.operations.ids import mail_ids
from gpsync.records import Doctor, EmailChange, Mailing, Verification, Version
from gpsync.register.addresses import key
from gpsync.register.pseudonyms import pseudonym
from gpsync.rules import ChangeState, HoldKind, Kind, MailKind, MailState, Registration
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.triggers import MailTrigger, about_address, change_trigger, first_link
from gpsync.window.fold import email_changes
from gpsync.window.timeline import Calendar
from tests.spec.judging import DAY
from tests.spec.planning_lines import DrawnMail, Line

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
FIRST = date(2026, 1, 1)
CALENDAR = Calendar([(FIRST + timedelta(days=number), Kind.FULL) for number in range((DAY - FIRST).days + 1)])
SECRETS = LinkSecrets.parse(f"here:{'h' * 40}")
#: Changes that the mailout looks at; the others are over, or wait for somebody.
JUDGED = (ChangeState.WAITING, ChangeState.QUEUED)
SENDER = "links@pcse.example"
#: What a late extract shows of the address.
_LATE = "first shown four days later"
#: Besides what is out of date: what is not as it should be in the row of a mail that waits.
_LETTERS: dict[str, Callable[[PlannedMail], PlannedMail]] = {
    "a day old": lambda mail: mail,
    "spelled otherwise": lambda mail: mail,
    "without seal": lambda mail: replace(mail, seal=None),
    "of a secret taken away": lambda mail: mail,
    "redirected": lambda mail: replace(mail, recipient="eve@elsewhere.example"),
    "redirected, without seal": lambda mail: replace(mail, recipient="eve@elsewhere.example", seal=None),
    "redirected, of a secret taken away": lambda mail: replace(mail, recipient="eve@elsewhere.example"),
    "redirected with its link": lambda mail: replace(
        mail, recipient="eve@elsewhere.example", link=replace(mail.link, address_key="eve@elsewhere.example")
    ),
    "in capitals": lambda mail: replace(mail, recipient=mail.recipient.upper()),
    "of another generation": lambda mail: replace(mail, link=replace(mail.link, generation=9)),
    "with a made-up seal": lambda mail: replace(mail, seal=f"here:{'0' * 64}"),
}


def hashed(address: str) -> str:
    """The hash under which a forgotten address is remembered."""
    return pseudonym(b"made up", address)


def key_of(line: Line) -> str:
    return key(line.address(line.took) or "")


def event_id(line: Line) -> str:
    """What a line's mails so far are about."""
    if line.kind is MailKind.EMAIL_CHANGE:
        return taken_up(line).change_id
    return about_address(f"user {line.name} " if line.is_user else f"first {line.number} ", key_of(line))


def person(line: Line, letter: str) -> Person:
    """The doctor as the register shows them with this address."""
    email = line.address(letter)
    registration = line.registration or Registration.LICENSED
    return Person(
        line.number, f"{line.name} Oak", email, key(email) if email else None, registration, True, False, None
    )


def taken_up(line: Line) -> EmailChange:
    """The change that a line is about, as it was before today, before any mail and before any late extract."""
    known = replace(line, besides=line.besides - {_LATE})
    return email_changes(Doctor(line.number, _versions(known)[:2]), CALENDAR)[-1]


def doctor(line: Line) -> Doctor:
    """The history of a doctor whose change is drawn, with its mails."""
    change = replace(taken_up(line), state=ChangeState.QUEUED)
    mailings = [
        Mailing(change, mail.state, mail.on, mail.on + timedelta(days=3) if mail.on else None) for mail in line.mails
    ]
    quarantined = [(DAY, Kind.FULL)] if "row quarantined" in line.besides else []
    return Doctor(line.number, _versions(line), (), quarantined, mailings, verifications(line))


def verifications(line: Line) -> list[Verification]:
    """With which address the doctor's account was verified today, if it was."""
    letter = line.account.removeprefix("verified with ")
    return [Verification(line.number, key(line.address(letter) or ""), DAY)] if letter != line.account else []


def _versions(line: Line) -> list[Version]:
    """Address A, the one that they took up, and today's."""
    since = line.due - timedelta(days=rules.WINDOW_DAYS) + timedelta(days=4 if _LATE in line.besides else 0)
    stretches = [(FIRST, since, "A"), (since, DAY, line.took), (DAY, None, line.shows)]
    versions = [_version(line, *stretch) for stretch in stretches]
    return [*versions[:2], replace(versions[2], registration=line.registration or Registration.LICENSED)]


def _version(line: Line, since: date, until: date | None, letter: str) -> Version:
    email = line.address(letter)
    return Version(since, until, email, key(email) if email else None, Registration.LICENSED)


def history(line: Line) -> MailHistory | None:
    """What became of the mails so far about what a line is about."""
    if not line.mails:
        return None
    waiting, newest = waiting_mail(line), line.mails[-1]
    handed_over = [mail for mail in line.mails if mail.is_handed_over]
    last = handed_over[-1] if handed_over else None
    return MailHistory(
        event_id(line),
        waiting.mail_id if waiting else "over",
        len(line.mails),
        newest.state,
        newest.why or None,
        None,
        handed_over=len(handed_over),
        was_requested=any(mail.is_requested for mail in line.mails),
        was_returned=last is not None and last.state is MailState.RETURNED,
        last_day=last.on + timedelta(days=3) if last and last.on else None,
    )


def forgotten(line: Line) -> MailHistory | None:
    """What became of a mail about it before its address was forgotten: it is kept under the address's hash (C-55)."""
    about = about_address(event_id(line), hashed(key_of(line)))
    if "mailed before it was forgotten" in line.besides:
        return MailHistory(about, "over", 1, MailState.SENT, None, None, handed_over=1)
    if "cancelled before it was forgotten" in line.besides:
        return MailHistory(about, "over", 1, MailState.CANCELLED, None, None)
    return None


@cache
def waiting_mail(line: Line) -> PlannedMail | None:
    """The mail that waits, if one does, as it stands in the outbox. Asked again it is the same one."""
    mail = line.waiting
    if mail is None:
        return None
    secrets = LinkSecrets.parse(f"gone:{'g' * 40}") if line.letter.endswith("taken away") else SECRETS
    options = PlanOptions(
        secrets,
        SENDER,
        NOW,
        requested_by="amy" if mail.is_requested else "",
        requested_reason="phoned" if mail.is_requested else "",
        state=mail.state,
        hold_id=f"{mail.hold} hold" if mail.hold else None,
        canary_of="first mails" if mail.why == HoldKind.CANARY and not mail.hold else None,
    )
    planned = planned_mail(_trigger(line, mail), len(line.mails), options, mail_ids())
    return _LETTERS[line.letter](planned) if line.letter else planned


def _trigger(line: Line, mail: DrawnMail) -> MailTrigger:
    if line.kind is MailKind.EMAIL_CHANGE:
        event = change_trigger(taken_up(line), person(line, line.took))
        event = replace(event, is_reminder=mail.is_reminder or mail.is_after_return)
    else:
        event = first_link(person(line, line.took), DAY)
    event = replace(event, is_after_return=mail.is_after_return)
    if not line.is_user:
        return event
    return replace(
        event,
        kind=line.kind,
        event_id=event_id(line),
        holder=line.holder,
        gmc_number=None,
        user_id=line.name,
        details={"name": line.name, "practice": "A81001"},
    )


def as_waiting(mail: PlannedMail, line: Line, change: EmailChange | None) -> WaitingMail:
    """The mail as what waits is judged by, beside how its change stands now."""
    drawn = line.mails[-1]
    return WaitingMail(
        mail.mail_id,
        mail.link.kind,
        mail.link.event_id,
        mail.link.event_id if line.kind is MailKind.EMAIL_CHANGE else None,
        mail.link.gmc_number,
        mail.recipient,
        mail.link.address_key,
        mail.state,
        None,
        mail.requested_by,
        drawn.is_reminder or drawn.is_after_return,
        change.state if change else None,
        change.reason if change else None,
        change.due_date if change else None,
        drawn.hold,
    )


def in_doubt(line: Line) -> bool:
    """Whether nobody knows of one of the mails whether it went out."""
    return any(mail.state is MailState.UNKNOWN for mail in line.mails)
