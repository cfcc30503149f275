"""`make fault`: every fault on purpose, and a scoreboard. Exit status 1 if a number that must be zero is not.

python -m tests.faults [crash double overlap zombies sigterm restarts answers lost locks full restore services
                        naive mutants …]
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.faults import crashes, databases, lost_locks, mutants, naive, overlaps, services
from tests.faults.house import House, open_house
from tests.faults.processes import Child
from tests.faults.scoreboard import Line, print_board, progress


def _verdicts(house: House) -> Line:
    line = Line("B3 verdicts")
    right, of = services.verdicts(house)
    line.points = of
    line.notes.append(f"verdict matrix {right} of {of}")
    line.must(right == of, f"{of - right} verdicts are wrong")
    return line.done()


def _double(number: int = 500, processes: int = 2) -> Line:
    """The pairs take longest, so they are shared by processes with a house each."""

    def part(seed: int) -> dict[str, Any]:
        with open_house() as house:
            return vars(crashes.pairs(house, number // processes, seed=seed))

    children = [Child(partial(part, seed)) for seed in range(processes)]
    whole = Line("A2 double kill, sampled, 3 mails")
    for child in children:
        ended = child.wait(1800)
        whole.must(ended.error is None and not ended.killed, f"it ended with {ended.error}")
        if ended.value:
            whole.join(ended.value)
    return whole.done()


def _mutants(house: House) -> Line:
    line = Line("seeded bugs")
    line.points = len(mutants.MUTANTS)
    line.wrong += [f"false alarm: {one}" for one in mutants.false_alarms(house)]
    left = mutants.survivors(house)
    killed = line.points - len(left)
    line.notes.append(f"killed {killed} of {line.points}" + (f"; survivors: {', '.join(left)}" if left else ""))
    line.must(killed >= 0.95 * line.points, f"only {killed} of {line.points} seeded bugs were found out")
    return line.done()


#: Name and scenario, in the order in which they are run.
SCENARIOS: tuple[tuple[str, Callable[[House], Line]], ...] = (
    ("crash", lambda house: crashes.every_point(house)),
    ("double", lambda house: _double()),
    ("overlap", lambda house: overlaps.side_by_side(house, 2000)),
    ("zombies", lambda house: overlaps.zombies(house, 100)),
    ("sigterm", lambda house: crashes.asked_to_end(house)),
    ("restarts", lambda house: databases.restarts(50)),
    ("answers", lambda house: databases.lost_answers(house, 150)),
    ("lost", lost_locks.lost),
    ("locks", databases.locks),
    ("full", databases.takes_nothing),
    ("restore", databases.restored),
    ("services", _verdicts),
    ("services", services.greylisting),
    ("services", services.lost_answers),
    ("services", services.connections),
    ("services", services.dropping),
    ("services", services.storm),
    ("services", services.mixed_refusals),
    ("naive", lambda house: naive.killed_at_every_point(house, marks_before=False)),
    ("naive", lambda house: naive.killed_at_every_point(house, marks_before=True)),
    ("naive", naive.yagmail_send),
    ("mutants", _mutants),
)


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {name for name, _ in SCENARIOS}
    if unknown:
        print(f"No such scenario: {', '.join(sorted(unknown))}. There are: {', '.join(dict(SCENARIOS))}.")
        return 2
    lines = []
    begun = time.monotonic()
    for name, scenario in SCENARIOS:
        if wanted and name not in wanted:
            continue
        # A house of its own: the ledger of one grows with every mail, and is read often.
        with open_house() as house:
            lines.append(scenario(house))
        progress(f"{lines[-1].name}: {lines[-1].seconds:.0f} s{', WRONG' if lines[-1].failed else ''}")
    print_board(lines)
    failed = [line.name for line in lines if line.failed]
    print(f"{time.monotonic() - begun:.0f} s. {'Wrong: ' + ', '.join(failed) if failed else 'Nothing is wrong.'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
