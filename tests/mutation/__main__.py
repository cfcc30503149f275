"""`python -m tests.mutation`: change the code that decides, and see which changes no test notices."""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import checking, trying
from tests.mutation.choosing import chosen
from tests.mutation.equivalents import EQUIVALENTS
from tests.mutation.making import Mutant, mutants, paths
from tests.mutation.parts import BUDGET_SECONDS, PATIENCE_SECONDS
from tests.mutation.recording import Called, recorded

_POLL_SECONDS = 0.02


@dataclass
class Trial:
    """A change that is being tried."""

    mutant: Mutant
    began: float
    log: Path

    @property
    def is_over_time(self) -> bool:
        """Whether it hangs."""
        return time.monotonic() - self.began > BUDGET_SECONDS + PATIENCE_SECONDS


def main() -> int:
    """Try the changes that were asked for, and print what was found; 1 where too few were noticed."""
    asked = _arguments()
    trying.import_what_stays()
    called = recorded()
    found = _sampled([one for path in paths() if asked.module in path for one in mutants(path)], asked)
    print(f"{len(found)} changes, {asked.jobs} at a time.", flush=True)
    survivors = list(_survivors(found, called, asked.jobs))
    return _report(found, survivors)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--module", default="", help="only modules with this in their path")
    parser.add_argument("--sample", type=int, default=0, help="so many of the changes, chosen by the seed; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _sampled(found: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    random.Random(asked.seed).shuffle(found)
    changes = []
    for one in found:
        if asked.sample and len(changes) == asked.sample:
            break
        if one.is_a_change:
            changes.append(one)
    return changes


def _survivors(found: Iterable[Mutant], called: Called, jobs: int) -> Iterator[Mutant]:
    """The changes that no test noticed, as they are found."""
    trials: dict[int, Trial] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, mutant in enumerate(found):
            tests = chosen(mutant, called)
            if not tests:
                yield _reported(mutant, "no test calls it")
                continue
            log = Path(folder) / str(number)
            trials[trying.start(mutant.path, mutant.source, tests, log)] = Trial(mutant, time.monotonic(), log)
            while len(trials) >= jobs:
                yield from _ended(trials)
        while trials:
            yield from _ended(trials)


def _ended(trials: dict[int, Trial]) -> Iterator[Mutant]:
    time.sleep(_POLL_SECONDS)
    for pid, trial in list(trials.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended and not trial.is_over_time:
            continue
        del trials[pid]
        if not ended:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        elif os.waitstatus_to_exitcode(status) == 0 and not checking.refuses(trial.mutant.path, trial.mutant.source):
            yield _reported(trial.mutant, "no test fails")


def _reported(mutant: Mutant, why: str) -> Mutant:
    before, after = mutant.lines
    mark = " (changes nothing)" if _is_equivalent(mutant) else ""
    print(f"\n{mutant.path}:{mutant.line} {mutant.function}: {why}{mark}")
    print("\n".join([*(f"- {line}" for line in before.splitlines()), *(f"+ {line}" for line in after.splitlines())]))
    sys.stdout.flush()
    return mutant


def _is_equivalent(mutant: Mutant) -> bool:
    return (mutant.path, *mutant.lines) in {(one.path, one.before, one.after) for one in EQUIVALENTS}


def _report(found: list[Mutant], survivors: list[Mutant]) -> int:
    real = [one for one in survivors if not _is_equivalent(one)]
    alike = len(survivors) - len(real)
    noticed, total = len(found) - len(survivors), len(found)
    print("\nNot noticed, by module:")
    for path, number in Counter(one.path for one in real).most_common():
        print(f"  {number:4} {path}")
    print(f"{total} changes, {noticed} noticed: {_percent(noticed, total)}.")
    print(f"Without the {alike} that change nothing: {_percent(noticed, total - alike)}.")
    return 0 if noticed >= 0.97 * (total - alike) else 1


def _percent(some: int, of: int) -> str:
    return f"{100 * some / of:.1f} %" if of else "nothing to notice"


if __name__ == "__main__":
    sys.exit(main())
