"""PCSE Online accounts that do not fit the register, the list or the doctor's address.

The rules on addresses at the GMC are in `register_emails`, those on links and changes in `links`.
"""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from gpsync import rules
from gpsync.reconciliation.accounts import register_emails, unused_links
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding, masked_address
from gpsync.reconciliation.listed import Performers, Row, folded, one_each, performers
from gpsync.reconciliation.mailboxes import email_keys
from gpsync.reconciliation.membership import among
from gpsync.reconciliation.workplaces import open_cases, roles
from gpsync.rules import AccountStatus, ChangeState, Code, Registration

#: A change in one of these states brings the account up to date automatically, or waits for a person already.
_OPEN = [ChangeState.WAITING, ChangeState.HELD, ChangeState.DUE, ChangeState.QUEUED, ChangeState.SENT]
_BARRED_BY_GMC = [Registration.DECEASED, Registration.ERASED]


@dataclass(frozen=True)
class Accounts:
    """What the rules look at: a row for each account with a well-formed number, its words folded.

    Beside the account's own columns: `username_key`; from the register, blank for doctors it does not hold, `email`
    and `email_key`; `registration_class`, which is that of the last record; `is_active`; `is_barred`; `is_off_list`,
    which is false where the list has an unknown status; `is_changing` and `is_joining`, with an open email change or
    application.
    """

    rows: pd.DataFrame


def prepare(facts: Facts, performers: Performers) -> Accounts:
    """Every account beside what the register and the list say of its doctor. No account is lost."""
    accounts = facts.accounts.astype("str").drop_duplicates()
    accounts = accounts[accounts["gmc_number"].str.match(rules.GMC_NUMBER, na=False)]
    number, status = accounts["gmc_number"], folded(accounts["account_status"])
    register, last = (rows[among(rows["gmc_number"], number)] for rows in (facts.register, facts.last_records))
    beside = accounts.assign(
        account_status=status,
        username_key=email_keys(accounts["username_email"]),
        # One of unknown status counts as active.
        is_active=~status.isin(rules.UNUSABLE_ACCOUNTS),
        is_off_list=~among(number, _numbers(performers, ~performers.rows["status"].isin(rules.LEFT_LIST))),
        is_changing=among(number, _changing(facts)),
        is_joining=among(number, _joining(facts)),
    )
    columns = ["gmc_number", "email", "email_key"]
    beside = beside.merge(register[columns].astype("str"), on="gmc_number", how="left", validate="many_to_one")
    columns = ["gmc_number", "registration_class"]
    beside = beside.merge(last[columns], on="gmc_number", how="left", validate="many_to_one")
    barred = _numbers(performers, performers.rows["status"].isin(rules.BARRED_FROM_LIST))
    by_list = beside["is_off_list"] & among(beside["gmc_number"], barred)
    return Accounts(beside.assign(is_barred=by_list | beside["registration_class"].isin(_BARRED_BY_GMC)))


def _numbers(performers: Performers, where: "pd.Series[bool]") -> "pd.Series[str]":
    return performers.rows.loc[where, "gmc_number"]


def _changing(facts: Facts) -> "pd.Series[str]":
    return facts.email_changes.loc[facts.email_changes["state"].isin(_OPEN), "gmc_number"]


def _joining(facts: Facts) -> "pd.Series[str]":
    # Approved ones too: the list shows the doctor when the change takes effect.
    cases = open_cases(facts)
    return cases.loc[cases["change_type"] == "JOIN", "gmc_number"]


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """The findings of every code of the group."""
    listed = performers(facts)
    prepared = prepare(facts, listed)
    about_addresses = register_emails.judge(facts, listed, roles(facts))
    unmailable = {finding.gmc_number for finding in about_addresses[Code.GMC_EMAIL_INVALID]}
    return {
        **about_addresses,
        Code.ACCOUNT_EMAIL_STALE: account_email_stale(prepared, unmailable),
        **unused_links.judge(facts, prepared.rows),
        Code.ACCOUNT_WITHOUT_LISTING: account_without_listing(prepared),
        Code.ACCOUNT_ACTIVE_WHILE_BARRED: account_active_while_barred(prepared),
    }


def account_email_stale(accounts: Accounts, unmailable: Collection[str | None]) -> list[Finding]:
    """B62: a username that is not the performer's address at the GMC, and nothing under way to change it.

    No link may be sent to a doctor who is not on the list or not registered: such accounts are B66's and B67's. Nor can
    one be sent to an address that is `unmailable`: until the GP has corrected it there is nothing to be done but B58's.
    """
    rows = accounts.rows
    rows = rows[~rows["gmc_number"].isin(list(unmailable))]
    differs = rows["email_key"].notna() & (rows["username_key"] != rows["email_key"])
    left = rows["registration_class"].isin(rules.LEFT_REGISTER)
    is_kept = (rows["account_status"] != AccountStatus.DEACTIVATED) & ~rows["is_off_list"] & ~left
    hits = rows[differs & is_kept & ~rows["is_changing"]]
    return [
        _finding(
            Code.ACCOUNT_EMAIL_STALE,
            row,
            "The username of {} is not the address held by the GMC.",
            {"username": masked_address(row["username_email"]), "gmc_email": masked_address(row["email"])},
        )
        for row in one_each(hits, ["username_email", "email"])
    ]


def account_without_listing(accounts: Accounts) -> list[Finding]:
    """B66: an active account of somebody who is not on the list, nor applying. Who is barred is B67's."""
    rows = accounts.rows
    hits = rows[rows["is_active"] & rows["is_off_list"] & ~rows["is_joining"] & ~rows["is_barred"]]
    return [
        _finding(
            Code.ACCOUNT_WITHOUT_LISTING,
            row,
            "{} has an active account and is not on the performers list.",
            {"account_status": row["account_status"]},
        )
        for row in one_each(hits, ["account_status"])
    ]


def account_active_while_barred(accounts: Accounts) -> list[Finding]:
    """B67: an active account of somebody who has died, was erased or was removed from the list."""
    rows = accounts.rows
    return [
        _finding(
            Code.ACCOUNT_ACTIVE_WHILE_BARRED,
            row,
            "{} has an active account and may not work as a performer any more.",
            {"account_status": row["account_status"], "registration": row["registration_class"]},
        )
        for row in one_each(rows[rows["is_active"] & rows["is_barred"]], ["account_status", "registration_class"])
    ]


def _finding(code: Code, row: Row, summary: str, evidence: dict[str, str]) -> Finding:
    number = row["gmc_number"]
    return Finding(code, number, summary.format(f"Doctor {number}"), gmc_number=number, evidence=evidence)
