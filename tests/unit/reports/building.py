"""Made-up reports: a row, a handful, twenty thousand. GMC numbers begin with 9, practices with Z."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gpsync.mismatches import Comparison, Mismatch, RunCounts
from gpsync.reports.report import NotAssessed, Report, Row
from gpsync.rules import Code, MismatchState, Owner, Severity

DAY = date(2026, 11, 23)
COMPARISONS = (
    Comparison("GMC register", "Performers list", 61_204, 318_117, 41),
    Comparison("Performers list", "Practice approvals", 1_209, 60_036, 3),
    Comparison("Performers list", "Practices", 6_398, 12, 104),
)
NOT_ASSESSED = (NotAssessed(Code.LINK_BOUNCED, "B64", "Link bounced", "No accounts extract has arrived for 9 days."),)
_LIMITS = {Severity.CRITICAL: 0, Severity.HIGH: 7, Severity.MEDIUM: 14, Severity.LOW: 31, Severity.INFO: 10_000}
_KINDS = (
    (Code.GMC_ERASED_ON_LIST, "B02", "Erased by the GMC, still on the list", Severity.CRITICAL, Owner.NHSE),
    (Code.GMC_DECEASED_ON_LIST, "B01", "Died, still on the list", Severity.CRITICAL, Owner.PCSE_PL),
    (Code.APPROVED_NOT_APPLIED, "B28", "Approved, not applied to the list", Severity.HIGH, Owner.PCSE_PL),
    (Code.APPROVAL_OVERDUE, "B26", "Waiting for the practice's approval", Severity.HIGH, Owner.PM),
    (Code.NO_PL_PRACTICE_MANAGER, "B47", "Practice has nobody who can approve", Severity.MEDIUM, Owner.UA),
    (Code.NAME_DIFFERS, "B14", "Names differ", Severity.LOW, Owner.PCSE_PL),
    (Code.GMC_EMAIL_MISSING, "B57", "No email address with the GMC", Severity.LOW, Owner.GP),
    (Code.PLACEHOLDER_DATE, "B13", "Placeholder date", Severity.INFO, Owner.OPS),
)
_STATES = (
    MismatchState.OPEN,
    MismatchState.OPEN,
    MismatchState.NEW,
    MismatchState.OPEN,
    MismatchState.ACKNOWLEDGED,
    MismatchState.OPEN,
    MismatchState.REOPENED,
)


def mismatch(**values: Any) -> Mismatch:
    """One mismatch; what is left out is ordinary."""
    plain: dict[str, Any] = {
        "mismatch_id": "0011223344556677",
        "code": Code.GMC_ERASED_ON_LIST,
        "severity": Severity.CRITICAL,
        "owner": Owner.NHSE,
        "summary": "The GMC has erased the doctor and the list still shows Included.",
        "state": MismatchState.OPEN,
        "first_seen": DAY,
        "last_seen": DAY,
        "gmc_number": "9000001",
        "practice_code": "Z00001",
    }
    return Mismatch(**(plain | values))


def row(days_open: int = 0, past_limit: bool = False, number: str = "B02", **values: Any) -> Row:
    """One row of the report."""
    title = values.pop("title", "Erased by the GMC, still on the list")
    action = values.pop("action", "Ask the regional team to remove the doctor from the list the same day.")
    first_seen = DAY - timedelta(days=days_open)
    return Row(mismatch(**({"first_seen": first_seen} | values)), number, title, action, days_open, past_limit)


def report(rows: Iterable[Row] = (), **values: Any) -> Report:
    """A report of these rows; what is left out is ordinary."""
    plain: dict[str, Any] = {
        "as_of": DAY,
        "resolved": (),
        "not_assessed": (),
        "assessed_codes": 74,
        "comparisons": COMPARISONS,
        "trend": runs(1),
    }
    return Report(rows=tuple(rows), **(plain | values))


def runs(number: int) -> tuple[RunCounts, ...]:
    """As many runs, oldest first, the newest on DAY."""
    return tuple(
        RunCounts(
            DAY - timedelta(days=number - 1 - night),
            {
                severity: (place + 1) ** 3 * (40 + night * 7 % 13 - night // 2)
                for place, severity in enumerate(Severity)
            },
        )
        for night in range(number)
    )


def large(number: int) -> Report:
    """A report of many rows of every sort, the same every time."""
    rows = sorted((_made_up(place) for place in range(number)), key=_worst_first)
    resolved = tuple(row(3, state=MismatchState.RESOLVED, gmc_number=f"9{place:06}") for place in range(number // 200))
    return report(rows, resolved=resolved, not_assessed=NOT_ASSESSED, trend=runs(30))


def _made_up(place: int) -> Row:
    code, number, title, severity, owner = _KINDS[(place * 7 + place // 11) % len(_KINDS) if place % 3 else -2]
    state = _STATES[place % len(_STATES)]
    days = 0 if state is MismatchState.NEW else (place * 37) % 90 + 1
    practice = f"Z{place * 13 % 6500:05}"
    acknowledged = {
        "acknowledged_until": DAY + timedelta(days=20),
        "acknowledged_by": "J. Made-Up",
        "acknowledged_reason": "the GMC is correcting its record",
    }
    made = row(
        days,
        days > _LIMITS[severity],
        number,
        title=title,
        code=code,
        severity=severity,
        owner=owner,
        state=state,
        gmc_number=f"9{place:06}" if code != Code.NO_PL_PRACTICE_MANAGER else None,
        practice_code=practice,
        case_id=f"PL{place:07}" if code in (Code.APPROVED_NOT_APPLIED, Code.APPROVAL_OVERDUE) else None,
        user_id=f"U{place % 900:05}" if code == Code.NO_PL_PRACTICE_MANAGER else None,
        summary=f"{title}: the register and the list disagree at practice {practice} since the last extract.",
        evidence={"register_status": "Not Registered", "list_status": "Included", "gmc_email": "a***@d***.example"},
        action=f"Check both records and correct the wrong one ({owner.meaning.rstrip('.')}).",
        **(acknowledged if state is MismatchState.ACKNOWLEDGED else {}),
    )
    name = "Alexandra Made-Up-Featherstone" if made.mismatch.gmc_number else ""
    return replace(made, doctor_name=name, practice_name="The Old Market Street Surgery and Health Centre")


def _worst_first(one: Row) -> tuple[int, int]:
    return (list(Severity).index(one.mismatch.severity), -one.days_open)
