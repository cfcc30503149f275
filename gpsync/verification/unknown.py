"""What a mailout may conclude where an extract has no such column, or it is blank in every row: never that all is well.

Nobody can tell whom a missing column would have stopped. So nobody is mailed because of it, and the run says so.
"""

from collections.abc import Collection

import pandas as pd

from gpsync.reconciliation.listed import folded
from gpsync.reconciliation.mailboxes import email_keys
from gpsync.rules import SHUT_ACCOUNTS, AccountStatus, Audience, Dataset

#: What an account must say for anybody to know that it is verified, and with which address.
VERIFIED_BY = frozenset({"username_email", "account_status", "verified_date"})
#: What a row of the practice users must say before its user is mailed.
INVITED_BY = frozenset({"email", "account_status", "practice_code"})


def audience_not_known(audience: Audience, listed: Collection[str], register: Collection[str]) -> str | None:
    """Why nobody can say who is to be mailed at all (C-16), or None.

    `listed` and `register` are the columns of the newest performers list and register of which nothing is known.
    """
    if audience is Audience.PERFORMERS and "list_status" in listed:
        return _sentence(Dataset.PERFORMERS_LIST, ["list_status"], "gpsync cannot tell who is on the list (C-16)")
    if audience is Audience.GP_REGISTER and "gp_register_date" in register:
        return _sentence(Dataset.GMC_REGISTER, ["gp_register_date"], "gpsync cannot tell who is a GP (C-16)")
    return None


def users_not_known(users: pd.DataFrame, unknown: Collection[str], absent: Collection[str]) -> str | None:
    """Why no new user of a practice is mailed, or None: one whose role was revoked must not be.

    `unknown` are the columns of which nothing is known, `absent` those of them that are not there. A column of
    revocations that is there and blank says that nobody was revoked, unless accounts were deactivated meanwhile.
    """
    lacking = sorted(INVITED_BY.intersection(unknown))
    left = bool((folded(users["account_status"].astype("str")) == AccountStatus.DEACTIVATED).any())
    if "revoked_date" in absent or ("revoked_date" in unknown and left):
        lacking.append("revoked_date")
    if users.empty or not lacking:
        return None
    return _sentence(Dataset.PRACTICE_USERS, lacking, "gpsync cannot tell which users still wait for a link")


def verified_not_known(unknown: Collection[str]) -> str | None:
    """What becomes of doctors whose account may be verified, or None where the accounts say who is."""
    lacking = sorted(VERIFIED_BY.intersection(unknown))
    so = "a doctor with an account under this address counts as verified, and is not mailed (C-28)"
    return _sentence(Dataset.PCSE_ACCOUNTS, lacking, so) if lacking else None


def perhaps_verified(accounts: pd.DataFrame, unknown: Collection[str]) -> tuple[frozenset[str], str | None]:
    """The doctors whose account may be verified although the extract does not say so, and why it does not."""
    lacking = sorted(VERIFIED_BY.intersection(unknown))
    if not lacking:
        return frozenset(), None
    is_unverified = folded(accounts["account_status"].astype("str")) == AccountStatus.UNVERIFIED
    numbers = frozenset(accounts.loc[~is_unverified, "gmc_number"].dropna())
    why = f"gpsync cannot tell whether {len(numbers):,} doctors are verified already, and they get no first link (C-28)"
    return numbers, _sentence(Dataset.PCSE_ACCOUNTS, lacking, why)


def perhaps_verified_with(accounts: pd.DataFrame, unknown: Collection[str]) -> dict[str, str]:
    """Doctor and address key of the accounts that may be verified with their username although nothing says so (C-28).

    They are in use under that very address, as far as the extract shows, and it does not say who is verified.
    """
    if VERIFIED_BY.isdisjoint(unknown):
        return {}
    rows = accounts[["gmc_number", "username_email", "account_status"]].astype("str")
    rows = rows[~folded(rows["account_status"]).isin(SHUT_ACCOUNTS)]
    rows = rows.dropna(subset=["gmc_number", "username_email"])
    return dict(zip(rows["gmc_number"], email_keys(rows["username_email"]), strict=True))


def _sentence(dataset: Dataset, columns: Collection[str], so: str) -> str:
    return f"No column {', '.join(columns)} in the newest {dataset} extract, or blank in every row: {so}."
