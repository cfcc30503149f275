"""Everything the rules may look at, as of one day.

Frames hold text as in `extracts.layouts`: dates in ISO form, a blank is null. Their index means nothing.
A dataset that has never been accepted is an empty frame with its columns.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from gpsync import rules
from gpsync.frames import LIST_CHANGE
from gpsync.reconciliation.membership import among
from gpsync.rules import Dataset

#: What is known of a doctor who is not on the register any more.
LEFT_COLUMNS = ["gmc_number", "registration_status", "registration_class", "left_on"]


def digest(text: str) -> str:
    """A hash for an address in ids where no secret is at hand. Guesses at the address can be checked against it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class ReconciliationLimits:
    """The thresholds of the rules. Days are calendar days unless the name says working days."""

    approval_overdue_days: int = rules.APPROVAL_OVERDUE_DAYS
    approval_escalate_days: int = rules.APPROVAL_ESCALATE_DAYS
    apply_lag_working_days: int = rules.APPLY_LAG_WORKING_DAYS
    effective_match_days: int = rules.EFFECTIVE_MATCH_DAYS
    registrar_lag_days: int = rules.REGISTRAR_LAG_DAYS
    registrar_high_days: int = rules.REGISTRAR_HIGH_DAYS
    max_user_administrators: int = rules.MAX_USER_ADMINISTRATORS
    months_without_work: int = rules.MONTHS_WITHOUT_WORK
    link_high_days: int = rules.LINK_HIGH_DAYS
    churn_days: int = rules.CHURN_DAYS
    stale_reference_days: int = rules.STALE_REFERENCE_DAYS
    missing_extract_working_days: int = rules.MISSING_EXTRACT_WORKING_DAYS
    gap_days: int = rules.EXTRACT_GAP_DAYS


@dataclass(frozen=True)
class Load:
    """An extract as the rules about the data itself see it."""

    dataset: Dataset
    as_of: date
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known on `as_of`.

    `register`: one row for each doctor who is current on the register: the layout's columns, and `registration_class`,
    `email_key`, `valid_from` (ISO: since when the record reads as it does) and `previous_class` (the class before
    that, or null). Doctors absent from two fulls in a row are not in it. `left_register`: the last record of each of
    those: `gmc_number`, `registration_status`, `registration_class` and `left_on` (ISO: the first extract that did not
    show the doctor). `performers`, `approvals`, `practices`, `users`, `accounts`: the rows of the newest accepted
    extract of each dataset, duplicates included. `previous_performers`: the list before, or None on the baseline and
    where the two were compared before. `list_changes`: what earlier comparisons of lists showed and nobody has
    approved or corrected since, in the order of lists (columns `frames.LIST_CHANGE`). `email_changes`: gmc_number,
    new_email, new_key, change_date, due_date, state, reason, and of links that went out sent_on and expires_on, the
    last day on which the link can be used. `quarantined_statuses`: doctors whose newest register row was quarantined
    for an unknown status; `quarantined`: for whatever reason. `pseudonym`: the keyed hash of an address, for ids that
    must not tell it. `newest`: the date of the newest accepted extract of each dataset that has one. `loads`: extracts
    of the last 60 days with their outcome, in the order of dates. `columns`: of each dataset the layout's columns that
    its newest extract has; a dataset that is not there has all. `blank`: columns of the register that its newest full
    leaves blank in every row. Both say what the frames cannot: that a blank is not what the extract says, and that
    what the register said before is not what it says now.
    """

    as_of: date
    register: pd.DataFrame
    performers: pd.DataFrame
    approvals: pd.DataFrame
    practices: pd.DataFrame
    users: pd.DataFrame
    accounts: pd.DataFrame
    previous_performers: pd.DataFrame | None
    email_changes: pd.DataFrame
    newest: Mapping[Dataset, date]
    loads: tuple[Load, ...] = ()
    quarantined_statuses: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    limits: ReconciliationLimits = field(default_factory=ReconciliationLimits)
    columns: Mapping[Dataset, frozenset[str]] = field(default_factory=dict)
    blank: Mapping[Dataset, frozenset[str]] = field(default_factory=dict)
    list_changes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LIST_CHANGE, dtype="str"))
    pseudonym: Callable[[str], str] = digest
    left_register: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LEFT_COLUMNS, dtype="str"))

    @cached_property
    def last_records(self) -> pd.DataFrame:
        """Every doctor whom the register ever showed, as it last did: the columns of `left_register`.

        `left_on` is blank for those on the register. Whether the GMC keeps or drops the dead and the erased changes
        nothing about them.
        """
        columns = [name for name in LEFT_COLUMNS if name != "left_on"]
        left = self.left_register[~among(self.left_register["gmc_number"], self.register["gmc_number"])]
        return pd.concat([self.register[columns], left], ignore_index=True).reindex(columns=LEFT_COLUMNS).astype("str")
