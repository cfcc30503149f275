"""When an acknowledgement ends: a value has changed as the rules compare it, and only then."""

from datetime import date

import pytest

from gpsync.reconciliation.comparing import compared
from gpsync.reconciliation.findings import NOT_KNOWN, Finding, masked_address
from gpsync.reconciliation.lifecycle import Seen, acknowledge_mismatch, advance, on_day
from gpsync.reconciliation.workplaces import named
from gpsync.register.pseudonyms import compared_hash
from gpsync.rules import Code, MismatchState, Owner, Severity

_ALL = frozenset(Code)
_CODE = Code.GMC_EMAIL_INVALID


def hashed(text: str) -> str:
    return compared_hash(b"a secret of thirty-two characters", text)


def seen(**evidence: str) -> Seen:
    return Seen(Finding(_CODE, "9000001", "It differs.", evidence=evidence), Severity.MEDIUM, Owner.GP)


def night(day: int) -> date:
    return date(2026, 11, day)


def aside(**evidence: str):
    (first,) = advance([], [seen(**evidence)], _ALL, night(2), hashed)
    return acknowledge_mismatch(first, night(20), "ada", "asked the doctor")


def state_after(before, day: int = 3, **evidence: str) -> MismatchState:
    (after,) = advance([before], [seen(**evidence)], _ALL, night(day), hashed)
    return after.state


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("list_status", "Withdrawn", "WITHDRAWN"),
        ("list_status", "Included with conditions", "included  With Conditions"),
        ("surname", "O'Brien", "OBRIEN"),
        ("surname", "Bell-Marsden", "Bell Marsden"),
        ("list_name", "Asha Example -", "ASHA EXAMPLE"),
        ("register_surname", "Ní Dhomhnaill", "NI DHOMHNAILL"),
        ("forenames", "Dr Asha", "ASHA"),
        ("name", "Asha Example, Ben Sample", "BEN SAMPLE, ASHA EXAMPLE"),
        ("region", "LONDON COMMISSIONING REGION", "London"),
        ("region", "Y56", "London"),
        ("change_type", "ROLE_CHANGE", "Role change"),
        ("case_status", "Awaiting NHS England decision", "AWAITING NHSE"),
        ("level_of_commitment", "Z00001 44, Z00002 66", "Z00001 44%, Z00002 66.0%"),
        ("level_of_commitment", "37.5", "37.50"),
        ("level_of_commitment", "50", "050"),
        ("level_of_commitment", "50%", "50 %"),
        ("ftp_conditions", "Y", "yes"),
        ("status", "C", "CLOSED"),
        ("state", "SENT", "UNVERIFIED_EXPIRED"),
    ],
)
def test_a_spelling_ends_no_acknowledgement(field, one, other):
    assert compared(field, one) == compared(field, other)
    assert state_after(aside(**{field: one}), **{field: other}) is MismatchState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("list_status", "Withdrawn", "Removed"),
        ("surname", "Example", "Sample"),
        ("region", "London", "South West"),
        ("level_of_commitment", "Z00001 44", "Z00001 4"),
        ("level_of_commitment", "37.5", "375"),
        ("level_of_commitment", "50", "5"),
        ("gp_register_date", "2010-08-04", "2010-08-05"),
        ("practice_decision_date", "", "2026-11-03"),
        ("user_id", "u1", "U1"),
        ("status", "C", "D"),
    ],
)
def test_another_value_ends_it(field, one, other):
    assert state_after(aside(**{field: one}), **{field: other}) is MismatchState.OPEN


def test_a_field_that_is_there_on_one_night_only_ends_it_unless_it_is_blank():
    both, more = {"list_status": "Withdrawn"}, {"list_status": "Withdrawn", "kind": "locum"}

    assert state_after(aside(**both), **more) is MismatchState.OPEN
    assert state_after(aside(**more), **both) is MismatchState.OPEN
    assert state_after(aside(**both), **both, kind="") is MismatchState.ACKNOWLEDGED


@pytest.mark.parametrize(("one", "other"), [("x1@@y.example", "x2@@y.example"), ("a1@b.example", "a2@b.example")])
def test_another_address_behind_the_same_mask_ends_it(one, other):
    assert masked_address(one) == masked_address(other)

    before = aside(gmc_email=masked_address(one))

    assert state_after(before, gmc_email=masked_address(other)) is MismatchState.OPEN
    assert state_after(before, gmc_email=masked_address(one.upper())) is MismatchState.ACKNOWLEDGED


def test_a_list_is_compared_with_what_is_not_shown_of_it():
    users = [f"U{number:02}" for number in range(12)]
    before = aside(users=named(users))

    assert named(users).endswith("and 2 more")
    assert state_after(before, users=named(users[::-1])) is MismatchState.ACKNOWLEDGED
    assert state_after(before, users=named([*users[:11], "U99"])) is MismatchState.OPEN


def test_what_is_kept_shows_nothing_of_an_address():
    before = aside(gmc_email=masked_address("asha.example@doctor.example"))

    assert before.evidence == {"gmc_email": "a***@d***.example"}
    assert type(before.evidence["gmc_email"]) is str
    assert set(before.compared) == {"gmc_email"}
    assert "asha" not in str(before)


def test_an_acknowledgement_from_before_hashes_were_kept_goes_on():
    (first,) = advance([], [seen(gmc_email=masked_address("x1@@y.example"))], _ALL, night(2))
    before = acknowledge_mismatch(first, night(20), "ada", "asked")
    assert before.compared == {}

    (after,) = advance([before], [seen(gmc_email=masked_address("x1@@y.example"))], _ALL, night(3), hashed)

    assert after.state is MismatchState.ACKNOWLEDGED
    assert state_after(after, 4, gmc_email=masked_address("x2@@y.example")) is MismatchState.OPEN


def test_a_value_that_is_not_known_for_a_night_has_not_changed_and_is_remembered():
    before = aside(performer_role="GP Performer", list_status="Included")

    (gap,) = advance([before], [seen(performer_role=NOT_KNOWN, list_status="Included")], _ALL, night(3), hashed)

    assert (gap.state, gap.evidence["performer_role"]) == (MismatchState.ACKNOWLEDGED, NOT_KNOWN)
    (second,) = advance([gap], [seen(performer_role=NOT_KNOWN, list_status="Included")], _ALL, night(4), hashed)
    assert state_after(second, 5, performer_role="GP PERFORMER", list_status="Included") is MismatchState.ACKNOWLEDGED
    assert state_after(second, 5, performer_role="GP Registrar", list_status="Included") is MismatchState.OPEN


@pytest.mark.parametrize(
    ("day", "state"),
    [(19, MismatchState.ACKNOWLEDGED), (20, MismatchState.ACKNOWLEDGED), (21, MismatchState.OPEN)],
)
def test_an_acknowledgement_ends_on_its_day_whether_or_not_its_kind_is_assessed(day, state):
    before = aside(list_status="Withdrawn")

    (unassessed,) = advance([before], [], _ALL - {_CODE}, night(day), hashed)

    assert unassessed.state is state
    assert on_day(before, night(day)).state is state
    assert (unassessed.acknowledged_by == "") is (state is MismatchState.OPEN)
    assert advance([unassessed], [], _ALL - {_CODE}, night(day), hashed) == [unassessed]
