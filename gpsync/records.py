"""The small frozen records that the parts exchange. They have no behaviour beyond their own names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gpsync.rules import (
    ChangeKind,
    ChangeReason,
    ChangeState,
    Dataset,
    Guard,
    Kind,
    MailState,
    Outcome,
    QuarantineReason,
    Registration,
)

#: Where an extract stands in the order of its dataset: by date, a day's delta before its full.
Position = tuple[date, Kind]


@dataclass(frozen=True)
class Manifest:
    """What the sender says a file holds. Any field may be missing but the file's name.

    `size` counts bytes; `rows` counts records without the header.
    """

    file: str
    size: int | None = None
    sha256: str | None = None
    rows: int | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class Arrival:
    """A file waiting in the inbox, recognised by its name."""

    path: Path
    dataset: Dataset
    kind: Kind
    as_of: date
    manifest: Manifest | None


@dataclass(frozen=True)
class Extract:
    """One extract, identified by what it holds: dataset, kind, date and the bytes as delivered."""

    dataset: Dataset
    kind: Kind
    as_of: date
    file_name: str
    sha256: str
    size: int

    @property
    def extract_id(self) -> str:
        """Readable and the same on every machine, so that a replay creates no second one."""
        return f"{self.dataset}-{self.kind}-{self.as_of:%Y%m%d}-{self.sha256[:8]}"

    @property
    def position(self) -> Position:
        """Where the extract stands in the order of its dataset."""
        return (self.as_of, self.kind)


@dataclass(frozen=True)
class QuarantinedRow:
    """A quarantined row. `row_number` counts records from 1; `key` is the doctor's or practice's number."""

    row_number: int
    key: str
    reason: QuarantineReason


@dataclass(frozen=True)
class Check:
    """The result of one expectation on one extract: counts only, never values."""

    expectation: str
    column: str
    severity: str
    passed: bool
    unexpected: int


@dataclass(frozen=True)
class GuardFinding:
    """One reason to doubt an extract: what was counted, and what would have been allowed.

    `sample` holds keys only (GMC numbers or practice codes).
    """

    guard: Guard
    counted: int
    allowed: int
    sample: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The finding in words, for staff."""
        return f"{self.guard.meaning} Counted {self.counted:,}, allowed {self.allowed:,}."


@dataclass(frozen=True)
class Counts:
    """How an extract compares with what is held. Every figure counts records."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    missing_once: int = 0
    gone: int = 0
    returned: int = 0
    emails_changed: int = 0
    quarantined: int = 0
    exact_duplicates: int = 0


@dataclass(frozen=True)
class ExtractRecord:
    """An extract together with what became of it, as the database and the archive remember it."""

    extract: Extract
    outcome: Outcome
    reason: str = ""
    counts: Counts = Counts()
    columns: tuple[str, ...] = ()
    decided_by: str = ""
    decided_account: str = ""
    decided_reason: str = ""
    checks: tuple[Check, ...] = ()
    findings: tuple[GuardFinding, ...] = ()
    quarantined: tuple[QuarantinedRow, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def accepted_rows(self) -> int:
        """Records that were accepted: all but the quarantined and the repeated."""
        return self.counts.rows - self.counts.quarantined - self.counts.exact_duplicates


@dataclass(frozen=True)
class EmailChange:
    """One change of one doctor's GMC address, with its window and state.

    `change_date` is the date of the first accepted extract that shows the new address, `due_date` the
    first day on which the window has passed, `earliest_possible` the day after the extract before it
    (evidence only). `state` and `reason` hold for the day the change was worked out for.
    """

    change_id: str
    gmc_number: str
    kind: ChangeKind
    old_email: str | None
    new_email: str
    new_key: str
    change_date: date
    earliest_possible: date | None
    due_date: date
    state: ChangeState
    reason: ChangeReason | None = None
    #: The day its link went out, and the last day on which the link can be used.
    sent_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Mailing:
    """What the send log says of the newest mail about an email change; `change` is as it was when planned."""

    change: EmailChange
    state: MailState
    sent_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Verification:
    """A doctor's account came to be verified with an address, by its key."""

    gmc_number: str
    key: str
    on: date


@dataclass(frozen=True)
class Version:
    """One stretch of a doctor's record: `valid_to` is the first day it no longer held, None while it does."""

    valid_from: date
    valid_to: date | None
    email: str | None
    key: str | None
    registration: Registration


@dataclass(frozen=True)
class Absence:
    """A stretch in which extracts did not show the doctor.

    `absent_from` is the first extract without them, `confirmed_on` the full that made it a fact,
    `returned_on` the first extract that shows them again. `deleted` marks a delta's delete row.
    """

    absent_from: date
    confirmed_on: date | None
    returned_on: date | None
    deleted: bool = False


@dataclass(frozen=True)
class Doctor:
    """What the history holds of one doctor, each list in the order of dates.

    `quarantined` are the positions of accepted extracts whose row for the doctor was quarantined. `mailings`
    hold the newest mail of each email change, `verifications` what the portal has reported.
    """

    gmc_number: str
    versions: Sequence[Version]
    absences: Sequence[Absence] = ()
    quarantined: Sequence[Position] = ()
    mailings: Sequence[Mailing] = ()
    verifications: Sequence[Verification] = ()


@dataclass(frozen=True)
class AddressPeriod:
    """A stretch in which a doctor's record showed an address, from `since`; `until` is None while it does."""

    gmc_number: str
    key: str
    registration: Registration
    since: date
    until: date | None


@dataclass(frozen=True)
class FieldChange:
    """One changed value of a record, from the ledger."""

    as_of: date
    field: str
    old_value: str | None
    new_value: str | None
