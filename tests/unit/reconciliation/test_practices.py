"""Practices that the records name and the ODS knows differently (B42 to B47)."""

import pytest

from gpsync.reconciliation import practices
from gpsync.reconciliation.catalogue.practices import ENTRIES
from gpsync.rules import Code
from tests.factories import case, performer, practice, user
from tests.unit.reconciliation.building import facts

# Today is Wednesday 18 March 2026.
YESTERDAY, TODAY, TOMORROW = "2026-03-17", "2026-03-18", "2026-03-19"


def found(code, **given):
    """The keys of the findings of one code."""
    return [finding.key for finding in practices.judge(facts(**given))[code]]


def only(code, **given):
    (finding,) = practices.judge(facts(**given))[code]
    return finding


def test_everything_in_order_is_no_finding():
    given = facts(performers=[performer()], practices=[practice()], users=[user()], approvals=[case()])

    assert all(not findings for findings in practices.judge(given).values())


def test_nothing_at_all_is_no_finding_and_every_code_is_answered():
    judged = practices.judge(facts())

    assert judged == {entry.code: [] for entry in ENTRIES}


@pytest.mark.parametrize(
    ("code", "expected", "reason"),
    [
        ("Z99999", ["Z99999"], "a well-formed code that no practice has"),
        ("Z9", ["Z9"], "a code that is none"),
        ("Z00001", [], "a known practice"),
        ("Z00001001", [], "a branch has a code of its own kind"),
        (None, [], "a locum works at no practice"),
    ],
)
def test_b42_names_codes_that_no_practice_has(code, expected, reason):
    given = {"performers": [performer(practice_code=code)], "practices": [practice()]}

    assert found(Code.PRACTICE_NOT_IN_ODS, **given) == expected, reason


@pytest.mark.parametrize(
    ("end", "expected"), [(YESTERDAY, []), (TODAY, ["Z99999"]), (TOMORROW, ["Z99999"]), (None, ["Z99999"])]
)
def test_b42_looks_at_assignments_that_have_not_ended(end, expected):
    given = {
        "performers": [performer(practice_code="Z99999", assignment_end_date=end)],
        "practices": [practice()],
    }

    assert found(Code.PRACTICE_NOT_IN_ODS, **given) == expected


def test_b42_looks_at_assignments_to_come_because_the_code_can_still_be_corrected():
    given = {
        "performers": [performer(practice_code="Z99999", assignment_start_date=TOMORROW)],
        "practices": [practice()],
    }

    assert found(Code.PRACTICE_NOT_IN_ODS, **given) == ["Z99999"]


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({"approvals": [case(practice_code="Z99999")]}, ["Z99999"], "an undecided case"),
        ({"approvals": [case(practice_code="Z99999", case_status="Closed")]}, [], "a closed case"),
        ({"users": [user(practice_code="Z99999")]}, ["Z99999"], "a user"),
        ({"users": [user(practice_code="Z99999", revoked_date=TODAY)]}, [], "a role taken away"),
        ({"users": [user(practice_code="Z99999", revoked_date=TOMORROW)]}, ["Z99999"], "a role that ends tomorrow"),
        ({"users": [user(practice_code="Z99999", granted_date=TOMORROW)]}, [], "a role that begins tomorrow"),
        ({"users": [user(practice_code="QZ1", role="PL Approver (ICB)")]}, [], "a board's own code"),
        ({"performers": [performer(practice_code="Z99999", alignment="Dental")]}, [], "a dentist"),
    ],
)
def test_b42_looks_at_cases_and_users_too(given, expected, reason):
    assert found(Code.PRACTICE_NOT_IN_ODS, practices=[practice()], **given) == expected, reason


def test_b42_says_whose_records_to_correct_in_one_finding():
    rows = [performer(gmc_number=f"90000{number:02}", practice_code="Z99999") for number in range(1, 13)]
    finding = only(
        Code.PRACTICE_NOT_IN_ODS,
        performers=[*rows, rows[0]],
        approvals=[case(practice_code="Z99999")],
        practices=[practice()],
    )

    assert finding.evidence["performers"].startswith("9000001, 9000002, ")
    assert finding.evidence["performers"].endswith(", 9000010 and 2 more")
    assert finding.evidence["cases"] == "CAS001"
    assert "users" not in finding.evidence


def test_b42_is_silent_without_a_practices_extract():
    assert found(Code.PRACTICE_NOT_IN_ODS, performers=[performer()]) == []


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        ({"status": "A"}, [], "active"),
        ({"status": "C"}, ["Z00001"], "closed"),
        ({"status": "CLOSED"}, ["Z00001"], "closed, in a word"),
        ({"status": "INACTIVE"}, ["Z00001"], "closed, in the newer words"),
        ({"close_date": YESTERDAY}, ["Z00001"], "closed yesterday"),
        ({"close_date": TODAY}, ["Z00001"], "closes today"),
        ({"close_date": TOMORROW}, [], "closes tomorrow"),
        ({"status": "D"}, [], "dormant"),
    ],
)
def test_b43_is_about_closed_practices(values, expected, reason):
    given = {"performers": [performer()], "practices": [practice(**values)]}

    assert found(Code.PRACTICE_CLOSED, **given) == expected, reason


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({}, [], "nobody"),
        ({"performers": [performer(assignment_end_date=YESTERDAY)]}, [], "a post that ended yesterday"),
        ({"performers": [performer(assignment_end_date=TODAY)]}, ["Z00001"], "a post that ends today"),
        ({"performers": [performer(assignment_start_date=TODAY)]}, ["Z00001"], "a post that begins today"),
        ({"performers": [performer(assignment_start_date=TOMORROW)]}, [], "a post that begins tomorrow"),
        ({"performers": [performer(assignment_start_date=None)]}, ["Z00001"], "a post that began some time"),
        ({"approvals": [case()]}, ["Z00001"], "a case that waits for the practice"),
        ({"approvals": [case(practice_decision="APPROVED")]}, [], "a decided case"),
        ({"approvals": [case(practice_decision="NOT_REQUIRED")]}, [], "a case that nobody decides"),
        ({"approvals": [case(practice_decision="APPROVED", icb_decision=None)]}, [], "the ICB was not asked"),
        ({"approvals": [case(practice_decision="APPROVED", icb_decision="PERHAPS")]}, ["Z00001"], "nor is the ICB's"),
        ({"approvals": [case(practice_decision=None)]}, ["Z00001"], "no decision"),
        ({"approvals": [case(practice_decision="PERHAPS")]}, ["Z00001"], "a decision that is no known word"),
        ({"approvals": [case(practice_decision="APPROVED", icb_decision="PENDING")]}, ["Z00001"], "the ICB's turn"),
        ({"approvals": [case(practice_decision="APPROVED", icb_decision="REJECTED")]}, [], "the ICB said no"),
        ({"approvals": [case(practice_decision="REJECTED")]}, [], "the practice said no"),
        ({"approvals": [case(case_status="retracted")]}, [], "taken back"),
        ({"users": [user()]}, ["Z00001"], "an active user"),
        ({"users": [user(account_status="Unverified")]}, [], "a user who was never let in"),
        ({"users": [user(account_status="Deactivated")]}, [], "a user who is shut out"),
        ({"users": [user(account_status="Dozing")]}, ["Z00001"], "a user of unknown status"),
    ],
)
def test_b43_asks_who_still_uses_the_practice(given, expected, reason):
    assert found(Code.PRACTICE_CLOSED, practices=[practice(status="C")], **given) == expected, reason


def test_b43_names_the_practice_that_took_over():
    closed = practice(status="C", close_date="2026-02-01", successor_code="Z00002")
    finding = only(Code.PRACTICE_CLOSED, performers=[performer()], practices=[closed])

    assert finding.evidence == {
        "status": "C",
        "close_date": "2026-02-01",
        "successor_code": "Z00002",
        "performers": "9000001",
    }


@pytest.mark.parametrize(
    ("status", "start", "expected", "reason"),
    [
        ("D", YESTERDAY, ["Z00001"], "dormant"),
        ("P", YESTERDAY, ["Z00001"], "proposed"),
        ("B", YESTERDAY, ["Z00001"], "a status that is not known"),
        (None, YESTERDAY, ["Z00001"], "no status"),
        ("D", None, ["Z00001"], "a post that began some time"),
        ("P", TODAY, [], "a proposed practice may open today"),
        ("D", TOMORROW, [], "a post to come"),
        ("ACTIVE", YESTERDAY, [], "active"),
    ],
)
def test_b44_is_about_practices_neither_active_nor_closed(status, start, expected, reason):
    given = {"performers": [performer(assignment_start_date=start)], "practices": [practice(status=status)]}

    assert found(Code.PRACTICE_NOT_ACTIVE, **given) == expected, reason


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("4", []),
        ("RO76", []),
        ("RO76|RO268", []),
        ("RO268|RO76", []),
        ("RO268, RO76", []),
        ("RO177;4", []),
        ("9", ["Z00001"]),
        ("14", ["Z00001"]),
        ("4A", ["Z00001"]),
        ("RO760", ["Z00001"]),
        ("RO268|RO72", ["Z00001"]),
        (None, ["Z00001"]),
        ("SOMETHING", ["Z00001"]),
    ],
)
def test_b45_is_about_other_organisations(setting, expected):
    given = {
        "performers": [performer()],
        "practices": [practice(prescribing_setting=setting), practice(practice_code="Z00002")],
    }

    assert found(Code.PRACTICE_NOT_GP_SETTING, **given) == expected


def test_b45_says_nothing_where_the_extract_carries_no_settings():
    given = {"performers": [performer()], "practices": [practice(prescribing_setting=None)]}

    assert found(Code.PRACTICE_NOT_GP_SETTING, **given) == []


@pytest.mark.parametrize("given", [{}, {"users": [user()]}])
def test_b45_leaves_organisations_alone_where_no_performer_works(given):
    assert found(Code.PRACTICE_NOT_GP_SETTING, practices=[practice(prescribing_setting="9")], **given) == []


@pytest.mark.parametrize("values", [{"status": "C"}, {"status": "D", "close_date": YESTERDAY}])
def test_a_closed_practice_is_reported_as_closed_only(values):
    judged = practices.judge(
        facts(performers=[performer()], practices=[practice(**values, prescribing_setting="9"), practice()][:1])
    )

    assert [code for code, findings in judged.items() if findings] == [Code.PRACTICE_CLOSED]


@pytest.mark.parametrize(("code", "expected"), [("Z0000100", []), ("Z00001001", ["Z00001001"]), ("Z000010012", [])])
def test_b46_is_about_codes_of_nine_characters(code, expected):
    given = {"performers": [performer(practice_code=code)], "practices": [practice()]}

    assert found(Code.PRACTICE_CODE_IS_BRANCH, **given) == expected


def test_b46_names_the_main_practice():
    finding = only(
        Code.PRACTICE_CODE_IS_BRANCH, performers=[performer(practice_code="Z00001001")], practices=[practice()]
    )

    assert finding.evidence["parent_code"] == "Z00001"


def test_b47_is_never_judged_and_says_why():
    assert set(practices.NOT_JUDGED) == {Code.ODS_MEMBERSHIP_DIFFERS}
    assert practices.ods_membership_differs(practices.prepare(facts())) == []


def test_the_order_of_repeated_practices_decides_nothing():
    rows = [practice(status="A"), practice(status="C")]

    assert found(Code.PRACTICE_CLOSED, performers=[performer()], practices=rows) == ["Z00001"]
    assert found(Code.PRACTICE_CLOSED, performers=[performer()], practices=rows[::-1]) == ["Z00001"]
