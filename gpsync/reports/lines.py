"""Rows of the report as the page shows them: every value a text, dates and ages in words."""

from dataclasses import dataclass

from gpsync.london import long_date
from gpsync.reports.report import Row
from gpsync.rules import MismatchState, Owner

#: Ages that staff filter by: the last day of each, its value and its words.
_AGES = ((2, "0-2", "0 to 2 days"), (7, "3-7", "3 to 7 days"), (30, "8-30", "8 to 30 days"))
_OLDEST = ("31", "Over 30 days")
#: What the age filter offers.
AGES = (*((value, words) for _, value, words in _AGES), _OLDEST)


@dataclass(frozen=True)
class Kind:
    """What all rows of one code have in common on the page."""

    code: str = ""
    number: str = ""
    title: str = ""
    action: str = ""


@dataclass(frozen=True)
class Line:
    """One row as it is read: texts, ready to be shown; the empty one is what the script clones and fills.

    `late` is a row past its limit as the tile counts them: an acknowledged one is not late. `stale` says since
    when a row could not be looked at.
    """

    kind: Kind = Kind()
    severity: str = ""
    owner: str = ""
    state: str = ""
    gmc_number: str = ""
    doctor: str = ""
    practice: str = ""
    practice_name: str = ""
    case: str = ""
    user: str = ""
    summary: str = ""
    first_seen: str = ""
    days: int = 0
    age: str = ""
    late: bool = False
    acknowledged: str = ""
    stale: str = ""
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def owner_called(self) -> str:
        """The owner in words."""
        return Owner(self.owner).called if self.owner else ""


def line(row: Row) -> Line:
    """The row as it is read."""
    mismatch = row.mismatch
    return Line(
        kind=Kind(str(mismatch.code), row.number, row.title, row.action),
        severity=str(mismatch.severity),
        owner=str(mismatch.owner),
        state=str(mismatch.state),
        gmc_number=mismatch.gmc_number or "",
        doctor=row.doctor_name,
        practice=mismatch.practice_code or "",
        practice_name=row.practice_name,
        case=mismatch.case_id or "",
        user=mismatch.user_id or "",
        summary=mismatch.summary,
        first_seen=long_date(mismatch.first_seen),
        days=row.days_open,
        age=_age(row.days_open),
        late=row.past_limit and mismatch.state is not MismatchState.ACKNOWLEDGED,
        acknowledged=_acknowledged(row),
        stale=f"As of {long_date(mismatch.last_seen)}: not assessed since" if row.not_assessed else "",
        evidence=tuple((name.replace("_", " "), value) for name, value in mismatch.evidence.items()),
    )


def _age(days: int) -> str:
    return next((value for last, value, _ in _AGES if days <= last), _OLDEST[0])


def _acknowledged(row: Row) -> str:
    mismatch = row.mismatch
    if mismatch.state is not MismatchState.ACKNOWLEDGED:
        return ""
    until = f"until {long_date(mismatch.acknowledged_until)}" if mismatch.acknowledged_until else ""
    author = f"by {mismatch.acknowledged_by}" if mismatch.acknowledged_by else ""
    reason = f": {mismatch.acknowledged_reason}" if mismatch.acknowledged_reason else ""
    return " ".join(filter(None, (until, author))) + reason
