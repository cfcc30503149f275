"""Drawn requests: whether a doctor who asks for another link on Monday 16 March 2026 gets one, and about what.

A line is a doctor, in the words of `planning`, and their request: the address that they have `stated`, and how many
links they were sent on request within thirty days (`so far`). `stands` is how their change to the address stands by the
register and the send log alone, `judged` how the last mailout left it; where that is not drawn, they are what the rest
of the line makes them. The outcome is what the link is about, `early` where its window has not passed, or the beginning
of the refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gpsync.records import EmailChange
from gpsync.rules import ChangeReason, ChangeState, MailKind
from gpsync.verification.early_links import is_inside_window
from gpsync.verification.evidence import find_blocks
from gpsync.verification.resending import ResendFacts, resent_trigger, why_not_resent
from gpsync.verification.triggers import first_change
from tests.spec import planning_history as past
from tests.spec.drawing import read_table
from tests.spec.judging import DAY
from tests.spec.planning import PlanCase
from tests.spec.planning_facts import Drawn, Set, evidence_of, policy_of
from tests.spec.planning_lines import Line, read_line


def asked(case: PlanCase) -> list[tuple[str, str, str]]:
    """For each line of a table of requests: its name, the outcome drawn, and the outcome worked out."""
    return [(name, cells["outcome"], _outcome(read_line(name, cells), cells)) for name, cells in read_table(case.table)]


def _outcome(line: Line, cells: Mapping[str, str]) -> str:
    facts = resend_facts(line, cells)
    why_not = why_not_resent(facts)
    if why_not is not None:
        return f"refused: {why_not.partition(':')[0]}"
    trigger = resent_trigger(facts, DAY)
    assert (trigger.gmc_number, trigger.recipient) == (line.number, line.address(line.shows))
    about = "about the change" if trigger.kind is MailKind.EMAIL_CHANGE else "first link"
    return f"{about}, early" if is_inside_window(facts.changes, facts.person.key, DAY) else about


def resend_facts(line: Line, cells: Mapping[str, str]) -> ResendFacts:
    """What is known of a doctor who asks."""
    drawn = Drawn([line], Set(()))
    person = past.person(line, line.shows)
    evidence = replace(evidence_of(drawn).of_addresses(), in_doubt=())
    blocks = find_blocks([first_change(person, DAY)], evidence, policy_of(drawn).eligibility)
    changes = _standing(drawn.changes.get(line.number, ()), line, cells.get("stands", ""))
    return ResendFacts(
        person=person,
        stated_email=line.address(cells.get("stated") or "B") or "",
        resends=int(cells.get("so far") or 0),
        judged=_standing(changes, line, cells.get("judged", "")),
        changes=changes,
        block=next(iter(blocks.values()), None),
    )


def _standing(changes: Sequence[EmailChange], line: Line, drawn: str) -> list[EmailChange]:
    """The changes, with that to the line's address standing as it is drawn."""
    if not drawn:
        return list(changes)
    state, _, reason = drawn.removesuffix(")").partition("(")
    stands = ChangeState(state), ChangeReason(reason) if reason else None
    return [
        replace(one, state=stands[0], reason=stands[1]) if one.new_key == past.key_of(line) else one for one in changes
    ]
