"""The lines of a drawn mailout: what each says of a doctor or a user, in the words that `planning` explains."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gpsync.rules import HANDED_OVER_STATES, LIVE_MAIL_STATES, HoldKind, MailKind, MailState, Registration
from gpsync.verification.eligibility import Listing
from tests.spec.drawing import MAILS
from tests.spec.judging import DAY, day

KINDS = {
    "change": MailKind.EMAIL_CHANGE,
    "first link": MailKind.FIRST_LINK,
    "user's link": MailKind.USER_LINK,
}
_STATES = {
    **{word: state for word, state in MAILS.items() if not word.endswith(" on request")},
    "deferred": MailState.DEFERRED,
    "held": MailState.HELD,
}
_MAIL = re.compile(
    rf"(?P<word>{'|'.join(_STATES)})(?:\((?P<why>\w+)\))?(?: (?P<day>\d+ \w+))?"
    r"(?P<request> on request)?(?P<reminder> as reminder)?(?P<after> after a return)?"
)
#: What the words under `besides` may be.
_BESIDES = frozenset(
    {
        "on the suppression list",
        "another doctor shows B too",
        "another number alike",
        "refused by a person",
        "mass change waits",
        "mass change released",
        "mass change refused",
        "today's mass change waits",
        "today's mass change refused",
        "there before we looked",
        "another user has B too",
        "mailed before it was forgotten",
        "cancelled before it was forgotten",
        "first shown four days later",
        "row quarantined",
    }
)


@dataclass(frozen=True)
class DrawnMail:
    """A mail so far: its state, the day it was handed over, why it is held or cancelled, and why it was planned."""

    state: MailState
    on: date | None
    why: str
    is_requested: bool
    is_reminder: bool
    is_after_return: bool

    @property
    def waits(self) -> bool:
        return self.state in LIVE_MAIL_STATES

    @property
    def is_handed_over(self) -> bool:
        return self.state in HANDED_OVER_STATES

    @property
    def hold(self) -> HoldKind | None:
        return HoldKind(self.why) if self.state is MailState.HELD else None


@dataclass(frozen=True)
class Line:
    """A doctor and what they may be mailed about, or a user of a practice.

    `took` is the address that it is about, `shows` the one that the newest extract shows.
    """

    name: str
    kind: MailKind
    due: date
    registration: Registration | None
    listing: Listing
    listing_from: date | None
    included_since: date | None
    not_listed_on: date | None
    took: str
    shows: str
    account: str
    domain: str
    mails: tuple[DrawnMail, ...]
    letter: str
    besides: frozenset[str]

    @property
    def is_user(self) -> bool:
        return self.kind is MailKind.USER_LINK

    @property
    def number(self) -> str:
        """A GMC number by which doctors are in the order of their names."""
        return f"9{ord(self.name[0]):06d}"

    @property
    def holder(self) -> str:
        return f"user {self.name}" if self.is_user else f"gp {self.number}"

    @property
    def waiting(self) -> DrawnMail | None:
        return self.mails[-1] if self.mails and self.mails[-1].waits else None

    def address(self, letter: str) -> str | None:
        """The address that a letter stands for, as it is spelled."""
        local = f"{self.name}.{letter.rstrip('*?')}".lower()
        spelled = {
            "blank": None,
            "bad": f"{local}@@{self.domain}",
            "B?": f"{self.name.lower()}.\u1d47@{self.domain}",
            "B*": f"{local.upper()}@{self.domain}",
        }
        return spelled.get(letter, f"{local}@{self.domain}")


def read_line(name: str, cells: Mapping[str, str]) -> Line:
    """What a line of a drawn mailout says; a cell that is not drawn says what is usual."""

    def cell(column: str, usual: str) -> str:
        return cells.get(column) or usual

    listing, _, missed = cell("list", "included").partition(" but on ")
    listing, _, since = listing.partition(" since ")
    listing, _, effective = listing.partition(" from ")
    register = cell("register", "LICENSED")
    return Line(
        name=name,
        kind=KINDS[cell("about", "change")],
        due=day(cell("due", "16 Mar")) or DAY,
        registration=None if register == "none" else Registration(register),
        listing=Listing(listing),
        listing_from=day(effective),
        included_since=day(since),
        not_listed_on=day(missed),
        took=cell("took", "B"),
        shows=cell("shows", cell("took", "B")),
        account=cell("account", ""),
        domain=cell("domain", "doctor.example"),
        mails=tuple(_mail(word.strip()) for word in cell("mails", "").split(",") if word.strip()),
        letter=cell("letter", ""),
        besides=_known(frozenset(word.strip() for word in cell("besides", "").split(",") if word.strip())),
    )


def _known(besides: frozenset[str]) -> frozenset[str]:
    assert besides <= _BESIDES, f"{besides - _BESIDES} means nothing in a drawn mailout"
    return besides


def _mail(text: str) -> DrawnMail:
    found = _MAIL.fullmatch(text)
    assert found, f"{text!r} is no drawn mail"
    return DrawnMail(
        state=_STATES[found["word"]],
        on=day(found["day"] or ""),
        why=found["why"] or "",
        is_requested=bool(found["request"]),
        is_reminder=bool(found["reminder"]),
        is_after_return=bool(found["after"]),
    )
