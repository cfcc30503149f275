"""Everything that a mailout's decisions may look at, gathered once; and what the installation decides itself."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from gpsync.actors import Actor
from gpsync.link_tokens import LinkSecrets
from gpsync.mails import Hold, MailHistory, PlannedMail, WaitingMail
from gpsync.records import Doctor, EmailChange
from gpsync.rules import CANARY_MAILS, REMINDERS, VOLUME_AT_LEAST, WINDOW_DAYS, HoldKind
from gpsync.verification.eligibility import Block, Policy
from gpsync.verification.evidence import Evidence
from gpsync.verification.reach import Reach
from gpsync.verification.triggers import MailTrigger
from gpsync.window.timeline import Calendar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MailoutPolicy:
    """How an installation mails: whom, where to, with which secrets and sender, and what it holds back.

    `hashed` makes the hash under which a forgotten address is remembered (C-55).
    """

    eligibility: Policy
    reach: Reach
    secrets: LinkSecrets
    sender: str
    hashed: Callable[[str], str]
    window_days: int = WINDOW_DAYS
    reminders: int = REMINDERS
    volume_at_least: int = VOLUME_AT_LEAST
    canary_mails: int = CANARY_MAILS


@dataclass(frozen=True)
class PracticeUsers:
    """The newest extract of practice users: its rows, and why they do not say who is to be invited, if they do not.

    `known` are the ids of those who were there before we looked, `practices` names by code.
    """

    rows: "pd.DataFrame"
    not_known: str | None = None
    known: Collection[str] = ()
    practices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FirstLinks:
    """The listed doctors whose account is not verified, and why that is not known of some of them, if it is not."""

    doctors: Collection[str] = ()
    not_known: str | None = None


@dataclass(frozen=True)
class PlanningFacts:
    """What only new mails are planned by, on a day on which links go out.

    `history` has the mails about an event so far, by its id. `lists` says whom each list includes, by its date, the
    newest first, back to where the longest due change was due. `came_back` are the events of first links and of users'
    links that came back undelivered. `out_of_date` are mails that wait with a letter that must be another one by now,
    `planned_a_day` the mails that were planned on each day of the last weeks, `holds` those that nobody has decided
    about; `hold_tokens` are for the ids of those that this run opens.
    """

    first_links: FirstLinks
    wants_first_links: bool
    history: Mapping[str, MailHistory]
    lists: Mapping[date, frozenset[str]]
    came_back: Collection[str]
    out_of_date: Sequence[PlannedMail]
    planned_a_day: Sequence[int]
    holds: Sequence[Hold]
    hold_tokens: Mapping[HoldKind, str]


@dataclass(frozen=True)
class MailoutFacts:
    """What is known on the day of a mailout.

    `changes` wait for their window or are queued; `blocks` say what stops them, by change id. `waiting` are the mails
    that may still go out. `invited` are the `users` whose account waits to be verified, whether or not mailed before.
    `doctors` are the histories of those who may be reminded, beside the `calendar` of register extracts. `mass_changes`
    are holds on the mails of approved mass changes that are to be opened. `operator` runs the mailout, which began at
    `run_at`; its mails are dated `now`, which is another hour for a made-up day.
    """

    as_of: date
    now: datetime
    run_at: datetime
    operator: Actor
    changes: Sequence[EmailChange]
    waiting: Sequence[WaitingMail]
    evidence: Evidence
    blocks: Mapping[str, Block]
    users: PracticeUsers
    invited: Sequence[MailTrigger]
    doctors: Sequence[Doctor]
    calendar: Calendar
    mass_changes: Sequence[Hold] = ()
    planning: PlanningFacts | None = None
