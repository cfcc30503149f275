"""A mailout that loses the run lock with its session, with and without another run that comes at once."""

import random
import signal
import time

from tests.faults.house import House, World
from tests.faults.invariants import check
from tests.faults.processes import Child, Ended
from tests.faults.scoreboard import Line, progress

_HOLDER = (
    "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND l.granted AND d.datname = %s"
)
_EVERYBODY = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"


def lost(house: House, times: int = 20, mails: int = 60) -> Line:
    """D8: the lock's session, every session or the server ends in mid-run; each second time another run begins then.

    Each run ends in order: with its account, or because another one is at work. Nothing goes out twice, nothing is in
    doubt: the answers to mails that another run took for a dead run's are heard.
    """
    line = Line("D8 run lock lost in mid-run")
    drawn = random.Random(8)
    robbed = 0
    for number in range(times):
        with house.world(mails) as world:
            first = world.run(minutes=1, per_minute=1200, connections=2)
            _await_mails(world, drawn.randint(1, 10))
            ended = _lose(world, first, ("holder", "everybody", "server")[number % 3], is_robbed=number % 2 == 1)
            for one in ended:
                line.must(not one.killed and one.error is None, f"a run ended with {one.error}")
            robbed += bool(ended[0].value and "another run is in progress" in (ended[0].value["stopped"] or ""))
            for one in world.recover():
                line.must(one.error is None, f"a run that recovers ended with {one.error}")
            line.add(check(world, unknown_at_most=0))
            sent = world.states().get("sent", 0)
            line.must(sent == mails, f"{sent} of {mails} were sent: {world.states()}")
        line.points += 1
        if line.points % 10 == 0:
            progress(f"  lost {line.points} times, {len(line.wrong)} wrong")
    line.must(robbed > 0, "no run noticed that another one had come")
    line.notes.append(f"{robbed} of the {times} runs ended because another one had come")
    return line.done()


def _lose(world: World, first: Child, whom: str, *, is_robbed: bool) -> list[Ended]:
    """Take the lock from a run, which sleeps until another has it if `is_robbed`; how they ended, the first first."""
    if not is_robbed:
        _end(world, whom)
        return [first.wait()]
    first.signal(signal.SIGSTOP)
    _end(world, whom)
    second = world.run(minutes=2, per_minute=2400)
    ends = time.monotonic() + 30
    while time.monotonic() < ends and world.value("SELECT count(*) FROM run") < 2:
        time.sleep(0.005)
    first.signal(signal.SIGCONT)
    return [first.wait(), second.wait()]


def _end(world: World, whom: str) -> None:
    cluster = world.house.cluster
    if whom == "server":
        cluster.stop("immediate")
        cluster.start()
        return
    with cluster.connect() as connection:
        connection.execute(_HOLDER if whom == "holder" else _EVERYBODY, [world.database])


def _await_mails(world: World, number: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and len(world.smtp.ledger()) < number:
        time.sleep(0.01)
