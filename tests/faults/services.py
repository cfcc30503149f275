"""Whole runs at a mail service that is slow to trust, drops connections, refuses, or counts connections."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gpsync import rules
from gpsync.mail.smtp_connection import Server, open_connection
from tests.faults.giving import PHASES, give
from tests.faults.house import House, World
from tests.faults.invariants import check
from tests.faults.scoreboard import Line
from tests.faults.test_wire_answers import B3
from tests.faults.worker import plan, send


def quick_retries() -> None:
    """Minutes become fractions of a second."""
    rules.RETRY_MINUTES = (0.012, 0.02)  # type: ignore[assignment]


def verdicts(house: House) -> tuple[int, int]:
    """B3: how many of the refusals in each phase are judged as drawn, and how many there are."""
    right = 0
    for answer, drawn in B3.items():
        for where, expected in zip(PHASES, drawn, strict=True):
            house.smtp.play({where: answer})
            server = Server(house.smtp.host, house.smtp.port, "", None, "none", None, 5.0, 5.0, 15.0)
            smtp = open_connection(server)
            right += str(give(smtp).verdict) == expected
            smtp.close()
    return right, len(B3) * len(PHASES)


def greylisting(house: House, mails: int = 40) -> Line:
    """B2: everybody is refused at first and accepted after a while: one retry each, in the same run."""
    line = Line("B2 greylisting")
    with _run(house, line, mails, {}, greylist=0.5, patience_seconds=20.0) as world:
        tries = Counter(command for command in world.smtp.commands() if command.startswith("RCPT"))
        line.must(max(tries.values()) <= 2, f"a mail was tried {max(tries.values())} times")
    return line.done()


def dropping(house: House, mails: int = 70) -> Line:
    """B12: the connection is dropped at every 7th mail, at DATA; then after every 7th acceptance."""
    line = Line("B12 every 7th mail dropped")
    for phase in ("data", "replied"):
        with _run(house, line, mails, {phase: {"do": "drop", "every": 7}}):
            line.points += mails // 7
    return line.done()


def mixed_refusals(house: House, mails: int = 100) -> Line:
    """421, 450 and 454 for a tenth of all mails: in the end all are accepted."""
    line = Line("B  421, 450, 454 for every 10th mail, 8 senders")
    script = {
        "mail": {"do": "421", "every": 30},
        "rcpt": {"do": "450 4.2.0 later", "every": 10},
        "data": {"do": "454 4.3.0 later", "every": 25},
    }
    with _run(house, line, mails, script, connections=8, patience_seconds=20.0):
        line.points = mails // 10
    return line.done()


def storm(house: House, mails: int = 120) -> Line:
    """B13: everything is refused because of us: the run stops."""
    line = Line("B13 storm of 554")
    with house.world(mails, {"rcpt": "554 5.7.1 blocked"}) as world:
        ended = world.run().wait()
        tried = len([command for command in world.smtp.commands() if command.startswith("RCPT")])
        stopped = bool(ended.value and ended.value["stopped"])
        line.points = tried
        line.mails = mails
        line.must(stopped, f"the run did not stop: {ended}")
        line.must(tried <= 3, f"{tried} mails were tried")
        bounced = world.states().get("bounced", 0)
        line.must(bounced == 0, f"{bounced} addresses were blamed")
        line.notes.append(f"stopped after {tried} mails, {bounced} addresses blamed")
    return line.done()


def connections(house: House, mails: int = 300) -> Line:
    """B11: one connection at a time is let in, and 50 mails on it."""
    line = Line("B11 one connection, 50 mails on each")
    with _run(house, line, mails, {}, most_connections=1, most_mails=50) as world:
        used = len(world.smtp.events("connection"))
        line.points = used
        line.must(used / mails <= 0.02, f"{used} connections for {mails} mails")
        line.notes.append(f"{used / mails:.3f} connections a mail")
    return line.done()


def lost_answers(house: House, mails: int = 10) -> Line:
    """B4: the answer to the dot is dropped, reset or garbage, or says 421: unknown, and never sent again."""
    line = Line("B4 answer to the dot lost")
    for action in ("drop", "rst", "garbage", "421"):
        with house.world(mails, {"stored": {"do": action, "only": [3]}}) as world:
            ended = [world.run().wait(), *world.recover()]
            line.must(all(one.error is None and not one.killed for one in ended), f"{action}: {ended}")
            found = check(world, unknown_at_most=1)
            line.must(found.unknown == 1, f"{action}: {found.unknown} unknown, 1 was injected")
            line.add(found, action)
            line.points += 1
    return line.done()


@contextmanager
def _run(house: House, line: Line, mails: int, script: dict[str, Any], **values: Any) -> Iterator[World]:
    """A planned world in which one run, with the script playing, must send everything."""
    of_setting = {name: values.pop(name) for name in ("connections", "patience_seconds") if name in values}
    with house.world(mails) as world:
        line.must(world.run(plan).wait().error is None, "planning failed")
        world.smtp.play(script, **values)
        ended = world.run(send, minutes=1, change=quick_retries, **of_setting).wait()
        line.must(ended.error is None and not ended.killed, f"the run ended with {ended}")
        sent = world.states().get("sent", 0)
        line.must(sent == mails, f"{sent} of {mails} were sent in one run: {world.states()} {ended.value}")
        line.add(check(world, unknown_at_most=0))
        yield world
