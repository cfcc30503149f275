"""The garbage collector is left as it was found."""

import gc

import pytest

from gpsync.operations.collecting import NEW_OBJECTS, rare_collections


def test_python_looks_seldom_for_garbage_during_a_run_and_as_before_after_it():
    before = gc.get_threshold()

    with rare_collections():
        during = gc.get_threshold()
    assert during == (NEW_OBJECTS, *before[1:])
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")
    assert gc.get_threshold() == before
