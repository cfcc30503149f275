"""What the portal's accounts say: who is verified with which address, and who uses it."""

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from gpsync.reconciliation.listed import folded
from gpsync.reconciliation.mailboxes import email_keys
from gpsync.reconciliation.membership import among
from gpsync.records import Verification
from gpsync.rules import SHUT_ACCOUNTS


def verifications(accounts: pd.DataFrame, doctors: Collection[str] | None = None) -> list[Verification]:
    """The verified accounts, of these doctors or of all: an account is verified with its username.

    Where the extract gives no account's status, none is known to be verified.
    """
    if not accounts["account_status"].notna().any():
        return []
    rows = accounts[["gmc_number", "username_email", "account_status", "verified_date"]].astype("str")
    if doctors is not None:
        rows = rows[among(rows["gmc_number"], pd.Series(list(doctors), dtype="str"))]
    rows = rows[~folded(rows["account_status"]).isin(SHUT_ACCOUNTS)].dropna(subset=["verified_date", "username_email"])
    columns = (rows["gmc_number"], email_keys(rows["username_email"]), rows["verified_date"])
    return [Verification(number, key, date.fromisoformat(on)) for number, key, on in zip(*columns, strict=True)]


def users_of(accounts: pd.DataFrame, keys: Collection[str]) -> Mapping[str, frozenset[str]]:
    """The doctors whose account has one of these addresses as its username and can be used, by address (C-27)."""
    rows = accounts[["gmc_number", "username_email", "account_status"]].astype("str")
    rows = rows.assign(key=email_keys(rows["username_email"]))
    rows = rows[
        among(rows["key"], pd.Series(list(keys), dtype="str")) & ~folded(rows["account_status"]).isin(SHUT_ACCOUNTS)
    ]
    return {str(key): frozenset(numbers) for key, numbers in rows.groupby("key")["gmc_number"]}
