from datetime import timedelta

from gpsync.mismatches import RunCounts
from gpsync.reports.news import what_changed
from gpsync.rules import Code, MismatchState, Severity
from tests.unit.reports.building import DAY, NOT_ASSESSED, large, report, row


def _trend(before, now):
    return (RunCounts(DAY - timedelta(days=1), before), RunCounts(DAY, now))


def test_it_counts_what_is_new_resolved_and_past_its_limit():
    one = report(
        [
            row(state=MismatchState.REOPENED, code=Code.NAME_DIFFERS, number="B14", severity=Severity.LOW),
            row(state=MismatchState.NEW),
            row(9, past_limit=True),
            row(9, past_limit=True, state=MismatchState.ACKNOWLEDGED),
        ],
        resolved=(row(2, state=MismatchState.RESOLVED, severity=Severity.HIGH),),
        not_assessed=NOT_ASSESSED,
        trend=_trend({Severity.CRITICAL: 1, Severity.HIGH: 1}, {Severity.CRITICAL: 2, Severity.LOW: 1}),
    )

    assert what_changed(one) == (
        "Mismatches on 2026-11-23, compared with 2026-11-22.\n"
        "2 new, 1 resolved, 1 past their limit.\n"
        "4 unresolved, 1 of them acknowledged.\n"
        "To be acted on: 2 critical, 1 low.\n"
        "Against the run before: +1 critical, -1 high, +1 low.\n"
        "New: 1 critical, 1 low.\n"
        "Resolved: 1 high.\n"
        "Past their limit: 1 critical.\n"
        "  1 x B02 GMC_ERASED_ON_LIST\n"
        "  1 x B14 NAME_DIFFERS\n"
        "Not assessed: 1 of 75 kinds (B64).\n"
    )


def test_a_quiet_night_says_so():
    text = what_changed(report(trend=_trend({Severity.LOW: 3}, {Severity.LOW: 3})))

    assert "0 new, 0 resolved, 0 past their limit." in text
    assert "To be acted on: nothing." in text
    assert "Against the run before: the same numbers." in text


def test_the_first_run_has_nothing_to_compare_with():
    assert what_changed(report(trend=())).startswith("Mismatches on 2026-11-23: the first run.\n")


def test_many_kinds_are_counted_and_the_text_stays_short():
    codes = list(Code)[:12]
    new = [row(state=MismatchState.NEW, code=code, number=f"B{n:02}") for n, code in enumerate(codes)]
    one = report(new + list(large(3_000).rows), resolved=(row(),), not_assessed=NOT_ASSESSED * 9, trend=large(1).trend)

    text = what_changed(one)
    assert len(text.splitlines()) <= 15
    assert "other kinds" in text and "(B64, B64, B64, B64, B64, …)" in text


def test_it_names_nobody():
    one = report(
        [
            row(
                state=MismatchState.NEW,
                summary="CANARY",
                gmc_number="9CANARY",
                practice_code="ZCANARY",
                case_id="CANARY",
                user_id="CANARY",
                evidence={"CANARY": "CANARY"},
                acknowledged_by="CANARY",
                acknowledged_reason="CANARY",
            )
        ]
    )

    assert "CANARY" not in what_changed(one)
