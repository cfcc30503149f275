"""Stories: random nights, mailouts, reconciliations and people's acts on an installation, and what came of it all.

Some stories are told together, as those of one town: they share the nights, the settings and who acts, because a night
takes as long for thirty doctors as for three. Their doctors have nothing to do with each other.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from tests.outcomes import extracts, world
from tests.outcomes.acts import ACTS
from tests.outcomes.ids import ids_in_order
from tests.outcomes.product import Ended, Installation, empty, rows
from tests.outcomes.reading import Outcome, Reader
from tests.outcomes.returned import message
from tests.outcomes.seen import count_what_was_reached
from tests.outcomes.server import MailService

_FIRST_DAYS = (date(2026, 8, 3), date(2026, 9, 7), date(2026, 11, 2), date(2026, 12, 14))
#: Days from one night to the next: some stories are quick, some wait for windows to pass, a few last for years.
_GAPS = ((1, 1, 1, 2, 3), (1, 2, 7, 13, 14, 15), (3, 14, 14, 15), (1, 7, 14, 28), (1, 14, 150, 380))
_GAP_WEIGHTS = (2, 5, 5, 3, 1)
_TOKEN = re.compile(r"/verify/([A-Za-z0-9_-]{43})")
#: No extract of a few rows is hard to believe, unless a story wants it.
_GUARDS_OFF: Mapping[str, Any] = {
    "row_count_percent": 1e9,
    "gone_percent": 1e9,
    "gone_at_least": 10**6,
    "new_at_least": 10**6,
    "email_change_at_least": 10**6,
    "quarantine_percent": 100,
    "oldest_extract_days": 36_500,
    "smtp_host": "127.0.0.1",
    "smtp_security": "none",
    "per_minute": 0,
    "link_secret": "made-up:a-made-up-secret-that-is-long-enough-for-links",
    "address_secret": "a-made-up-secret-that-is-long-enough-for-addresses",
}


@dataclass
class Teller:
    """A town's stories while they are told. `late` are registers that have not been delivered yet."""

    seed: int
    office: Installation
    service: MailService
    folder: Path
    worlds: list[world.World]
    day: date
    random: Random = field(default_factory=Random)
    outcome: Outcome = field(default_factory=Outcome)
    late: dict[str, str] = field(default_factory=dict)
    has_steady: bool = True
    is_first: bool = True

    def at(self, hour: int) -> datetime:
        return datetime.combine(self.day, time(hour), UTC)

    def note(self, what: str, ended: Ended) -> None:
        """Keep how something ended."""
        figures = [number for number in ended.counts.values()]
        self.outcome.data["steps"].append(f"{self.day} {what}: {ended.how} {figures}")
        self.outcome.words["names of figures"].append(f"{self.day} {what}: {[*ended.counts]}")
        self.outcome.words["sentences"] += [f"{self.day} {what}: {line}" for line in ended.lines]
        self.outcome.seen[f"step {what.partition(' ')[0]}: {ended.how}"] += 1

    def draw(self, what: str) -> None:
        """Draw anew for what comes next: nothing that it draws depends on what was done before."""
        self.random = Random(f"{self.seed} {self.day} {what}")

    def is_time(self, what: str, chance: float) -> bool:
        """Whether something is done on this day, with numbers of its own."""
        self.draw(what)
        return self.random.random() < chance

    def night(self) -> None:
        """A day: extracts in the morning, then what is done with them."""
        self.draw("deliver")
        self._deliver()
        if self.is_time("mail", 0.85):
            self._mail(9)
        if self.is_time("confirm", 0.5):
            self._confirm()
        if self.is_time("bounces", 0.3):
            self._bounces()
        self.draw("acts")
        for number, act in enumerate(self.random.choices(ACTS, k=self.random.choice((2, 4, 6, 8)))):
            self.draw(f"act {number}")
            self.note(*act(self))
        if self.is_time("mail again", 0.2):
            self._mail(15)
        if self.is_time("reconcile", 0.25):
            self.note("reconcile", self.office.reconcile(self.at(16)))
        if self.is_time("replay", 0.03):
            self.note("replay", self.office.replay(self.at(17)))
        if self.is_time("purge", 0.04):
            self.note("purge", self.office.purge(self.at(18)))

    def _deliver(self) -> None:
        """The night's extracts. A register may come later, and then after a newer one."""
        random, stamp = self.random, f"{self.day:%Y%m%d}"
        files, self.late = dict(self.late) if random.random() < 0.5 else {}, {} if not self.late else self.late
        self.late = {name: text for name, text in self.late.items() if name not in files}
        kinds = random.choices(("full", "delta", "both", "late", "none"), (14, 3, 1, 2, 1))[0]
        if kinds in ("delta", "both"):
            files[f"gmc_register_delta_{stamp}.csv"] = extracts.register(self.worlds, self.day, delta=True)
        if kinds in ("full", "both"):
            files[f"gmc_register_{stamp}.csv"] = extracts.register(self.worlds, self.day, delta=False)
        if kinds == "late":
            self.late[f"gmc_register_{stamp}.csv"] = extracts.register(self.worlds, self.day, delta=False)
        chances = {"performers_list": 0.6, "pcse_accounts": 0.4, "practice_users": 0.35}
        more = 0.35 if self.is_first else 0
        self.is_first = False
        for name, text in extracts.others(self.worlds, has_steady=self.has_steady).items():
            if random.random() < chances.get(name, 0.15) + more:
                files[f"{name}_{stamp}.csv"] = text
        self.outcome.data["input"] += [f"{name}\n{text}" for name, text in sorted(files.items())]
        self.note("receive", self.office.receive(self.at(5), files))

    def _mail(self, hour: int) -> None:
        random = self.random
        order = {
            "live": random.random() < 0.85,
            "first_links": random.random() < 0.2,
            "confirm_gap": random.random() < 0.9,
            "who": random.choice(("amy", "ben")),
        }
        wanted = " ".join(name for name, value in order.items() if value is True)
        self.note(f"mail {wanted}", self.office.mail(self.at(hour), **order))

    def letters(self) -> list[bytes]:
        """The letters that were taken, in an order that does not depend on random ids."""
        return sorted(self.service.letters, key=_order)

    def _confirm(self) -> None:
        """The portal tells of used links: some of the newest, and now and then one from long ago or none at all."""
        letters = self.letters()[-40:]
        chosen = [letter for letter in letters if self.random.random() < 0.3]
        tokens = [token for letter in chosen for token in _TOKEN.findall(_plain(letter))[:1]]
        if self.random.random() < 0.05:
            tokens.append("a" * 43)
        if not tokens:
            return
        path = self.folder / "used-links.csv"
        instant = self.at(10).isoformat() if self.random.random() < 0.5 else ""
        path.write_text("token,confirmed at\n" + "".join(f"{token},{instant}\n" for token in tokens), encoding="utf-8")
        self.note(f"confirm {len(tokens)}", self.office.confirm(self.at(10), path))

    def _bounces(self) -> None:
        """Some letters come back, or an answer does."""
        letters = self.letters()[-40:]
        messages = [message(self.random, letter) for letter in letters if self.random.random() < 0.5]
        if messages:
            self.note(f"bounces {len(messages)}", self.office.read_bounces(self.at(11), messages))

    def some_doctor(self) -> str:
        """The number of any doctor."""
        return self.random.choice([number for one in self.worlds for number in one.doctors])

    def rows(self, *tables: str) -> dict[str, list[dict[str, Any]]]:
        return rows(self.office.engine, *tables)


def tell(seed: int, stories: int, engine: Engine, service: MailService, folder: Path, **settings: Any) -> Outcome:
    """Tell so many stories of one town on an emptied database, and read what they left; some settings may be given."""
    random = Random(seed)
    empty(engine)
    shutil.rmtree(folder / "home", ignore_errors=True)
    service.begin(seed, trouble=random.choice((0.0, 0.2, 0.5)))
    day = random.choice(_FIRST_DAYS)
    given = {**_GUARDS_OFF, **_settings(random), **settings}
    office = Installation(engine, folder / "home", smtp_port=service.port, **given)
    worlds = [world.begin(random, story, day) for story in range(stories)]
    teller = Teller(seed, office, service, folder, worlds, day, has_steady=random.random() < 0.85)
    (gaps,) = random.choices(_GAPS, _GAP_WEIGHTS)
    numbers = count(1)
    for _ in range(random.randint(4, 8)):
        with ids_in_order(numbers):
            teller.night()
        teller.day = _next_day(random, teller.day, gaps)
        for one in worlds:
            world.go_on(random, one, teller.day)
    held = teller.rows()
    reader = Reader(held, service.letters)
    reader.read(teller.outcome)
    for lines in (*teller.outcome.data.values(), *teller.outcome.words.values()):
        lines[:] = map(reader.name, lines)
    count_what_was_reached(teller.outcome.seen, held, service.letters)
    return teller.outcome


def _settings(random: Random) -> dict[str, Any]:
    """What an installation may choose."""
    choices: dict[str, Callable[[], Any]] = {
        "reminders": lambda: random.choice((0, 1)),
        "audience": lambda: random.choices(("performers", "gp_register", "everyone"), (6, 2, 2))[0],
        "hold_unlicensed": lambda: random.random() < 0.3,
        "canary_mails": lambda: random.choice((2, 2, 50)),
        "canary_hours": lambda: random.choice((0, 24)),
        "volume_at_least": lambda: random.choice((3, 500, 500, 500)),
        "daily_cap": lambda: random.choice((5, 500, 500, 500, 500, 500)),
        "list_fresh_days": lambda: random.choice((7, 400, 400)),
        "delta_gap_waits": lambda: random.random() < 0.1,
        "rehearsal": lambda: random.random() < 0.8,
        "retention_days": lambda: 400,
        "mail_allowed_domains": lambda: random.choices(("", "doctor.example"), (9, 1))[0],
    }
    found = {name: choose() for name, choose in choices.items()}
    if random.random() < 0.15:
        found |= {"email_change_at_least": 1, "email_change_percent": 10}
    return found


def _next_day(random: Random, day: date, gaps: tuple[int, ...]) -> date:
    """Mostly a working day: at weekends nothing is mailed."""
    day += timedelta(days=random.choice(gaps))
    if random.random() < 0.9:
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def _plain(letter: bytes) -> str:
    body = message_from_bytes(letter, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _order(letter: bytes) -> tuple[str, ...]:
    found = message_from_bytes(letter, policy=policy.default)
    when = datetime.strptime(str(found["Date"]), "%a, %d %b %Y %H:%M:%S %z").isoformat()
    return when, str(found["To"]), str(found["Subject"])
