"""Ways in which a mail could go out twice although nobody was careless: two crashes that come together."""

import signal

import pytest

from tests.faults.house import open_house
from tests.faults.invariants import check
from tests.faults.processes import At
from tests.faults.worker import plan, send


@pytest.fixture(scope="module")
def house():
    # A claim need not be on the disk when it is answered; here it stays off it for as long as the test needs.
    with open_house(options="-c fsync=off -c wal_writer_delay=10s") as house:
        yield house


def test_a_claim_that_fell_with_the_database_is_not_taken_for_that_of_the_next_sender(house):
    """Both claims have the same number then. What the one has on record is no intent of the other's."""
    with house.world(1) as world:
        assert world.run(plan).wait().error is None
        asleep = world.run(send, minutes=1, watch=At("before intent", signal.SIGSTOP))
        assert asleep.await_stop()
        # The claim is lost with the server.
        house.cluster.stop("immediate")
        house.cluster.start()
        assert world.states() == {"pending": 1}
        second = world.run(send, minutes=1, watch=At("after intent", signal.SIGSTOP))
        assert second.await_stop()
        for child in (asleep, second):
            child.signal(signal.SIGCONT)
            assert child.wait().error is None

        assert check(world).wrong == []


def test_a_database_restored_from_in_the_middle_of_a_run_sends_nothing_twice(house):
    """The backup knows the mails as taken, the journal knows that they went out: the run must not begin."""
    with house.world(3) as world:
        assert world.run(plan).wait().error is None
        child = world.run(send, minutes=1, watch=At("before intent", signal.SIGSTOP))
        assert child.await_stop()
        backup = house.cluster.run("pg_dump", "-Fc", world.database)
        child.signal(signal.SIGCONT)
        assert child.wait().error is None
        assert world.states() == {"sent": 3}

        house.cluster.run("pg_restore", "--clean", "--if-exists", "-d", world.database, given=backup)
        world.lapse()
        world.run(minutes=60).wait()

        assert check(world, unknown_at_most=3).duplicates == 0


def test_what_a_sender_with_a_lost_claim_writes_down_is_not_taken_for_the_next_ones_answer(house):
    """It gave nothing away, says its line in the journal; the other sender of the same number did."""
    with house.world(1) as world:
        assert world.run(plan).wait().error is None
        asleep = world.run(send, minutes=1, outage_seconds=0, watch=At("before intent", signal.SIGSTOP))
        assert asleep.await_stop()
        house.cluster.stop("immediate")
        house.cluster.start()
        second = world.run(send, minutes=1, watch=At("after dot", signal.SIGSTOP))
        assert second.await_stop()
        # The first finds its connection gone and ends; then the second is killed before it has heard the answer.
        asleep.signal(signal.SIGCONT)
        asleep.wait()
        second.signal(signal.SIGKILL)
        second.signal(signal.SIGCONT)
        assert second.wait().killed
        world.recover()

        assert check(world, unknown_at_most=1).wrong == []


def test_the_journal_is_not_cleared_before_the_database_has_its_answers_for_good(house):
    """A result need not be on the disk when it is recorded, because the journal has it; the journal must keep it."""
    with house.world(1) as world:
        assert world.run().wait().error is None
        next_run = world.run(minutes=60, watch=At("after journal cleared", signal.SIGSTOP))
        assert next_run.await_stop()
        house.cluster.stop("immediate")
        house.cluster.start()
        next_run.signal(signal.SIGKILL)
        next_run.signal(signal.SIGCONT)
        assert next_run.wait().killed
        world.recover()

        assert check(world, unknown_at_most=0).wrong == []
