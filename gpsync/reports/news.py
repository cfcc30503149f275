"""What changed since the run before, in a few lines for a mail or a log: counts and codes, nobody's data."""

from collections import Counter
from collections.abc import Iterable, Iterator

from gpsync.reports.report import Report, Row
from gpsync.rules import MismatchState, Severity

#: At most this many kinds are named; the rest is counted, so that the text stays a few lines long.
_NAMED = 5


def what_changed(report: Report) -> str:
    """A plain text of at most 15 lines, without personal data."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield _title(report)
    yield f"{len(report.new):,} new, {len(report.resolved):,} resolved, {len(report.past_limit):,} past their limit."
    aside = sum(row.mismatch.state is MismatchState.ACKNOWLEDGED for row in report.rows)
    yield f"{len(report.rows):,} unresolved, {aside:,} of them acknowledged."
    yield f"To be acted on: {_counted(report.by_severity().items())}."
    if len(report.trend) > 1:
        yield f"Against the run before: {_difference(report)}."
    for heading, rows in (
        ("New", report.new),
        ("Resolved", report.resolved),
        ("Past their limit", report.past_limit),
    ):
        if rows:
            yield f"{heading}: {_by_severity(rows)}."
    yield from _new_kinds(report)
    if report.not_assessed:
        yield _not_assessed(report)


def _title(report: Report) -> str:
    day = report.as_of.isoformat()
    if len(report.trend) < 2:
        return f"Mismatches on {day}: the first run."
    return f"Mismatches on {day}, compared with {report.trend[-2].as_of.isoformat()}."


def _by_severity(rows: Iterable[Row]) -> str:
    counts = Counter(row.mismatch.severity for row in rows)
    return _counted((one, counts[one]) for one in Severity)


def _counted(counts: Iterable[tuple[Severity, int]]) -> str:
    return ", ".join(f"{count:,} {severity}" for severity, count in counts if count) or "nothing"


def _difference(report: Report) -> str:
    # Both from the trend: it may count otherwise than the report, but it counts both runs alike.
    before, now = report.trend[-2].unresolved, report.trend[-1].unresolved
    changes = [(one, now.get(one, 0) - before.get(one, 0)) for one in Severity]
    return ", ".join(f"{change:+,} {severity}" for severity, change in changes if change) or "the same numbers"


def _new_kinds(report: Report) -> Iterator[str]:
    kinds = Counter((row.number, row.mismatch.code) for row in report.new).most_common()
    # Ties in the order of the catalogue: the same report gives the same text.
    ranked = sorted(kinds, key=lambda kind: (-kind[1], kind[0]))
    for (number, code), count in ranked[:_NAMED]:
        yield f"  {count:,} x {number} {code}"
    if len(ranked) > _NAMED:
        yield f"  and {sum(count for _, count in ranked[_NAMED:]):,} more, of {len(ranked) - _NAMED} other kinds"


def _not_assessed(report: Report) -> str:
    numbers = [one.number for one in report.not_assessed]
    named = ", ".join(numbers[:_NAMED]) + (", …" if len(numbers) > _NAMED else "")
    stale = len(report.unassessed)
    old = f" {stale:,} of the unresolved ones could not be checked again." if stale else ""
    return f"Not assessed: {len(numbers)} of {len(numbers) + report.assessed_codes} kinds ({named}).{old}"
