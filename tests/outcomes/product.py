"""The only module here that calls the product: an installation of its own, and everything done to it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, delete, select, text

from expectations import gate
from gpsync.actors import Actor
from gpsync.errors import GpsyncError, NotAllowed, WrongUse
from gpsync.extracts import inbox
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.context import Context, open_context
from gpsync.operations.ingest import ingest
from gpsync.operations.ingest.replay import replay
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.mailout import send
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.on_record import on_record
from gpsync.operations.purge import Purged, purge
from gpsync.operations.reconcile import reconcile
from gpsync.operations.run_record import recorded_run
from gpsync.operations.staff import decide_held, release
from gpsync.operations.staff.acknowledge import Wanted, acknowledge
from gpsync.operations.staff.confirm_links import confirm_file
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.operations.staff.resend import resend
from gpsync.operations.staff.resolve import resolve
from gpsync.operations.staff.settle_bounce import settle
from gpsync.operations.staff.suppress import suppress
from gpsync.rules import Action, ActorSource, ActOutcome, Dataset, QuarantineReason, ReturnedKind, RunKind
from gpsync.settings import Settings
from gpsync.store import schema, tables

#: What the setting PEOPLE says of those who act.
PEOPLE = "1001:amy,1002:ben,1003:cat"
_UIDS = {"amy": 1001, "ben": 1002, "cat": 1003}


@dataclass(frozen=True)
class Ended:
    """How something that was done ended: a word, figures by name, and sentences for people."""

    how: str
    counts: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def make_schema(engine: Engine) -> None:
    """Make this program's tables."""
    schema.upgrade(engine)


def empty(engine: Engine) -> None:
    """Delete every row of every table: far quicker than a new database, where there are few."""
    with engine.begin() as connection:
        # The send log's guard forbids it to everybody else.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(delete(table))


def rows(engine: Engine, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of these tables, or of all."""
    with engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in tables.metadata.sorted_tables
            if not names or table.name in names
        }


def rows_of_home(home: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of an installation that has a database of its own."""
    with open_context(Settings(home=home), starts=True) as context:
        return rows(context.engine)


@contextmanager
def in_a_hurry(*, gate_too: bool = True) -> Iterator[None]:
    """Leave out what takes most of a story's time and decides nothing: waiting, report files, the gate's own look."""
    patience, files, examine = send._PATIENCE_SECONDS, reconcile.files, ingest.examine
    send._PATIENCE_SECONDS = 0
    reconcile.files = lambda report: {}
    if gate_too:
        ingest.examine = _glance
    try:
        yield
    finally:
        send._PATIENCE_SECONDS, reconcile.files, ingest.examine = patience, files, examine


def _glance(dataset: Dataset, frame: pd.DataFrame, *, delta: bool) -> gate.Verdict:
    """What the gate would say of the stories' extracts, in which a status may be wrong and nothing else."""
    if dataset is not Dataset.GMC_REGISTER:
        return gate.Verdict((), {})
    wrong = [place for place, known in enumerate(frame["registration_class"].notna()) if not known]
    return gate.Verdict((), {QuarantineReason.UNKNOWN_STATUS: tuple(wrong)} if wrong else {})


class Installation:
    """A home with its database, on days that are given."""

    def __init__(self, engine: Engine, home: Path, **settings: Any) -> None:
        self.engine, self.home = engine, home
        self.settings = Settings(home=home, settle_seconds=0, people=PEOPLE, **settings)
        #: How long each phase of what was done last has taken.
        self.seconds: dict[str, float] = {}

    def _context(self, at: datetime, who: str = "amy") -> Context:
        operator = Actor(who, ActorSource.LOGIN, f"uid:{_UIDS[who]}", is_person=True)
        context = Context(self.settings, self.engine, now=lambda: at, operator=operator)
        self.seconds = context.seconds
        return context

    def receive(self, at: datetime, files: dict[str, str]) -> Ended:
        """Put files into the inbox and take in what lies there."""
        folder = self.settings.inbox_folder
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
        context, summary = self._context(at), Summary()

        def take() -> Ended:
            with recorded_run(context, RunKind.SYNC, at.date(), summary):
                for arrival in inbox.look(folder).arrivals:
                    summary.add(ingest.take_in(context, arrival))
            outcomes = [f"{one.extract.file_name}: {one.reason}" for one in summary.taken if one.reason]
            return Ended("done", summary.counts(), outcomes)

        return _ended(take)

    def mail(self, at: datetime, *, live: bool, first_links: bool, confirm_gap: bool, who: str) -> Ended:
        """A run of the mailout."""
        context, result = self._context(at, who), MailoutResult(live=live)

        def run() -> Ended:
            with recorded_run(
                context, RunKind.MAILOUT if live else RunKind.MAILOUT_REHEARSAL, at.date(), result
            ) as lock:
                request = MailoutRequest(at.date(), live=live, first_links=first_links, confirm_gap=confirm_gap)
                mail_out(context, request, result, lambda done, total: None, lock)
            return Ended("attention" if result.needs_a_person else "done", result.counts(), result.lines())

        return _ended(run)

    def reconcile(self, at: datetime) -> Ended:
        """A reconcile."""
        context, result = self._context(at), reconcile.Reconciled()

        def run() -> Ended:
            with recorded_run(context, RunKind.RECONCILE, at.date(), result):
                reconcile.reconcile(context, at.date(), result)
            lines = [line for line in result.lines() if not line.startswith("Report:")]
            return Ended("done", result.counts(), lines)

        return _ended(run)

    def confirm(self, at: datetime, path: Path) -> Ended:
        """Take in the portal's file of used links."""

        def run() -> Ended:
            confirmed = confirm_file(self._context(at), path)
            return Ended("attention" if confirmed.needs_a_person else "done", confirmed.counts())

        return _ended(run)

    def read_bounces(self, at: datetime, messages: Sequence[bytes | None]) -> Ended:
        """Read a mailbox; None is a message that cannot be opened."""
        found = [Message(content, lambda: None, f"{number}.eml") for number, content in enumerate(messages)]

        def run() -> Ended:
            bounces = read_bounces(self._context(at), Mailbox(len(found), found))
            return Ended("attention" if bounces.needs_a_person else "done", bounces.counts())

        return _ended(run)

    def decide(self, at: datetime, who: str, held_id: str, *, approve: bool) -> Ended:
        """Approve or reject what is held: an extract or mails."""
        context, summary = self._context(at, who), Summary()
        action = Action.APPROVE if approve else Action.REJECT
        reason = "looked at it"

        def run() -> Ended:
            with (
                on_record(context, action, held_id, reason) as attempt,
                recorded_run(context, action, context.today, summary),
            ):
                if not release.is_hold(context, held_id):
                    decide = decide_held.approve if approve else decide_held.reject
                    return Ended(str(decide(context, held_id, context.operator, reason).outcome))
                if not approve:
                    return Ended("refused", {"mails": release.refuse(context, held_id, context.operator, reason)})
                number = release.release(context, held_id, context.operator, reason)
                if number is None:
                    attempt.outcome = ActOutcome.ASKED
                return Ended("asked" if number is None else "released", {"mails": number or 0})

        return _ended(run)

    def resend(self, at: datetime, who: str, number: str, email: str, called_back_on: str | None) -> Ended:
        """Plan another link for a doctor who asks for one."""
        context, reason = self._context(at, who), "asked by phone"

        def run() -> Ended:
            with on_record(context, Action.RESEND, number, reason) as attempt:
                planned = resend(context, number, email, who, reason, called_back_on)
                if planned.hold_id is not None:
                    attempt.outcome = ActOutcome.ASKED
            return Ended("asked" if planned.hold_id else "planned")

        return _ended(run)

    def suppress(self, at: datetime, who: str, number: str, *, lift: bool) -> Ended:
        """Have a doctor's address not mailed any more, or mailed again."""
        context, reason = self._context(at, who), "asked by letter"

        def run() -> Ended:
            with on_record(context, Action.LIFT if lift else Action.SUPPRESS, number, reason):
                suppress(context, number, lift=lift, by=who, reason=reason)
            return Ended("done")

        return _ended(run)

    def resolve(self, at: datetime, who: str, mail_id: str, *, sent: bool) -> Ended:
        """Record what became of a mail."""
        context, reason = self._context(at, who), "asked the mail service"

        def run() -> Ended:
            with on_record(context, Action.RESOLVE, mail_id, reason):
                resolve(context, mail_id, sent=sent, by=who, reason=reason)
            return Ended("done")

        return _ended(run)

    def settle(self, at: datetime, who: str, message_id: str, said: str | None) -> Ended:
        """Record what a returned message was."""
        context, reason = self._context(at, who), "read it"

        def run() -> Ended:
            with on_record(context, Action.SETTLE, message_id, reason):
                settle(context, [message_id], ReturnedKind(said) if said else None, who, reason)
            return Ended("done")

        return _ended(run)

    def acknowledge(self, at: datetime, who: str, mismatch_id: str, until: date) -> Ended:
        """Set a mismatch aside."""
        context, reason = self._context(at, who), "is being looked into"

        def run() -> Ended:
            with on_record(context, Action.ACKNOWLEDGE, mismatch_id, reason):
                acknowledge(context, [Wanted(mismatch_id, until, reason)], who)
            return Ended("done")

        return _ended(run)

    def replay(self, at: datetime) -> Ended:
        """Rebuild the history from the archive."""
        context = self._context(at)

        def run() -> Ended:
            with recorded_run(context, RunKind.REPLAY, context.today, Summary()):
                applied = replay(context)
            return Ended("done", {str(dataset): number for dataset, number in applied.items()})

        return _ended(run)

    def purge(self, at: datetime) -> Ended:
        """Forget addresses past retention."""
        context, result = self._context(at), Purged()

        def run() -> Ended:
            with recorded_run(context, RunKind.PURGE, context.today, result):
                purge(context, result)
            return Ended("done", result.counts(), result.lines())

        return _ended(run)


def _ended(run: Callable[[], Ended]) -> Ended:
    """How it ended, also where it was refused or failed."""
    try:
        return run()
    except NotAllowed as refusal:
        return Ended("not allowed", lines=[str(refusal)])
    except WrongUse as refusal:
        return Ended("wrong use", lines=[str(refusal)])
    except GpsyncError as failure:
        return Ended("failed", lines=[str(failure)])
