"""Several senders at one outbox: side by side, and with some of them asleep for longer than their leases."""

import random
import signal
import time

from tests.faults.house import House, World
from tests.faults.invariants import check
from tests.faults.processes import Child
from tests.faults.scoreboard import Line, progress
from tests.faults.worker import plan, send


def side_by_side(house: House, mails: int = 300, processes: int = 4, connections: int = 2) -> Line:
    """A3: each mail goes out once, and the processes share the work."""
    line = Line(f"A3 {processes} processes of {connections} senders, {mails} mails")
    with house.world(mails) as world:
        _plan(world, line)
        begun = time.monotonic()
        children = [world.run(send, minutes=1, connections=connections) for _ in range(processes)]
        for child in children:
            ended = child.wait()
            line.must(ended.error is None and not ended.killed, f"a sender ended with {ended.error}")
        line.notes.append(f"{mails / (time.monotonic() - begun):.0f} mails/s together")
        sent = world.states().get("sent", 0)
        line.must(sent == mails, f"{sent} of {mails} were sent at once")
        line.add(check(world, unknown_at_most=0))
        per_claim = world.value("SELECT count(*) FROM mail_event WHERE state = 'claimed'")
        line.notes.append(f"{per_claim} claims for {mails} mails")
    line.points = processes
    return line.done()


def zombies(house: House, stops: int = 100, mails: int = 300, processes: int = 4, lease: float = 1.0) -> Line:
    """A4: senders that are stopped for 0.05 to 1.5 leases at random moments, until so many stops were made."""
    line = Line(f"A4 zombies, lease {lease:.0f} s, {processes} processes")
    drawn = random.Random(4)
    longer = 0
    while line.points < stops:
        with house.world(mails) as world:
            _plan(world, line)
            longer += _stop_and_go(world, line, drawn, processes, lease, stops)
            stopped_late = world.states().get("unknown", 0)
            for ended in world.recover(lease_seconds=lease):
                line.must(not ended.killed, "a run that recovers hung")
            # A sender that was stopped between intent and result, for longer than its lease, tells of it later.
            line.add(check(world, unknown_at_most=0 if stopped_late == 0 else stopped_late))
        progress(f"  {line.points} stops, {len(line.wrong)} wrong")
    line.notes.append(f"{longer} of the {line.points} stops were longer than the lease")
    return line.done()


def _stop_and_go(world: World, line: Line, drawn: random.Random, processes: int, lease: float, stops: int) -> int:
    """Senders that are stopped and go on, in turn and at the same time, until all is sent; how many slept too long."""
    children = [_sender(world, lease) for _ in range(processes)]
    asleep: dict[int, float] = {}
    longer = 0
    ends = time.monotonic() + 60
    while any(child.is_running for child in children) and time.monotonic() < ends:
        for number, child in enumerate(children):
            if number in asleep:
                if time.monotonic() >= asleep[number]:
                    child.signal(signal.SIGCONT)
                    del asleep[number]
            elif child.is_running and drawn.random() < 0.08:
                seconds = drawn.uniform(0.05, 1.5) * lease
                child.signal(signal.SIGSTOP)
                asleep[number] = time.monotonic() + seconds
                line.points += 1
                longer += seconds > lease
            elif not child.is_running and world.live() and line.points < 2 * stops:
                child.wait()
                children[number] = _sender(world, lease)
        time.sleep(0.02)
    for child in children:
        child.signal(signal.SIGCONT)
        ended = child.wait(60)
        line.must(not ended.killed and ended.error is None, f"a sender ended with {ended.error}")
    return longer


def _sender(world: World, lease: float) -> Child:
    return world.run(send, minutes=1, lease_seconds=lease, per_minute=1200)


def _plan(world: World, line: Line) -> None:
    ended = world.run(plan).wait()
    line.must(ended.error is None, f"planning ended with {ended.error}")
