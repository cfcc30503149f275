"""SIGKILL at every point of a mailout, then at two points of one; and a request to end at a random moment."""

import random
import signal
import time
from collections import Counter

from tests.faults.house import House, World
from tests.faults.invariants import OPEN_POINTS, check
from tests.faults.processes import At, Ended
from tests.faults.scoreboard import Line, progress
from tests.faults.worker import plan, send


def every_point(house: House, mails: int = 3, connections: int = 1) -> Line:
    """A1: kill -9 at the first, the second … point that a mailout reaches, until one ends by itself."""
    line = Line(f"A1 kill -9 at every point, {mails} mails")
    for k in range(1, 1000):
        with house.world(mails) as world:
            if not _killed(world, At(k), connections=connections):
                break
            _recover(world, line)
        line.points += 1
        if k % 20 == 0:
            progress(f"  killed at {k} points, {len(line.wrong)} wrong")
    return line.done()


def one_after_the_other(house: House, mails: int = 8) -> Line:
    """A1 in little time: one world, whose first run is killed at its first point, and so on."""
    line = Line(f"A1 run after run killed, {mails} mails")
    with house.world(mails) as world:
        while _killed(world, At(line.points + 1), minutes=line.points):
            line.points += 1
        _must_end_well(line, world.recover(), "at last")
        found = check(world)
        line.add(found)
        line.unknown = Counter(point for point in world.crashes if point in OPEN_POINTS)
        line.must(
            found.unknown == line.unknown.total(), f"{found.unknown} unknown, {line.unknown.total()} were cut off"
        )
    return line.done()


def pairs(house: House, number: int, mails: int = 3, seed: int = 1) -> Line:
    """A2: the run that recovers is killed too."""
    line = Line(f"A2 double kill, sampled, {mails} mails")
    drawn = random.Random(seed)
    # So many points has a whole run; the run that recovers may have fewer, and ends by itself then.
    points = 15 + 13 * mails
    for k in range(1, number + 1):
        with house.world(mails) as world:
            _killed(world, At(drawn.randint(1, points)))
            _killed(world, At(drawn.randint(1, points)), minutes=5)
            _recover(world, line)
        line.points += 1
        if k % 50 == 0:
            progress(f"  {k} pairs, {len(line.wrong)} wrong")
    return line.done()


def _killed(world: World, at: At, **values: int) -> bool:
    """Run a mailout that is killed; False when it came to its end. The point's name is kept in the world."""
    names = world.home / "points"
    with names.open("ab", buffering=0) as names_file:
        at.names_fd = names_file.fileno()
        ended = world.run(watch=at, **values).wait()
    if ended.killed:
        world.crashes.append(names.read_text())
    names.write_text("")
    return ended.killed


def killed_at(world: World, where: str, nth: int = 1, **values: object) -> None:
    """Kill a mailout at a named point; the harness itself is wrong if the point is never reached."""
    if not _killed(world, At(where, nth=nth), **values):  # type: ignore[arg-type]
        raise LookupError(f"the point {where} was not reached")


def _recover(world: World, line: Line) -> None:
    ended = world.recover()
    where = " + ".join(world.crashes) or "no crash"
    _must_end_well(line, ended, where)
    line.add(check(world), where)


def _must_end_well(line: Line, ended: list[Ended], where: str) -> None:
    for one in ended:
        line.must(one.error is None and not one.killed, f"{where}: a run that recovers ended with {one.error}")


def asked_to_end(house: House, times: int = 20, mails: int = 60, how: signal.Signals = signal.SIGTERM) -> Line:
    """A5: SIGTERM, or Ctrl-C, at a random moment: the mail in hand is finished, and no other is begun."""
    line = Line(f"A5 {how.name} at random")
    drawn = random.Random(5)
    slowest = 0.0
    for _ in range(times):
        with house.world(mails) as world:
            ended = world.run(plan).wait()
            line.must(ended.error is None, f"planning ended with {ended.error}")
            child = world.run(send, minutes=1, per_minute=6000)
            _await_first(world)
            time.sleep(drawn.uniform(0, 0.3))
            child.signal(how)
            asked = time.monotonic()
            ended = child.wait()
            slowest = max(slowest, time.monotonic() - asked)
            # An interrupted run may say so.
            line.must(ended.error in (None, "KeyboardInterrupt: ") and not ended.killed, f"it ended with {ended.error}")
            under_way = world.value("SELECT count(*) FROM outbox WHERE state IN ('claimed', 'in_doubt', 'unknown')")
            line.must(under_way == 0, f"{under_way} mails were left under way")
            line.must(len(world.smtp.ledger()) < mails, "it went on to the end")
            world.recover()
            line.add(check(world, unknown_at_most=0))
        line.points += 1
    line.notes.append(f"the slowest took {slowest:.2f} s to end, with nothing left under way")
    return line.done()


def _await_first(world: World) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and not world.smtp.ledger():
        time.sleep(0.01)
