"""What a mailout concludes from extracts that lack a column: never that somebody may be mailed."""

import pandas as pd
import pytest

from gpsync.rules import Audience
from gpsync.verification.portal_accounts import verifications
from gpsync.verification.unknown import (
    audience_not_known,
    perhaps_verified,
    perhaps_verified_with,
    users_not_known,
    verified_not_known,
)

_ACCOUNTS = ["gmc_number", "username_email", "account_status", "verified_date"]


def accounts(*rows):
    return pd.DataFrame(list(rows), columns=_ACCOUNTS, dtype="str")


def users(*statuses, revoked=None):
    rows = [("U1", "a@b.example", status, revoked) for status in statuses]
    return pd.DataFrame(rows, columns=["user_id", "email", "account_status", "revoked_date"], dtype="str")


@pytest.mark.parametrize(
    ("audience", "listed", "register", "known"),
    [
        (Audience.PERFORMERS, (), (), True),
        (Audience.PERFORMERS, ("list_status",), (), False),
        (Audience.PERFORMERS, ("practice_code", "performer_type"), ("gp_register_date",), True),
        (Audience.GP_REGISTER, ("list_status",), (), True),
        (Audience.GP_REGISTER, (), ("gp_register_date",), False),
        (Audience.EVERYONE, ("list_status",), ("gp_register_date",), True),
    ],
)
def test_the_audience_must_be_told_by_the_extract_it_is_taken_from(audience, listed, register, known):
    assert (audience_not_known(audience, listed, register) is None) is known


@pytest.mark.parametrize(
    ("rows", "unknown", "absent", "lacking"),
    [
        (users("Unverified", revoked="2026-01-01"), (), (), None),
        (users("Unverified"), ("revoked_date",), (), None),
        (users("Unverified", "Deactivated"), ("revoked_date",), (), "revoked_date"),
        (users("Unverified", "DEACTIVATED"), ("revoked_date",), (), "revoked_date"),
        (users("Unverified", "Deactivated", revoked="2026-01-01"), (), (), None),
        (users("Unverified"), ("revoked_date",), ("revoked_date",), "revoked_date"),
        (users("Unverified"), ("email",), (), "email"),
        (users("Unverified"), ("practice_code", "email"), (), "email, practice_code"),
        (users("Unverified"), ("account_status", "revoked_date"), ("revoked_date",), "account_status, revoked_date"),
        (users("Unverified"), ("full_name",), ("full_name",), None),
        (users(), ("revoked_date",), ("revoked_date",), None),
    ],
)
def test_users_wait_while_nobody_can_tell_who_was_revoked(rows, unknown, absent, lacking):
    found = users_not_known(rows, unknown, absent)

    assert (found or "").startswith(f"No column {lacking} in the newest practice_users extract" if lacking else "")
    assert (found is None) is (lacking is None)


def test_whoever_may_be_verified_is_not_taken_for_unverified():
    rows = accounts(
        ("9000001", "a@b.example", "Active", None),
        ("9000002", "B@b.example", "Unverified", None),
        ("9000003", "c@b.example", None, None),
        ("9000004", "d@b.example", "Deactivated", None),
        ("9000005", None, "Active", None),
        (None, "e@b.example", "Active", None),
    )

    assert perhaps_verified(rows, ()) == (frozenset(), None)
    assert perhaps_verified(rows, ["full_name"]) == (frozenset(), None)
    assert perhaps_verified(rows, ["verified_date"]) == (
        {"9000001", "9000003", "9000004", "9000005"},
        "No column verified_date in the newest pcse_accounts extract, or blank in every row: gpsync cannot tell "
        "whether 4 doctors are verified already, and they get no first link (C-28).",
    )
    for column in _ACCOUNTS[1:]:
        assert f"No column {column} in" in perhaps_verified(rows, [column])[1]
    assert perhaps_verified_with(rows, ()) == {}
    assert perhaps_verified_with(rows, ["verified_date"]) == {"9000001": "a@b.example", "9000003": "c@b.example"}
    assert verified_not_known(["last_link_sent_date"]) is None
    assert "verified_date" in (verified_not_known(["verified_date"]) or "")


def test_accounts_that_say_of_nobody_how_they_stand_verify_nobody():
    row = ("9000001", "a@b.example", None, "2026-01-01")

    assert verifications(accounts(row)) == []
    assert len(verifications(accounts(row, ("9000002", "b@b.example", "Active", "2026-01-01")))) == 2
