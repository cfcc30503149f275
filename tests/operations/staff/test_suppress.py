"""A person's word on a doctor's address, on a real database."""

import pytest

from gpsync.errors import WrongUse
from gpsync.operations.staff.suppress import suppress
from gpsync.store import suppressions

_ADA = "9000001,Able,Ada,Registered with Licence,Ada@doctor.example"
_BEN = "9000002,Bond,Ben,Registered with Licence,"


@pytest.fixture
def register(night):
    night(27, [_ADA, _BEN])


def _listed(context):
    with context.engine.connect() as connection:
        return suppressions.suppressed(connection)


def test_an_address_is_suppressed_by_its_key_and_the_word_is_kept(context, register):
    suppress(context, "9000001", lift=False, by="sam", reason="asked by phone")

    assert _listed(context) == {"ada@doctor.example"}
    with context.engine.connect() as connection:
        (word,) = suppressions.of_doctor(connection, "9000001")
    assert (word.lifted, word.actor, word.reason) == (False, "sam", "asked by phone")


def test_it_is_mailed_again_once_that_is_said(context, register):
    suppress(context, "9000001", lift=False, by="sam", reason="asked by phone")
    suppress(context, "9000001", lift=True, by="kim", reason="asked again")

    assert _listed(context) == set()


@pytest.mark.parametrize(
    ("gmc_number", "lift", "sentence"),
    [
        ("9000009", False, "shows no address"),
        ("9000002", False, "shows no address"),
        ("9000001", True, "not on the suppression list"),
    ],
)
def test_what_would_change_nothing_is_refused(context, register, gmc_number, lift, sentence):
    with pytest.raises(WrongUse, match=sentence):
        suppress(context, gmc_number, lift=lift, by="sam", reason="asked")


def test_the_same_word_twice_is_refused(context, register):
    suppress(context, "9000001", lift=False, by="sam", reason="asked by phone")

    with pytest.raises(WrongUse, match="already"):
        suppress(context, "9000001", lift=False, by="sam", reason="asked by phone")
