"""The fast part of `make fault`: a mailout killed at every point, overlaps, a restored database, seeded bugs."""

import signal

import pytest

from tests.faults import crashes, databases, lost_locks, mutants, overlaps, probes, services
from tests.faults.house import open_house
from tests.faults.invariants import OPEN_POINTS, check
from tests.faults.processes import At
from tests.faults.worker import plan, send, unchanged


@pytest.fixture(scope="module")
def house():
    with open_house() as house:
        yield house


def test_a_mailout_killed_at_any_point_sends_each_mail_once_and_loses_none(house):
    line = crashes.one_after_the_other(house)

    assert line.wrong == []
    assert (line.duplicates, line.lost, line.stuck) == (0, 0, 0)
    assert line.points > 30
    # Only where nobody can know, and there always.
    assert dict(line.unknown) == dict.fromkeys(OPEN_POINTS, 1)


def test_a_mailout_whose_recovery_is_killed_too_does_so_as_well(house):
    line = crashes.pairs(house, 4)

    assert line.wrong == []


def test_processes_that_overlap_share_the_work(house):
    line = overlaps.side_by_side(house, mails=120)

    assert line.wrong == []


def test_senders_asleep_for_longer_than_their_leases_send_nothing_twice(house):
    """Each of three sleeps at another place of the handing over until its lease is over; all wake up at once."""
    with house.world(6) as world:
        assert world.run(plan).wait().error is None
        sleepers = []
        for where in ("before intent", "after intent", "after dot"):
            sleepers.append(world.run(send, minutes=1, lease_seconds=0.2, watch=At(where, signal.SIGSTOP)))
            assert sleepers[-1].await_stop()
            world.lapse()
        assert world.run(minutes=30).wait().error is None
        for one in sleepers:
            one.signal(signal.SIGCONT)
        assert [one.wait().error for one in sleepers] == [None] * 3

        # The late answers are heard, too.
        assert check(world, unknown_at_most=0).wrong == []


def test_a_run_that_is_asked_to_end_leaves_nothing_under_way(house):
    assert crashes.asked_to_end(house, times=1).wrong == []


def test_a_run_that_is_interrupted_at_the_keyboard_begins_no_other_mail(house):
    assert crashes.asked_to_end(house, times=1, how=signal.SIGINT).wrong == []


def test_a_database_restored_to_before_the_mailout_is_noticed(house):
    assert probes.restored(house, unchanged) == []


def test_answers_to_commits_may_be_lost(house):
    assert databases.lost_answers(house, mails=12).wrong == []


def test_a_run_lock_may_be_lost_with_its_session(house):
    assert lost_locks.lost(house, times=6, mails=40).wrong == []


def test_a_run_that_was_killed_is_followed_by_one_that_works_at_once(house):
    """No lease is waited for: what it had merely taken goes out, what it was handing over is for a person."""
    with house.world(12) as world:
        crashes.killed_at(world, "after dot", 3, connections=2)
        ended = world.run(minutes=1).wait()

        assert ended.error is None and not ended.killed
        assert (world.states()["sent"], world.states().get("unknown", 0)) in ((11, 1), (10, 2))
        assert world.rows("SELECT outcome FROM run ORDER BY started_at") == [("killed",), ("attention",)]
        assert check(world, unknown_at_most=2).wrong == []


def test_a_storm_of_refusals_ends_the_run(house):
    assert services.storm(house, mails=40).wrong == []


@pytest.mark.parametrize(
    "mutant",
    [one for one in mutants.MUTANTS if one.name in ("doubt swept to pending", "lost answer deferred", "cap ignored")],
    ids=lambda mutant: mutant.name,
)
def test_a_seeded_bug_is_found_out(house, mutant):
    assert mutants.is_killed(house, mutant)
    assert all(probe(house, unchanged) == [] for probe in mutant.probes)
