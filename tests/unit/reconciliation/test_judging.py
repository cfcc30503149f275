"""All rules together: what silences what, what cannot be judged, and the catalogue they answer to."""

from datetime import timedelta

import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.facts import Load
from gpsync.reconciliation.judging import judge
from gpsync.rules import Code, Dataset, Owner, Severity
from tests.factories import account, case, doctor, performer, practice, user
from tests.unit.reconciliation.building import TODAY, facts

_OVERDUE = case(
    change_type="JOIN",
    practice_decision="PENDING",
    case_status="Proposed",
    submitted_date="2026-01-05",
    effective_date="2026-01-12",
)


def codes(**given) -> set[Code]:
    judgement = judge(facts(practices=[practice()], users=[user()], approvals=[_OVERDUE], **given))
    return {one.finding.code for one in judgement.seen}


def test_every_code_is_in_the_catalogue_in_the_order_of_its_number():
    assert set(CATALOGUE) == set(Code)
    assert [entry.number for entry in CATALOGUE.values()] == [f"B{number:02d}" for number in range(1, 73)]
    assert all(
        entry.owners and entry.condition.endswith(".") and entry.action.endswith(".") for entry in CATALOGUE.values()
    )


def test_a_pending_approval_of_a_doctor_in_good_standing_is_reported():
    found = codes(register=[doctor()], performers=[performer()])

    assert Code.APPROVAL_OVERDUE in found


@pytest.mark.parametrize(
    ("status", "decisive"),
    [
        ("Not Registered - Deceased", Code.GMC_DECEASED_ON_LIST),
        ("Not Registered - Erased for false declaration", Code.GMC_ERASED_ON_LIST),
        ("Suspended", Code.GMC_SUSPENDED_LIST_ACTIVE),
    ],
)
def test_a_decisive_code_silences_the_approvals_and_raises_the_bar_instead(status, decisive):
    found = codes(register=[doctor(registration_status=status)], performers=[performer()])

    assert decisive in found
    assert Code.APPROVAL_OVERDUE not in found
    assert Code.CASE_PERFORMER_NOT_ELIGIBLE in found


def test_a_code_that_is_not_decisive_silences_nothing():
    given = doctor(registration_status="Not Registered - Having relinquished registration")

    found = codes(register=[given], performers=[performer()])

    assert {Code.GMC_RELINQUISHED_ON_LIST, Code.APPROVAL_OVERDUE} <= found


@pytest.mark.parametrize(("days", "assessed"), [(6, True), (7, True), (8, False)])
def test_an_extract_older_than_seven_days_is_not_judged_by(days, assessed):
    newest = dict.fromkeys(Dataset, TODAY) | {Dataset.PRACTICE_APPROVALS: TODAY - timedelta(days=days)}
    judgement = judge(facts(register=[doctor()], performers=[performer()], approvals=[_OVERDUE], newest=newest))

    assert (Code.APPROVAL_OVERDUE in judgement.assessed) is assessed
    assert (Code.APPROVAL_OVERDUE in {one.finding.code for one in judgement.seen}) is assessed


def test_a_missing_extract_is_named_by_what_it_leaves_unjudged():
    newest = {Dataset.GMC_REGISTER: TODAY, Dataset.PERFORMERS_LIST: TODAY}
    judgement = judge(facts(register=[doctor()], performers=[performer()], newest=newest))

    assert judgement.not_assessed[Code.APPROVAL_OVERDUE] == "No practice_approvals extract has been accepted yet."
    assert Code.GMC_DECEASED_ON_LIST in judgement.assessed


def test_a_decisive_code_that_was_not_assessed_silences_nothing():
    newest = dict.fromkeys(Dataset, TODAY) | {Dataset.GMC_REGISTER: TODAY - timedelta(days=30)}
    found = codes(register=[doctor(registration_status="Suspended")], performers=[performer()], newest=newest)

    assert Code.GMC_SUSPENDED_LIST_ACTIVE not in found
    assert Code.APPROVAL_OVERDUE in found


def test_of_the_evidence_only_what_is_not_there_is_not_known():
    relinquished = "Not Registered - Having relinquished registration"
    names = frozenset(LAYOUTS[Dataset.PERFORMERS_LIST].names) - {"practice_code"}
    judgement = judge(
        facts(
            register=[doctor(registration_status=relinquished)],
            performers=[performer(practice_code=None)],
            columns={Dataset.PERFORMERS_LIST: names},
        )
    )
    (one,) = [one.finding for one in judgement.seen if one.finding.code is Code.GMC_RELINQUISHED_ON_LIST]

    assert one.evidence == {
        "registration_status": relinquished,
        "list_status": "Included",
        "performer_role": "GP Performer",
        "assigned": "not known",
    }


def test_severity_and_owner_are_the_catalogues_unless_the_finding_says_otherwise():
    judgement = judge(facts(register=[doctor(registration_status="Suspended")], performers=[performer()]))
    (one,) = [one for one in judgement.seen if one.finding.code is Code.GMC_SUSPENDED_LIST_ACTIVE]

    assert (one.severity, one.owner) == (Severity.CRITICAL, Owner.NHSE)


def test_what_was_compared_adds_up_to_the_distinct_keys_of_both_sides():
    register = [doctor(), doctor(gmc_number="9000002"), doctor(gmc_number="9000003")]
    performers = [performer(), performer(practice_code="Z00002"), performer(gmc_number="9000009")]
    performers.append(performer(gmc_number="900326", alignment="Dental"))

    compared = judge(facts(register=register, performers=performers)).comparisons[0]

    assert (compared.both, compared.only_left, compared.only_right) == (1, 1, 2)


def test_nothing_at_all_is_judged_without_a_fault():
    judgement = judge(facts(newest={}))

    assert {one.finding.code for one in judgement.seen} <= {Code.EXTRACT_MISSING, Code.STALE_REFERENCE}
    assert len(judgement.not_assessed) > 60


#: Rows that say something in every column, so that everything can be judged.
_PAST = {"gmc_number": "9000009", "assignment_end_date": "2026-01-31", "status_effective_date": "2026-01-31"}
_CLOSED = {"practice_code": "Z00009", "status": "C", "close_date": "2026-01-31", "region_code": "Y56"}
#: One mismatch for each group of rules.
_ONE_EACH = {
    "registration": Code.GMC_DECEASED_ON_LIST,
    "listing": Code.PL_COMMITMENT_OVER_100,
    "approvals": Code.APPROVAL_OVERDUE,
    "practices": Code.PRACTICE_NOT_IN_ODS,
    "roles": Code.NO_PL_PRACTICE_MANAGER,
    "accounts": Code.ACCOUNT_WITHOUT_LISTING,
    "data operations": Code.EXTRACT_REJECTED,
}


def test_all_rules_together_find_something_of_every_group():
    judgement = judge(
        facts(
            register=[doctor(registration_status="Not Registered - Deceased"), doctor(gmc_number="9000002")],
            performers=[
                performer(),
                performer(gmc_number="9000002", level_of_commitment="101", practice_code="Z99999"),
                performer(**_PAST),
            ],
            approvals=[_OVERDUE | {"gmc_number": "9000002"}],
            practices=[practice(), practice(**_CLOSED)],
            users=[user(role="Main Contact"), user(2, revoked_date="2026-01-31", nominated_by_user_id="U009")],
            accounts=[account(gmc_number="9000003")],
            loads=(Load(Dataset.GMC_REGISTER, TODAY, "rejected", "The file is cut short."),),
        )
    )

    assert set(_ONE_EACH.values()) <= {one.finding.code for one in judgement.seen}
    assert [(one.left, one.right, one.both, one.only_left, one.only_right) for one in judgement.comparisons] == [
        ("performers list", "GMC register", 2, 1, 0),
        ("approval cases", "performers list", 1, 0, 2),
        ("performers list", "practices", 1, 1, 1),
        ("practice users", "practices", 1, 0, 1),
        ("accounts", "performers list", 0, 1, 3),
    ]
