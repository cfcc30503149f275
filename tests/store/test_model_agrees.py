"""The product against the model: the same extracts must give the same history and the same email changes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from model.product import Office, feed, told_by_model, told_by_product
from model.strategies import sequences
from model.told import Told

#: The same examples on every run, and no clock: an example writes to a real database.
steady = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def office(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Office]:
    """Fresh desks, as many as there are examples."""
    office = Office(make_database, tmp_path)
    yield office
    office.close()


@settings(steady, max_examples=100)
@given(extracts=sequences())
def test_the_model_agrees_after_every_extract(office: Office, extracts: list[Told]) -> None:
    desk = office.fresh()
    for number, extract in enumerate(extracts, start=1):
        feed(desk, [extract])
        assert told_by_product(desk) == told_by_model(extracts[:number])
