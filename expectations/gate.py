"""The gate: one suite run on one frame, without a failing value leaving it.

Great Expectations reports the values that failed unless told otherwise, and its `success` is false when
only a warning failed. So the first run asks for counts alone; only expectations that quarantine rows and
failed run again, for row positions.
"""

import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before the import that reads it

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation

from gpsync.errors import GpsyncError
from gpsync.records import Check
from gpsync.rules import Dataset, QuarantineReason

# It reports every temporary folder; what matters is in the verdict.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

#: Each dataset's suite is in the module of its name.
_SUITES: dict[Dataset, ModuleType] = {dataset: import_module(f"expectations.{dataset}") for dataset in Dataset}

#: Expectations that ask of a value only whether it is there.
_NULLS = (gxe.ExpectColumnValuesToBeNull, gxe.ExpectColumnValuesToNotBeNull)

#: A column with so few distinct values in its first rows is taken to repeat itself.
_FEW, _SAMPLE_ROWS = 50, 5_000

_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}
_POSITIONS = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


class GateError(GpsyncError):
    """The gate itself is broken: nothing may pass it."""


@dataclass(frozen=True)
class Verdict:
    """What the gate found: every check, and the positions in the frame of rows to quarantine, by reason."""

    checks: tuple[Check, ...]
    positions: dict[QuarantineReason, tuple[int, ...]]

    @property
    def refusal(self) -> Check | None:
        """The first critical check that failed, or None: severity decides, not Great Expectations' `success`."""
        return next((check for check in self.checks if not check.passed and check.severity == "critical"), None)


def examine(dataset: Dataset, frame: pd.DataFrame, *, delta: bool) -> Verdict:
    """Run the dataset's suite on a tidy frame."""
    suite = _SUITES[dataset].suite(list(frame.columns), delta=delta)
    batch = _batch(_slim(frame, suite))
    results = _validate(batch, suite, _COUNTS_ONLY)
    checks = tuple(_check(result) for result in results)
    positions: dict[QuarantineReason, tuple[int, ...]] = {}
    for expectation in suite:
        reason = (expectation.meta or {}).get("quarantine")
        failed = _failure(expectation, checks)
        if reason is None or failed is None:
            continue
        found = _validate(batch, [expectation], _POSITIONS)[0].result["unexpected_index_list"]
        # Several expectations may quarantine rows for one reason.
        known = positions.get(QuarantineReason(reason), ())
        positions[QuarantineReason(reason)] = tuple(sorted({*known, *map(int, found)}))
    return Verdict(checks, positions)


def _failure(expectation: Expectation, checks: Sequence[Check]) -> Check | None:
    """The failed check of this expectation. Results come grouped by column, not in the suite's order."""
    name, column = expectation.expectation_type, getattr(expectation, "column", "")
    return next(
        (check for check in checks if (check.expectation, check.column, check.passed) == (name, column, False)), None
    )


def _slim(frame: pd.DataFrame, suite: Sequence[Expectation]) -> pd.DataFrame:
    """Only what the suite looks at: Great Expectations hashes every value of a frame that it is given.

    Columns of few distinct values go as categories, which it hashes and compares far faster; of a column that is
    only asked for nulls, nothing else goes.
    """
    looked_at: dict[str, list[Expectation]] = {}
    for one in suite:
        looked_at.setdefault(getattr(one, "column", ""), []).append(one)
    columns = {
        column: _presence(frame[column]) if all(isinstance(one, _NULLS) for one in expectations) else frame[column]
        for column, expectations in looked_at.items()
        if column
    }
    slim = pd.DataFrame(columns).reset_index(drop=True)
    repeating = [column for column in slim if slim[column].iloc[:_SAMPLE_ROWS].nunique() <= _FEW]
    return slim.astype(dict.fromkeys(repeating, "category"))


def _presence(values: "pd.Series[str]") -> "pd.Series[str]":
    """Whether there is a value, as far as an expectation of nulls can tell."""
    codes = values.notna().astype("int8").to_numpy() - 1
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(["present"])), values.index)


def _batch(frame: pd.DataFrame) -> Batch:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("extract").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})


def _validate(
    batch: Batch, suite: Sequence[Expectation], result_format: dict[str, object]
) -> list[ExpectationValidationResult]:
    with warnings.catch_warnings():
        # Asked for on purpose: without it the results would carry the failing values.
        warnings.filterwarnings("ignore", message=".*result_format.*", category=UserWarning)
        run = batch.validate(gx.ExpectationSuite(name="suite", expectations=list(suite)), result_format=result_format)
    return list(run.results)


def _raised(info: dict[str, Any] | None) -> bool:
    """Whether an expectation failed to run: it must never pass for one whose values failed."""
    if not info:
        return False
    nested = [one for one in info.values() if isinstance(one, dict)]
    return bool(info.get("raised_exception")) or any(_raised(one) for one in nested)


def _check(result: ExpectationValidationResult) -> Check:
    config = result.expectation_config
    if config is None or _raised(result.exception_info):
        # Its own message may quote values.
        raise GateError(f"The expectation {config.type if config else '?'} could not be evaluated.")
    return Check(
        expectation=config.type,
        column=str(config.kwargs.get("column", "")),
        severity=str(config.severity.value),
        passed=bool(result.success),
        unexpected=int(result.result.get("unexpected_count") or 0),
    )
