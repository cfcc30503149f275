"""Addresses at the GMC that no link can safely go to. The doctor alone can change them, at the GMC."""

from collections.abc import Callable

import pandas as pd

from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding, masked_address
from gpsync.reconciliation.listed import Performers, one_each
from gpsync.reconciliation.mailboxes import cannot_be_mailed, is_office
from gpsync.reconciliation.membership import among
from gpsync.reconciliation.workplaces import named
from gpsync.rules import LEFT_REGISTER, AccountStatus, Code

_COLUMNS = ["gmc_number", "registration_class", "email", "email_key"]


def judge(facts: Facts, performers: Performers, roles: pd.DataFrame) -> dict[Code, list[Finding]]:
    """The findings about addresses; `roles` as in `workplaces`. One that cannot be mailed is reported for that only."""
    # No link is ever sent to those who have left, so their addresses do not matter here.
    remaining = facts.register.loc[~facts.register["registration_class"].isin(LEFT_REGISTER), _COLUMNS]
    listed = performers.rows.loc[performers.rows["listed"], "gmc_number"]
    audience = remaining[among(remaining["gmc_number"], listed)].astype("str")
    invalid = cannot_be_mailed(audience["email"])
    return {
        Code.GMC_EMAIL_MISSING: gmc_email_missing(audience),
        Code.GMC_EMAIL_INVALID: gmc_email_invalid(audience[invalid]),
        Code.GMC_EMAIL_SHARED: gmc_email_shared(remaining, listed, facts.pseudonym),
        Code.GMC_EMAIL_ROLE_MAILBOX: gmc_email_role_mailbox(audience[~invalid]),
        Code.GMC_EMAIL_EQUALS_STAFF_USER: gmc_email_equals_staff_user(audience, roles),
    }


def gmc_email_missing(audience: pd.DataFrame) -> list[Finding]:
    """B57: a performer whom no link can reach."""
    return [
        _finding(Code.GMC_EMAIL_MISSING, number, "The GMC holds no address for {}.", {"gmc_email": ""})
        for number in _numbers(audience[audience["email"].isna()])
    ]


def gmc_email_invalid(invalid: pd.DataFrame) -> list[Finding]:
    """B58: a performer whose address cannot be mailed as it is written."""
    return [
        _finding(
            Code.GMC_EMAIL_INVALID,
            row["gmc_number"],
            "The address that the GMC holds for {} cannot be mailed.",
            {"gmc_email": masked_address(row["email"])},
        )
        for row in one_each(invalid, ["email"])
    ]


def gmc_email_shared(
    remaining: pd.DataFrame, listed: "pd.Series[str]", pseudonym: Callable[[str], str]
) -> list[Finding]:
    """B59: one address, several doctors: one finding for each address, under the first sharer on the list.

    It stays the same mismatch while the address is shared, even when one of its holders leaves it.
    """
    rows = remaining[remaining["email_key"].notna() & remaining["email_key"].duplicated(keep=False)]
    rows = rows.drop_duplicates(["gmc_number", "email_key"]).astype("str")
    on_list = set(rows.loc[among(rows["gmc_number"], listed), "gmc_number"])
    found = []
    for email, sharers in rows.groupby("email_key")["gmc_number"].agg(sorted).items():
        numbers = [str(number) for number in sharers]
        if len(numbers) < 2:
            continue
        found.append(
            Finding(
                Code.GMC_EMAIL_SHARED,
                pseudonym(str(email)),
                f"Doctors {named(numbers)} have the same address at the GMC.",
                gmc_number=next((number for number in numbers if number in on_list), numbers[0]),
                evidence={"gmc_email": masked_address(str(email)), "doctors": named(numbers)},
                members={"doctors": tuple(numbers)},
                formerly="|".join(numbers),
            )
        )
    return found


def gmc_email_role_mailbox(audience: pd.DataFrame) -> list[Finding]:
    """B60: a performer whose address seems to be an office's."""
    return [
        _finding(
            Code.GMC_EMAIL_ROLE_MAILBOX,
            row["gmc_number"],
            "The address that the GMC holds for {} seems to be an office's.",
            {"gmc_email": masked_address(row["email"])},
        )
        for row in one_each(audience[is_office(audience["email_key"])], ["email"])
    ]


def gmc_email_equals_staff_user(audience: pd.DataFrame, roles: pd.DataFrame) -> list[Finding]:
    """B61: a performer whose address is a practice user's, unless the user is known to be that performer."""
    users = roles.loc[roles["account_status"] != AccountStatus.DEACTIVATED]
    users = users[["user_id", "practice_code", "email_key", "linked_gmc_number"]].astype("str").drop_duplicates()
    users = users[among(users["email_key"], audience["email_key"])]
    beside = users.merge(audience, on="email_key", how="inner", validate="many_to_many")
    others = beside[beside["linked_gmc_number"] != beside["gmc_number"]]
    columns = ["gmc_number", "user_id", "practice_code", "email"]
    pairs = others[columns].sort_values(columns).drop_duplicates(["gmc_number", "user_id"])
    return [
        Finding(
            Code.GMC_EMAIL_EQUALS_STAFF_USER,
            f"{number}|{user}",
            f"Doctor {number} and user {user} of practice {practice} have the same address.",
            gmc_number=number,
            practice_code=practice,
            user_id=user,
            evidence={"gmc_email": masked_address(email), "user_id": user},
        )
        for number, user, practice, email in pairs.itertuples(index=False, name=None)
    ]


def _numbers(rows: pd.DataFrame) -> list[str]:
    return sorted(rows["gmc_number"].unique())


def _finding(code: Code, number: str, summary: str, evidence: dict[str, str]) -> Finding:
    return Finding(code, number, summary.format(f"doctor {number}"), gmc_number=number, evidence=evidence)
