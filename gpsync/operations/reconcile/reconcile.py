"""Reconciling, without an orchestrator: gather, judge, update the mismatches, report; one transaction around it all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection

from gpsync import progress
from gpsync.errors import WrongUse
from gpsync.mismatches import Mismatch, RunCounts
from gpsync.operations.address_secret import compared_hashes
from gpsync.operations.context import Context, check_not_ahead
from gpsync.operations.reconcile.gather import gather
from gpsync.operations.reconcile.list_comparisons import compare, keep
from gpsync.operations.reconcile.names import names_of
from gpsync.operations.sources import Sources
from gpsync.reconciliation.ageing import is_past_limit
from gpsync.reconciliation.approvals.unasked import compared
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.judging import Judgement, judge
from gpsync.reconciliation.lifecycle import advance, on_day
from gpsync.reports.flat_files import write_csv, write_json
from gpsync.reports.names import Names
from gpsync.reports.news import what_changed
from gpsync.reports.page import render_page
from gpsync.reports.publishing import publish
from gpsync.reports.report import NotAssessed, Report, Row, ranges
from gpsync.reports.workbook import write_workbook
from gpsync.rules import UNRESOLVED_STATES, Code, MismatchState, RunKind, Severity
from gpsync.store import mismatches, not_known
from gpsync.writing import writing_to

#: The trend's length: this run and those before it.
_RUNS = 30


@dataclass
class Reconciled:
    """The result of a reconciliation."""

    report: Report | None = None
    folder: Path | None = None

    @property
    def needs_a_person(self) -> bool:
        """A mismatch is work for staff, not a fault of the run: it never stops a night."""
        return False

    @property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """The kinds that the run could not judge."""
        return self.report.not_assessed if self.report else ()

    def lines(self) -> list[str]:
        """The lines that a person reads at the end of a run."""
        if self.report is None:
            return []
        by_severity = self.report.by_severity()
        words = ", ".join(f"{number:,} {severity}" for severity, number in by_severity.items())
        lines = [f"{sum(by_severity.values()):,} unresolved mismatches: {words}."]
        reasons: dict[str, list[str]] = {}
        for one in self.report.not_assessed:
            reasons.setdefault(one.reason, []).append(one.number)
        for reason, numbers in reasons.items():
            kinds = "1 kind" if len(numbers) == 1 else f"{len(numbers)} kinds"
            lines.append(f"{kinds} not assessed ({ranges(numbers)}): {reason}")
        return [*lines, f"Report: {self.folder}/mismatches.html"]

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""
        if self.report is None:
            return {}
        compared = {
            f"{one.left} with {one.right}, {what}": count
            for one in self.report.comparisons
            for what, count in (("both", one.both), ("only left", one.only_left), ("only right", one.only_right))
        }
        return {
            **{f"standing {severity}": number for severity, number in self.report.by_severity().items()},
            "new": len(self.report.new),
            "resolved": len(self.report.resolved),
            "past their limit": len(self.report.past_limit),
            "codes assessed": self.report.assessed_codes,
            "codes not assessed": len(self.report.not_assessed),
            "could not be looked at again": len(self.report.unassessed),
            **compared,
        }


def check(context: Context, as_of: date) -> None:
    """Raises WrongUse for a day or a folder that no reconciliation can go by, before anything is recorded or done."""
    check_not_ahead(context.settings, as_of)
    context.settings.check_reports()
    with context.engine.connect() as connection:
        check_day(connection, as_of)


def check_day(connection: Connection, as_of: date) -> None:
    """Raises WrongUse for a day before the newest on which was reconciled: mismatches do not go back in time."""
    newest = mismatches.newest_run(connection)
    if newest is not None and as_of < newest:
        raise WrongUse(
            f"Mismatches were already reconciled as of {newest}: give that day or a later one instead of {as_of}."
        )


def reconcile(context: Context, as_of: date, result: Reconciled) -> None:
    """Judge as of a day and publish; a failure leaves yesterday's mismatches and yesterday's report."""
    progress.step("mismatches", 0, 1)
    context.settings.check_reports()
    sources = Sources(context.archive)
    with context.engine.begin() as connection:
        check_day(connection, as_of)
        with context.phase("gather"):
            comparisons = compare(context, connection, sources, as_of)
            facts = compared(gather(context, connection, sources, as_of, comparisons))
        if len(comparisons.due) > 1:
            progress.say(f"{len(comparisons.due)} performers lists to judge: each is compared with the one before it.")
        with context.phase("judge"):
            judgement = judge(facts)
        with context.phase("keep"):
            before = mismatches.all_of_them(connection)
            after = advance(before, judgement.seen, judgement.assessed, as_of, compared_hashes(context))
            mismatches.forget(connection, {one.mismatch_id for one in before} - {one.mismatch_id for one in after})
            mismatches.write(connection, _changed(before, after))
            reasons = {str(code): why for code, why in judgement.not_assessed.items()}
            not_known.keep(connection, RunKind.RECONCILE, reasons, as_of)
            is_assessed = Code.APPLIED_WITHOUT_APPROVAL in judgement.assessed
            keep(connection, facts, comparisons, as_of, is_assessed=is_assessed)
        with context.phase("report"):
            names = names_of(context.settings, connection, sources, after, as_of)
            result.report = _report(connection, as_of, judgement, after, names)
            with writing_to(context.settings.reports_folder):
                result.folder = publish(context.settings.reports_folder, as_of, files(result.report))
    progress.say(" ".join(what_changed(result.report).splitlines()[:2]))


def _changed(before: Iterable[Mismatch], after: Iterable[Mismatch]) -> list[Mismatch]:
    known = {one.mismatch_id: one for one in before}
    return [one for one in after if known.get(one.mismatch_id) != one]


def files(report: Report) -> dict[str, Callable[[Path], None]]:
    """The report's files: name -> how each is written."""
    return {
        "mismatches.html": lambda path: _write_text(path, render_page(report)),
        "mismatches.xlsx": lambda path: write_workbook(report, path),
        "mismatches.csv": lambda path: write_csv(report, path),
        "mismatches.json": lambda path: write_json(report, path),
        "what-changed.txt": lambda path: _write_text(path, what_changed(report)),
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _report(connection: Connection, as_of: date, judgement: Judgement, after: list[Mismatch], names: Names) -> Report:
    why = judgement.not_assessed
    closed = [one for one in after if one.state is MismatchState.RESOLVED and one.resolved_on == as_of]
    unresolved = [_row(one, as_of, names, why.get(one.code, "")) for one in after if one.state in UNRESOLVED_STATES]
    resolved = [_row(one, as_of, names) for one in closed]
    trend = [one for one in mismatches.trend(connection, _RUNS) if one.as_of != as_of][1 - _RUNS :]
    report = Report(
        as_of=as_of,
        rows=tuple(sorted(unresolved, key=_worst_first)),
        resolved=tuple(sorted(resolved, key=_worst_first)),
        not_assessed=_not_assessed(why),
        assessed_codes=len(judgement.assessed),
        comparisons=judgement.comparisons,
        trend=(),
    )
    now = RunCounts(as_of, report.by_severity())
    return Report(**{**vars(report), "trend": (*trend, now)})


def _not_assessed(why: Mapping[Code, str]) -> tuple[NotAssessed, ...]:
    entries = sorted((CATALOGUE[code] for code in why), key=lambda entry: entry.number)
    return tuple(NotAssessed(entry.code, entry.number, entry.title, why[entry.code]) for entry in entries)


def report_of(connection: Connection, as_of: date, chosen: Iterable[Mismatch], names: Names) -> Report:
    """A report of these mismatches alone, for a listing; it says nothing of what was compared.

    What was not assessed is what the newest reconciliation could not assess, whatever is chosen.
    """
    why = {Code(one["subject"]): str(one["reason"]) for one in not_known.read(connection, RunKind.RECONCILE)}
    assessed = len(CATALOGUE) - len(why)
    if not why:
        # The reasons of a run from before they were kept are not known; how many kinds it assessed is.
        judged = mismatches.codes_assessed(connection)
        why = dict.fromkeys(CATALOGUE, "No reconciliation has been run yet.") if judged is None else {}
        assessed = judged or 0
    rows = [_row(on_day(one, as_of), as_of, names, why.get(one.code, "")) for one in chosen]
    rows.sort(key=_worst_first)
    return Report(as_of, tuple(rows), (), _not_assessed(why), assessed, (), tuple(mismatches.trend(connection, _RUNS)))


def _row(one: Mismatch, as_of: date, names: Names, not_assessed: str = "") -> Row:
    entry = CATALOGUE[one.code]
    since = one.open_since or one.first_seen
    return Row(
        mismatch=one,
        number=entry.number,
        title=entry.title,
        action=entry.action,
        days_open=(as_of - since) // timedelta(days=1),
        past_limit=is_past_limit(one.severity, since, as_of),
        not_assessed=not_assessed,
        doctor_name=names.doctor(one.gmc_number),
        practice_name=names.practice(one.practice_code),
    )


def _worst_first(row: Row) -> tuple[int, str, int, str]:
    worst = list(Severity).index(row.mismatch.severity)
    return (worst, row.number, -row.days_open, row.mismatch.mismatch_id)
