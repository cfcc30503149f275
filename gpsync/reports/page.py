"""The mismatch report as one HTML file that needs nothing else: no server, no network, no other file.

The page carries all rows as JSON; its script filters them and draws one page of them at a time. Whoever has no
script reads the first rows in a plain table. Text reaches the page in two ways only, both of which escape it:
Jinja2's autoescape and its `tojson`.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gpsync.london import long_date
from gpsync.reports import trend
from gpsync.reports.lines import AGES, Kind, Line, line
from gpsync.reports.report import Report
from gpsync.rules import UNRESOLVED_STATES, MismatchState, Owner, Severity

#: Rows drawn at once; more make every filter slower, fewer make staff turn pages.
PAGE_ROWS = 200
#: Rows that a reader without a script sees.
PLAIN_ROWS = 500

#: What the state filter offers: its value, its words, the states it lets through.
_STATE_CHOICES = (
    (
        "unresolved",
        "All but acknowledged",
        tuple(one for one in UNRESOLVED_STATES if one != MismatchState.ACKNOWLEDGED),
    ),
    ("fresh", "New or reopened", (MismatchState.NEW, MismatchState.REOPENED)),
    *((str(one), one.capitalize(), (one,)) for one in UNRESOLVED_STATES),
)


def render_page(report: Report) -> str:
    """The whole page."""
    lines = [line(row) for row in report.rows]
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
            resolved=[line(row) for row in report.resolved[:PLAIN_ROWS]],
            blank=Line(),
            acknowledged=sum(one.state == MismatchState.ACKNOWLEDGED for one in lines),
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
    environment.filters |= {"day": long_date, "count": "{:,}".format}
    environment.globals |= {"Severity": Severity, "Owner": Owner, "STATES": UNRESOLVED_STATES, "trend": trend}
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


def _data(lines: list[Line]) -> dict[str, Any]:
    """What the script works with: one list for each cell, and every kind written once."""
    kinds = {kind: place for place, kind in enumerate(_kinds(lines))}
    names = [one.name for one in fields(Line) if one.name != "kind"]
    return {
        "page_rows": PAGE_ROWS,
        "states": {value: states for value, _, states in _STATE_CHOICES},
        "kinds": [vars(kind) for kind in kinds],
        "owners": {one: one.called for one in Owner},
        "columns": {
            "kind": [kinds[one.kind] for one in lines],
            **{name: [getattr(one, name) for one in lines] for name in names},
        },
    }


def _kinds(lines: Iterable[Line]) -> list[Kind]:
    return sorted({one.kind for one in lines}, key=lambda kind: (kind.number, kind.code))


def _choices(lines: list[Line]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: values with their words."""
    return {
        "severity": [(str(one), one.capitalize()) for one in Severity],
        "owner": [(str(one), f"{one.called}: {one.meaning.rstrip('.')}") for one in Owner],
        "code": list({kind.code: (kind.code, f"{kind.number} {kind.title}") for kind in _kinds(lines)}.values()),
        "age": [*AGES, ("late", "Past its limit")],
        "state": [(value, words) for value, words, _ in _STATE_CHOICES],
    }
