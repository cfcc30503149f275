"""Doctors whom the register file shows no more: what was wrong is not put right by that (B01 to B08, B39, B66, B67)."""

import pytest

from gpsync.mismatches import Mismatch
from gpsync.reconciliation.judging import judge
from gpsync.reconciliation.lifecycle import advance
from gpsync.reconciliation.registration import judge as registration
from gpsync.rules import Code, MismatchState
from tests.factories import account, case, doctor, left, performer
from tests.unit.reconciliation.building import TODAY, facts

DECEASED, ERASED = "Not Registered - Deceased", "Not Registered - Erased for false declaration"
RELINQUISHED = "Not Registered - Having relinquished registration"
LAPSED = "Not Registered - Provisional registration expired"
_OF_NINE = [code for code in Code if code in list(registration.RULES)[:9]]


def found(**given) -> dict[Code, list[str]]:
    """The keys of what every rule finds about one listed doctor, but for rules about the data themselves."""
    everything = {"register": [doctor(gmc_number="9000009")], "performers": [performer()]} | given
    keys: dict[Code, list[str]] = {}
    for one in judge(facts(**everything)).seen:
        keys.setdefault(one.finding.code, []).append(one.finding.key)
    return keys


@pytest.mark.parametrize(
    ("status", "listed", "expected"),
    [
        (DECEASED, {}, Code.GMC_DECEASED_ON_LIST),
        (ERASED, {}, Code.GMC_ERASED_ON_LIST),
        (RELINQUISHED, {}, Code.GMC_RELINQUISHED_ON_LIST),
        (LAPSED, {"list_status": "Suspended"}, Code.GMC_LAPSED_ON_LIST),
        ("Suspended", {}, Code.GMC_SUSPENDED_LIST_ACTIVE),
        ("Suspended", {"list_status": "Suspended"}, Code.GMC_NOT_FOUND),
        ("Registered without a Licence", {}, Code.GMC_NO_LICENCE_ON_LIST),
        ("Registered without a Licence", {"list_status": "Suspended"}, Code.GMC_NOT_FOUND),
        ("Provisionally registered with Licence", {}, Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST),
        ("Temporary registration with Licence", {"performer_role": "GP Registrar"}, Code.GMC_NOT_FOUND),
        ("Registered with Licence", {}, Code.GMC_NOT_FOUND),
        (DECEASED, {"list_status": "Removed"}, None),
    ],
)
def test_the_class_of_the_last_record_counts_and_a_number_is_not_found_only_where_it_says_nothing(
    status, listed, expected
):
    results = registration.judge(
        facts(left_register=[left(registration_status=status)], performers=[performer(**listed)])
    )

    assert [code for code in _OF_NINE if results[code]] == ([expected] if expected else [])


def test_a_number_that_was_never_on_the_register_is_not_found_as_before():
    (finding,) = registration.judge(facts(performers=[performer()]))[Code.GMC_NOT_FOUND]

    assert finding.summary == "The GMC register holds no doctor with the number 9000001."


def test_staff_see_since_when_the_register_is_silent():
    gone, dead = left(), left(registration_status=DECEASED)

    (finding,) = registration.judge(facts(left_register=[gone], performers=[performer()]))[Code.GMC_NOT_FOUND]
    assert finding.summary == (
        "The GMC register has not shown number 9000001 since 11 March 2026; it last said: Registered with Licence."
    )
    (finding,) = registration.judge(facts(left_register=[dead], performers=[performer()]))[Code.GMC_DECEASED_ON_LIST]
    assert finding.summary == (
        "GMC register, which has not shown the doctor since 11 March 2026: Not Registered - Deceased. "
        "Performers list: Included."
    )


@pytest.mark.parametrize("status", [DECEASED, ERASED, RELINQUISHED, "Registered without a Licence"])
def test_leaving_the_file_changes_neither_age_nor_acknowledgement(status):
    on = facts(register=[doctor(registration_status=status)], performers=[performer()])
    off = facts(left_register=[left(registration_status=status)], performers=[performer()])

    before, after = (
        {one.finding.mismatch_id: one.finding.evidence for one in judge(given).seen} for given in (on, off)
    )

    kept = before.keys() & after.keys()
    assert len(kept) == 1
    assert len(kept) == 1
    assert all(before[one] == after[one] for one in kept)


def test_a_doctor_who_comes_back_licensed_is_resolved():
    def night(day, before: list[Mismatch], **given) -> list[Mismatch]:
        judgement = judge(facts(performers=[performer()], **given))
        return advance(before, judgement.seen, judgement.assessed, TODAY.replace(day=day))

    dead = night(1, [], register=[doctor(registration_status=DECEASED)])
    gone = night(2, dead, left_register=[left(registration_status=DECEASED)])
    back = night(3, gone, register=[doctor()], left_register=[left(registration_status=DECEASED)])

    states = [
        [one.state for one in mismatches if one.code is Code.GMC_DECEASED_ON_LIST] for mismatches in (dead, gone, back)
    ]
    assert states == [[MismatchState.NEW], [MismatchState.OPEN], [MismatchState.RESOLVED]]
    assert Code.GMC_NOT_FOUND not in {one.code for one in (*dead, *gone, *back)}


@pytest.mark.parametrize("status", [DECEASED, ERASED])
def test_the_dead_and_the_erased_are_not_asked_about_their_training_or_their_conditions(status):
    registrar = performer(performer_role="GP Registrar", performer_type="Registrar")
    restricted = doctor(registration_status=status, ftp_conditions="Y", ftp_undertakings="Y")

    results = registration.judge(facts(register=[restricted], performers=[registrar]))

    assert results[Code.REGISTRAR_ON_GP_REGISTER] == results[Code.GMC_RESTRICTION_NOT_ON_LIST] == []
    others = registration.judge(
        facts(register=[restricted | {"registration_class": "SUSPENDED"}], performers=[registrar])
    )
    assert len(others[Code.REGISTRAR_ON_GP_REGISTER]) == len(others[Code.GMC_RESTRICTION_NOT_ON_LIST]) == 1


@pytest.mark.parametrize("status", [DECEASED, ERASED, "Registered with Licence", "Suspended"])
def test_what_only_a_record_of_today_says_is_not_said_of_those_who_left(status):
    of_record = (
        Code.NOT_ON_GP_REGISTER,
        Code.REGISTRAR_ON_GP_REGISTER,
        Code.GP_REGISTER_DATE_DIFFERS,
        Code.NAME_DIFFERS,
        Code.GMC_RESTRICTION_NOT_ON_LIST,
        Code.GMC_RESTORED_LIST_SUSPENDED,
        Code.GMC_EMAIL_MISSING,
        Code.ACCOUNT_EMAIL_STALE,
    )
    for list_status in ("Included", "Suspended"):
        keys = found(
            left_register=[left(registration_status=status)],
            performers=[performer(list_status=list_status)],
            accounts=[account()],
        )

        assert not keys.keys() & set(of_record)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (DECEASED, Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        (ERASED, Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        (RELINQUISHED, Code.ACCOUNT_WITHOUT_LISTING),
        ("Registered with Licence", Code.ACCOUNT_WITHOUT_LISTING),
    ],
)
def test_an_account_of_somebody_who_left_both_files(status, code):
    keys = found(left_register=[left(registration_status=status)], performers=[], accounts=[account()])

    accounts = (Code.ACCOUNT_WITHOUT_LISTING, Code.ACCOUNT_ACTIVE_WHILE_BARRED)
    assert {one: keys[one] for one in accounts if one in keys} == {code: ["9000001"]}


@pytest.mark.parametrize(
    ("status", "is_barred"), [(DECEASED, True), (LAPSED, True), ("Suspended", True), ("Registered with Licence", False)]
)
def test_a_case_about_somebody_who_left_the_register_is_not_to_be_approved(status, is_barred):
    keys = found(left_register=[left(registration_status=status)], performers=[], approvals=[case()])

    assert (keys.get(Code.CASE_PERFORMER_NOT_ELIGIBLE) == ["CAS001"]) is is_barred


def test_a_row_that_was_quarantined_for_any_reason_shows_that_the_number_is_known():
    assert Code.GMC_NOT_FOUND in found()
    assert Code.GMC_NOT_FOUND not in found(quarantined=("9000001",))
    assert Code.GMC_NOT_FOUND not in found(quarantined_statuses=("9000001",))
