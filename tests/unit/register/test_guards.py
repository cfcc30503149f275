"""Whether an extract is believable: for each guard the largest count that is, by its percentage and by its floor."""

from dataclasses import replace

import pytest

from gpsync import rules
from gpsync.records import Counts, GuardFinding
from gpsync.register.guards import Baseline, GuardLimits, Suspects, findings
from gpsync.rules import Guard, Kind

#: Each percentage is another one, so that none can stand in for another.
LIMITS = GuardLimits(
    row_count_percent=10,
    gone_percent=1,
    gone_at_least=20,
    new_percent=2,
    new_at_least=50,
    email_change_percent=3,
    email_change_at_least=70,
    quarantine_percent=4,
)
SUSPECTS = Suspects(missing=["m"], new=["n"], emails=["e"], quarantined=["q"])
LARGE, SMALL = Baseline(held=10_000, rows=10_000), Baseline(held=100, rows=100)


def found(before, kind=Kind.FULL, **counted):
    counts = replace(Counts(rows=before.rows), **counted)
    return findings(counts, kind, before, SUSPECTS, LIMITS)


@pytest.mark.parametrize(
    ("guard", "before", "count", "allowed", "sample"),
    [
        (Guard.TOO_MANY_GONE, LARGE, "missing_once", 100, "m"),
        (Guard.TOO_MANY_GONE, SMALL, "missing_once", 20, "m"),
        (Guard.TOO_MANY_NEW, LARGE, "new", 200, "n"),
        (Guard.TOO_MANY_NEW, SMALL, "new", 50, "n"),
        (Guard.MASS_EMAIL_CHANGE, LARGE, "emails_changed", 300, "e"),
        (Guard.MASS_EMAIL_CHANGE, SMALL, "emails_changed", 70, "e"),
        (Guard.QUARANTINE, LARGE, "quarantined", 400, "q"),
        (Guard.QUARANTINE, SMALL, "quarantined", 4, "q"),
    ],
)
def test_a_count_is_believed_up_to_its_share_or_its_floor(guard, before, count, allowed, sample):
    assert found(before, **{count: allowed}) == []
    assert found(before, **{count: allowed + 1}) == [GuardFinding(guard, allowed + 1, allowed, (sample,))]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_full_may_have_so_many_rows_more_or_fewer_than_the_last_one(sign):
    assert found(LARGE, rows=10_000 + sign * 1_000) == []
    assert found(LARGE, rows=10_000 + sign * 1_001) == [GuardFinding(Guard.ROW_COUNT, 1_001, 1_000)]


def test_a_delta_has_as_many_rows_as_it_has():
    assert found(LARGE, Kind.DELTA, rows=3) == []


def test_a_share_is_of_what_is_held_and_of_the_rows_of_the_last_full():
    before = Baseline(held=10_000, rows=20_000)

    assert found(before, missing_once=101) == [GuardFinding(Guard.TOO_MANY_GONE, 101, 100, ("m",))]
    assert found(before, rows=22_001) == [GuardFinding(Guard.ROW_COUNT, 2_001, 2_000)]
    assert found(before, rows=1_000, quarantined=41)[0] == GuardFinding(Guard.QUARANTINE, 41, 40, ("q",))


def test_a_first_load_is_asked_for_its_quarantine_only():
    nothing = Baseline(held=0, rows=0)

    assert found(nothing, rows=1_000, new=1_000, missing_once=999, emails_changed=999, quarantined=40) == []
    assert [one.guard for one in found(nothing, rows=1_000, new=1_000, quarantined=41)] == [Guard.QUARANTINE]


def test_everything_that_is_hard_to_believe_is_reported_at_once():
    breaches = found(LARGE, rows=1, missing_once=9_999, new=9_999, emails_changed=9_999, quarantined=9_999)

    # That a file is mistranslated is seen elsewhere.
    assert {one.guard for one in breaches} == set(Guard) - {Guard.MISTRANSLATED}


def test_a_finding_shows_a_sample_of_keys():
    suspects = Suspects(missing=[str(number) for number in range(100)])
    (finding,) = findings(Counts(rows=10_000, missing_once=101), Kind.FULL, LARGE, suspects, LIMITS)

    assert finding.sample == tuple(str(number) for number in range(20))


def test_the_limits_are_those_of_the_rules():
    assert GuardLimits() == GuardLimits(
        row_count_percent=rules.ROW_COUNT_PERCENT,
        gone_percent=rules.GONE_PERCENT,
        gone_at_least=rules.GONE_AT_LEAST,
        new_percent=rules.NEW_PERCENT,
        new_at_least=rules.NEW_AT_LEAST,
        email_change_percent=rules.EMAIL_CHANGE_PERCENT,
        email_change_at_least=rules.EMAIL_CHANGE_AT_LEAST,
        quarantine_percent=rules.QUARANTINE_PERCENT,
    )
