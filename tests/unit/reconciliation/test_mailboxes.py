"""Mailboxes that an office shares, by what they are called."""

import pandas as pd
import pytest

from gpsync.reconciliation.mailboxes import is_office

_OFFICES = (
    "accounts admin administration administrator appointments contact donotreply enquiries enquiry finance "
    "generic gp gps help helpdesk info information mail mailbox manager noreply office postmaster practice "
    "practiceadmin practicemanager prescriptions reception receptionist receptionists referrals secretaries "
    "secretary staff support surgery team webmaster"
)


@pytest.mark.parametrize("word", _OFFICES.split())
def test_an_office_is_known_by_its_name_alone(word):
    names = [word, f"{word[:1]}.{word[1:]}", f"{word}-2", f"{word}_{word}", f"x{word}", f"ann.{word}x"]
    keys = pd.Series([f"{name}@surgery.example" for name in names], dtype="str")

    assert is_office(keys).tolist() == [True, True, True, False, False, False]


def test_nobody_is_no_office():
    assert is_office(pd.Series([None, "", "@info.example"], dtype="str")).tolist() == [False, False, False]
