"""What is kept of an address that is no longer used: the same hash for the same address, and no way back to it."""

import pytest

from gpsync.register.pseudonyms import compared_hash, is_pseudonym, pseudonym
from gpsync.rules import HASHED

SECRET, OTHER = b"a secret of the tests, long enough", b"another secret, as long as the first"


def test_an_address_has_one_hash_whichever_way_it_is_spelled():
    hashed = pseudonym(SECRET, "Ann@GP.example")

    assert hashed == pseudonym(SECRET, " ann@gp.example ") == pseudonym(SECRET, hashed)
    assert hashed not in (pseudonym(SECRET, "ann@gp.test"), pseudonym(OTHER, "ann@gp.example"))
    assert is_pseudonym(hashed)


def test_the_hash_of_a_compared_value_is_another_one_than_its_pseudonym():
    found = {compared_hash(SECRET, "ann@gp.example"), compared_hash(OTHER, "ann@gp.example")}

    assert len(found) == 2
    assert pseudonym(SECRET, "ann@gp.example").removeprefix(HASHED) not in found


@pytest.mark.parametrize("address", [None, "", "ann@gp.example"])
def test_an_address_is_no_hash(address):
    assert not is_pseudonym(address)


def test_whatever_a_file_holds_can_be_hashed():
    assert pseudonym(SECRET, "a\ud800@gp.example") != pseudonym(SECRET, "a\ud801@gp.example")
    assert compared_hash(SECRET, "\ud800") != compared_hash(SECRET, "\ud801")
