"""The mismatch report as one HTML file that needs nothing else: no server, no network, no other file.

The page carries all rows as JSON; its script filters them and draws one page of them at a time. Whoever has no
script reads the first rows in a plain table. Text reaches the page in two ways only, both of which escape it:
Jinja2's autoescape and its `tojson`.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gpsync.reports import trend
from gpsync.reports.report import Report, Row
from gpsync.rules import STANDING_STATES, MismatchState, Owner, Severity

#: Rows drawn at once; more make every filter slower, fewer make staff turn pages.
PAGE_ROWS = 200
#: Rows that a reader without a script sees.
PLAIN_ROWS = 500

#: Ages that staff filter by: the last day of each, and its words.
_AGES = ((2, "0-2", "0 to 2 days"), (7, "3-7", "3 to 7 days"), (30, "8-30", "8 to 30 days"))
_OLDEST = ("31", "Over 30 days")

#: What the state filter offers: its value, its words, the states it lets through.
_STATE_CHOICES = (
    ("standing", "All but acknowledged", tuple(one for one in STANDING_STATES if one != MismatchState.ACKNOWLEDGED)),
    ("fresh", "New or reopened", (MismatchState.NEW, MismatchState.REOPENED)),
    *((str(one), one.capitalize(), (one,)) for one in STANDING_STATES),
)


@dataclass(frozen=True)
class Kind:
    """What all rows of one code have in common on the page."""

    code: str = ""
    number: str = ""
    title: str = ""
    action: str = ""


@dataclass(frozen=True)
class Line:
    """One row as it is read: texts, ready to be shown; the empty one is what the script clones and fills."""

    kind: Kind = Kind()
    severity: str = ""
    owner: str = ""
    state: str = ""
    gmc_number: str = ""
    practice: str = ""
    case: str = ""
    user: str = ""
    summary: str = ""
    first_seen: str = ""
    days: int = 0
    age: str = ""
    late: bool = False
    acknowledged: str = ""
    evidence: tuple[tuple[str, str], ...] = ()


def render_page(report: Report) -> str:
    """The whole page."""
    lines = [_line(row) for row in report.rows]
    style, script = _asset("page.css"), _asset("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            policy=_policy(style, script),
            style=style,
            script=script,
            data=_data(lines),
            plain=lines[:PLAIN_ROWS],
            resolved=[_line(row) for row in report.resolved[:PLAIN_ROWS]],
            blank=Line(),
            acknowledged=sum(line.state == MismatchState.ACKNOWLEDGED for line in lines),
            panels=trend.panels(report.trend),
            choices=_choices(lines),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gpsync.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "count": "{:,}".format}
    environment.globals |= {"Severity": Severity, "Owner": Owner, "STATES": STANDING_STATES, "trend": trend}
    # `tojson` escapes what HTML could take for its own; this escapes U+2028 and U+2029 as well.
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": True}
    return environment


@cache
def _asset(name: str) -> str:
    # Read as text: a checkout with CRLF would otherwise have another hash than the browser works out.
    return files("gpsync.reports").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the browser may do: run this script and apply this style, and nothing else."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _line(row: Row) -> Line:
    mismatch = row.mismatch
    return Line(
        kind=Kind(str(mismatch.code), row.number, row.title, row.action),
        severity=str(mismatch.severity),
        owner=str(mismatch.owner),
        state=str(mismatch.state),
        gmc_number=mismatch.gmc_number or "",
        practice=mismatch.practice_code or "",
        case=mismatch.case_id or "",
        user=mismatch.user_id or "",
        summary=mismatch.summary,
        first_seen=_day(mismatch.first_seen),
        days=row.days_open,
        age=_age(row.days_open),
        # As the tile counts it: what somebody has set aside is not late.
        late=row.past_limit and mismatch.state != MismatchState.ACKNOWLEDGED,
        acknowledged=_acknowledged(row),
        evidence=tuple((name.replace("_", " "), value) for name, value in mismatch.evidence.items()),
    )


def _acknowledged(row: Row) -> str:
    mismatch = row.mismatch
    if mismatch.state != MismatchState.ACKNOWLEDGED:
        return ""
    until = f"until {_day(mismatch.acknowledged_until)}" if mismatch.acknowledged_until else ""
    author = f"by {mismatch.acknowledged_by}" if mismatch.acknowledged_by else ""
    reason = f": {mismatch.acknowledged_reason}" if mismatch.acknowledged_reason else ""
    return " ".join(filter(None, (until, author))) + reason


def _day(day: date) -> str:
    """A date as the NHS writes it: 6 August 2018."""
    return f"{day.day} {day:%B %Y}"


def _age(days: int) -> str:
    return next((value for last, value, _ in _AGES if days <= last), _OLDEST[0])


def _data(lines: list[Line]) -> dict[str, Any]:
    """What the script works with: one list for each cell, and every kind written once."""
    kinds = {kind: place for place, kind in enumerate(_kinds(lines))}
    names = [name for name in Line.__dataclass_fields__ if name != "kind"]
    return {
        "page_rows": PAGE_ROWS,
        "states": {value: states for value, _, states in _STATE_CHOICES},
        "kinds": [vars(kind) for kind in kinds],
        "columns": {
            "kind": [kinds[line.kind] for line in lines],
            **{name: [getattr(line, name) for line in lines] for name in names},
        },
    }


def _kinds(lines: Iterable[Line]) -> list[Kind]:
    return sorted({line.kind for line in lines}, key=lambda kind: (kind.number, kind.code))


def _choices(lines: list[Line]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: values with their words."""
    return {
        "severity": [(str(one), one.capitalize()) for one in Severity],
        "owner": [(str(one), f"{one}: {one.meaning.rstrip('.')}") for one in Owner],
        "code": list({kind.code: (kind.code, f"{kind.number} {kind.title}") for kind in _kinds(lines)}.values()),
        "age": [*((value, words) for _, value, words in _AGES), _OLDEST, ("late", "Past its limit")],
        "state": [(value, words) for value, words, _ in _STATE_CHOICES],
    }
