"""Mails that wait until two people have looked: far more than usual (C-39), and the rest of a first mailout. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gpsync import rules
from gpsync.actors import Actor
from gpsync.mails import Hold
from gpsync.records import ExtractRecord
from gpsync.rules import Guard, HoldKind, MailState
from gpsync.verification.mailout_facts import MailoutFacts, MailoutPolicy, PlanningFacts
from gpsync.verification.planning import MailToPlan, PlanOptions
from gpsync.verification.releasing import asker
from gpsync.verification.triggers import MailTrigger

#: Triggers to be mailed about now, each with the generation of its mail.
Wanted = Sequence[tuple[MailTrigger, int]]


@dataclass(frozen=True)
class HeldBack:
    """A hold, how many of the planned mails it keeps back, and whether this run opens it."""

    hold: Hold
    mails: int
    is_new: bool = True


def hold_back(
    facts: MailoutFacts, planning: PlanningFacts, usual: Wanted, first: Wanted, policy: MailoutPolicy
) -> tuple[list[MailToPlan], list[HeldBack]]:
    """The mails, and the holds that keep some of them back.

    Until somebody has looked at a database that was rebuilt everything waits for that. Otherwise the `usual` mails wait
    where they are far more than usual, and all but a few of the `first` links.
    """
    options = PlanOptions(policy.secrets, policy.sender, facts.now)
    restored = next((one for one in planning.holds if one.kind is HoldKind.RESTORED), None)
    if restored is not None:
        everything = [*usual, *first]
        return _mails(everything, _held(options, restored)), [HeldBack(restored, len(everything), is_new=False)]
    mails, held_back = _usual(facts, planning, usual, policy, options)
    few, rest = _first(facts, planning, first, policy, options)
    return [*mails, *few], [*held_back, *rest]


def _usual(
    facts: MailoutFacts, planning: PlanningFacts, wanted: Wanted, policy: MailoutPolicy, options: PlanOptions
) -> tuple[list[MailToPlan], list[HeldBack]]:
    """All of them wait when far more are planned than is usual: a feed gone wrong looks like that."""
    usual = statistics.median(planning.planned_a_day) if planning.planned_a_day else 0
    allowed = max(policy.volume_at_least, int(rules.VOLUME_TIMES * usual))
    if len(wanted) <= allowed:
        return _mails(wanted, options), []
    hold = _hold(facts, planning, HoldKind.VOLUME, len(wanted), allowed)
    return _mails(wanted, _held(options, hold)), [HeldBack(hold, len(wanted))]


def _first(
    facts: MailoutFacts, planning: PlanningFacts, wanted: Wanted, policy: MailoutPolicy, options: PlanOptions
) -> tuple[list[MailToPlan], list[HeldBack]]:
    """A few go out, to see them work; the rest waits."""
    few, rest = wanted[: policy.canary_mails], wanted[policy.canary_mails :]
    if not rest:
        return _mails(few, options), []
    hold = _hold(facts, planning, HoldKind.CANARY, len(wanted), len(few))
    seen = replace(options, canary_of=hold.hold_id)
    return [*_mails(few, seen), *_mails(rest, _held(options, hold))], [HeldBack(hold, len(rest))]


def mass_change_hold(entry: ExtractRecord, approver: Actor, opened_at: datetime) -> Hold:
    """The hold on the mails of a register extract that was approved although too many addresses changed in it (C-39).

    It is opened in the name of the person who approved the extract.
    """
    finding = next(one for one in entry.findings if one.guard is Guard.MASS_EMAIL_CHANGE)
    return Hold(
        hold_id=f"mails-of-{entry.extract.extract_id}",
        kind=HoldKind.MASS_CHANGE,
        scope=entry.extract.extract_id,
        opened_at=opened_at,
        opened_by=approver,
        counted=finding.counted,
        allowed=finding.allowed,
        asked_by=asker(approver),
        asked_at=opened_at,
        asked_reason=entry.decided_reason,
    )


def _mails(wanted: Wanted, options: PlanOptions) -> list[MailToPlan]:
    return [MailToPlan(trigger, generation, options) for trigger, generation in wanted]


def _held(options: PlanOptions, hold: Hold) -> PlanOptions:
    return replace(options, state=MailState.HELD, hold_id=hold.hold_id)


def _hold(facts: MailoutFacts, planning: PlanningFacts, kind: HoldKind, counted: int, allowed: int) -> Hold:
    token = planning.hold_tokens[kind]
    return Hold(
        hold_id=f"mails-{facts.as_of:%Y%m%d}-{token}",
        kind=kind,
        scope=f"{facts.as_of} {token}",
        opened_at=facts.run_at,
        opened_by=facts.operator,
        counted=counted,
        allowed=allowed,
        asked_by=asker(facts.operator),
        asked_at=facts.run_at,
        asked_reason="ran the mailout",
    )
