"""Drawn mailouts: what becomes of the mails that wait, and which are planned, as of Monday 16 March 2026.

A table is one run. A line is a doctor, or a user of a practice, and what they may be mailed about: their change from
address A to address B (where no column says otherwise), their first link, or their user's link. What is usual is not
drawn. The columns of what is known:

    due       when the window of the change has passed
    register  the registration, or `none` where the register holds no such doctor
    list      the standing on the performers list; `from` when it takes effect, `since` when lists first show it,
              `but on` a day whose list did not
    took      the address that it is about
    shows     the address that the newest extract shows today; `B*` is B in another spelling
    account   how the account stands: `verified with B`, `unverified`, `active`; a user's may be `revoked`
    domain    the domain of the addresses
    mails     the mails about it so far: `planned`, `deferred`, `held(WHY)`, or what became of it, with the day
    letter    why the letter of the mail that waits is out of date, and what else its row is
    besides   what else is known

What follows: the `outcome`, and where it matters how urgent the new mail is (`rank`) and for which day it was due
(`due date`). `goes out` is a mail that waits and is left alone. `letter 2` is a new mail, the second about this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gpsync.mails import PlannedMail
from gpsync.operations.ids import mail_ids
from gpsync.rules import ChangeState, MailState
from gpsync.verification.holding_back import HeldBack
from gpsync.verification.mailout_plan import MailoutPlan, WaitingDecision, decide_waiting, plan_mails
from tests.spec import planning_history as past
from tests.spec.drawing import read_table
from tests.spec.planning_facts import Drawn, Set, facts_of, policy_of
from tests.spec.planning_lines import Line, read_line

_FOLLOWS = ("outcome", "rank", "due date", "place")
_Outcome = dict[str, str]


@dataclass(frozen=True)
class PlanCase:
    """One or more rules, drawn as a run of the mailout: `run` is what is set, `says` what the run says of itself."""

    rule: str
    title: str
    because: str
    table: str
    run: str = ""
    says: str = ""


@dataclass(frozen=True)
class Run:
    """A drawn run, worked out."""

    drawn: Drawn
    waiting: WaitingDecision
    plan: MailoutPlan

    @cached_property
    def new(self) -> list[PlannedMail]:
        """The mails that are new in the outbox."""
        return [mail.planned(mail_ids()) for mail in (*self.plan.renewals, *self.plan.mails)]


def mailed(case: PlanCase) -> tuple[list[tuple[str, _Outcome]], list[tuple[str, _Outcome]]]:
    """The drawn and the worked-out outcomes of the lines, and what the run says, to be compared."""
    table = read_table(case.table)
    run = work_out(case)
    pairs = list(zip(table, run.drawn.lines, strict=True))
    drawn = [(name, {column: cells[column] for column in _FOLLOWS if column in cells}) for name, cells in table]
    worked_out = [
        (name, {column: _WORKED_OUT[column](line, run) for column in _FOLLOWS if column in cells})
        for (name, cells), line in pairs
    ]
    return [*drawn, ("the run", {"says": case.says})], [*worked_out, ("the run", {"says": "; ".join(_says(run))})]


def work_out(case: PlanCase) -> Run:
    """What the mailout decides of a drawn run. Nobody is mailed but those who are drawn."""
    words = [word.strip() for word in case.run.split(",") if word.strip()]
    drawn = Drawn([read_line(name, cells) for name, cells in read_table(case.table)], Set(words))
    policy = policy_of(drawn)
    facts = facts_of(drawn, policy)
    assert facts.planning is not None
    waiting = decide_waiting(facts, policy)
    run = Run(drawn, waiting, plan_mails(facts, facts.planning, waiting, policy))
    assert all(any(_is_of(mail, line) for line in drawn.lines) for mail in run.new)
    return run


def _is_of(mail: PlannedMail, line: Line) -> bool:
    return (mail.link.holder, mail.link.kind) == (line.holder, line.kind)


def _outcome(line: Line, run: Run) -> str:
    waiting = past.waiting_mail(line)
    before = [_of_waiting(waiting, run)] if waiting else []
    new = [_of_new(mail, line, run) for mail in run.new if _is_of(mail, line)]
    return ", then ".join([*before, *new]) or _of_change(line, run)


def _of_waiting(mail: PlannedMail, run: Run) -> str:
    cancelled = {**run.plan.cancellations, **run.waiting.cancellations}
    if mail.mail_id in cancelled:
        return f"cancelled({cancelled[mail.mail_id]})"
    if mail.mail_id in run.plan.altered:
        return "held(ALTERED)"
    return f"stays {mail.state}" if mail.state is MailState.HELD else "goes out"


def _of_new(mail: PlannedMail, line: Line, run: Run) -> str:
    words = [f"letter {mail.link.generation}"]
    letter = next((one for one in ("A", "B*", "B", "C") if line.address(one) == mail.recipient), mail.recipient)
    words += [f"to {letter}"] if letter != "B" else []
    words += [f"on {mail.requested_by}'s word"] if mail.requested_by else []
    words += [f"as {mail.requested_reason}"] if mail.requested_reason and not mail.requested_by else []
    words += [f"held({_hold_of(mail, run)})"] if mail.state is MailState.HELD else []
    words += ["as one of the first"] if mail.canary_of else []
    return " ".join(words)


def _hold_of(mail: PlannedMail, run: Run) -> str:
    """What a mail is held for: by a hold of this run, or by the one that kept the mail before it."""
    opened = {one.hold.hold_id: one.hold.kind for one in run.plan.held_back}
    return opened.get(mail.hold_id or "") or str(mail.hold_id).removesuffix(" hold")


def _of_change(line: Line, run: Run) -> str:
    """Where the change of somebody stands about whom there is no mail."""
    change = run.drawn.change_of(line)
    if change is None:
        return "nothing"
    block = run.waiting.blocks.get(change.change_id)
    state, reason = (block.state, block.reason) if block else (change.state, change.reason)
    is_usual = state in (ChangeState.WAITING, ChangeState.QUEUED)
    return "nothing" if is_usual or reason is None else f"{state}({reason})"


def _rank(line: Line, run: Run) -> str:
    return " ".join(mail.rank.name.lower().replace("_", " ") for mail in run.new if _is_of(mail, line))


def _due_date(line: Line, run: Run) -> str:
    return " ".join(f"{mail.due_date.day} {mail.due_date:%b}" for mail in run.new if _is_of(mail, line))


def _place(line: Line, run: Run) -> str:
    return " ".join(str(place) for place, mail in enumerate(run.new, start=1) if _is_of(mail, line))


_WORKED_OUT = {"outcome": _outcome, "rank": _rank, "due date": _due_date, "place": _place}


def _says(run: Run) -> Iterator[str]:
    yield from (_of_hold(one) for one in run.plan.held_back)
    if run.plan.out_of_reach:
        yield f"out of reach {run.plan.out_of_reach}"
    yield from (f"{what} not known: {why}" for what, why in run.plan.not_known.items())


def _of_hold(held_back: HeldBack) -> str:
    hold = held_back.hold
    if not held_back.is_new:
        return f"the hold {hold.kind} keeps {held_back.mails} back"
    asked = f"asked for by {hold.asked_by.name if hold.asked_by else 'nobody'}"
    return (
        f"a new hold {hold.kind} keeps {held_back.mails} back, {asked}, counted {hold.counted}, allowed {hold.allowed}"
    )
