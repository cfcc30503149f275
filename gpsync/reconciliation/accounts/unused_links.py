"""Links that were not used or came back, and doctors who change their address too often."""

from collections.abc import Collection
from datetime import timedelta

import pandas as pd

from gpsync import rules
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding, masked_address
from gpsync.reconciliation.listed import Row, texts
from gpsync.reconciliation.membership import among
from gpsync.rules import AccountStatus, ChangeState, Code, Owner, Severity


def judge(facts: Facts, accounts: pd.DataFrame) -> dict[Code, list[Finding]]:
    """The findings about links and changes; `accounts` are the rows of `Accounts`."""
    current = _current(facts)
    verified = _verified(accounts)
    return {
        Code.LINK_UNVERIFIED: link_unverified(facts, current, verified),
        Code.LINK_BOUNCED: [*link_bounced(current), *link_returned(current, verified)],
        Code.EMAIL_CHURN: email_churn(facts),
    }


def _current(facts: Facts) -> pd.DataFrame:
    """The changes to the address that the doctor still has; what became of an earlier one matters no more."""
    register, changes = facts.register, facts.email_changes.astype("str")
    register = register.loc[among(register["gmc_number"], changes["gmc_number"]), :]
    register = register.loc[
        ~register["registration_class"].isin(rules.LEFT_REGISTER), ["gmc_number", "email_key"]
    ].astype("str")
    register = register.rename(columns={"email_key": "new_key"})
    joined = changes.merge(register, on=["gmc_number", "new_key"], how="inner", validate="many_to_one")
    # Of several changes to one address the newest gives the present state.
    order = ["gmc_number", "change_date", "due_date", "state"]
    return joined[joined["new_key"].notna()].sort_values(order).drop_duplicates("gmc_number", keep="last")


def _verified(accounts: pd.DataFrame) -> set[tuple[str, str]]:
    """Doctor and address of the accounts that were verified with the address the GMC holds."""
    is_verified = accounts["verified_date"].notna() & (accounts["account_status"] != AccountStatus.UNVERIFIED)
    rows = accounts[is_verified & (accounts["username_key"] == accounts["email_key"])]
    return set(rows[["gmc_number", "username_key"]].itertuples(index=False, name=None))


def link_unverified(facts: Facts, current: pd.DataFrame, verified: Collection[tuple[str, str]]) -> list[Finding]:
    """B63: a link that was sent, ran out and was not used. It is aged from the day it went out."""
    passed = (current["state"] == ChangeState.SENT) & (current["expires_on"] < facts.as_of.isoformat())
    ran_out = (current["state"] == ChangeState.UNVERIFIED_EXPIRED) | passed
    long_ago = (facts.as_of - timedelta(days=facts.limits.link_high_days)).isoformat()
    return [
        _finding(
            Code.LINK_UNVERIFIED,
            row,
            "Doctor {} was sent a link and has not used it in time.",
            Severity.HIGH if row["sent_on"] < long_ago else Severity.MEDIUM,
        )
        for row in texts(current[ran_out], ["gmc_number", "new_email", "new_key", "change_date", "sent_on", "state"])
        if (row["gmc_number"], row["new_key"]) not in verified
    ]


def link_bounced(current: pd.DataFrame) -> list[Finding]:
    """B64: the address the GMC holds does not accept mail."""
    rows = current[current["state"] == ChangeState.BOUNCED]
    return [
        _finding(Code.LINK_BOUNCED, row, "The link sent to doctor {} came back: the address does not accept mail.")
        for row in texts(rows, ["gmc_number", "new_email", "change_date", "state"])
    ]


def link_returned(current: pd.DataFrame, verified: Collection[tuple[str, str]]) -> list[Finding]:
    """B64 in its milder form: the mail came back undelivered, and the address may be good."""
    rows = current[current["state"] == ChangeState.RETURNED]
    return [
        _finding(
            Code.LINK_BOUNCED,
            row,
            "The link sent to doctor {} came back undelivered: the doctor has not had it.",
            Severity.MEDIUM,
            Owner.PCSE_PORTAL,
        )
        for row in texts(rows, ["gmc_number", "new_email", "new_key", "change_date", "state"])
        if (row["gmc_number"], row["new_key"]) not in verified
    ]


def email_churn(facts: Facts) -> list[Finding]:
    """B65: a doctor who has changed address several times recently, both first and last day included."""
    changes, limits = facts.email_changes[["gmc_number", "new_key", "change_date"]].astype("str"), facts.limits
    first, last = facts.as_of - timedelta(days=limits.churn_days), facts.as_of
    days = changes["change_date"]
    recent = changes[(days >= first.isoformat()) & (days <= last.isoformat())].drop_duplicates()
    counts = recent["gmc_number"].value_counts()
    return [
        Finding(
            Code.EMAIL_CHURN,
            number,
            f"Doctor {number} has changed address {rules.CHURN_CHANGES} times or more within {limits.churn_days} days.",
            gmc_number=number,
            evidence={"newest_change": recent.loc[recent["gmc_number"] == number, "change_date"].max()},
        )
        for number in sorted(counts.index[counts >= rules.CHURN_CHANGES])
    ]


def _finding(
    code: Code, row: Row, summary: str, severity: Severity | None = None, owner: Owner | None = None
) -> Finding:
    number, changed = row["gmc_number"], row["change_date"]
    return Finding(
        code,
        f"{number}|{changed}",
        summary.format(number),
        gmc_number=number,
        severity=severity,
        owner=owner,
        evidence={"gmc_email": masked_address(row["new_email"]), "changed_on": changed, "state": row["state"]},
    )
