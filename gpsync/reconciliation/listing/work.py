"""Where and how much performers work: assignments of those off the list, too much work, none, or none recorded."""

import pandas as pd

from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import FIRST_BELIEVABLE_DAY, Performers, one_each, texts, written
from gpsync.rules import LEFT_LIST, Code, Severity

_FULL_TIME = 100
_LOCUM = "locum"
#: Types that work at a practice of their own.
_AT_A_PRACTICE = ("principal", "salaried", "retainer")
_DATES = ("last_worked_date", "assignment_end_date", "status_effective_date", "date_first_on_list")


def pl_off_list_still_assigned(on: Performers) -> list[Finding]:
    """Off the list, and the list still shows an assignment that runs (B20)."""
    rows = on.rows
    # Who has given notice is off the list when the notice ends, not before.
    notice = rows["status_effective_date"] > on.facts.as_of.isoformat()
    hits = rows[rows["status"].isin(LEFT_LIST) & ~notice & rows["assigned"] & rows["gmc_number"].notna()]
    found: dict[str, Finding] = {}
    for row in texts(hits, ["gmc_number", "practice_code", "list_status", "assignment_start_date"]):
        key = f"{row['gmc_number']}|{row['practice_code']}"
        finding = Finding(
            Code.PL_OFF_LIST_STILL_ASSIGNED,
            key,
            f"{row['list_status']}, but still assigned to practice {row['practice_code']}.",
            gmc_number=row["gmc_number"],
            practice_code=row["practice_code"],
            evidence={name: row[name] for name in ("list_status", "assignment_start_date")},
        )
        found.setdefault(key, finding)
    return list(found.values())


def pl_commitment_over_100(on: Performers) -> list[Finding]:
    """The assignments of one doctor add up to more than full time, or cannot be added up (B21)."""
    rows = on.rows[on.rows["listed"] & on.rows["assigned"] & on.rows["gmc_number"].notna()]
    written_as = rows["level_of_commitment"]
    percent = pd.to_numeric(written_as.str.removesuffix("%").str.strip(), errors="coerce").astype("float64")
    unreadable = written_as.notna() & ~(percent >= 0)
    rows = rows.assign(percent=percent.where(~unreadable, 0).fillna(0))
    # The same assignment twice is another mismatch; its work counts once.
    once = rows.groupby(["gmc_number", "practice_code", "assignment_start_date"], dropna=False)["percent"].max()
    total = once.groupby(level="gmc_number").sum().round(2)
    over = total[total > _FULL_TIME]
    hits = rows[rows["gmc_number"].isin(over.index) | rows["gmc_number"].isin(rows.loc[unreadable, "gmc_number"])]
    parts: dict[str, list[str]] = {}
    for row in texts(hits, ["gmc_number", "practice_code", "assignment_start_date", "level_of_commitment"]):
        parts.setdefault(row["gmc_number"], []).append(f"{row['practice_code']} {row['level_of_commitment'] or '-'}")
    return [_over(number, own, over.get(number)) for number, own in parts.items()]


def _over(number: str, parts: list[str], total: float | None) -> Finding:
    adds_up = f"The commitments add up to {total:g}%, more than full time." if total else None
    return Finding(
        Code.PL_COMMITMENT_OVER_100,
        key=number,
        summary=adds_up or "A level of commitment is not a percentage, so the commitments cannot be added up.",
        gmc_number=number,
        evidence={"level_of_commitment": ", ".join(parts)},
    )


def pl_no_work_12_months(on: Performers) -> list[Finding]:
    """Nothing shows that an active performer has worked for 12 months: a question, never a verdict (B22)."""
    active = on.rows[on.rows["active"] & on.rows["gmc_number"].notna()]
    idle = _idle_since(active)
    limit = pd.Timestamp(on.facts.as_of) - pd.DateOffset(months=on.facts.limits.months_without_work)
    return [
        Finding(
            Code.PL_NO_WORK_12_MONTHS,
            key=str(number),
            summary=f"No work is on record since {written(since.date().isoformat())}; work elsewhere may count.",
            gmc_number=str(number),
            evidence={"idle_since": since.date().isoformat()},
        )
        for number, since in idle[idle <= limit].sort_index().items()
    ]


def _idle_since(active: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """Of each doctor, the day from which months without work count; none where nothing is known of their work.

    That is the last day worked or, where the list does not know it, the end of the last assignment. Nobody has been
    idle longer than listed or than the status has held, because a suspension may have ended that day. A locum's work
    does not show in assignments, so one who never had any is not said to be idle.
    """
    by_doctor = _dates(active).groupby(active["gmc_number"])
    last = by_doctor[["last_worked_date", "assignment_end_date", "status_effective_date"]].max()
    listed = by_doctor["date_first_on_list"].min()
    elsewhere = (active["kind"] != _LOCUM).groupby(active["gmc_number"]).any()
    assigned = active["assigned"].groupby(active["gmc_number"]).any()
    without = last["assignment_end_date"].fillna(listed.where(elsewhere)).where(~assigned)
    worked = last["last_worked_date"].fillna(without)
    bounds = pd.concat([worked, listed, last["status_effective_date"]], axis="columns")
    return bounds.max(axis="columns").where(worked.notna())


def _dates(rows: pd.DataFrame) -> pd.DataFrame:
    """The plausible dates."""
    believable = {name: rows[name].where(rows[name] >= FIRST_BELIEVABLE_DAY) for name in _DATES}
    return pd.DataFrame({name: pd.to_datetime(days, format="%Y-%m-%d") for name, days in believable.items()})


def pl_practice_missing(on: Performers) -> list[Finding]:
    """A type that works at a practice, without one; or a locum with one, which is low (B25)."""
    active = on.rows[on.rows["active"] & on.rows["gmc_number"].notna()]
    placed = on.rows.loc[on.rows["assigned"], "gmc_number"].unique()
    homeless = active[active["kind"].isin(_AT_A_PRACTICE) & ~active["gmc_number"].isin(placed)]
    locums = active[(active["kind"] == _LOCUM) & active["assigned"]]
    without = [
        Finding(
            Code.PL_PRACTICE_MISSING,
            key=row["gmc_number"],
            summary=f"The type is {row['performer_type']}, but no practice is on record.",
            gmc_number=row["gmc_number"],
            evidence={"performer_type": row["performer_type"], "practice_code": ""},
        )
        for row in one_each(homeless, ["performer_type"])
    ]
    return without + [
        Finding(
            Code.PL_PRACTICE_MISSING,
            key=f"{row['gmc_number']}|{row['practice_code']}",
            summary=f"A locum, but assigned to practice {row['practice_code']} like a salaried GP.",
            gmc_number=row["gmc_number"],
            practice_code=row["practice_code"],
            severity=Severity.LOW,
            evidence={"performer_type": "Locum", "practice_code": row["practice_code"]},
        )
        for row in texts(locums, ["gmc_number", "practice_code"])
    ]
