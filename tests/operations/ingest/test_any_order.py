"""Nothing depends on the order in which extracts arrive, nor on how often they do, nor on the database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpsync.operations.ingest.replay import replay
from gpsync.rules import ACCEPTED_OUTCOMES, HoldKind
from tests.model.extract import ModelExtract
from tests.model.product import (
    Office,
    assert_same,
    deliver,
    everything,
    feed,
    held_history,
    rows_of_model,
    rows_of_product,
)
from tests.model.stories import extract_lists, make_extracts

#: The same examples on every run, and no clock: an example writes to a real database.
steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def office(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Office]:
    """Fresh contexts, as many as there are examples."""
    office = Office(make_database, tmp_path)
    yield office
    office.close()


@settings(steady, max_examples=25)
@given(extracts=extract_lists, data=st.data())
def test_any_order_of_arrival_gives_the_same_history(
    office: Office, extracts: list[ModelExtract], data: st.DataObject
) -> None:
    in_order = office.fresh()
    feed(in_order, extracts)
    expected = everything(in_order)
    shuffled = data.draw(st.permutations(extracts), label="arrivals")
    context = office.fresh()
    feed(context, shuffled)
    assert_same(rows_of_product(context), rows_of_model(extracts), shuffled)
    assert_same(everything(context), expected, shuffled)


@settings(steady, max_examples=25)
@given(extracts=extract_lists, data=st.data())
def test_a_replay_leaves_every_table_as_it_was(
    office: Office, extracts: list[ModelExtract], data: st.DataObject
) -> None:
    context = office.fresh()
    feed(context, extracts)
    before = everything(context)
    replay(context)
    assert_same(everything(context), before, extracts)
    replay(context, data.draw(st.sampled_from([extract.as_of for extract in extracts]), label="since"))
    assert_same(everything(context), before, extracts)


@settings(steady, max_examples=15)
@given(extracts=extract_lists)
def test_a_replay_into_an_empty_database_restores_it_from_the_archive(
    office: Office, extracts: list[ModelExtract]
) -> None:
    context = office.fresh()
    feed(context, extracts)
    restored = office.with_lost_database(context)
    replay(restored)
    assert held_history(restored)["doctor"]
    found = everything(restored)
    # What had been mailed is lost with the database, so mails wait for two people.
    assert [row[1] for row in found.pop("hold")] == [HoldKind.RESTORED]
    assert_same(found, {name: rows for name, rows in everything(context).items() if name != "hold"}, extracts)


def test_the_same_files_again_change_nothing(office: Office) -> None:
    context = office.fresh()
    extracts = make_extracts(Random(7), at_most=6)
    first = [deliver(context, extract) for extract in extracts]
    assert all(entry.outcome in ACCEPTED_OUTCOMES for entry in first)
    before = everything(context)
    assert [deliver(context, extract).extract for extract in reversed(extracts)] == [
        one.extract for one in reversed(first)
    ]
    assert_same(everything(context), before, extracts)
