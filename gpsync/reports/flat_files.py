"""The report as a CSV file for people and as a JSON file for programs."""

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from gpsync.mismatches import Comparison, RunCounts
from gpsync.reports.columns import COLUMNS
from gpsync.reports.report import NotAssessed, Report, Row

#: Where a spreadsheet would begin a formula: at the start of a cell, and after what another country's settings
#: take for the end of a cell. Quotes do not help there: they were meant for the commas.
_FORMULA = re.compile(r"(?:\A|(?<=[;,\t\r\n|]))(?=[\s\"']*[=+\-@＝＋－＠\t\r\n\x00])")


def write_csv(report: Report, path: Path) -> None:
    """Write the unresolved mismatches: UTF-8 with a byte order mark, every field quoted, no cell a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, quoting=csv.QUOTE_ALL)
        lines.writerow([column.heading for column in COLUMNS])
        lines.writerows([[harmless(column.text(row)) for column in COLUMNS] for row in report.rows])


def write_json(report: Report, path: Path) -> None:
    """Write the whole report: fields in a fixed order, dates as ISO text, values as they are."""
    path.write_text(json.dumps(_report(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin a formula."""
    return _FORMULA.sub("'", text)


def _report(report: Report) -> dict[str, Any]:
    return {
        "as_of": report.as_of.isoformat(),
        "by_severity": dict(report.by_severity()),
        "by_owner": dict(report.by_owner()),
        "new": len(report.new),
        "past_limit": len(report.past_limit),
        "unassessed": len(report.unassessed),
        "assessed_codes": report.assessed_codes,
        "not_assessed": [_not_assessed(one) for one in report.not_assessed],
        "comparisons": [_comparison(one) for one in report.comparisons],
        "trend": [_run(one) for one in report.trend],
        "rows": [_row(row) for row in report.rows],
        "resolved": [_row(row) for row in report.resolved],
    }


def _row(row: Row) -> dict[str, Any]:
    held = row.mismatch
    return {
        "mismatch_id": held.mismatch_id,
        "code": held.code,
        "number": row.number,
        "title": row.title,
        "severity": held.severity,
        "owner": held.owner,
        "state": held.state,
        "gmc_number": held.gmc_number,
        "doctor_name": row.doctor_name or None,
        "practice_code": held.practice_code,
        "practice_name": row.practice_name or None,
        "case_id": held.case_id,
        "user_id": held.user_id,
        "summary": held.summary,
        "action": row.action,
        "first_seen": held.first_seen.isoformat(),
        "last_seen": held.last_seen.isoformat(),
        "resolved_on": _iso(held.resolved_on),
        "days_open": row.days_open,
        "past_limit": row.past_limit,
        "not_assessed": row.not_assessed or None,
        "times_reopened": held.times_reopened,
        "evidence": dict(sorted(held.evidence.items())),
        "acknowledged_until": _iso(held.acknowledged_until),
        "acknowledged_by": held.acknowledged_by,
        "acknowledged_reason": held.acknowledged_reason,
    }


def _not_assessed(one: NotAssessed) -> dict[str, Any]:
    return {"code": one.code, "number": one.number, "title": one.title, "reason": one.reason}


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "left": one.left,
        "right": one.right,
        "both": one.both,
        "only_left": one.only_left,
        "only_right": one.only_right,
    }


def _run(one: RunCounts) -> dict[str, Any]:
    return {"as_of": one.as_of.isoformat(), "standing": dict(sorted(one.unresolved.items()))}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
