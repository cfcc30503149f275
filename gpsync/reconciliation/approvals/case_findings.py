"""Findings about cases, built from the rows that a rule let through."""

from collections.abc import Iterable
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from gpsync.reconciliation.findings import Finding
from gpsync.rules import Code, Owner, Severity

_NOT_GIVEN = "(not given)"
_HEEDED = ("key", "case_id", "gmc_number", "practice_code", "severity", "owner")


def raised(code: Code, hits: pd.DataFrame, summary: str, evidence: Iterable[str]) -> list[Finding]:
    """One finding for each row, by case ID unless the rows have a column `key`.

    `summary` names columns in braces. Columns `severity` and `owner` are heeded where the rows have them.
    """
    if hits.empty:
        return []
    names = tuple(evidence)
    said = {name for _, name, _, _ in Formatter().parse(summary) if name}
    columns = [name for name in hits.columns if name in said.union(names, _HEEDED)]
    return [_finding(code, row, summary, names) for row in hits[columns].to_dict("records")]


def _finding(code: Code, row: dict[Any, Any], summary: str, evidence: tuple[str, ...]) -> Finding:
    texts = {str(name): value for name, value in row.items() if isinstance(value, str)}
    severity, owner = texts.get("severity"), texts.get("owner")
    return Finding(
        code=code,
        key=texts.get("key", texts.get("case_id", "")),
        summary=summary.format_map({str(name): texts.get(str(name), _NOT_GIVEN) for name in row}),
        gmc_number=texts.get("gmc_number"),
        practice_code=texts.get("practice_code"),
        case_id=texts.get("case_id"),
        severity=Severity(severity) if severity else None,
        owner=Owner(owner) if owner else None,
        evidence={name: texts[name] for name in evidence if name in texts},
    )


def either(flags: "pd.Series[bool]", yes: str, no: str) -> "pd.Series[Any]":
    """One word where the flag is set, another where it is not."""
    return pd.Series(np.where(flags, yes, no), index=flags.index, dtype="str")
