"""The charts of the last runs: how many bars, how high, and the words beside them."""

from datetime import timedelta
from itertools import pairwise

import pytest

from gpsync.mismatches import RunCounts
from gpsync.reports.trend import HEIGHT, RUNS, WIDTH, Panel, panels
from gpsync.rules import Severity
from tests.unit.reports.building import DAY, runs


def critical(*counts: int) -> Panel:
    """The chart of critical mismatches over as many nights."""
    return panels([RunCounts(DAY + timedelta(night), {Severity.CRITICAL: n}) for night, n in enumerate(counts)])[0]


def test_without_a_run_there_is_no_chart():
    assert panels([]) == ()


def test_every_severity_has_a_chart_worst_first():
    assert [one.severity for one in panels(runs(3))] == list(Severity)


def test_the_oldest_runs_are_left_out():
    (first, *_) = panels(runs(RUNS + 10))

    assert len(first.bars) == RUNS
    assert first.bars[-1].as_of == DAY
    assert first.bars[0].as_of == DAY - timedelta(RUNS - 1)


@pytest.mark.parametrize(
    ("counts", "heights", "reason"),
    [
        ((10, 5, 0), [72, 36, 0], "in proportion"),
        ((0, 0), [0, 0], "nothing at all"),
        ((1, 5_000), [2, 72], "one beside thousands is still seen"),
        ((7,), [72], "one run"),
    ],
)
def test_bars_are_as_high_as_their_counts(counts, heights, reason):
    assert [bar.height for bar in critical(*counts).bars] == heights, reason


@pytest.mark.parametrize("number", [1, 2, RUNS])
def test_bars_stand_on_the_ground_side_by_side_inside_the_picture(number):
    for panel in panels(runs(number)):
        assert all(bar.y + bar.height == pytest.approx(HEIGHT) for bar in panel.bars)
        ends = [(bar.x, bar.x + bar.width) for bar in panel.bars]
        assert all(before[1] <= after[0] for before, after in pairwise(ends))
        assert ends[0][0] >= 0 and ends[-1][1] <= WIDTH


def test_a_severity_that_a_run_does_not_name_counts_nothing():
    (*_, info) = panels([RunCounts(DAY, {})])

    assert [bar.count for bar in info.bars] == [0]


def test_the_words_say_what_the_bars_show():
    assert critical(3, 4_000, 20).sentence == "3 at first, 20 after the newest of 3 runs; at most 4,000."
    assert critical(3).sentence == "3 after the only run so far."
