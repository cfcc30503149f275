"""Reading the bounce mailbox: what comes back, whether it can be trusted, and what follows from it (C-30)."""

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256

from sqlalchemy import Connection

from gpsync import progress
from gpsync.bounces.kept import kept
from gpsync.bounces.notices import Notice
from gpsync.bounces.verdict import Mailed, Returned, read, verdict
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.context import Context
from gpsync.operations.run_record import recorded_run
from gpsync.rules import FOR_A_PERSON, LinkState, MailState, ReturnedKind, RunKind
from gpsync.store import bounces as stored
from gpsync.store import bounces_waiting, outbox

#: What a report says of a mail that did not arrive, though nothing says that its address is dead.
_GIVEN_BACK = (ReturnedKind.RETURNED, ReturnedKind.POLICY)
#: States of a mail that a report may still move.
_UNMOVED = (MailState.SENT, MailState.IN_DOUBT)


@dataclass
class Bounces:
    """The result of reading the mailbox, in counts of messages.

    `known` were read by an earlier run, `unreadable` could not be opened; `suppressed` counts mails that are now
    known to have bounced, `given_back` those that came back undelivered, `arrived` those whose answer was lost and
    that a report shows to have gone out. `waiting` messages wait for a person, those of earlier readings too.
    """

    kinds: Counter[ReturnedKind] = field(default_factory=Counter)
    known: int = 0
    unreadable: int = 0
    suppressed: int = 0
    given_back: int = 0
    arrived: int = 0
    waiting: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must look at a message, of this reading or of an earlier one."""
        return bool(self.waiting)

    def counts(self) -> dict[str, int]:
        """The figures, by name."""
        return {
            **{str(kind): self.kinds[kind] for kind in ReturnedKind if kind is not ReturnedKind.UNREADABLE},
            "read before": self.known,
            "could not be opened": self.unreadable,
            "mails bounced": self.suppressed,
            "mails came back": self.given_back,
            "lost answers settled": self.arrived,
            "waiting for a person": self.waiting,
        }


def read_bounces(context: Context, mailbox: Mailbox) -> Bounces:
    """Read every new message of a mailbox; each is one transaction, and is marked as read after it.

    What needs a person is kept until somebody settles it. A run that is stopped leaves what it did; the next one goes
    on behind it. Raises AlreadyRunning, also where another run came while this one had lost the run lock, and
    GpsyncError when the mailbox fails.
    """
    bounces = Bounces()
    with recorded_run(context, RunKind.BOUNCES, context.today, bounces) as lock, context.phase("bounces"):
        for number, message in enumerate(mailbox.messages, 1):
            lock.keep()
            with context.engine.begin() as connection:
                _take(connection, context, message, bounces)
            if message.content is not None:
                message.mark_read()
            progress.step("Messages read", number, mailbox.size)
        with context.engine.connect() as connection:
            bounces.waiting = bounces_waiting.count(connection)
    return bounces


def _take(connection: Connection, context: Context, message: Message, bounces: Bounces) -> None:
    unopened = sha256(f"{ReturnedKind.UNREADABLE}\0{message.name}".encode()).hexdigest()
    if message.content is None:
        bounces.unreadable += 1
        if not stored.is_known(connection, unopened):
            stored.remember(connection, stored.Read(unopened, ReturnedKind.UNREADABLE), context.now())
            bounces_waiting.keep(connection, unopened, message.name, None)
        return
    if message.name:
        bounces_waiting.settle_opened(connection, unopened, context.now())
    fingerprint = sha256(message.content).hexdigest()
    if stored.is_known(connection, fingerprint):
        bounces.known += 1
        return
    found = read(message.content)
    mail = _mail(connection, found)
    notice = verdict(found, _facts(mail) if mail else None)
    reported = mail if mail and notice.is_report else None
    if reported:
        follow(connection, context, reported, notice, bounces)
    mail_id = reported.mail_id if reported else None
    stored.remember(connection, stored.Read(fingerprint, notice.kind, mail_id, notice.status_code), context.now())
    if notice.kind in FOR_A_PERSON:
        bounces_waiting.keep(connection, fingerprint, message.name, kept(message.content))
    bounces.kinds[notice.kind] += 1


def _mail(connection: Connection, message: Returned) -> outbox.HandedOverMail | None:
    """The one mail that a message names; a message that names several counts for none."""
    if len(message.references) != 1:
        return None
    (reference,) = message.references
    return outbox.lock_mail(connection, reference.mail_id)


def _facts(mail: outbox.HandedOverMail) -> Mailed:
    return Mailed(mail.mail_id, mail.generation, mail.recipient_key, mail.state)


def follow(
    connection: Connection,
    context: Context,
    mail: outbox.HandedOverMail,
    notice: Notice,
    bounces: Bounces,
    by: str = outbox.BOUNCES,
) -> None:
    """What follows from a report that is trusted.

    A dead address ends everything. A mail that came back undelivered has not arrived, whosever fault that was. Nothing
    follows where the link was used: somebody has got that mail.
    """
    code, now = notice.status_code, context.now()
    reason = code or str(notice.kind)
    if mail.state is MailState.BOUNCED:
        return
    is_used = mail.link_state is LinkState.CONFIRMED
    if notice.kind is ReturnedKind.PERMANENT and not is_used:
        outbox.bounce(connection, mail, code, now, by)
        bounces.suppressed += 1
        return
    if mail.state is MailState.UNKNOWN and notice.kind is not ReturnedKind.UNRECOGNISED:
        outbox.mark_arrived(connection, mail, reason, code, now)
        bounces.arrived += 1
        mail = replace(mail, state=MailState.SENT)
        if notice.kind not in _GIVEN_BACK or is_used:
            return
    if notice.kind in _GIVEN_BACK and not is_used and mail.state in _UNMOVED:
        outbox.give_back(connection, mail, notice.kind, code, now, by)
        bounces.given_back += 1
    else:
        outbox.note(connection, mail, reason, code, now, by)
