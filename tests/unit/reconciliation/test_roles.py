"""Who may approve and administer at each practice (B48 to B56)."""

import pytest

from gpsync.reconciliation.catalogue.roles import ENTRIES
from gpsync.reconciliation.facts import digest
from gpsync.reconciliation.roles import judge as roles
from gpsync.rules import Code, Owner, Severity
from tests.factories import case, performer, practice, user
from tests.unit.reconciliation.building import facts

# Today is Wednesday 18 March 2026.
YESTERDAY, TODAY, TOMORROW = "2026-03-17", "2026-03-18", "2026-03-19"
MANAGER, ADMINISTRATOR, REGISTERED = "PL Practice Manager", "PL Organisation Administrator", "CQC Registered Manager"


def administrator(number, **values):
    return user(number, ADMINISTRATOR, **({"nominated_by_user_id": "U009"} | values))


NOMINATOR = user(9, REGISTERED, granted_date="2020-01-01")
#: Two administrators, the manager who nominated them, and one approver.
STAFF = (user(1), administrator(2), administrator(3), NOMINATOR)


def judge(*users, posts=True, practices=None, **given):
    performers = [performer()] if posts else []
    return roles.judge(facts(users=users, performers=performers, practices=practices or [practice()], **given))


def found(code, *users, **given):
    return [finding.key for finding in judge(*users, **given)[code]]


def only(code, *users, **given):
    (finding,) = judge(*users, **given)[code]
    return finding


def test_a_well_staffed_practice_is_no_finding():
    assert all(not findings for findings in judge(*STAFF, approvals=[case()]).values())


def test_nothing_at_all_is_no_finding_and_every_code_is_answered():
    assert roles.judge(facts()) == {entry.code: [] for entry in ENTRIES}


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        ({}, [], "an approver"),
        ({"role": "pl  practice manager"}, [], "written another way"),
        ({"role": "Main Contact"}, ["Z00001"], "another role"),
        ({"account_status": "Deactivated"}, ["Z00001"], "no account any more"),
        ({"account_status": "Unverified"}, ["Z00001"], "an account never used"),
        ({"account_status": "Dozing"}, ["Z00001"], "an account of unknown status"),
        ({"account_status": "ACTIVE"}, [], "in capitals"),
        ({"revoked_date": YESTERDAY}, ["Z00001"], "taken away yesterday"),
        ({"revoked_date": TODAY}, ["Z00001"], "taken away today"),
        ({"revoked_date": TOMORROW}, [], "taken away tomorrow"),
        ({"granted_date": TODAY}, [], "given today"),
        ({"granted_date": TOMORROW}, ["Z00001"], "given tomorrow"),
        ({"granted_date": None}, [], "given some time"),
        ({"practice_code": "Z00002"}, ["Z00001"], "at another practice"),
    ],
)
def test_b48_wants_an_approver(values, expected, reason):
    assert found(Code.NO_PL_PRACTICE_MANAGER, user(1) | values, *STAFF[1:]) == expected, reason


@pytest.mark.parametrize(
    ("posts", "cases", "expected", "reason"),
    [
        (False, [], None, "nobody works there and nothing waits"),
        (True, [], Severity.MEDIUM, "somebody works there"),
        (True, [case()], Severity.HIGH, "a case waits for the practice"),
        (False, [case()], Severity.HIGH, "and nobody works there yet"),
        (True, [case(practice_decision="APPROVED", icb_decision="PENDING")], Severity.MEDIUM, "it waits for the ICB"),
        (True, [case(change_type="WITHDRAW")], Severity.MEDIUM, "the practice is only told"),
        (True, [case(change_type="RETIRE_24H")], Severity.MEDIUM, "the practice is only told"),
        (True, [case(practice_decision="NOT_REQUIRED")], Severity.MEDIUM, "the practice need not decide"),
        (True, [case(practice_decision="REJECTED")], Severity.MEDIUM, "the practice has decided"),
        (True, [case(case_status="CLOSED")], Severity.MEDIUM, "it is over"),
    ],
)
def test_b48_is_high_while_a_case_waits(posts, cases, expected, reason):
    severities = [one.severity for one in judge(posts=posts, approvals=cases)[Code.NO_PL_PRACTICE_MANAGER]]

    assert severities == ([expected] if expected else []), reason


@pytest.mark.parametrize(("users", "owner"), [([], Owner.RM), ([administrator(2)], Owner.UA)])
def test_b48_goes_to_somebody_who_exists(users, owner):
    assert only(Code.NO_PL_PRACTICE_MANAGER, *users).owner == owner


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": "C"}, "closed"),
        ({"status": "D"}, "dormant"),
        ({"close_date": TODAY}, "closes today"),
        ({"prescribing_setting": "9"}, "no GP practice"),
    ],
)
@pytest.mark.parametrize("code", [Code.NO_PL_PRACTICE_MANAGER, Code.NO_USER_ADMINISTRATOR])
def test_b48_and_b49_are_about_active_gp_practices(code, values, reason):
    given = [practice(**values), practice(practice_code="Z00002")]

    assert found(code, practices=given) == [], reason


@pytest.mark.parametrize(
    ("users", "number", "reason"),
    [
        ([], 0, "none"),
        ([administrator(2)], 1, "one"),
        ([administrator(2), administrator(2)], 1, "the same one twice"),
        ([administrator(2), administrator(3, account_status="Dozing")], 1, "one, and one of unknown status"),
        ([administrator(2), administrator(3)], 2, "two"),
    ],
)
def test_b49_and_b51_count_the_administrators(users, number, reason):
    judged = judge(user(1), NOMINATOR, *users)

    assert len(judged[Code.NO_USER_ADMINISTRATOR]) == (number == 0), reason
    assert len(judged[Code.SINGLE_USER_ADMINISTRATOR]) == (number == 1), reason


@pytest.mark.parametrize(
    ("users", "posts", "expected", "reason"),
    [
        ([], False, [], "nobody uses the practice"),
        ([], True, ["Z00001"], "somebody works there"),
        ([user(1)], False, ["Z00001"], "somebody has a role there"),
    ],
)
def test_b49_is_about_practices_in_use(users, posts, expected, reason):
    assert found(Code.NO_USER_ADMINISTRATOR, *users, posts=posts) == expected, reason


@pytest.mark.parametrize(("number", "expected"), [(4, []), (5, ["Z00001"]), (6, ["Z00001"])])
def test_b50_allows_four(number, expected):
    users = [administrator(place) for place in range(1, number + 1)]

    assert found(Code.TOO_MANY_USER_ADMINISTRATORS, *users, *users) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("Unverified", []), ("Deactivated", []), ("Dozing", ["Z00001"]), (None, ["Z00001"])]
)
def test_b50_counts_whoever_is_not_known_to_be_shut_out(status, expected):
    users = [administrator(place) for place in range(1, 5)]

    assert found(Code.TOO_MANY_USER_ADMINISTRATORS, *users, administrator(5, account_status=status)) == expected


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        ({}, [], "in order"),
        ({"nominated_by_user_id": None}, ["U002|Z00001"], "no nominator"),
        ({"nominated_by_user_id": "U001"}, ["U002|Z00001"], "nominated by somebody else"),
        ({"nominated_by_user_id": "U404"}, ["U002|Z00001"], "nominated by nobody we know"),
        ({"granted_date": "2019-12-31"}, ["U002|Z00001"], "the day before the nominator came"),
        ({"granted_date": "2020-01-01"}, [], "the day on which the nominator came"),
        ({"granted_date": None}, [], "some time"),
        ({"revoked_date": TODAY}, [], "no administrator any more"),
        ({"account_status": "Deactivated"}, [], "shut out"),
    ],
)
def test_b52_wants_a_nomination(values, expected, reason):
    assert found(Code.ADMINISTRATOR_NOT_NOMINATED, administrator(2) | values, user(1), NOMINATOR) == expected, reason


@pytest.mark.parametrize(
    ("until", "expected"), [("2023-12-31", ["U002|Z00001"]), ("2024-01-01", ["U002|Z00001"]), ("2024-01-02", [])]
)
def test_b52_asks_who_was_in_office_on_the_day(until, expected):
    """The administrator's role was given on 1 January 2024."""
    nominator = NOMINATOR | {"revoked_date": until, "account_status": "Deactivated"}

    assert found(Code.ADMINISTRATOR_NOT_NOMINATED, administrator(2), nominator) == expected


def test_b52_wants_a_manager_of_the_same_practice():
    elsewhere = NOMINATOR | {"practice_code": "Z00002"}

    assert found(Code.ADMINISTRATOR_NOT_NOMINATED, administrator(2), administrator(2), elsewhere) == ["U002|Z00001"]


@pytest.mark.parametrize(
    ("other", "severity", "reason"),
    [
        ({}, Severity.MEDIUM, "an approver at both"),
        ({"role": "Main Contact"}, Severity.LOW, "an approver at one of them"),
        ({"email": "USER1@Surgery.Example"}, Severity.MEDIUM, "another spelling"),
        ({"user_id": "U007"}, Severity.MEDIUM, "two user IDs"),
        ({"account_status": "Dozing"}, Severity.MEDIUM, "an account of unknown status"),
        ({"account_status": "Deactivated"}, None, "shut out of the other"),
        ({"revoked_date": TODAY}, None, "left the other today"),
        ({"email": "other@surgery.example"}, None, "another address"),
        ({"practice_code": "Z00001"}, None, "the same practice"),
    ],
)
def test_b53_is_about_one_address_at_two_practices(other, severity, reason):
    users = [user(1), user(1, **({"practice_code": "Z00002", "granted_date": "2025-01-01"} | other))]
    findings = judge(*users)[Code.USER_AT_SEVERAL_PRACTICES]

    assert [one.severity for one in findings] == ([severity] if severity else []), reason


@pytest.mark.parametrize(
    ("granted", "older"),
    [("2023-12-31", "Z00002"), ("2024-01-01", "Z00001"), ("2024-01-02", "Z00001"), (None, "Z00001")],
)
def test_b53_asks_the_older_practice(granted, older):
    finding = only(
        Code.USER_AT_SEVERAL_PRACTICES, user(1), user(1), user(1, practice_code="Z00002", granted_date=granted)
    )

    assert (finding.key, finding.practice_code) == (digest("user1@surgery.example"), older)
    assert finding.members == {"practices": ("Z00001", "Z00002"), "users": ("U001",)}
    assert finding.evidence["email"] == "u***@s***.example"


def test_b53_tells_users_without_an_address_apart():
    users = [user(1, email=None), user(2, email=None, practice_code="Z00002")]

    assert found(Code.USER_AT_SEVERAL_PRACTICES, *users) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["U001|Z00001"]),
        ({"account_status": "Dozing"}, ["U001|Z00001"]),
        ({"account_status": "Deactivated"}, []),
        ({"account_status": "Unverified"}, []),
        ({"revoked_date": TODAY}, []),
    ],
)
def test_b54_is_about_access_for_closed_practices(values, expected):
    users = [user(1) | values, user(1, "Main Contact") | values]

    assert found(Code.ROLE_AT_CLOSED_PRACTICE, *users, practices=[practice(status="C")]) == expected
    assert found(Code.ROLE_AT_CLOSED_PRACTICE, *users) == []


def test_a_closed_practice_is_reported_for_access_only():
    users = [administrator(number, email="one@surgery.example") for number in range(1, 6)]
    users.append(user(6, account_status="Deactivated"))
    judged = judge(*users, practices=[practice(status="C")])

    assert {code for code, findings in judged.items() if findings} == {Code.ROLE_AT_CLOSED_PRACTICE}


@pytest.mark.parametrize(
    ("others", "expected", "reason"),
    [
        ([], ["U001|Z00001|PL Practice Manager"], "the only one"),
        ([user(2)], [], "somebody else has the role"),
        ([user(2, account_status="Dozing")], ["U001|Z00001|PL Practice Manager"], "nobody knows whether the other can"),
        ([user(2, practice_code="Z00002")], ["U001|Z00001|PL Practice Manager"], "at another practice"),
        ([user(2, revoked_date=TODAY)], ["U001|Z00001|PL Practice Manager"], "lost it today"),
        ([administrator(2)], ["U001|Z00001|PL Practice Manager"], "somebody else has another role"),
        (
            [user(2, account_status="Deactivated")],
            ["U001|Z00001|PL Practice Manager", "U002|Z00001|PL Practice Manager"],
            "both are shut out",
        ),
    ],
)
def test_b55_is_about_the_last_holder_of_a_role(others, expected, reason):
    shut = user(1, account_status="Deactivated")

    assert found(Code.ROLE_ON_DEACTIVATED_ACCOUNT, shut, shut, *others) == expected, reason


@pytest.mark.parametrize(
    ("role", "status", "expected"),
    [
        (ADMINISTRATOR, "Deactivated", 1),
        ("Main Contact", "Deactivated", 0),
        (MANAGER, "Unverified", 0),
        (MANAGER, "Active", 0),
    ],
)
def test_b55_is_about_approvers_and_administrators(role, status, expected):
    assert len(found(Code.ROLE_ON_DEACTIVATED_ACCOUNT, user(1, role, account_status=status))) == expected


ONE_LOGIN = f"Z00001|{digest('one@surgery.example')}"


@pytest.mark.parametrize(
    ("other", "expected", "reason"),
    [
        ({}, [ONE_LOGIN], "one address"),
        ({"email": "One@SURGERY.example"}, [ONE_LOGIN], "in another spelling"),
        ({"email": "two@surgery.example"}, [], "two addresses"),
        ({"email": None}, [], "no address"),
        ({"user_id": "U001", "role": "Main Contact"}, [], "one user with two roles"),
        ({"user_id": "u001", "email": "ONE@surgery.example"}, [], "one user, spelt in two ways"),
        ({"practice_code": "Z00002"}, [], "at another practice"),
        ({"account_status": "Deactivated"}, [], "shut out"),
    ],
)
def test_b56_is_about_one_login_for_several(other, expected, reason):
    first = user(1, email="one@surgery.example")

    assert found(Code.SHARED_USER_EMAIL, first, first, user(2, email="one@surgery.example") | other) == expected, reason


def test_the_same_people_behind_two_addresses_are_one_finding():
    users = [user(number, role, email=f"{role[:2]}@surgery.example") for number in (1, 2) for role in ("Aa", "Bb")]

    assert found(Code.SHARED_USER_EMAIL, *users) == [f"Z00001|{digest('aa@surgery.example')}"]


@pytest.mark.parametrize("code", [Code.SHARED_USER_EMAIL, Code.USER_AT_SEVERAL_PRACTICES])
def test_b53_and_b56_stay_the_same_mismatch_whoever_leaves(code):
    everybody = [
        user(number, email="one@surgery.example", practice_code=practice)
        for practice in ("Z00001", "Z00002", "Z00003")
        for number in (1, 2, 3)
    ]
    one, other = judge(*everybody)[code], judge(*everybody[1:5])[code]

    assert {finding.mismatch_id for finding in other} <= {finding.mismatch_id for finding in one}
    assert len(other) == (2 if code is Code.SHARED_USER_EMAIL else 1)


def test_users_and_nominators_are_the_same_however_their_ids_are_spelt():
    manager = user(9, "CQC Registered Manager")
    admin = user(1, "PL Organisation Administrator", nominated_by_user_id="u009")

    assert found(Code.ADMINISTRATOR_NOT_NOMINATED, manager, admin) == []
    assert found(Code.SINGLE_USER_ADMINISTRATOR, manager, admin, admin | {"user_id": "u001"}) == ["Z00001"]
