"""In which order an extract has its rows, and whether it repeats some, decides nothing under any rule."""

from dataclasses import replace

import pandas as pd
import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.judging import judge
from gpsync.rules import Dataset
from tests.unit.reconciliation.night import Night

_REGISTER = LAYOUTS[Dataset.GMC_REGISTER].facts
_FRAMES = [*(layout.facts for layout in LAYOUTS.values()), "previous_performers", "email_changes"]


def reordered(night: Facts) -> Facts:
    """The same night, every extract shuffled and every second row there once more; the register has one of each."""
    return replace(night, **{name: _reordered(getattr(night, name), name != _REGISTER) for name in _FRAMES})


def _reordered(rows: pd.DataFrame, repeats: bool) -> pd.DataFrame:
    again = rows[::2] if repeats else rows[:0]
    return pd.concat([rows, again]).sample(frac=1, random_state=1)


@pytest.mark.parametrize("seed", [2, 3])
def test_the_order_of_rows_and_repeated_ones_change_nothing_that_is_found(seed):
    night = Night(seed, size=60).facts()

    before, after = judge(night), judge(reordered(night))

    assert before.seen
    assert before == after
