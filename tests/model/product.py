"""The product at work on extracts of the model: feeding it, and reading what it then holds."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Table, create_engine, delete, select, text

from gpsync.extracts.inbox import look
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.settle import Decision, settle
from gpsync.records import (
    Absence,
    AddressPeriod,
    Counts,
    Doctor,
    EmailChange,
    Extract,
    ExtractRecord,
    QuarantinedRow,
    Verification,
    Version,
)
from gpsync.rules import ACCEPTED_OUTCOMES, Dataset, Kind, Outcome, QuarantineReason, Registration
from gpsync.settings import Settings
from gpsync.store import tables
from gpsync.window.fold import email_changes
from gpsync.window.sharing import hold_shared
from gpsync.window.timeline import Calendar
from tests.model.email_model import Log, class_of, key_of, tell_changes
from tests.model.extract import DELTA, ModelExtract, in_order
from tests.model.history_model import Record, tell_history

_TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))
_COLUMNS = ("gmc_number", "surname", "registration_status", "email")
_UNKNOWN_STATUS = "Registered somehow"

#: Thresholds that no extract of the tests reaches: guards are not what is tested here.
_GUARDS_OFF: dict[str, Any] = {
    "row_count_percent": 1e9,
    "gone_percent": 1e9,
    "gone_at_least": 10**9,
    "new_percent": 1e9,
    "new_at_least": 10**9,
    "email_change_percent": 1e9,
    "email_change_at_least": 10**9,
    "quarantine_percent": 100,
    "oldest_extract_days": 36_500,
    "settle_seconds": 0,
}

#: What extracts make, whatever order they came in.
HISTORY = (tables.doctor, tables.absence, tables.field_change, tables.email_change)

Rows = list[tuple[Any, ...]]


class Office:
    """Contexts for one test: each with folders of its own, on one database that is emptied for each context."""

    def __init__(self, make_database: Callable[[], str], folder: Path) -> None:
        self._make_database, self._folder, self._numbers = make_database, folder, count()
        self._engine = create_engine(make_database(), hide_parameters=True)
        self._others: list[Engine] = []

    def fresh(self) -> Context:
        """A context that has never seen an extract."""
        shutil.rmtree(self._folder / "home", ignore_errors=True)
        empty(self._engine)
        return self._context(self._engine)

    def with_lost_database(self, context: Context) -> Context:
        """The same folders with an empty database."""
        if not self._others:
            self._others.append(create_engine(self._make_database(), hide_parameters=True))
        empty(self._others[0])
        return Context(context.settings, self._others[0], now=context.now)

    def close(self) -> None:
        """Let go of the databases."""
        for engine in (self._engine, *self._others):
            engine.dispose()

    def _context(self, engine: Engine) -> Context:
        settings = Settings(home=self._folder / "home", **_GUARDS_OFF)
        return Context(settings, engine, now=lambda: datetime(2040, 1, 1, 4, 0, tzinfo=UTC))


def empty(engine: Engine) -> None:
    """Delete every row of every table: far quicker than a new database, where there are few."""
    with engine.begin() as connection:
        # The send log's guard forbids it to everybody else.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(delete(table))


def feed(context: Context, extracts: Iterable[ModelExtract]) -> None:
    """Settle the extracts in the order given, as if the gate had passed them."""
    for extract in extracts:
        _settle(context, extract)


def _settle(context: Context, extract: ModelExtract) -> None:
    delivered = context.settings.home_folder / "delivered.csv"
    delivered.parent.mkdir(parents=True, exist_ok=True)
    delivered.write_text(as_csv(extract), encoding="utf-8")
    entry = settle(context, draft_of(extract), frame_of(extract), Decision(delivered=delivered))
    assert entry.outcome in ACCEPTED_OUTCOMES, entry.reason


def draft_of(extract: ModelExtract) -> ExtractRecord:
    """The record that the gate would make of the extract."""
    content = as_csv(extract).encode()
    name = f"gmc_register_{'delta_' if extract.kind == DELTA else ''}{extract.as_of:%Y%m%d}.csv"
    digest = hashlib.sha256(content).hexdigest()
    aside = tuple(
        QuarantinedRow(len(extract.rows) + place, number, QuarantineReason.UNKNOWN_STATUS)
        for place, number in enumerate(extract.quarantined, start=1)
    )
    return ExtractRecord(
        Extract(Dataset.GMC_REGISTER, Kind(extract.kind), extract.as_of, name, digest, len(content)),
        Outcome.ACCEPTED,
        counts=Counts(rows=len(extract.rows) + len(aside), quarantined=len(aside)),
        columns=_COLUMNS,
        quarantined=aside,
    )


def frame_of(extract: ModelExtract) -> pd.DataFrame:
    """The accepted rows as a tidy frame."""
    values = [(row.gmc_number, row.surname, row.status, row.email, row.action) for row in extract.rows]
    frame = pd.DataFrame(values, columns=[*_COLUMNS, "action"], dtype=_TEXT)
    return frame if extract.kind == DELTA else frame.drop(columns="action")


def as_csv(extract: ModelExtract) -> str:
    """The extract as its file stands in the inbox; a quarantined row has a status that nobody knows."""
    header = ["GMC Ref No", "Surname", "Registration Status", "Email Address"]
    lines = [[row.gmc_number, row.surname, row.status, row.email or "", row.action] for row in extract.rows]
    lines += [[number, "Oak", _UNKNOWN_STATUS, "", "U"] for number in extract.quarantined]
    if extract.kind == DELTA:
        lines = [[*line, f"{extract.as_of:%d%m%Y}"] for line in lines]
        header += ["Action", "Date Processed"]
    return "".join(",".join(line[: len(header)]) + "\n" for line in [header, *lines])


def deliver(context: Context, extract: ModelExtract) -> ExtractRecord:
    """Put the extract into the inbox as a file and take it in."""
    inbox = context.settings.inbox_folder
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / draft_of(extract).extract.file_name).write_text(as_csv(extract), encoding="utf-8")
    (arrival,) = look(inbox).arrivals
    entry = take_in(context, arrival)
    assert entry is not None
    return entry


def contents(context: Context, table: Table) -> Rows:
    """The rows of a table, in an order of their own."""
    with context.engine.connect() as connection:
        return _sorted(tuple(row) for row in connection.execute(select(table)))


def held_history(context: Context) -> dict[str, Rows]:
    """Versions, absences, changed fields and email changes, to the last column."""
    return {table.name: contents(context, table) for table in HISTORY}


def everything(context: Context) -> dict[str, Rows]:
    """Every row of every table."""
    return {table.name: contents(context, table) for table in tables.metadata.sorted_tables}


def rows_of_product(context: Context) -> dict[str, Rows]:
    """Versions, absences and email changes as the product holds them, in the columns of the model."""
    doctor, absence, change = tables.doctor.c, tables.absence.c, tables.email_change.c
    statements = {
        "versions": select(
            doctor.gmc_number, doctor.valid_from, doctor.valid_to, doctor.closed_on, doctor.surname,
            doctor.registration_status, doctor.email, doctor.registration_class, doctor.email_key,
        ),
        "absences": select(
            absence.key, absence.absent_from, absence.confirmed_on, absence.returned_on, absence.deleted
        ),
        "email changes": select(
            change.gmc_number, change.kind, change.old_email, change.new_email, change.new_key, change.change_date,
            change.earliest_possible, change.due_date, change.state, change.reason, change.sent_on, change.expires_on,
        ),
    }  # fmt: skip
    with context.engine.connect() as connection:
        return {name: _sorted(map(tuple, connection.execute(statement))) for name, statement in statements.items()}


def rows_of_model(extracts: Iterable[ModelExtract], logs: Mapping[str, Log] | None = None) -> dict[str, Rows]:
    """The same, as the model has it, with the mailout's logs by doctor."""
    extracts = list(extracts)
    records = tell_history(extracts)
    versions = (
        (
            number, version.valid_from, version.valid_to, version.closed_on, version.row.surname, version.row.status,
            version.row.email, str(class_of(version)), version.row.email and key_of(version.row.email),
        )
        for number, record in records.items()
        for version in record.versions
    )  # fmt: skip
    absences = (
        (number, absence.absent_from, absence.confirmed_on, absence.returned_on, absence.deleted)
        for number, record in records.items()
        for absence in record.absences
    )
    changes = (
        (
            change.gmc_number, change.kind, change.old_email, change.new_email, change.key, change.change_date,
            change.earliest_possible, change.due_date, change.state, change.reason, change.sent_on, change.expires_on,
        )
        for change in tell_changes(extracts, logs)
    )  # fmt: skip
    return {"versions": _sorted(versions), "absences": _sorted(absences), "email changes": _sorted(changes)}


def rows_of_rules(extracts: Iterable[ModelExtract], logs: Mapping[str, Log] | None = None) -> Rows:
    """The email changes that the product's rules alone make of the model's history, without a database."""
    return _sorted(
        (
            change.gmc_number, change.kind, change.old_email, change.new_email, change.new_key, change.change_date,
            change.earliest_possible, change.due_date, change.state, change.reason, change.sent_on, change.expires_on,
        )
        for change in changes_by_rules(extracts, logs)
    )  # fmt: skip


def changes_by_rules(extracts: Iterable[ModelExtract], logs: Mapping[str, Log] | None = None) -> list[EmailChange]:
    """The same as records."""
    doctors, calendar = doctors_by_model(extracts, logs)
    changes = [change for doctor in doctors for change in email_changes(doctor, calendar)]
    periods: dict[str, list[AddressPeriod]] = {}
    for doctor in doctors:
        for version in doctor.versions:
            if version.key is not None:
                holding = AddressPeriod(
                    doctor.gmc_number, version.key, version.registration, version.valid_from, version.valid_to
                )
                periods.setdefault(version.key, []).append(holding)
    return hold_shared(changes, periods)


def doctors_by_model(
    extracts: Iterable[ModelExtract], logs: Mapping[str, Log] | None = None
) -> tuple[list[Doctor], Calendar]:
    """The doctors of the model's history as the product's records, and the calendar of the extracts."""
    ordered, logs = in_order(extracts), logs or {}
    doctors = []
    for number, record in tell_history(ordered).items():
        doctor = _as_doctor(number, record, ordered)
        if (log := logs.get(number)) is not None:
            verified = [Verification(number, key, day) for day, key in log.verified]
            doctor = replace(doctor, mailings=log.mailings, verifications=verified)
        doctors.append(doctor)
    return doctors, Calendar([(extract.as_of, Kind(extract.kind)) for extract in ordered])


def _as_doctor(number: str, record: Record, extracts: list[ModelExtract]) -> Doctor:
    versions = [
        Version(
            version.valid_from,
            version.valid_to,
            version.row.email,
            version.row.email and key_of(version.row.email),
            Registration(class_of(version)),
        )
        for version in record.versions
    ]
    absences = [Absence(one.absent_from, one.confirmed_on, one.returned_on, one.deleted) for one in record.absences]
    aside = [(extract.as_of, Kind(extract.kind)) for extract in extracts if number in extract.quarantined]
    return Doctor(number, versions, absences, aside)


def assert_same(product: dict[str, Rows], other: dict[str, Rows], extracts: Iterable[ModelExtract]) -> None:
    """Fail with the rows that differ, and the extracts that made them."""
    lines = [f"  {extract}" for extract in extracts]
    for name, rows in product.items():
        lines += [f"  only in the product's {name}: {_plain(row)}" for row in rows if row not in other[name]]
        lines += [f"  missing from its {name}: {_plain(row)}" for row in other[name] if row not in rows]
    assert product == other, "\n".join(["the product disagrees", *lines])


def _plain(row: tuple[Any, ...]) -> str:
    return ", ".join("-" if value is None else str(value) for value in row)


def _sorted(rows: Iterable[tuple[Any, ...]]) -> Rows:
    return sorted(rows, key=lambda row: [str(value) for value in row])
