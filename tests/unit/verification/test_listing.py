"""What the performers list says of a doctor, where their rows disagree or say what nobody knows."""

from datetime import date

import pandas as pd
import pytest

from gpsync.verification.eligibility import Listing
from gpsync.verification.listing import included, listed_numbers, listings, since_when

COLUMNS = ("alignment", "gmc_number", "list_status", "status_effective_date")
ONE, TWO = "9000001", "9000002"


def rows(*values):
    return pd.DataFrame(list(values), columns=COLUMNS, dtype="str")


def medical(word, number=ONE, effective=None):
    return ("Medical", number, word, effective)


@pytest.mark.parametrize(
    ("word", "listing"),
    [
        ("Included", Listing.INCLUDED),
        ("INCLUDED WITH CONDITIONS", Listing.CONDITIONS),
        ("suspended", Listing.SUSPENDED),
        ("Removed", Listing.REMOVED),
        ("Withdrawn", Listing.WITHDRAWN),
        ("Deceased", Listing.DECEASED),
        ("Absent", Listing.UNKNOWN),
        ("Unknown", Listing.UNKNOWN),
        ("Pending", Listing.UNKNOWN),
        (None, Listing.UNKNOWN),
    ],
)
def test_a_word_of_the_list_is_understood_or_unknown(word, listing):
    assert listings(rows(medical(word)), [ONE]) == {ONE: (listing, None)}


@pytest.mark.parametrize(
    ("words", "listing"),
    [
        (("Included", "Deceased"), Listing.DECEASED),
        (("Included", "Suspended"), Listing.SUSPENDED),
        (("Removed", "Included"), Listing.INCLUDED),
        (("Withdrawn", "Included with Conditions"), Listing.CONDITIONS),
        (("Removed", "Withdrawn"), Listing.WITHDRAWN),
        (("Pending", "Removed"), Listing.REMOVED),
    ],
)
def test_of_several_rows_the_most_decisive_counts_in_whatever_order(words, listing):
    for order in (words, words[::-1]):
        assert listings(rows(*(medical(word) for word in order)), [ONE]) == {ONE: (listing, None)}


def test_the_day_it_takes_effect_is_that_of_the_row_that_counts():
    both = rows(medical("Withdrawn", effective="2026-12-01"), medical("Removed", effective="2026-01-01"))

    assert listings(both, [ONE]) == {ONE: (Listing.WITHDRAWN, date(2026, 12, 1))}


def test_only_medical_rows_of_the_doctors_asked_for_count():
    others = rows(("Dental", ONE, "Included", None), medical("Included", TWO))

    assert listings(others, [ONE]) == {}
    assert listings(rows(), [ONE]) == {}


def test_included_are_those_with_conditions_too():
    table = rows(medical("Included"), medical("Included with Conditions", TWO), medical("Suspended", "9000003"))

    assert included(table, [ONE, TWO, "9000003"]) == {ONE, TWO}


def test_every_number_on_the_list_is_known_once():
    assert listed_numbers(rows(medical("Included"), medical("Removed"), medical("Included", None))) == {ONE}


@pytest.mark.parametrize(
    ("shown", "since"),
    [
        ((True, True, True), None),
        ((True, True, False), 2),
        ((True, False, True), 3),
        ((False, True, True), None),
        ((), None),
    ],
)
def test_a_doctor_is_included_since_the_first_list_of_an_unbroken_row(shown, since):
    newest_first = (date(2026, 12, 3), date(2026, 12, 2), date(2026, 12, 1))
    lists = {
        on: frozenset({ONE} if is_shown else {TWO}) for on, is_shown in zip(newest_first, shown, strict=False)
    }  # fmt: skip

    assert since_when(lists, ONE) == (date(2026, 12, since) if since else None)
