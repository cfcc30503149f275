"""A mailout that loses the run lock with its session, with and without another run that comes at once."""

import random
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
            first = world.run(minutes=1, per_minute=2400, connections=2)
            _await_mails(world, drawn.randint(1, 10))
            _end(world, ("holder", "everybody", "server")[number % 3])
            ended = [_second(world).wait()] if number % 2 else []
            ended.append(first.wait())
            for one in ended:
                line.must(_in_order(one), f"a run ended with {one.error}")
            robbed += bool(ended[-1].value and "another run" in (ended[-1].value["stopped"] or ""))
            for one in world.recover():
                line.must(one.error is None, f"a run that recovers ended with {one.error}")
            line.add(check(world, unknown_at_most=0))
            sent = world.states().get("sent", 0)
            line.must(sent == mails, f"{sent} of {mails} were sent: {world.states()}")
        line.points += 1
        if line.points % 10 == 0:
            progress(f"  lost {line.points} times, {len(line.wrong)} wrong")
    line.notes.append(f"{robbed} of the {times} runs ended because another one had come")
    return line.done()


def _second(world: World) -> Child:
    return world.run(minutes=2, per_minute=2400)


def _in_order(ended: Ended) -> bool:
    return not ended.killed and (ended.error is None or ended.error.startswith(("AlreadyRunning", "LockLost")))


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
