"""The columns of the report, the same in the workbook and in the CSV file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gpsync.register.characters import shown
from gpsync.reports.report import Row

#: The headings by which a file that staff have filled in is read back.
KEY, UNTIL, REASON = "Mismatch ID", "Set aside until", "Reason"


@dataclass(frozen=True)
class Column:
    """One column: its heading, its width in characters, and the value of its cells.

    A number and a date are such in a workbook, so that staff can sort and reckon with them; everything else is text.
    """

    heading: str
    width: int
    value: Callable[[Row], str | int | date]

    def text(self, row: Row) -> str:
        """The value as text, a date in ISO form, and whatever a terminal would act on made visible."""
        return shown(str(self.value(row)))


def evidence_text(row: Row) -> str:
    """The compared values in one line, in the order of their names, so that two nights can be compared."""
    return "; ".join(f"{name}: {value}" for name, value in sorted(row.mismatch.evidence.items()))


def _acknowledged_until(row: Row) -> str:
    held = row.mismatch
    if held.acknowledged_until is None:
        return ""
    return f"until {held.acknowledged_until.isoformat()} by {held.acknowledged_by}: {held.acknowledged_reason}"


def _not_assessed(row: Row) -> str:
    return f"as of {row.mismatch.last_seen.isoformat()}: {row.not_assessed}" if row.not_assessed else ""


def _empty(row: Row) -> str:
    # Staff write here. Earlier acknowledgements are shown in a column of their own: shown here, every import
    # would acknowledge them again, in the name of whoever imports.
    return ""


COLUMNS: tuple[Column, ...] = (
    Column(KEY, 18, lambda row: row.mismatch.mismatch_id),
    Column("Code", 30, lambda row: row.mismatch.code),
    Column("Number", 8, lambda row: row.number),
    Column("Title", 30, lambda row: row.title),
    Column("Severity", 10, lambda row: row.mismatch.severity),
    Column("Owner", 22, lambda row: row.mismatch.owner.called),
    Column("State", 14, lambda row: row.mismatch.state),
    Column("GMC number", 12, lambda row: row.mismatch.gmc_number or ""),
    Column("Doctor", 24, lambda row: row.doctor_name),
    Column("Practice", 10, lambda row: row.mismatch.practice_code or ""),
    Column("Practice name", 30, lambda row: row.practice_name),
    Column("Case", 14, lambda row: row.mismatch.case_id or ""),
    Column("User", 14, lambda row: row.mismatch.user_id or ""),
    Column("Summary", 60, lambda row: row.mismatch.summary),
    Column("Action", 60, lambda row: row.action),
    Column("First seen", 11, lambda row: row.mismatch.first_seen),
    Column("Days open", 10, lambda row: row.days_open),
    Column("Past limit", 10, lambda row: "yes" if row.past_limit else ""),
    Column("Evidence", 50, evidence_text),
    Column("Set aside now", 40, _acknowledged_until),
    Column("Not assessed", 40, _not_assessed),
    Column(UNTIL, 16, _empty),
    Column(REASON, 50, _empty),
)
