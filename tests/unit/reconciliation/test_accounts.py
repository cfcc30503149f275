"""Addresses at the GMC, links, and accounts that do not fit (B57 to B67)."""

import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import strategies

from gpsync.reconciliation.accounts import judge as accounts
from gpsync.reconciliation.catalogue.accounts import ENTRIES
from gpsync.reconciliation.facts import digest
from gpsync.reconciliation.mailboxes import cannot_be_mailed, email_keys
from gpsync.reconciliation.roles import judge as roles
from gpsync.register import addresses
from gpsync.rules import Code, Owner, Severity
from tests.factories import account, case, change, doctor, performer, user
from tests.unit.reconciliation.building import facts

DEAD, ERASED = "Not Registered - Deceased", "Not Registered - Erased for false declaration"
GONE, SUSPENDED = "Not Registered - Administrative Reason", "Suspended"


def judge(**given):
    everything = {"register": [doctor()], "performers": [performer()]} | given
    return accounts.judge(facts(**everything))


def found(code, **given):
    return [finding.key for finding in judge(**given)[code]]


def only(code, **given):
    (finding,) = judge(**given)[code]
    return finding


def addressed(email):
    """A doctor with this address."""
    return doctor(email=email, email_key=addresses.key(email) if email else None)


def test_everything_in_order_is_no_finding():
    judged = judge(accounts=[account()], users=[user()], email_changes=[change(state="VERIFIED")])

    assert all(not findings for findings in judged.values())


def test_nothing_at_all_is_no_finding_and_every_code_is_answered():
    assert accounts.judge(facts()) == {entry.code: [] for entry in ENTRIES}


@pytest.mark.parametrize(
    ("email", "code", "reason"),
    [
        ("asha@doctor.example", None, "an address"),
        ("ASHA.O'Example+1@Doctor.example", None, "an unusual one"),
        (None, Code.GMC_EMAIL_MISSING, "none"),
        ("asha", Code.GMC_EMAIL_INVALID, "no @"),
        ("asha@doctor", Code.GMC_EMAIL_INVALID, "no ending"),
        ("asha@doctor.example; ben@doctor.example", Code.GMC_EMAIL_INVALID, "two"),
        ("asha@example.com", Code.GMC_EMAIL_INVALID, "a reserved domain"),
        ("reception@", Code.GMC_EMAIL_INVALID, "an office's and cut short: the first thing first"),
        ("reception@surgery.example", Code.GMC_EMAIL_ROLE_MAILBOX, "an office"),
        ("Practice.Manager2@surgery.example", Code.GMC_EMAIL_ROLE_MAILBOX, "an office, with dots and digits"),
        ("no-reply@surgery.example", Code.GMC_EMAIL_ROLE_MAILBOX, "nobody"),
        ("infanta@surgery.example", None, "a name that begins like an office"),
        ("asha@reception.example", None, "an office's domain"),
    ],
)
def test_b57_b58_and_b60_are_about_the_address_itself(email, code, reason):
    judged = judge(register=[addressed(email)], performers=[performer(), performer(practice_code="Z00002")])

    assert [one for one, findings in judged.items() if findings] == ([code] if code else []), reason
    assert all(finding.key == finding.gmc_number == "9000001" for findings in judged.values() for finding in findings)


@pytest.mark.parametrize("email", [None, "asha", "reception@surgery.example"])
@pytest.mark.parametrize(
    ("on_list", "registration", "is_audience"),
    [
        ("Included", "Registered with Licence", True),
        ("included  WITH conditions", "Registered with Licence", True),
        ("Suspended", SUSPENDED, True),
        ("Removed", "Registered with Licence", False),
        ("Withdrawn", "Registered with Licence", False),
        ("Included", DEAD, False),
        ("Included", ERASED, False),
        ("Included", GONE, False),
    ],
)
def test_b57_b58_and_b60_are_about_listed_performers_on_the_register(email, on_list, registration, is_audience):
    row = addressed(email) | doctor(registration_status=registration, email=email)
    judged = judge(register=[row | {"email_key": email}], performers=[performer(list_status=on_list)])

    assert any(judged.values()) == is_audience


def test_b57_says_nothing_of_doctors_who_are_not_on_the_register():
    assert found(Code.GMC_EMAIL_MISSING, register=[]) == []


SHARED = digest("asha@doctor.example")


@pytest.mark.parametrize(
    ("other", "expected", "reason"),
    [
        ({}, [SHARED], "the same address"),
        ({"email_key": "ben@doctor.example"}, [], "another address"),
        ({"email": None, "email_key": None}, [], "no address"),
        ({"registration_status": SUSPENDED, "registration_class": "SUSPENDED"}, [SHARED], "suspended"),
        ({"registration_status": DEAD, "registration_class": "DECEASED"}, [], "dead"),
        ({"registration_status": ERASED, "registration_class": "ERASED"}, [], "erased"),
        ({"registration_status": GONE, "registration_class": "LAPSED"}, [], "not registered"),
        ({"gmc_number": "9000001"}, [], "the same doctor twice"),
    ],
)
def test_b59_is_about_one_address_for_several_doctors(other, expected, reason):
    register = [doctor(), doctor() | {"gmc_number": "9000002"} | other]

    assert found(Code.GMC_EMAIL_SHARED, register=register) == expected, reason
    assert found(Code.GMC_EMAIL_SHARED, register=register[::-1], performers=[]) == expected, reason


def test_b59_stands_under_the_sharer_who_is_listed():
    register = [doctor(gmc_number=f"900000{number}") for number in (1, 2, 3)]
    finding = only(Code.GMC_EMAIL_SHARED, register=register, performers=[performer(gmc_number="9000003")])

    assert (finding.key, finding.gmc_number) == (SHARED, "9000003")
    assert finding.evidence["gmc_email"] == "a***@d***.example"
    assert finding.members == {"doctors": ("9000001", "9000002", "9000003")}


def test_b59_stays_the_same_mismatch_whoever_leaves_the_address_or_takes_it_up():
    everybody = [doctor(gmc_number=f"900000{number}") for number in range(1, 6)]
    ids = {
        only(Code.GMC_EMAIL_SHARED, register=sharers).mismatch_id
        for sharers in (everybody, everybody[1:], everybody[:2], everybody[3:])
    }
    other = only(
        Code.GMC_EMAIL_SHARED,
        register=[addressed("ben@doctor.example") | {"gmc_number": number} for number in ("9000001", "9000002")],
    )

    assert len(ids) == 1
    assert other.mismatch_id not in ids


def test_no_id_is_made_of_an_address_that_can_be_guessed():
    register = [doctor(), doctor(gmc_number="9000002")]
    users = [user(1, email="one@surgery.example"), user(2, email="one@surgery.example", practice_code="Z00002")]
    users += [user(3, email="one@surgery.example")]

    given = facts(register=register, users=users, pseudonym=lambda address: f"secret {address[0]}")
    keys = [one.key for code in (Code.GMC_EMAIL_SHARED,) for one in accounts.judge(given)[code]]
    keys += [
        one.key for code in (Code.USER_AT_SEVERAL_PRACTICES, Code.SHARED_USER_EMAIL) for one in roles.judge(given)[code]
    ]

    assert keys == ["secret a", "secret o", "Z00001|secret o"]


def test_b59_does_not_take_doctors_without_an_address_for_sharers():
    register = [addressed(None), addressed(None) | {"gmc_number": "9000002"}]

    assert found(Code.GMC_EMAIL_SHARED, register=register) == []


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        ({}, ["9000001|U001"], "the GP's address"),
        ({"email": "ASHA@Doctor.example"}, ["9000001|U001"], "in another spelling"),
        ({"email": "ben@surgery.example"}, [], "another address"),
        ({"email": None}, [], "no address"),
        ({"linked_gmc_number": "9000001"}, [], "the GP's own user"),
        ({"linked_gmc_number": "9000002"}, ["9000001|U001"], "another GP's user"),
        ({"account_status": "Unverified"}, ["9000001|U001"], "a user to come"),
        ({"account_status": "Dozing"}, ["9000001|U001"], "a user of unknown status"),
        ({"account_status": "Deactivated"}, [], "a user who left"),
        ({"revoked_date": "2026-03-18"}, [], "a user who leaves today"),
    ],
)
def test_b61_is_about_addresses_of_practice_users(values, expected, reason):
    row = user(email="asha@doctor.example") | values
    users = [row, row | {"role": "Main Contact"}, row | {"practice_code": "Z00002"}]

    assert found(Code.GMC_EMAIL_EQUALS_STAFF_USER, users=users) == expected, reason


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        ({}, ["9000001"], "another address"),
        ({"username_email": "ASHA@Doctor.example"}, [], "another spelling"),
        ({"username_email": None}, ["9000001"], "no username"),
        ({"account_status": "Unverified"}, ["9000001"], "not verified"),
        ({"account_status": "Dozing"}, ["9000001"], "of unknown status"),
        ({"account_status": "deactivated"}, [], "shut"),
        ({"gmc_number": "9000002"}, [], "a doctor who is not on the register"),
        ({"gmc_number": "12"}, [], "no GMC number"),
    ],
)
def test_b62_is_about_usernames_left_behind(values, expected, reason):
    rows = [account(username_email="old@doctor.example") | values] * 2

    assert found(Code.ACCOUNT_EMAIL_STALE, accounts=rows) == expected, reason


@pytest.mark.parametrize(("list_status", "codes"), [("Included", ["B58"]), ("Dozing", ["B62"])])
def test_an_address_that_cannot_be_mailed_is_one_row_and_not_two(list_status, codes):
    numbers = {entry.code: entry.number for entry in ENTRIES}
    judged = judge(
        register=[doctor(email="asha@doctor", email_key="asha@doctor")],
        performers=[performer(list_status=list_status)],
        accounts=[account()],
    )

    assert [numbers[code] for code, findings in judged.items() if findings] == codes


@pytest.mark.parametrize("state", ["WAITING", "HELD", "DUE", "QUEUED", "SENT"])
def test_b62_waits_while_a_change_is_open(state):
    given = {"accounts": [account(username_email="old@doctor.example")], "email_changes": [change(state=state)]}

    assert found(Code.ACCOUNT_EMAIL_STALE, **given) == []


@pytest.mark.parametrize(
    "state", ["VERIFIED", "UNVERIFIED_EXPIRED", "BOUNCED", "RETURNED", "SUPERSEDED", "CANCELLED", "SUPPRESSED"]
)
def test_b62_does_not_wait_for_a_change_that_has_ended(state):
    given = {"accounts": [account(username_email="old@doctor.example")], "email_changes": [change(state=state)]}

    assert found(Code.ACCOUNT_EMAIL_STALE, **given) == ["9000001"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"register": [addressed(None)]}, "there is no address to change to"),
        ({"register": [doctor(registration_status=DEAD)]}, "the dead are not written to"),
        ({"register": [doctor(registration_status=GONE)]}, "nor those no longer registered"),
        ({"performers": [performer(list_status="Withdrawn")]}, "nor those not on the list: B66 is raised"),
        ({"performers": []}, "nor those who never were"),
        ({"email_changes": [change(gmc_number="9000001", state="WAITING")]}, "a change is open"),
    ],
)
def test_b62_is_about_performers_who_may_be_sent_a_link(given, reason):
    stale = account(username_email="old@doctor.example")

    assert found(Code.ACCOUNT_EMAIL_STALE, accounts=[stale], **given) == [], reason


# Today is 18 March.
@pytest.mark.parametrize(
    ("state", "expires", "expected", "reason"),
    [
        ("SENT", "2026-03-19", [], "it can be used tomorrow too"),
        ("SENT", "2026-03-18", [], "it can be used today"),
        ("SENT", "2026-03-17", ["9000001|2026-02-16"], "it ran out yesterday"),
        ("UNVERIFIED_EXPIRED", "2026-03-18", ["9000001|2026-02-16"], "known to have run out"),
        ("DUE", None, [], "not sent"),
        ("QUEUED", None, [], "not sent yet"),
        ("VERIFIED", "2026-03-17", [], "used"),
        ("SUPERSEDED", "2026-03-17", [], "another address has come"),
    ],
)
def test_b63_is_about_links_that_were_not_used_in_time(state, expires, expected, reason):
    changes = [change(state=state, expires_on=expires)]

    assert found(Code.LINK_UNVERIFIED, email_changes=changes) == expected, reason


@pytest.mark.parametrize(
    ("sent", "severity"),
    [
        ("2026-02-19", Severity.MEDIUM),  # 27 days ago
        ("2026-02-18", Severity.MEDIUM),
        ("2026-02-17", Severity.HIGH),  # 29 days ago
    ],
)
def test_b63_is_grave_when_the_link_went_out_over_28_days_ago(sent, severity):
    (finding,) = judge(email_changes=[change(sent_on=sent)])[Code.LINK_UNVERIFIED]

    assert finding.severity is severity


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({"accounts": [account()]}, [], "verified with this address"),
        ({"accounts": [account(verified_date=None)]}, ["9000001|2026-02-16"], "never verified"),
        ({"accounts": [account(account_status="Unverified")]}, ["9000001|2026-02-16"], "not verified any more"),
        ({"accounts": [account(username_email="old@doctor.example")]}, ["9000001|2026-02-16"], "with another address"),
        ({"accounts": []}, ["9000001|2026-02-16"], "no account"),
        ({"register": [addressed("new@doctor.example")]}, [], "the doctor has another address by now"),
        ({"register": []}, [], "not on the register"),
        ({"register": [doctor(registration_status=DEAD)]}, [], "dead"),
    ],
)
@pytest.mark.parametrize("state", ["SENT", "UNVERIFIED_EXPIRED"])
def test_b63_asks_the_account_and_the_register(state, given, expected, reason):
    assert found(Code.LINK_UNVERIFIED, email_changes=[change(state=state)], **given) == expected, reason


@pytest.mark.parametrize(
    ("second", "expected"),
    [("UNVERIFIED_EXPIRED", ["9000001|2026-02-20"]), ("VERIFIED", []), ("WAITING", [])],
)
def test_b63_asks_the_newest_change_to_the_address(second, expected):
    changes = [change(), change(change_date="2026-02-20", due_date="2026-03-06", state=second)]

    assert found(Code.LINK_UNVERIFIED, email_changes=changes) == expected
    assert found(Code.LINK_UNVERIFIED, email_changes=changes[::-1]) == expected


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({}, ["9000001|2026-02-16"], "the address the GMC holds"),
        ({"performers": []}, ["9000001|2026-02-16"], "off the list or on it"),
        ({"register": [addressed("new@doctor.example")]}, [], "the doctor has another address by now"),
        ({"register": [doctor(registration_status=DEAD)]}, [], "dead"),
    ],
)
def test_b64_is_about_addresses_that_do_not_accept_mail(given, expected, reason):
    changes = [change(state="BOUNCED")] * 2

    assert found(Code.LINK_BOUNCED, email_changes=changes, **given) == expected, reason
    assert found(Code.LINK_UNVERIFIED, email_changes=changes, **given) == []


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({}, ["9000001|2026-02-16"], "the doctor has not had the link"),
        ({"performers": []}, ["9000001|2026-02-16"], "off the list or on it"),
        ({"register": [addressed("new@doctor.example")]}, [], "the doctor has another address by now"),
        ({"register": [doctor(registration_status=DEAD)]}, [], "dead"),
        ({"accounts": [account()]}, [], "verified by another way"),
    ],
)
def test_b64_is_milder_where_a_mail_came_back_and_the_address_may_be_good(given, expected, reason):
    changes = [change(state="RETURNED", sent_on="2026-03-02", expires_on="2026-03-05")] * 2
    given = {"accounts": [], **given}

    assert found(Code.LINK_BOUNCED, email_changes=changes, **given) == expected, reason
    assert found(Code.LINK_UNVERIFIED, email_changes=changes, **given) == [], "nobody has ignored it"


def test_b64_names_the_portal_team_where_a_mail_came_back():
    one = only(Code.LINK_BOUNCED, email_changes=[change(state="RETURNED")])

    assert (one.severity, one.owner, one.evidence["state"]) == (Severity.MEDIUM, Owner.PCSE_PORTAL, "RETURNED")
    assert one.owner in next(entry.owners for entry in ENTRIES if entry.code is one.code)


def changed_on(*days):
    return [
        change(change_date=day, new_key=f"{number}@doctor.example", state="SUPERSEDED")
        for number, day in enumerate(days)
    ]


# 30 days before 18 March is 16 February.
@pytest.mark.parametrize(
    ("days", "expected", "reason"),
    [
        (("2026-02-17", "2026-03-01", "2026-03-18"), ["9000001"], "three within 29 days"),
        (("2026-02-16", "2026-03-01", "2026-03-02"), ["9000001"], "the first 30 days ago"),
        (("2026-02-15", "2026-03-01", "2026-03-02"), [], "the first 31 days ago"),
        (("2026-03-01", "2026-03-02"), [], "two"),
        (("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"), ["9000001"], "four"),
        (("2026-03-01", "2026-03-02", "2026-03-19"), [], "the third is still to come"),
    ],
)
def test_b65_is_about_many_changes_within_a_month(days, expected, reason):
    assert found(Code.EMAIL_CHURN, email_changes=changed_on(*days)) == expected, reason


def test_b65_counts_each_doctor_and_each_change_once():
    mine = changed_on("2026-03-01", "2026-03-02")
    hers = [row | {"gmc_number": "9000002"} for row in mine]

    assert found(Code.EMAIL_CHURN, email_changes=[*mine, *hers, *mine]) == []


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        ({}, [], "on the list"),
        ({"performers": []}, ["9000001"], "never on the list"),
        ({"performers": [performer(list_status="Withdrawn")]}, ["9000001"], "withdrawn"),
        ({"performers": [performer(list_status="Suspended")]}, [], "suspended"),
        ({"performers": [performer(list_status="Paused")]}, [], "an unknown status is B19's"),
        ({"performers": [performer(list_status="Withdrawn"), performer()]}, [], "listed in one of two rows"),
        ({"performers": [performer(alignment="Dental")]}, ["9000001"], "on another list"),
        ({"performers": [], "register": []}, ["9000001"], "not on the register either"),
        ({"performers": [], "approvals": [case()]}, [], "about to join"),
        ({"performers": [], "approvals": [case(practice_decision="APPROVED")]}, [], "approved and not yet listed"),
        ({"performers": [], "approvals": [case(case_status="Closed")]}, ["9000001"], "an application long closed"),
        ({"performers": [], "approvals": [case(change_type="LEAVE")]}, ["9000001"], "about to leave"),
        ({"performers": [], "approvals": [case(practice_decision="REJECTED")]}, ["9000001"], "refused"),
        ({"performers": [], "approvals": [case(gmc_number="9000002")]}, ["9000001"], "somebody else is about to join"),
    ],
)
def test_b66_is_about_accounts_of_doctors_who_are_not_listed(given, expected, reason):
    assert found(Code.ACCOUNT_WITHOUT_LISTING, accounts=[account()] * 2, **given) == expected, reason


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"account_status": "active"}, ["9000001"]),
        ({"account_status": "Dozing"}, ["9000001"]),
        ({"account_status": None}, ["9000001"]),
        ({"account_status": "Deactivated"}, []),
        ({"account_status": "Locked"}, []),
        ({"account_status": "Unverified"}, []),
        ({"gmc_number": "12345"}, []),
        ({"gmc_number": None}, []),
    ],
)
def test_b66_is_about_active_accounts(values, expected):
    assert found(Code.ACCOUNT_WITHOUT_LISTING, accounts=[account(**values)], performers=[]) == expected


@pytest.mark.parametrize(
    ("on_list", "registration", "code"),
    [
        ("Included", "Registered with Licence", None),
        ("Included", DEAD, Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        ("Included", ERASED, Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        ("Withdrawn", ERASED, Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        ("Included", GONE, None),
        ("Included", SUSPENDED, None),
        ("Removed", "Registered with Licence", Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        ("Deceased", "Registered with Licence", Code.ACCOUNT_ACTIVE_WHILE_BARRED),
        ("Withdrawn", "Registered with Licence", Code.ACCOUNT_WITHOUT_LISTING),
    ],
)
def test_b67_is_stronger_than_b66(on_list, registration, code):
    judged = judge(
        register=[doctor(registration_status=registration)],
        performers=[performer(list_status=on_list)],
        accounts=[account()],
    )

    assert [one for one, findings in judged.items() if findings] == ([code] if code else [])


@pytest.mark.parametrize("status", ["Deactivated", "Locked", "Unverified"])
def test_b67_is_about_active_accounts(status):
    given = {"accounts": [account(account_status=status)], "performers": [performer(list_status="Removed")]}

    assert found(Code.ACCOUNT_ACTIVE_WHILE_BARRED, **given) == []


def test_b67_spares_who_was_removed_and_is_listed_again():
    rows = [performer(list_status="Removed"), performer(practice_code="Z00002")]

    assert found(Code.ACCOUNT_ACTIVE_WHILE_BARRED, accounts=[account()], performers=rows) == []


def test_no_finding_shows_an_address():
    judged = judge(
        register=[addressed("reception@surgery.example"), doctor(gmc_number="9000002", email="asha")],
        performers=[performer(), performer(gmc_number="9000002")],
        users=[user(email="reception@surgery.example")],
        accounts=[account(username_email="old@doctor.example")],
        email_changes=[
            change(state="BOUNCED", new_email="reception@surgery.example", new_key="reception@surgery.example")
        ],
    )
    shown = [
        text
        for findings in judged.values()
        for finding in findings
        for text in (finding.key, finding.summary, *finding.evidence.values())
    ]

    assert sum(map(bool, judged.values())) == 5
    assert not [text for text in shown if "reception@" in text or "old@" in text or text == "asha"]


_PIECES = strategies.sampled_from(
    ["a", "B", "9", ".", "..", "-", "--", "_", "'", "+", "@", "doctor", "example", "com", "test", "local", "xn--", "é",
     " ", ";", "x" * 63, ".example", "@doctor.example"]
)  # fmt: skip


@drawn(strategies.lists(_PIECES, max_size=8).map("".join))
def test_many_addresses_at_once_are_judged_as_one_by_one(text):
    address = addresses.clean(text)
    column = pd.Series([address, "asha@doctor.example", None]).astype("str")

    mailed = address is None or (addresses.is_valid(address) and not addresses.is_unusual(address))

    assert cannot_be_mailed(column).tolist() == [not mailed, False, False]
    assert email_keys(column).iloc[0] == addresses.key(address) if address else email_keys(column).isna().iloc[0]
