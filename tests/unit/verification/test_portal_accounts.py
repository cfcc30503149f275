"""What the portal's accounts say of who is verified, and of who uses an address."""

from datetime import date

import pandas as pd
import pytest

from gpsync.records import Verification
from gpsync.verification.portal_accounts import users_of, verifications

COLUMNS = ("gmc_number", "username_email", "account_status", "verified_date")
ONE, TWO = "9000001", "9000002"
ANN = "Ann@Doctor.example"


def accounts(*values):
    return pd.DataFrame(list(values), columns=COLUMNS, dtype="str")


def test_an_account_is_verified_with_its_username():
    table = accounts((ONE, ANN, "Active", "2026-11-20"), (TWO, "bob@doctor.example", "Locked", "2026-11-21"))

    assert verifications(table) == [
        Verification(ONE, "ann@doctor.example", date(2026, 11, 20)),
        Verification(TWO, "bob@doctor.example", date(2026, 11, 21)),
    ]
    assert [one.gmc_number for one in verifications(table, {TWO})] == [TWO]
    assert verifications(table, set()) == []


@pytest.mark.parametrize(
    "row",
    [
        (ONE, ANN, "Unverified", "2026-11-20"),
        (ONE, ANN, "DEACTIVATED", "2026-11-20"),
        (ONE, ANN, "Active", None),
        (ONE, None, "Active", "2026-11-20"),
    ],
)
def test_an_account_that_cannot_be_used_or_was_never_verified_says_nothing(row):
    assert verifications(accounts(row)) == []


def test_no_accounts_say_nothing():
    assert verifications(accounts()) == []
    assert dict(users_of(accounts(), {"ann@doctor.example"})) == {}


def test_an_address_is_used_by_whoever_can_log_in_with_it():
    table = accounts(
        (ONE, ANN, "Active", None),
        (TWO, "ANN@DOCTOR.EXAMPLE", "Locked", None),
        ("9000003", ANN, "Deactivated", "2020-01-01"),
        ("9000004", ANN, "Unverified", None),
        ("9000005", "bob@doctor.example", "Active", None),
        ("9000006", None, "Active", None),
    )

    assert dict(users_of(table, {"ann@doctor.example", "nobody@doctor.example"})) == {
        "ann@doctor.example": frozenset({ONE, TWO})
    }


def test_addresses_are_compared_by_their_ascii_form():
    table = accounts((ONE, "ann@Bücher.example", "Active", "2026-11-20"))

    assert verifications(table)[0].key == "ann@xn--bcher-kva.example"
    assert set(users_of(table, {"ann@xn--bcher-kva.example"})) == {"ann@xn--bcher-kva.example"}
