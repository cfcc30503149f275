"""What is wrong with the extracts themselves (B68 to B72)."""

from datetime import date

import pytest

from gpsync.reconciliation import data_feeds
from gpsync.reconciliation.catalogue.data_operations import ENTRIES
from gpsync.reconciliation.facts import Load
from gpsync.rules import Code, Dataset
from tests.unit.reconciliation.building import TODAY, facts

GMC, LIST, PRACTICES = Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST, Dataset.PRACTICES


def march(day):
    return date(2026, 3, day)


def load(day, outcome="accepted", dataset=GMC, reason=""):
    return Load(dataset, day, outcome, reason)


def found(code, as_of=TODAY, **given):
    return [finding.key for finding in data_feeds.judge(facts(as_of, **given))[code]]


def test_everything_in_order_is_no_finding_and_every_code_is_answered():
    assert data_feeds.judge(facts()) == {entry.code: [] for entry in ENTRIES}


# Today is Wednesday 18 March 2026.
@pytest.mark.parametrize(
    ("newest", "expected", "reason"),
    [
        (march(18), [], "today"),
        (march(13), [], "Friday: Monday, Tuesday and Wednesday make 3"),
        (march(12), ["gmc_register"], "Thursday: 4"),
        (march(14), [], "Saturday: 3 as well"),
        (None, ["gmc_register"], "never"),
    ],
)
def test_b68_counts_working_days(newest, expected, reason):
    given = {GMC: newest} if newest else {}

    assert found(Code.EXTRACT_MISSING, newest=given) == expected, reason


@pytest.mark.parametrize(("today", "expected"), [(date(2026, 4, 9), []), (date(2026, 4, 10), ["gmc_register"])])
def test_b68_does_not_expect_extracts_on_bank_holidays(today, expected):
    """Good Friday is 3 April 2026 and Easter Monday the 6th: 7, 8 and 9 April are the first working days."""
    assert found(Code.EXTRACT_MISSING, today, newest={GMC: date(2026, 4, 2)}) == expected


@pytest.mark.parametrize(
    ("loads", "expected", "reason"),
    [
        ([load(march(18), "rejected")], ["gmc_register|2026-03-18"], "today's"),
        ([load(march(12), "rejected")], ["gmc_register|2026-03-12"], "6 days ago"),
        ([load(march(11), "rejected")], ["gmc_register|2026-03-11"], "7 days ago"),
        ([load(march(10), "rejected")], [], "8 days ago"),
        ([load(march(19), "rejected")], [], "tomorrow's"),
        ([load(march(17), "rejected", LIST)], ["performers_list|2026-03-17"], "any dataset"),
        ([load(march(17), "rejected"), load(march(17))], [], "made good"),
        ([load(march(17), "rejected"), load(march(17), "accepted_with_warnings")], [], "made good with warnings"),
        ([load(march(17), "rejected"), load(march(17), "held")], ["gmc_register|2026-03-17"], "not made good yet"),
        ([load(march(17)), load(march(17), "rejected")], ["gmc_register|2026-03-17"], "a revision of an accepted one"),
        ([load(march(17), "rejected"), load(march(18))], ["gmc_register|2026-03-17"], "another date"),
        ([load(march(17), "rejected"), load(march(17), dataset=LIST)], ["gmc_register|2026-03-17"], "another dataset"),
        ([load(march(17), "rejected")] * 2, ["gmc_register|2026-03-17"], "twice"),
        ([load(march(17)), load(march(17), "superseded"), load(march(17), "held")], [], "none rejected"),
    ],
)
def test_b69_is_about_rejections_that_stand(loads, expected, reason):
    assert found(Code.EXTRACT_REJECTED, loads=tuple(loads)) == expected, reason


def test_b69_says_why():
    rejected = load(march(17), "rejected", reason="The file is cut short.")
    (finding,) = data_feeds.judge(facts(loads=(rejected,)))[Code.EXTRACT_REJECTED]

    assert finding.evidence == {"outcome": "rejected", "reason": "The file is cut short."}
    assert finding.summary == "The gmc_register extract of 17 March 2026 was rejected and has not been replaced."


@pytest.mark.parametrize(
    ("loads", "expected", "reason"),
    [
        ([load(march(5)), load(march(9))], [], "4 days"),
        ([load(march(5)), load(march(10))], [], "5 days"),
        ([load(march(5)), load(march(11))], ["gmc_register|2026-03-05|2026-03-11"], "6 days"),
        ([load(march(5)), load(march(8)), load(march(11))], [], "one between them"),
        ([load(march(11)), load(march(5)), load(march(8), "accepted_with_warnings")], [], "whatever the order"),
        ([load(march(5)), load(march(8), "held"), load(march(11))], ["gmc_register|2026-03-05|2026-03-11"], "held"),
        (
            [load(march(5)), load(march(8), dataset=LIST), load(march(11))],
            ["gmc_register|2026-03-05|2026-03-11"],
            "list",
        ),
        ([load(march(5), dataset=LIST), load(march(11), dataset=LIST)], [], "another dataset"),
        ([load(date(2026, 1, 17)), load(march(18))], ["gmc_register|2026-01-17|2026-03-18"], "60 days ago"),
        ([load(date(2026, 1, 16)), load(march(18))], [], "61 days ago"),
        ([load(march(5))], [], "the days since are B68's"),
    ],
)
def test_b70_is_about_gaps(loads, expected, reason):
    assert found(Code.EXTRACT_GAP, loads=tuple(loads)) == expected, reason


@pytest.mark.parametrize("outcome", ["accepted", "accepted_with_warnings", "rejected", "superseded", "no known word"])
def test_b71_is_about_nothing_but_held_extracts(outcome):
    assert found(Code.VOLUME_ANOMALY, loads=(load(march(18), outcome),)) == []


def test_b71_names_each_held_extract_once():
    loads = (load(march(16), "held"), load(march(16), "held"), load(march(17), "held", PRACTICES), load(march(18)))

    assert found(Code.VOLUME_ANOMALY, loads=loads) == ["gmc_register|2026-03-16", "practices|2026-03-17"]


@pytest.mark.parametrize(
    ("newest", "expected", "reason"),
    [
        (march(12), [], "6 days"),
        (march(11), [], "7 days"),
        (march(10), ["practices"], "8 days"),
        (None, ["practices"], "never"),
    ],
)
def test_b72_is_about_old_extracts(newest, expected, reason):
    dates = dict.fromkeys(Dataset, TODAY) | {PRACTICES: newest}

    assert found(Code.STALE_REFERENCE, newest={one: day for one, day in dates.items() if day}) == expected, reason


def test_b72_leaves_the_register_to_b68():
    assert found(Code.STALE_REFERENCE, newest={}) == [str(dataset) for dataset in Dataset if dataset is not GMC]
