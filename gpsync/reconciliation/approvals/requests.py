"""Undecided cases that contradict each other, or the list."""

import pandas as pd

from gpsync.reconciliation.approvals.case_findings import either, raised
from gpsync.reconciliation.approvals.case_words import ChangeType, Decision
from gpsync.reconciliation.approvals.cases import Cases, looked_up
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.membership import among
from gpsync.rules import Code, Owner


def duplicate_request(cases: Cases) -> list[Finding]:
    """B32: the same change is asked for twice, with effective dates at most 28 days apart, and not decided."""
    asked = ["post", "change"]
    rows = cases.rows[cases.rows["undecided"]].dropna(subset=asked)
    rows = rows.assign(day=rows["effective"].fillna(rows["submitted"])).sort_values([*asked, "day", "case_id"])
    near = rows.groupby(asked)["day"].diff().dt.days <= cases.facts.limits.effective_match_days
    twice = pd.MultiIndex.from_frame(rows[asked]).isin(pd.MultiIndex.from_frame(rows.loc[near, asked]))
    first = (
        rows[twice]
        .groupby(asked, as_index=False)
        .agg(
            gmc_number=("gmc_number", "first"),
            practice_code=("practice_code", "first"),
            change_type=("change", "first"),
            case_ids=("case_id", lambda ids: ", ".join(sorted(ids))),
            by_practice=("practice_required", "any"),
            at_practice=("practice", lambda words: (words == Decision.PENDING).any()),
        )
    )
    return raised(
        Code.DUPLICATE_REQUEST,
        first.assign(key=first["post"] + "|" + first["change"], owner=_decider(first)),
        "{change_type} of {gmc_number} at practice {practice_code} is asked for more than once: cases {case_ids}.",
        ("change_type", "case_ids"),
    )


def _decider(requests: pd.DataFrame) -> "pd.Series[str]":
    """The practice while it has one to decide, then the ICB; the GP who asked where neither decides."""
    owner = either(requests["at_practice"].astype(bool), Owner.PM, Owner.ICB)
    return owner.where(requests["by_practice"].astype(bool), Owner.GP.value)


def conflicting_requests(cases: Cases) -> list[Finding]:
    """B33: joining and leaving the same practice, or a change from a type the GP does not have, not yet decided."""
    rows = cases.rows[cases.rows["undecided"]].dropna(subset=["post"])
    leaving = rows[rows["change"] == ChangeType.LEAVE].groupby("post")["case_id"].agg(", ".join)
    joining = rows[(rows["change"] == ChangeType.JOIN) & among(rows["post"], leaving.index.to_series())]
    joining = joining.assign(others=looked_up(joining["post"], leaving), key=joining["post"] + "|JOIN|LEAVE")
    both = joining.groupby("key", as_index=False).agg(
        gmc_number=("gmc_number", "first"),
        practice_code=("practice_code", "first"),
        join_cases=("case_id", ", ".join),
        leave_cases=("others", "first"),
    )
    return raised(
        Code.CONFLICTING_REQUESTS,
        both,
        "{gmc_number} asks both to join practice {practice_code} (case {join_cases}) and to leave it "
        "(case {leave_cases}).",
        ("join_cases", "leave_cases"),
    ) + raised(
        Code.CONFLICTING_REQUESTS,
        _from_another_type(cases, rows),
        "Case {case_id} asks to change {gmc_number} from {from_type}, which the list does not show.",
        ("from_type", "to_type", "list_type"),
    )


def _from_another_type(cases: Cases, rows: pd.DataFrame) -> pd.DataFrame:
    """Changes of type that start from none the doctor has at the practice, or, without a post there, anywhere."""
    rows = rows[(rows["change"] == ChangeType.ROLE_CHANGE) & rows["from_kind"].notna()]
    typed = cases.posts[among(cases.posts["gmc_number"], rows["gmc_number"]) & cases.posts["kind"].notna()]
    types = typed.sort_values("kind").drop_duplicates(["gmc_number", "kind"])
    anywhere = types.groupby("gmc_number")["kind"].agg(", ".join)
    here = typed[typed["assigned"] & among(typed["post"], rows["post"])].sort_values("kind")
    there = here.drop_duplicates(["post", "kind"]).groupby("post")["kind"].agg(", ".join)
    current = looked_up(rows["post"], there).fillna(looked_up(rows["gmc_number"], anywhere))
    differs = [
        isinstance(known, str) and kind not in known.split(", ")
        for kind, known in zip(rows["from_kind"], current, strict=True)
    ]
    return rows.assign(list_type=current)[differs]
