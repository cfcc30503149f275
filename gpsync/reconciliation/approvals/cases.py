"""Approval cases made ready for the rules: what each asks for, who still has to decide, and since when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

import pandas as pd

from gpsync.extracts.layouts import PRACTICE_APPROVALS
from gpsync.reconciliation import listed
from gpsync.reconciliation.approvals.case_findings import either
from gpsync.reconciliation.approvals.case_words import (
    CASE_STATUSES,
    ICB_DECIDES,
    PRACTICE_DECIDES,
    PRINCIPAL,
    CaseStatus,
    ChangeType,
    Decision,
)
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.membership import among

Words: TypeAlias = "pd.Series[Any]"
Flags: TypeAlias = "pd.Series[bool]"


@dataclass(frozen=True)
class Cases:
    """The cases and the list side by side.

    `rows`: one row for each case, with the layout's columns and: `change`, `status`, `practice`, `icb` (known words
    only, else null); `practice_required`, `icb_required`; `is_open` (neither closed nor retracted), `is_retracted`,
    `is_rejected`, `fully_approved`, `undecided`; `submitted`, `effective`, `practice_on`, `icb_on`, `waiting_since`
    (dates); `from_kind`, `to_kind` (types, folded), `level` (number); `post` (GMC number and practice code).
    `posts`: the list's Medical rows as `listed.performers` gives them, with `start`, `end`, `level` and `post`.
    """

    facts: Facts
    rows: pd.DataFrame
    posts: pd.DataFrame

    @property
    def today(self) -> pd.Timestamp:
        """The day the facts are judged on."""
        return pd.Timestamp(self.facts.as_of)

    @property
    def current(self) -> pd.DataFrame:
        """The cases that were not retracted."""
        return self.rows[~self.rows["is_retracted"]]

    def doctors(self, flags: Flags) -> "pd.Series[str]":
        """The GMC numbers of the list's rows that are flagged."""
        numbers: pd.Series[str] = self.posts.loc[flags, "gmc_number"]
        return numbers.dropna()


def prepare(facts: Facts) -> Cases:
    """The cases as the rules look at them, one row each."""
    posts = posts_of(facts.performers, facts.as_of)
    principals = posts.loc[posts["assigned"] & (posts["kind"] == PRINCIPAL), "post"]
    rows = _decided(_required(_read(_one_each(facts.approvals)), principals))
    return Cases(facts, rows.assign(waiting_since=_waiting_since(rows, facts)), posts)


def posts_of(performers: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """A list's rows with what cases are compared with."""
    rows = listed.medical(performers, as_of)
    return rows.assign(
        start=dates(rows["assignment_start_date"]),
        end=dates(rows["assignment_end_date"]),
        level=_percent(rows["level_of_commitment"]),
        post=_post(rows),
    )


def dates(texts: Words) -> Words:
    """ISO dates as dates; a blank or unreadable one is a blank."""
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")


def looked_up(keys: Words, values: Words) -> Words:
    """The value of each key, by the index of `values`; unlike `map`, it keeps their type where nothing is found."""
    return values.reindex(keys).set_axis(keys.index)


def _one_each(approvals: pd.DataFrame) -> pd.DataFrame:
    """The latest state of each case, whatever order the rows came in. Rows without an ID were quarantined before."""
    names = PRACTICE_APPROVALS.names
    rows = approvals.reindex(columns=names).astype("str").dropna(subset=["case_id"])
    rows = rows.assign(**{name: listed.in_capitals(rows[name]) for name in ("case_id", "decided_by_user_id")})
    rows = rows.drop_duplicates()
    if rows["case_id"].duplicated().any():
        latest = ["icb_decision_date", "practice_decision_date", "submitted_date"]
        order = [*latest, *(name for name in names if name not in latest)]
        rows = rows.sort_values(order, na_position="first").drop_duplicates("case_id", keep="last")
    return rows.sort_values("case_id", ignore_index=True)


def _read(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        change=_coded(rows["change_type"], ChangeType),
        status=listed.folded(rows["case_status"]).map(CASE_STATUSES).astype("str"),
        practice=_coded(rows["practice_decision"], Decision),
        icb=_coded(rows["icb_decision"], Decision),
        submitted=dates(rows["submitted_date"]),
        effective=dates(rows["effective_date"]),
        practice_on=dates(rows["practice_decision_date"]),
        icb_on=dates(rows["icb_decision_date"]),
        from_kind=listed.folded(rows["from_type"]),
        to_kind=listed.folded(rows["to_type"]),
        level=_percent(rows["commitment"]),
        post=_post(rows),
    )


def _coded(texts: Words, known: type[StrEnum]) -> Words:
    words = listed.folded(texts).str.replace(r"[ -]", "_", regex=True)
    return words.map({word.casefold(): word.value for word in known}).astype("str")


def _percent(texts: Words) -> Words:
    return pd.to_numeric(texts.str.removesuffix("%"), errors="coerce")


def _post(rows: pd.DataFrame) -> Words:
    return rows["gmc_number"] + "|" + rows["practice_code"]


def _required(rows: pd.DataFrame, principals: Words) -> pd.DataFrame:
    partner = (rows["from_kind"] == PRINCIPAL) | (rows["to_kind"] == PRINCIPAL)
    commitment = (rows["change"] == ChangeType.COMMITMENT_CHANGE) & (partner | among(rows["post"], principals))
    by_icb = rows["change"].isin(ICB_DECIDES) & partner | commitment
    # The ICB's column is blank where nobody has asked it yet.
    unasked = either(by_icb, Decision.PENDING, Decision.NOT_REQUIRED)
    icb = rows["icb"].where(rows["icb_decision"].notna(), unasked)
    return rows.assign(practice_required=rows["change"].isin(PRACTICE_DECIDES), icb_required=by_icb, icb=icb)


def _decided(rows: pd.DataFrame) -> pd.DataFrame:
    rejected = (rows["practice"] == Decision.REJECTED) | (rows["icb"] == Decision.REJECTED)
    by_practice = rows["practice"].isin([Decision.APPROVED, Decision.NOT_REQUIRED])
    approved = by_practice & (~rows["icb_required"] | (rows["icb"] == Decision.APPROVED)) & ~rejected
    # A status nobody knows leaves the case open: it is reported, and judged rather than forgotten.
    is_open = ~rows["status"].isin([CaseStatus.CLOSED, CaseStatus.RETRACTED])
    return rows.assign(
        is_open=is_open,
        is_retracted=rows["status"] == CaseStatus.RETRACTED,
        is_rejected=rejected,
        fully_approved=approved,
        # What the practice does not decide, NHS England does, and then the case is closed.
        undecided=is_open & ~rejected & ~(approved & rows["practice_required"]),
    )


def _waiting_since(rows: pd.DataFrame, facts: Facts) -> Words:
    """Nobody is kept waiting before the case is there, nor before the day the change takes effect."""
    today = pd.Timestamp(facts.as_of)
    effective = rows["effective"].mask(rows["effective"] > today, today).fillna(rows["submitted"])
    return effective.where(~(rows["submitted"] > effective), rows["submitted"])
