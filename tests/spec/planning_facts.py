"""The facts of a drawn mailout, made of its lines and of what is set, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from gpsync.actors import PROGRAM, Actor
from gpsync.mails import Hold, Person
from gpsync.records import EmailChange
from gpsync.rules import ActorSource, Audience, ChangeState, HoldKind, ListStatus, MailKind
from gpsync.verification.candidates import first_link_doctors
from gpsync.verification.eligibility import Listing, Policy
from gpsync.verification.evidence import Evidence, find_blocks
from gpsync.verification.mailout_facts import FirstLinks, MailoutFacts, MailoutPolicy, PlanningFacts, PracticeUsers
from gpsync.verification.reach import Reach, parse_domains
from gpsync.verification.triggers import invited_users
from gpsync.verification.unknown import perhaps_verified_with, users_not_known
from gpsync.window.fold import email_changes
from tests.spec import planning_history as past
from tests.spec.judging import DAY
from tests.spec.planning_lines import Line

OTHER = "9999999"
AMY = Actor("amy", ActorSource.LOGIN, "uid:1001", is_person=True)
#: For the ids of the holds that a drawn run opens.
HOLD_TOKENS = {HoldKind.VOLUME: "0000aaaa", HoldKind.CANARY: "0000bbbb"}
#: When the drawn run began, which on a made-up day is another hour than that of its mails.
RUN_AT = past.NOW + timedelta(minutes=5)
#: Changes that a verification would not end any more.
_ENDED = (ChangeState.CANCELLED, ChangeState.SUPERSEDED, ChangeState.SUPPRESSED, ChangeState.VERIFIED)
_HAS_OTHER = "another user has B too"
_INCLUDED = (ListStatus.INCLUDED, ListStatus.CONDITIONS)


@dataclass(frozen=True)
class Set:
    """What is set for a drawn run and known of it, by the words of its `run`."""

    words: Sequence[str]

    def value(self, name: str, usual: str) -> str:
        return next((word.partition(" ")[2] for word in self.words if word.partition(" ")[0] == name), usual)

    def lacking(self, dataset: str) -> list[str]:
        """The columns that the newest extract of a dataset lacks."""
        return [word.split()[2] for word in self.words if word.startswith(f"{dataset} without ")]


@dataclass(frozen=True)
class Drawn:
    """A drawn run: its lines, and what is set."""

    lines: Sequence[Line]
    set: Set

    @cached_property
    def changes(self) -> Mapping[str, Sequence[EmailChange]]:
        """Each doctor's changes by the register and the send log alone, by their number."""
        drawn = [line for line in self.lines if line.kind is MailKind.EMAIL_CHANGE]
        return {line.number: email_changes(past.doctor(line), past.CALENDAR) for line in drawn}

    def change_of(self, line: Line) -> EmailChange | None:
        """The change that a line is about, as it stands today."""
        wanted = past.event_id(line)
        return next((one for one in self.changes.get(line.number, ()) if one.change_id == wanted), None)

    @cached_property
    def doctors(self) -> Sequence[Line]:
        """The first line of each doctor."""
        return list({line.number: line for line in reversed(self.lines) if not line.is_user}.values())


def policy_of(drawn: Drawn) -> MailoutPolicy:
    chosen = drawn.set
    return MailoutPolicy(
        eligibility=Policy(Audience(chosen.value("AUDIENCE", Audience.PERFORMERS)), "HOLD_UNLICENSED" in chosen.words),
        reach=Reach(
            is_rehearsal="REHEARSAL" in chosen.words,
            is_on_this_machine="SMTP_HOST" not in {word.split()[0] for word in chosen.words},
            allowed_domains=parse_domains(chosen.value("MAIL_ALLOWED_DOMAINS", "").replace(";", ",")),
        ),
        secrets=past.SECRETS,
        sender=past.SENDER,
        hashed=past.hashed,
        reminders=int(chosen.value("REMINDERS", "0")),
        volume_at_least=int(chosen.value("VOLUME_AT_LEAST", "500")),
        canary_mails=int(chosen.value("CANARY_MAILS", "50")),
    )


def facts_of(drawn: Drawn, policy: MailoutPolicy) -> MailoutFacts:
    judged = [one for own in drawn.changes.values() for one in own if one.state in past.JUDGED]
    judged.sort(key=lambda one: (one.due_date, one.gmc_number))
    evidence = evidence_of(drawn)
    waiting = [(mail, line) for line in drawn.lines if (mail := past.waiting_mail(line)) is not None]
    users = _practice_users([line for line in drawn.lines if line.is_user], drawn.set.lacking("practice_users"))
    facts = MailoutFacts(
        as_of=DAY,
        now=past.NOW,
        run_at=RUN_AT,
        operator=PROGRAM if "run by the program" in drawn.set.words else AMY,
        changes=judged,
        waiting=[past.as_waiting(mail, line, drawn.change_of(line)) for mail, line in waiting],
        evidence=evidence,
        blocks=find_blocks(judged, evidence, policy.eligibility),
        users=users,
        invited=invited_users(users.rows, users.practices, evidence.suppressed, DAY),
        doctors=[past.doctor(line) for line in drawn.lines if line.kind is MailKind.EMAIL_CHANGE],
        calendar=past.CALENDAR,
    )
    return replace(facts, planning=_planning(drawn, facts, policy))


def evidence_of(drawn: Drawn) -> Evidence:
    doctors = drawn.doctors
    people = {line.number: past.person(line, line.shows) for line in doctors if line.registration}
    return Evidence(
        as_of=DAY,
        people=people,
        listed={line.number: (line.listing, line.listing_from) for line in doctors},
        users={},
        periods={},
        verified={line.number: found for line in doctors if (found := past.verifications(line))},
        suppressed={past.key_of(line) for line in drawn.lines if "on the suppression list" in line.besides},
        possible_duplicates={line.number for line in doctors if "another number alike" in line.besides},
        registered_with=_registered_with(doctors, people),
        refused={past.event_id(line) for line in drawn.lines if "refused by a person" in line.besides},
        in_doubt={(line.number, past.key_of(line)) for line in doctors if past.in_doubt(line)},
        mass_dates=_extracts(doctors, "mass change waits"),
        refused_dates=_extracts(doctors, "mass change refused"),
        perhaps_verified=perhaps_verified_with(_accounts(doctors), drawn.set.lacking("pcse_accounts")),
    )


def _extracts(doctors: Iterable[Line], word: str) -> set[date]:
    """The dates of the extracts of which a word is drawn: today's, or that of the doctor's change."""
    today = {DAY for line in doctors if f"today's {word}" in line.besides}
    return today | {past.taken_up(line).change_date for line in doctors if word in line.besides}


def _registered_with(doctors: Iterable[Line], people: Mapping[str, Person]) -> dict[str, set[str]]:
    found = {person.key: {person.gmc_number} for person in people.values() if person.key}
    for line in doctors:
        if "another doctor shows B too" in line.besides:
            found.setdefault(past.key_of(line), set()).add(OTHER)
    return found


def _accounts(doctors: Iterable[Line]) -> pd.DataFrame:
    """The accounts of doctors who have one: each is `verified with` an address, `unverified` or `active`."""
    rows = []
    for line in (one for one in doctors if one.account):
        status, _, letter = line.account.partition(" with ")
        says = ("active", f"{DAY}") if status == "verified" else (status, None)
        rows.append((line.number, line.address(letter or "B"), *says))
    return pd.DataFrame(rows, columns=["gmc_number", "username_email", "account_status", "verified_date"], dtype="str")


def _practice_users(users: Sequence[Line], lacking: Sequence[str]) -> PracticeUsers:
    rows = [(one.name, "A81001", one.name, one.address(one.shows), *_standing(one)) for one in users]
    rows += [("other", "A81001", "", one.address("B"), "active", None) for one in users if _HAS_OTHER in one.besides]
    columns = ["user_id", "practice_code", "full_name", "email", "account_status", "revoked_date"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return PracticeUsers(
        rows=frame,
        not_known=users_not_known(frame, lacking, lacking),
        known={one.name for one in users if "there before we looked" in one.besides},
    )


def _standing(user: Line) -> tuple[str, str | None]:
    return ("unverified", f"{DAY}") if user.account == "revoked" else (user.account or "unverified", None)


def _planning(drawn: Drawn, facts: MailoutFacts, policy: MailoutPolicy) -> PlanningFacts:
    histories = [one for line in drawn.lines for one in (past.history(line), past.forgotten(line)) if one is not None]
    out_of_date = [mail for line in drawn.lines if line.letter and (mail := past.waiting_mail(line)) is not None]
    came_back = [one.event_id for one in histories if one.was_returned]
    return PlanningFacts(
        first_links=_first_links(drawn, came_back),
        wants_first_links="--first-links" in drawn.set.words,
        history={one.event_id: one for one in histories},
        lists=_lists(drawn, facts, policy),
        came_back=came_back,
        out_of_date=out_of_date,
        planned_a_day=[int(number) for number in drawn.set.value("usually", "").split()],
        holds=[_rebuilt()] if "database rebuilt" in drawn.set.words else [],
        hold_tokens=HOLD_TOKENS,
    )


def _first_links(drawn: Drawn, came_back: Iterable[str]) -> FirstLinks:
    listed = [line for line in drawn.doctors if line.listing is not Listing.ABSENT]
    open_changes = (one for own in drawn.changes.values() for one in own if one.state not in _ENDED)
    found = first_link_doctors(
        pd.DataFrame({"gmc_number": [line.number for line in listed]}, dtype="str"),
        _accounts(drawn.doctors),
        drawn.set.lacking("pcse_accounts"),
        changing={one.gmc_number for one in open_changes},
    )
    if "--first-links" in drawn.set.words:
        return found
    mailed = {event.split()[1] for event in came_back if event.startswith("first ")}
    return replace(found, doctors={*found.doctors} & mailed) if mailed else FirstLinks()


def _lists(drawn: Drawn, facts: MailoutFacts, policy: MailoutPolicy) -> dict[date, frozenset[str]]:
    """A list for every day since the first change was due, the newest first."""
    due = [one.due_date for one in facts.changes if one.due_date <= DAY]
    if policy.eligibility.audience is not Audience.PERFORMERS or not due:
        return {}
    days = [DAY - timedelta(days=number) for number in range((DAY - min(due)).days + 1)]
    return {on: frozenset(line.number for line in drawn.doctors if _is_included(line, on)) for on in days}


def _is_included(line: Line, on: date) -> bool:
    has_begun = line.included_since is None or line.included_since <= on
    return line.listing in _INCLUDED and has_begun and line.not_listed_on != on


def _rebuilt() -> Hold:
    return Hold("RESTORED hold", HoldKind.RESTORED, "all", past.NOW, AMY, 0, 0)
