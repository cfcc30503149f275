"""The list against itself: when each code is raised, and when it only just is not."""

from datetime import date, timedelta

import pytest

from gpsync.reconciliation import listed
from gpsync.reconciliation.catalogue import listing as catalogue
from gpsync.reconciliation.listing import judge as listing
from gpsync.reconciliation.listing.regions import REGIONS, region_code
from gpsync.rules import Code, Owner, Severity
from tests.factories import performer
from tests.unit.reconciliation.building import TODAY, facts

ENTRY = {entry.code: entry for entry in catalogue.ENTRIES}
PRACTICES = [
    {"practice_code": "Z00001", "region_code": "Y56"},
    {"practice_code": "Z00002", "region_code": "Y58"},
    {"practice_code": "Z00003", "region_code": None},
    {"practice_code": "Z00004", "region_code": "W00"},
]
NOWHERE = {"practice_code": None, "assignment_start_date": None, "level_of_commitment": None}
TOMORROW, YESTERDAY = ((TODAY + timedelta(days)).isoformat() for days in (1, -1))


def judged(*performers, practices=PRACTICES):
    return listing.judge(facts(performers=performers, practices=practices))


def found(code, *rows, practices=PRACTICES, as_of=TODAY):
    """What the rule of one code finds about rows of one doctor."""
    given = facts(as_of, performers=[performer(**row) for row in rows], practices=practices)
    return listing.RULES[code](listed.performers(given))


def severity(finding):
    return finding.severity or ENTRY[finding.code].severity


def test_every_code_of_the_group_has_its_entry_and_its_rule():
    assert [entry.number for entry in catalogue.ENTRIES] == [f"B{number}" for number in range(18, 26)]
    assert list(listing.RULES) == [entry.code for entry in catalogue.ENTRIES] == list(Code)[17:25]


@pytest.mark.parametrize("practices", [[], PRACTICES])
def test_an_empty_list_raises_nothing(practices):
    assert judged(practices=practices) == {code: [] for code in listing.RULES}


def test_a_sound_performer_has_no_findings():
    assert judged(performer()) == {code: [] for code in listing.RULES}


def test_a_row_without_anything_raises_only_what_is_unknown():
    results = judged({"alignment": "Medical"}, {"alignment": "Dental", "list_status": "Odd"})

    assert {code for code, some in results.items() if some} == {Code.PL_STATUS_UNKNOWN}


OTHER = {"practice_code": "Z00002"}


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({**OTHER}, None),
        ({**OTHER, "list_status": "INCLUDED"}, None),
        ({**OTHER, "list_status": "Removed"}, "list_status"),
        ({**OTHER, "list_status": None}, None),
        ({**OTHER, "performer_role": "GP Registrar"}, "performer_role"),
        ({**OTHER, "surname": "Sample"}, "name"),
        ({**OTHER, "forenames": "Asha Example", "surname": "-"}, None),
        ({**OTHER, "surname": "EXAMPLÉ"}, None),
        ({**OTHER, "surname": "Removed", "alignment": "Dental"}, None),
        ({**OTHER, "gmc_number": "9000002", "surname": "Sample"}, None),
        ({"assignment_start_date": "2015-04-02"}, None),
        ({}, None),
        ({"level_of_commitment": "11"}, "listed_twice"),
        ({"level_of_commitment": "44.0%"}, None),
        ({"level_of_commitment": None}, "listed_twice"),
        ({"list_status": "INCLUDED", "performer_role": "gp  performer", "performer_type": " SALARIED"}, None),
        ({"forenames": "Dr ASHA", "surname": "Exámple"}, None),
        ({"forenames": "Asha Example", "surname": "-"}, None),
        ({"region": "Y56"}, None),
        ({"region": "London"}, None),
        ({"region": "Y58"}, "listed_twice"),
        ({"conditions_flag": "NO"}, None),
        ({"conditions_flag": "Y"}, "listed_twice"),
        ({"assignment_end_date": "9999-12-31"}, None),
        ({"assignment_end_date": "2026-12-31"}, "listed_twice"),
        ({"last_worked_date": "2026-02-28"}, "listed_twice"),
        ({"prescriber_code": "G9000001"}, "listed_twice"),
    ],
)
def test_duplicate_record(second, field):
    results = found(Code.PL_DUPLICATE_RECORD, {}, second)

    assert [(one.key, list(one.evidence)) for one in results] == ([("9000001", [field])] if field else [])


@pytest.mark.parametrize("flag", ["conditions_flag", "probationary"])
@pytest.mark.parametrize(
    ("one", "other", "raised"), [("Y", "Yes", False), ("no", "N", False), ("Y", "N", True), ("yes", "no", True)]
)
def test_a_flag_is_the_same_in_a_word_and_in_a_letter(flag, one, other, raised):
    assert len(found(Code.PL_DUPLICATE_RECORD, {flag: one}, {flag: other})) == raised


def test_a_locum_listed_twice_without_a_practice_is_a_duplicate():
    again = NOWHERE | {"last_worked_date": "2026-02-01"}
    (finding,) = found(Code.PL_DUPLICATE_RECORD, NOWHERE, again, again)

    assert finding.evidence == {"listed_twice": "no practice"}


def test_rows_without_a_number_are_nobody_s_duplicates():
    assert not found(Code.PL_DUPLICATE_RECORD, {"gmc_number": None}, {"gmc_number": None})


def test_contradictions_read_alike_whatever_the_order_of_rows():
    rows = [{}, {"list_status": "Suspended"}, {"list_status": "Removed", "surname": "Sample"}]

    assert found(Code.PL_DUPLICATE_RECORD, *rows) == found(Code.PL_DUPLICATE_RECORD, *rows[::-1])


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        *[(status, False) for status in ("Included", "Included with conditions", "Suspended", "Removed")],
        *[(status, False) for status in ("Withdrawn", "Deceased", "included  WITH conditions")],
        *[(status, True) for status in ("Lapsed", "Include", "Temporarily included", None)],
    ],
)
def test_status_unknown(status, raised):
    assert len(found(Code.PL_STATUS_UNKNOWN, {"list_status": status}, {"list_status": status, **OTHER})) == raised


def test_status_unknown_of_rows_without_a_number():
    rows = [{"gmc_number": None, "list_status": "Odd", "practice_code": code} for code in ("Z00001", "Z00002")]

    assert [one.key for one in found(Code.PL_STATUS_UNKNOWN, *rows, *rows)] == ["|Z00001", "|Z00002"]


@pytest.mark.parametrize(
    ("row", "raised"),
    [
        *[({"list_status": status}, True) for status in ("Removed", "Withdrawn", "Deceased", "REMOVED")],
        *[({"list_status": status}, False) for status in ("Included", "Suspended", "Lapsed")],
        ({"list_status": "Removed", "assignment_end_date": YESTERDAY}, False),
        ({"list_status": "Removed", "assignment_end_date": TODAY.isoformat()}, True),
        ({"list_status": "Removed", "assignment_end_date": TOMORROW}, True),
        ({"list_status": "Removed", "assignment_start_date": TOMORROW}, False),
        ({"list_status": "Removed", **NOWHERE}, False),
        ({"list_status": "Withdrawn", "status_effective_date": TOMORROW}, False),
        ({"list_status": "Withdrawn", "status_effective_date": TODAY.isoformat()}, True),
    ],
)
def test_off_list_still_assigned(row, raised):
    results = found(Code.PL_OFF_LIST_STILL_ASSIGNED, row, row)

    assert [(one.key, one.practice_code) for one in results] == ([("9000001|Z00001", "Z00001")] if raised else [])


def test_off_list_at_two_practices_is_two_findings():
    rows = [{"list_status": "Removed"}, {"list_status": "Removed", **OTHER}]

    assert len(found(Code.PL_OFF_LIST_STILL_ASSIGNED, *rows)) == 2


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [
        ("55", "44", False),
        ("55", "45", False),
        ("55", "46", True),
        ("99 %", "1%", False),
        ("99%", "2%", True),
        ("33.3", "66.7", False),
        ("55", None, False),
        ("101", None, True),
        ("full time", None, True),
        ("-11", "100", True),
        ("-0.5", "44", True),
        ("0", "100", False),
        ("0", "100.01", True),
        ("33.333", "66.671", False),  # pennies of a percent are rounding
    ],
)
def test_commitment_over_100(first, second, raised):
    rows = [{"level_of_commitment": first}, {**OTHER, "level_of_commitment": second}]

    for order in (rows, [*rows[::-1], rows[0]]):
        assert len(found(Code.PL_COMMITMENT_OVER_100, *order)) == raised


@pytest.mark.parametrize(
    "second",
    [
        {**OTHER, "assignment_end_date": YESTERDAY},
        {**OTHER, "assignment_start_date": TOMORROW},
        {**OTHER, "gmc_number": "9000002"},
        {"practice_code": None},
        {},  # the same assignment twice
    ],
)
def test_only_assignments_that_run_add_up(second):
    assert not found(Code.PL_COMMITMENT_OVER_100, {"level_of_commitment": "77"}, {"level_of_commitment": "77"} | second)


IDLE = {"last_worked_date": "2025-03-18"}
UNKNOWN = {"last_worked_date": None}


@pytest.mark.parametrize(
    ("row", "raised"),
    [
        ({"last_worked_date": "2025-03-17"}, True),
        ({"last_worked_date": "2025-03-18"}, True),
        ({"last_worked_date": "2025-03-19"}, False),
        ({**IDLE, "list_status": "Included with conditions"}, True),
        ({**IDLE, "list_status": "Suspended"}, False),
        ({**IDLE, "list_status": "Removed"}, False),
        ({**IDLE, "status_effective_date": "2025-03-18"}, True),
        ({**IDLE, "status_effective_date": "2025-03-19"}, False),  # may have been suspended until then
        ({**IDLE, "date_first_on_list": "2025-03-18"}, True),
        ({**IDLE, "date_first_on_list": "2025-03-19"}, False),
        ({**IDLE, "date_first_on_list": None}, True),
        (UNKNOWN, False),  # at work
        ({**UNKNOWN, "assignment_end_date": "2025-03-18"}, True),
        ({**UNKNOWN, "assignment_end_date": "2025-03-19"}, False),
        ({**UNKNOWN, **NOWHERE}, True),
        ({**UNKNOWN, **NOWHERE, "date_first_on_list": "2025-03-19"}, False),
        ({**UNKNOWN, **NOWHERE, "date_first_on_list": None}, False),
        ({**UNKNOWN, **NOWHERE, "performer_type": "Locum"}, False),
        ({**IDLE, **NOWHERE, "performer_type": "Locum"}, True),
        ({**NOWHERE, "performer_type": "Locum"}, False),
        ({"last_worked_date": "1900-01-01"}, False),  # stands for "no date", and the doctor is at work
    ],
)
def test_no_work_for_twelve_months(row, raised):
    results = found(Code.PL_NO_WORK_12_MONTHS, row, row)

    assert [(one.key, severity(one)) for one in results] == ([("9000001", Severity.MEDIUM)] if raised else [])


@pytest.mark.parametrize(("worked", "raised"), [("2027-02-28", True), ("2027-03-01", False)])
def test_twelve_months_before_a_leap_day(worked, raised):
    row = {"last_worked_date": worked}

    assert len(found(Code.PL_NO_WORK_12_MONTHS, row, as_of=date(2028, 2, 29))) == raised


def test_work_in_any_row_is_work():
    assert not found(Code.PL_NO_WORK_12_MONTHS, {"last_worked_date": "2020-01-01"}, {**OTHER})


@pytest.mark.parametrize("code", REGIONS)
def test_a_region_by_code_and_by_name(code):
    name = REGIONS[code]

    written = (code, code.lower(), name, name.upper(), f" {name}  COMMISSIONING REGION", name.replace(" and ", " & "))
    assert {region_code(text) for text in written} == {code}


@pytest.mark.parametrize("text", ["Y57", "W00", "WALES", "NORTH", "COMMISSIONING REGION", "LONDON REGION"])
def test_no_region(text):
    assert region_code(text) is None


@pytest.mark.parametrize(
    ("rows", "raised"),
    [
        ([{"region": "Y56"}], False),
        ([{"region": "London"}], False),
        ([{"region": "SOUTH WEST COMMISSIONING REGION"}], True),
        ([{"region": None}], True),
        ([{"region": "Y58"}, {"region": "Y58", **OTHER}], False),  # one practice fits
        ([{"region": "Y59"}, {"region": "Y59", **OTHER}], True),
        ([{"region": "Y58", "practice_code": "Z00003"}], False),  # nobody knows where it is
        ([{"region": "Y58"}, {"region": "Y58", "practice_code": "Z00003"}], False),
        ([{"region": "Y58", "practice_code": "Z99999"}], False),
        ([{"region": "Y58", "practice_code": "Z00004"}], True),  # in Wales
        ([{"region": "Y58", **NOWHERE}], False),
        ([{"region": "Y58", "assignment_end_date": YESTERDAY}], False),
        ([{"region": "Y58", "list_status": "Removed"}], False),
        ([{"region": "Y58", "list_status": "Suspended"}], True),
        ([{"region": "Atlantis"}], True),
        ([{"region": "Atlantis", **NOWHERE}], True),
        ([{"region": "Atlantis", "practice_code": "Z00004"}], True),
    ],
)
def test_region_mismatch(rows, raised):
    results = found(Code.PL_REGION_MISMATCH, *rows, *rows)

    assert [one.key for one in results] == (["9000001"] if raised else [])


def test_a_word_that_is_no_region_is_the_list_s_to_correct():
    assert [one.owner for one in found(Code.PL_REGION_MISMATCH, {"region": "Atlantis"})] == [Owner.PCSE_PL]


def test_a_practice_that_stands_twice_in_two_regions_fits_either():
    practices = [*PRACTICES, {"practice_code": "Z00001", "region_code": "Y58"}]

    assert not found(Code.PL_REGION_MISMATCH, {"region": "Y58"}, practices=practices)


@pytest.mark.parametrize(
    ("role", "type", "owner"),
    [
        ("GP Performer", "Salaried", None),
        ("GP Performer", "Armed Forces", None),
        ("GP Performer", "Locally Employed Doctor", None),
        ("GP Performer", "Other", None),
        ("GP Performer", None, None),
        ("GP Registrar", "Registrar", None),
        ("GP Registrar", "Armed Forces", None),
        ("GP Registrar", None, None),
        ("GP Performer", "Registrar", Owner.GP),
        ("GP Registrar", "Principal", Owner.GP),
        ("GP Registrar", "Salaried", Owner.GP),
        ("gp registrar", "LOCUM", Owner.GP),
        ("GP Registrar", "Retainer", Owner.GP),
        ("GP Registrar", "Partner", Owner.PCSE_PL),
        ("GP Trainee", "Registrar", Owner.PCSE_PL),
        (None, "Registrar", Owner.PCSE_PL),
    ],
)
def test_type_role_conflict(role, type, owner):
    row = {"performer_role": role, "performer_type": type}
    results = found(Code.PL_TYPE_ROLE_CONFLICT, row, row | OTHER)

    owners = [one.owner or ENTRY[one.code].owners[0] for one in results]
    assert owners == ([owner] if owner else [])
    assert not found(Code.PL_TYPE_ROLE_CONFLICT, row | {"list_status": "Removed"})


def test_a_clear_conflict_comes_before_an_unknown_word():
    rows = [{"performer_type": "Registrar"}, {**OTHER, "performer_type": "Partner"}]

    assert [one.owner for one in found(Code.PL_TYPE_ROLE_CONFLICT, *rows)] == [None]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}], None),
        *[([{**NOWHERE, "performer_type": type}], Severity.MEDIUM) for type in ("Principal", "SALARIED", "Retainer")],
        *[([{**NOWHERE, "performer_type": type}], None) for type in ("Locum", "Registrar", "Other", None)],
        ([{"assignment_end_date": YESTERDAY}], Severity.MEDIUM),
        ([{"assignment_end_date": TODAY.isoformat()}], None),
        ([{"assignment_start_date": TOMORROW}], Severity.MEDIUM),
        ([{"assignment_start_date": TODAY.isoformat()}], None),
        ([{**NOWHERE}, {**OTHER}], None),
        ([{**NOWHERE, "list_status": "Suspended"}], None),
        ([{**NOWHERE, "list_status": "Removed"}], None),
        ([{"performer_type": "Locum"}], Severity.LOW),
        ([{"performer_type": "Locum"}, {"performer_type": "locum"}], Severity.LOW),
        ([{"performer_type": "Locum", "assignment_end_date": YESTERDAY}], None),
        ([{"performer_type": "Locum", "assignment_start_date": TOMORROW}], None),
    ],
)
def test_practice_missing(rows, expected):
    results = found(Code.PL_PRACTICE_MISSING, *rows, *rows)

    assert [severity(one) for one in results] == ([expected] if expected else [])
