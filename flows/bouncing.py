"""Reading the bounce mailbox: what comes back, whether it may be believed, and what follows from it (C-30)."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection

from flows.desk import Desk
from flows.recording import recorded_run
from gpsync import telling
from gpsync.mail.mailboxes import Mailbox
from gpsync.rules import LinkState, MailState, ReturnedKind
from gpsync.store import returned as stored
from gpsync.verification.returned import Mailed, Returned, read, verdict
from gpsync.verification.returned_notices import Notice

#: Kinds that a person must look at.
_FOR_A_PERSON = (ReturnedKind.UNRECOGNISED, ReturnedKind.POLICY)


@dataclass
class Bounces:
    """What a reading of the mailbox came to, in counts of messages.

    `known` were read by an earlier run, `unreadable` could not be opened; `suppressed` counts mails that are now
    known to have bounced, `arrived` those whose answer was lost and that a report shows to have gone out.
    """

    kinds: Counter[ReturnedKind] = field(default_factory=Counter)
    known: int = 0
    unreadable: int = 0
    suppressed: int = 0
    arrived: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must look into the mailbox."""
        return bool(self.unreadable) or any(self.kinds[kind] for kind in _FOR_A_PERSON)

    def counts(self) -> dict[str, int]:
        """The figures, by name."""
        return {
            **{str(kind): self.kinds[kind] for kind in ReturnedKind},
            "read before": self.known,
            "could not be opened": self.unreadable,
            "mails bounced": self.suppressed,
            "lost answers settled": self.arrived,
        }


def read_bounces(desk: Desk, mailbox: Mailbox) -> Bounces:
    """Read every new message of a mailbox; each is one transaction, and is marked as read after it.

    A run that is stopped leaves what it did; the next one goes on behind it. Raises AlreadyRunning, also where another
    run came while this one had lost the run lock, and GpsyncError when the mailbox fails.
    """
    bounces = Bounces()
    with recorded_run(desk, "bounces", desk.today, bounces) as lock, desk.phase("bounces"):
        for number, message in enumerate(mailbox.messages, 1):
            lock.keep()
            if message.content is None:
                bounces.unreadable += 1
            else:
                with desk.engine.begin() as connection:
                    _take(connection, desk, message.content, bounces)
                message.mark_read()
            telling.step("Messages read", number, mailbox.size)
    return bounces


def _take(connection: Connection, desk: Desk, content: bytes, bounces: Bounces) -> None:
    fingerprint = sha256(content).hexdigest()
    if stored.is_known(connection, fingerprint):
        bounces.known += 1
        return
    message = read(content)
    mail = _mail(connection, message)
    notice = verdict(message, _facts(mail) if mail else None)
    believed = mail if mail and notice.is_report else None
    if believed:
        _follow(connection, desk, believed, notice, bounces)
    mail_id = believed.mail_id if believed else None
    stored.remember(connection, fingerprint, notice.kind, mail_id, notice.status_code, desk.now())
    bounces.kinds[notice.kind] += 1


def _mail(connection: Connection, message: Returned) -> stored.GivenMail | None:
    """The one mail that a message names; a message that names several is believed for none."""
    if len(message.references) != 1:
        return None
    (reference,) = message.references
    return stored.locked(connection, reference.mail_id)


def _facts(mail: stored.GivenMail) -> Mailed:
    return Mailed(mail.mail_id, mail.generation, mail.recipient_key, mail.state)


def _follow(connection: Connection, desk: Desk, mail: stored.GivenMail, notice: Notice, bounces: Bounces) -> None:
    """What follows from a report that is believed.

    Only a permanent failure has consequences, and none where the link was used: somebody has got that mail.
    """
    code, now = notice.status_code, desk.now()
    reason = code or str(notice.kind)
    if mail.state is MailState.BOUNCED:
        return
    if notice.kind is ReturnedKind.PERMANENT and mail.link_state is not LinkState.CONFIRMED:
        stored.bounce(connection, mail, code, now)
        bounces.suppressed += 1
    elif mail.state is MailState.UNKNOWN and notice.kind is not ReturnedKind.UNRECOGNISED:
        stored.arrived(connection, mail, reason, code, now)
        bounces.arrived += 1
    else:
        stored.note(connection, mail, mail.state, reason, code, now)
