"""Whole nights for a mailout: every source's extract for a day, and a mail service on loopback that keeps letters."""

import email
import email.policy
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from gpsync.actors import Actor
from gpsync.extracts import inbox
from gpsync.link_tokens import LinkVerdict, check, consume
from gpsync.mail.catcher import catching
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.run_record import recorded_run
from gpsync.records import EmailChange, ExtractRecord
from gpsync.rules import ActorSource, RunKind
from gpsync.settings import Settings
from gpsync.store import email_changes
from gpsync.store.links import Ledger
from tests.factories import LICENSED


def person(name: str, uid: int) -> Actor:
    """Somebody whom the setting PEOPLE names."""
    return Actor(name, ActorSource.LOGIN, f"uid:{uid}", is_person=True)


AMY, BEN, CAT = person("amy", 1001), person("ben", 1002), person("cat", 1003)
#: What the setting PEOPLE says of them.
PEOPLE = "1001:amy,1002:ben,1003:cat"
#: Baseline, the day of the change, the last day on which its window has not passed, and the day on which it has.
FIRST, CHANGED, DAY_13, DAY_14 = (date(2026, 11, 3), date(2026, 11, 17), date(2026, 11, 30), date(2026, 12, 1))
#: The next sending days.
DAY_15, DAY_16, DAY_17 = date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 4)

_HEADINGS = {
    "gmc_register": "GMC Ref No,Surname,Given Name,Year Of Qualification,GP Register Date,Registration Status,"
    "Email Address",
    "performers_list": "Alignment,GMC Ref No,Forenames,Surname,Performer Role,List Status,Status Effective Date,"
    "NHSE Region,Practice Code,Assignment Start Date",
    "practice_users": "User ID,Practice Code,Full Name,Email,Role,Account Status,Revoked Date",
    "pcse_accounts": "GMC Ref No,Username Email,Account Status,Verified Date",
}
#: Guards are tested elsewhere; these towns are so small that every change looks like a mass of them.
_GUARDS_OFF: dict[str, Any] = {
    "row_count_percent": 1e9,
    "gone_percent": 1e9,
    "gone_at_least": 10**6,
    "new_at_least": 10**6,
    "email_change_at_least": 10**6,
    "quarantine_percent": 100,
}
_numbers = count()
_LINK = re.compile(r"https://pcse\.example/verify/([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Doctor:
    """A made-up doctor as the sources show them; `listed` is the list's word, None where they are not on it."""

    gmc_number: str
    email: str
    status: str = LICENSED
    surname: str = "Oak"
    qualified: str = "2001"
    gp_since: str = "2010-01-01"
    listed: str | None = "Included"
    listed_from: str = ""
    #: Username, status and verified date of their PCSE Online account.
    account: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class User:
    """A made-up user at a practice."""

    user_id: str
    email: str
    status: str = "Unverified"
    revoked: str = ""
    practice: str = "A81001"


def gmc(number: int) -> str:
    return f"9{number:06d}"


def old(number: int) -> str:
    return f"d{number}@doctor.example"


def new(number: int) -> str:
    """The new address of a doctor, spelled as it is supplied."""
    return f"D{number}.New@doctor.example"


def _letters(number: int) -> str:
    """A number in letters, `a` to `z`, then `ba`: a name with a digit is left out of letters."""
    rest, last = divmod(number, 26)
    return (_letters(rest) if rest else "") + chr(ord("a") + last)


def town(changed: Mapping[int, Mapping[str, Any]] = {}, size: int = 6) -> list[Doctor]:
    """Doctors 9000000, 9000001 …, some of them otherwise: `town({3: {"email": new(3)}})`."""
    everybody = [Doctor(gmc(one), old(one), surname=f"Oak{_letters(one)}") for one in range(size)]
    return [replace(doctor, **changed.get(number, {})) for number, doctor in enumerate(everybody)]


def moved(*numbers: int, size: int = 6) -> list[Doctor]:
    """The town after these doctors took new addresses."""
    return town({one: {"email": new(one)} for one in numbers}, size)


def _rows(doctors: Sequence[Doctor], users: Sequence[User]) -> dict[str, list[str]]:
    return {
        "gmc_register": [
            f"{one.gmc_number},{one.surname},Given,{one.qualified},{one.gp_since},{one.status},{one.email}"
            for one in doctors
        ],
        "performers_list": [
            f"Medical,{one.gmc_number},Given,{one.surname},GP Performer,{one.listed},{one.listed_from},London,,"
            for one in doctors
            if one.listed
        ],
        "practice_users": [
            f"{one.user_id},{one.practice},Pat Ash,{one.email},Organisation Administrator,{one.status},{one.revoked}"
            for one in users
        ],
        "pcse_accounts": [f"{one.gmc_number},{','.join(one.account)}" for one in doctors if one.account],
    }


@dataclass
class Mailroom:
    """An installation with a mail service of its own. Every day there it is 9 in the morning."""

    home: Context
    folder: Path
    hour: time = time(9)
    #: Where the letters are that were handed over before the mailroom was opened.
    earlier: Path | None = None

    def set(self, **settings: Any) -> None:
        """Change settings from now on."""
        self.home = replace(self.home, settings=self.home.settings.model_copy(update=settings))

    def context(self, day: date, operator: Actor = AMY) -> Context:
        now = datetime.combine(day, self.hour, UTC)
        return replace(self.home, now=lambda: now, operator=operator)

    def feed(
        self,
        day: date,
        doctors: Sequence[Doctor],
        users: Sequence[User] = (),
        only: Sequence[str] = tuple(_HEADINGS),
    ) -> dict[str, ExtractRecord | None]:
        """Take in a day's extracts: all of which have a row, or `only` some."""
        context = self.context(day)
        folder = context.settings.inbox_folder
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in _rows(doctors, users).items():
            if rows and name in only:
                lines = "".join(f"{line}\n" for line in [_HEADINGS[name], *rows])
                (folder / f"{name}_{day:%Y%m%d}.csv").write_text(lines, encoding="utf-8")
        return {str(one.dataset): take_in(context, one) for one in inbox.look(folder).arrivals}

    def mail(self, day: date, *, live: bool = True, operator: Actor = AMY, **order: Any) -> MailoutResult:
        """The mailout of a day, as the flow runs it."""
        context, result = self.context(day, operator), MailoutResult(live=live)
        with recorded_run(context, RunKind.MAILOUT if live else RunKind.MAILOUT_REHEARSAL, day, result) as lock:
            mail_out(context, MailoutRequest(day, live=live, **order), result, lambda done, total: None, lock)
        return result

    @property
    def letters(self) -> list[EmailMessage]:
        """Every letter that was given to the mail service, in order."""
        folders = [self.folder] if self.earlier is None else [self.earlier, self.folder]
        paths = [path for folder in folders for path in sorted(folder.glob("*.eml"))]
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]

    @property
    def recipients(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]

    def read(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.home.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def change(self, number: int) -> EmailChange:
        """The newest change of a doctor."""
        with self.home.engine.connect() as connection:
            return email_changes.of_doctor(connection, gmc(number))[-1]

    def stand(self, number: int) -> tuple[str, str | None]:
        """State and reason of their newest change, for whoever asks."""
        found = self.change(number)
        return str(found.state), str(found.reason) if found.reason else None

    def mails(self, number: int) -> list[tuple[str, str | None]]:
        """State and reason of each mail to a doctor, by generation."""
        return self.read(
            "SELECT state, reason FROM outbox WHERE gmc_number = :gmc ORDER BY queued_at, generation", gmc=gmc(number)
        )

    def links(self, number: int) -> list[str]:
        """The states of a doctor's links, in the order in which they were made."""
        query = "SELECT state FROM link WHERE gmc_number = :gmc ORDER BY issued_at, generation"
        return [state for (state,) in self.read(query, gmc=gmc(number))]

    def judge(self, letter: EmailMessage, day: date) -> LinkVerdict:
        """What the portal would be told of a letter's link."""
        context = self.context(day)
        with context.engine.connect() as connection:
            return check(Ledger(connection), token(letter), context.now(), secrets=link_secrets(context))

    def use(self, letter: EmailMessage, day: date) -> LinkVerdict:
        """Press the button on the page that a letter's link leads to."""
        context = self.context(day)
        with context.engine.begin() as connection:
            return consume(Ledger(connection), token(letter), context.now(), secrets=link_secrets(context))


def token(letter: EmailMessage) -> str:
    """The token of the one link in a letter."""
    found = set(_LINK.findall(words(letter)))
    assert len(found) == 1, f"{len(found)} links in one letter"
    return str(found.pop())


def words(letter: EmailMessage) -> str:
    """A letter's plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def opened(context: Context, folder: Path, **settings: Any) -> Iterator[Mailroom]:
    """A mailroom whose mail service catches everything in `folder` while the block runs."""
    with catching(folder) as port:
        values = {**_GUARDS_OFF, "people": PEOPLE, "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
        wanted = Settings(**{"home": context.settings.home, "settle_seconds": 0, "per_minute": 0, **values, **settings})
        yield Mailroom(replace(context, settings=wanted), folder)


@dataclass(frozen=True)
class Town:
    """Nights that many tests begin with: fed once, then copied."""

    server_url: str
    database: str
    folder: Path

    @contextmanager
    def opened(self, folder: Path, **settings: Any) -> Iterator[Mailroom]:
        """A mailroom with a copy of the nights."""
        shutil.copytree(self.folder / "home", folder / "home")
        with _database(self.server_url, self.database) as (_, engine):
            context = Context(Settings(home=folder / "home"), engine)
            with opened(context, folder / "mails", **settings) as room:
                room.earlier = self.folder / "mails"
                yield room

    @contextmanager
    def later(self, folder: Path, feed: Callable[[Mailroom], object]) -> Iterator["Town"]:
        """The town after what `feed` does there, to be copied as it is then; its letters are the later ones."""
        with self.opened(folder) as room:
            feed(room)
            room.home.engine.dispose()
            database = room.home.engine.url.database
            assert database is not None
            yield Town(self.server_url, database, folder)


@contextmanager
def fed(server_url: str, folder: Path, feed: Callable[[Mailroom], object], **settings: Any) -> Iterator[Town]:
    """The town that `feed` makes of an empty installation."""
    with _database(server_url, "blank") as (name, engine):
        context = Context(Settings(home=folder / "home"), engine)
        with opened(context, folder / "mails", **settings) as room:
            feed(room)
        # A database to which somebody is connected cannot be copied.
        engine.dispose()
        yield Town(server_url, name, folder)


@contextmanager
def _database(server_url: str, template: str) -> Iterator[tuple[str, Engine]]:
    """A copy of a database, gone with the block."""
    name = f"town_{os.getpid()}_{next(_numbers)}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    engine = create_engine(make_url(server_url).set(database=name), hide_parameters=True)
    try:
        yield name, engine
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def due_on_day_14(room: Mailroom) -> None:
    """The nights after which the changes of doctors 1, 2 and 3 are due on DAY_14, which is fed too."""
    room.feed(FIRST, town())
    room.feed(CHANGED, moved(1, 2, 3))
    room.feed(DAY_14, moved(1, 2, 3))
