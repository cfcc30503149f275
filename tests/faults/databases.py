"""The database goes away, loses answers, is locked, takes nothing any more, or is not the one it was."""

import random
import resource
import signal
import time

import psycopg

from tests.faults.house import House, World, open_house
from tests.faults.invariants import check
from tests.faults.processes import At, Child
from tests.faults.proxy import CuttingProxy
from tests.faults.scoreboard import Line, progress
from tests.faults.worker import plan, send


def restarts(times: int = 50, mails: int = 250) -> Line:
    """D1: kill -9 of a server process, terminated sessions, immediate stop and start, while mails go out."""
    line = Line("D1 database killed and restarted in mid-run")
    drawn = random.Random(11)
    slowest = 0.0
    with open_house(options="") as house:
        while line.points < times:
            with house.world(mails) as world:
                _plan(world, line)
                slowest = max(slowest, _disturbed(world, line, drawn, times))
                for ended in world.recover():
                    line.must(ended.error is None, f"a run that recovers ended with {ended.error}")
                line.add(check(world, unknown_at_most=0))
            progress(f"  {line.points} restarts, {len(line.wrong)} wrong")
    line.notes.append(f"at most {slowest:.1f} s until the next mail was taken")
    return line.done()


def _disturbed(world: World, line: Line, drawn: random.Random, times: int) -> float:
    """One run of two senders, disturbed all the time; the longest wait for the next mail after a disturbance."""
    child = world.run(send, minutes=1, connections=2, per_minute=2400)
    slowest = 0.0
    while child.is_running and line.points < times:
        time.sleep(drawn.uniform(0.1, 0.6))
        taken, begun = len(world.smtp.ledger()), time.monotonic()
        _disturb(world, drawn.choice(("backend", "terminate", "stop", "stop")))
        line.points += 1
        while child.is_running and len(world.smtp.ledger()) == taken and time.monotonic() < begun + 30:
            time.sleep(0.02)
        slowest = max(slowest, time.monotonic() - begun)
    ended = child.wait()
    line.must(ended.error is None and not ended.killed, f"the sender ended with {ended.error}")
    return slowest


def _disturb(world: World, how: str) -> None:
    cluster = world.house.cluster
    if how == "backend":
        cluster.kill_a_backend(world.database)
    elif how == "terminate":
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with cluster.connect() as connection:
            connection.execute(query, [world.database])
    else:
        cluster.stop("immediate")
        cluster.start()


def lost_answers(house: House, mails: int = 60, every: int = 3) -> Line:
    """D2: the connection is cut between a COMMIT and its answer."""
    line = Line("D2 answers to COMMIT lost")
    with house.world(mails) as world:
        _plan(world, line)
        cuts_file = world.home / "cuts"
        # The first commits are those of the start, which is simply begun again.
        proxy = CuttingProxy(house.cluster.port, every, 2, cuts_file)
        proxying = Child(proxy.serve)
        proxy.close()
        ended = world.run(send, minutes=1, url=house.cluster.url(world.database, proxy.port)).wait()
        proxying.signal(signal.SIGKILL)
        proxying.wait()
        line.must(ended.error is None and not ended.killed, f"the sender ended with {ended.error}")
        line.points = cuts_file.stat().st_size if cuts_file.exists() else 0
        line.must(line.points >= mails / every, "hardly an answer was cut off")
        sent = world.states().get("sent", 0)
        line.must(sent == mails, f"{sent} of {mails} were sent in the same run: {world.states()}")
        line.add(check(world, unknown_at_most=0))
    return line.done()


def locks(house: House, mails: int = 40) -> Line:
    """D3: the outbox is locked now and then for longer than a statement waits, and two transactions cross."""
    line = Line("D3 locks that time out, and a deadlock")
    with house.world(mails) as world:
        _plan(world, line)
        url = world.setting.url + "?options=-c%20lock_timeout%3D150"
        child = world.run(send, minutes=1, url=url, per_minute=1200)
        # What a run does first is not redone: it has given nothing away, and is begun again.
        _await_mails(world, 1)
        while child.is_running:
            with world.connect() as connection, connection.transaction():
                connection.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
                time.sleep(0.25)
            line.points += 1
            time.sleep(0.1)
        ended = child.wait()
        line.must(ended.error is None and not ended.killed, f"the sender ended with {ended.error}")
        world.recover()
        line.add(check(world, unknown_at_most=0))
    with house.world(1) as world:
        _plan(world, line)
        line.must(_deadlock(world), "no deadlock came about")
        line.points += 1
        line.add(check(world, unknown_at_most=0), "deadlock")
    return line.done()


def _deadlock(world: World) -> bool:
    """The result of a mail and another transaction wait for each other; PostgreSQL ends the sender's."""
    url = world.setting.url + "?options=-c%20deadlock_timeout%3D1500"
    child = world.run(send, minutes=1, url=url, watch=At("before result journal", signal.SIGSTOP))
    if not child.await_stop():
        return False
    with world.connect() as connection, connection.transaction():
        connection.execute("SET LOCAL deadlock_timeout = '30s'")
        connection.execute("UPDATE email_change SET reason = reason")
        child.signal(signal.SIGCONT)
        _await(world, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        connection.execute("UPDATE outbox SET reason = reason")
    ended = child.wait()
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return ended.error is None and _await(world, f"SELECT ({deadlocks}) > 0")


def takes_nothing(house: House, mails: int = 60) -> Line:
    """D4: the database becomes read-only in mid-run; the journal's disk is full."""
    line = Line("D4 read-only database, full journal")
    with house.world(mails) as world:
        _plan(world, line)
        child = world.run(send, minutes=1, per_minute=1200, outage_seconds=1)
        _await_mails(world, 5)
        with world.connect() as connection:
            connection.execute(f"ALTER DATABASE {world.database} SET default_transaction_read_only = on")
        _disturb(world, "terminate")
        time.sleep(0.1)
        before = len(world.smtp.ledger())
        ended = child.wait()
        after = len(world.smtp.ledger())
        line.must(after - before <= 1, f"{after - before} mails went out of a database that takes nothing")
        line.must(bool(ended.value and ended.value["stopped"]), f"the run did not say why it stopped: {ended}")
        with house.cluster.connect() as connection:
            connection.execute(f"ALTER DATABASE {world.database} RESET default_transaction_read_only")
        world.recover()
        line.add(check(world, unknown_at_most=0), "read-only")
        line.points += 1
    with house.world(20) as world:
        _plan(world, line)
        ended = world.run(send, minutes=1, change=_small_files).wait()
        stopped = (ended.value and ended.value["stopped"]) or ""
        line.must("journal" in stopped, f"the run did not say why it stopped: {ended}")
        line.must(len(world.smtp.ledger()) < 20, "mails went on without a journal")
        world.recover()
        line.add(check(world, unknown_at_most=0), "full journal")
        line.points += 1
    return line.done()


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))


def restored(house: House, mails: int = 5) -> Line:
    """D10: the database is restored to before the mailout: the next run refuses, and nothing is sent again.

    Also where nothing was mailed on the nights since then, and where the backup is from the middle of a run.
    """
    line = Line("D10 restored to before, long before and the middle of a run")
    for quiet_nights in (0, 2):
        with house.world(mails) as world:
            _plan(world, line)
            backup = house.cluster.run("pg_dump", "-Fc", world.database)
            for night in range(1 + quiet_nights):
                line.must(world.run(minutes=1 + night).wait().error is None, "the mailout failed")
            _restore(world, backup)
            ended = world.run(minutes=60).wait()
            line.must("restored from a backup" in (ended.error or ""), f"the run did not refuse: {ended}")
            _count_copies(line, world)
    with house.world(mails) as world:
        _plan(world, line)
        child = world.run(send, minutes=1, watch=At("before intent", signal.SIGSTOP))
        line.must(child.await_stop(), "the mailout did not begin")
        backup = house.cluster.run("pg_dump", "-Fc", world.database)
        child.signal(signal.SIGCONT)
        child.wait()
        _restore(world, backup)
        world.lapse()
        world.run(minutes=60).wait()
        _count_copies(line, world)
    line.points = 3
    return line.done()


def _count_copies(line: Line, world: World) -> None:
    line.mails += world.mails
    line.duplicates += max(0, len(world.smtp.ledger()) - world.mails)


def _restore(world: World, backup: bytes) -> None:
    world.house.cluster.run("pg_restore", "--clean", "--if-exists", "-d", world.database, given=backup)


def _plan(world: World, line: Line) -> None:
    ended = world.run(plan).wait()
    line.must(ended.error is None, f"planning ended with {ended.error}")


def _await_mails(world: World, number: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and len(world.smtp.ledger()) < number:
        time.sleep(0.01)


def _await(world: World, query: str) -> bool:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            if world.value(query):
                return True
        except psycopg.Error:
            return False
        time.sleep(0.01)
    return False
