"""Mornings on a real database: made-up extracts of all six datasets, mismatches with their lives, the report."""

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import NullPool, create_engine, text
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.errors import WrongUse
from gpsync.extracts import inbox
from gpsync.extracts.naming import recognise
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.operations.staff.acknowledge import Wanted, acknowledge, wanted_in
from gpsync.rules import Code, Dataset, MismatchState, Outcome
from gpsync.store import mismatches
from gpsync.synthetic.writing import synthesise

_LAST = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """Two weeks of extracts about 600 doctors, ending on Monday 23 November 2026."""
    folder = tmp_path_factory.mktemp("sent")
    synthesise(folder, doctors=600, nights=8, seed=5, last_night=_LAST, traps=False)
    return folder


@dataclass
class Snapshots:
    """Installations as they stood after a first morning, by its day and datasets: tests begin with the same few."""

    server_url: str
    folder: Path
    results: dict[tuple, tuple[str, Reconciled]] = field(default_factory=dict)

    def keep(self, key: tuple, context: Context, result: Reconciled) -> None:
        name = f"morning_{os.getpid()}_{len(self.results)}"
        self._copy(context, name, context.engine.url.database)
        shutil.copytree(context.settings.home_folder, self.folder / name, symlinks=True)
        self.results[key] = name, result

    def open(self, key: tuple, context: Context) -> Reconciled:
        name, result = self.results[key]
        self._copy(context, context.engine.url.database, name)
        shutil.copytree(self.folder / name, context.settings.home_folder, symlinks=True, dirs_exist_ok=True)
        return result

    def _copy(self, context: Context, to: str, origin: str) -> None:
        context.engine.dispose()
        self.run(f"DROP DATABASE IF EXISTS {to}", f"CREATE DATABASE {to} TEMPLATE {origin} STRATEGY file_copy")

    def run(self, *statements: str) -> None:
        engine = create_engine(self.server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture(scope="module")
def snapshots(server_url, tmp_path_factory):
    kept = Snapshots(server_url, tmp_path_factory.mktemp("mornings"))
    yield kept
    kept.run(*(f"DROP DATABASE {name}" for name, _ in kept.results.values()))


@pytest.fixture
def morning(context, sent, snapshots):
    """Take in what was sent up to a day, of these datasets, and reconcile: `morning(day)` gives the result."""
    taken: set[Path] = set()

    def run(as_of: date, datasets=tuple(Dataset)) -> Reconciled:
        is_first, key = not taken, (as_of, datasets)
        arrived = [
            path
            for path in sorted(sent.glob("*.csv"))
            if recognise(path.name)[0] in datasets and recognise(path.name)[2] <= as_of and path not in taken
        ]
        taken.update(arrived)
        if is_first and key in snapshots.results:
            return snapshots.open(key, context)
        result = night(as_of, arrived)
        if is_first:
            snapshots.keep(key, context, result)
        return result

    def night(as_of: date, arrived: list[Path]) -> Reconciled:
        context.settings.inbox_folder.mkdir(parents=True, exist_ok=True)
        for path in arrived:
            shutil.copy(path, context.settings.inbox_folder)
        for arrival in inbox.look(context.settings.inbox_folder).arrivals:
            entry = take_in(context, arrival)
            assert entry.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS), entry.reason
        result = Reconciled()
        reconcile(context, as_of, result)
        return result

    return run


def stored(context: Context) -> list:
    with context.engine.connect() as connection:
        return sorted(mismatches.all_of_them(connection), key=lambda one: one.mismatch_id)


def test_a_morning_finds_the_planted_mismatches_and_publishes_every_file(context, morning):
    result = morning(_LAST)

    codes = {row.mismatch.code for row in result.report.rows}
    assert {Code.GMC_DECEASED_ON_LIST, Code.APPROVED_NOT_APPLIED, Code.TOO_MANY_USER_ADMINISTRATORS} <= codes
    latest = context.settings.reports_folder / "latest"
    assert {path.name for path in latest.iterdir()} == {
        "mismatches.html",
        "mismatches.xlsx",
        "mismatches.csv",
        "mismatches.json",
        "what-changed.txt",
    }
    assert len(stored(context)) == len(result.report.rows)


def test_what_was_compared_adds_up(context, morning):
    comparison = morning(_LAST).report.comparisons[0]

    with context.engine.connect() as connection:
        doctors = connection.execute(text("SELECT count(*) FROM reporting.doctor")).scalar()
    assert comparison.both + comparison.only_right == doctors
    assert comparison.both > 50


def test_the_same_morning_twice_changes_nothing(context, morning):
    first = morning(_LAST)
    before = stored(context)

    second = morning(_LAST)

    assert stored(context) == before
    assert second.report.rows == first.report.rows


def test_a_mismatch_ages_and_is_resolved_when_the_records_agree(context, morning):
    morning(date(2026, 11, 16))
    before = {one.mismatch_id for one in stored(context)}
    result = morning(_LAST)

    assert {row.mismatch.state for row in result.report.rows if row.mismatch.mismatch_id in before} == {
        MismatchState.OPEN
    }
    assert {row.days_open for row in result.report.rows if row.mismatch.state is MismatchState.OPEN} == {7}
    assert all(row.mismatch.resolved_on == _LAST for row in result.report.resolved)


def test_what_has_no_extract_is_not_assessed_and_says_so(context, morning):
    result = morning(_LAST, (Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST))

    not_assessed = {one.code: one.reason for one in result.report.not_assessed}
    assert not_assessed[Code.APPROVAL_OVERDUE] == "No practice_approvals extract has been accepted yet."
    assert Code.GMC_DECEASED_ON_LIST not in not_assessed
    assert Code.APPROVAL_OVERDUE not in {row.mismatch.code for row in result.report.rows}


def test_a_stale_extract_resolves_nothing(context, morning):
    morning(_LAST)
    before = {one.mismatch_id: one for one in stored(context) if one.code is Code.APPROVED_NOT_APPLIED}
    later = Reconciled()

    reconcile(context, date(2026, 12, 1), later)

    after = {one.mismatch_id: one for one in stored(context) if one.code is Code.APPROVED_NOT_APPLIED}
    assert before
    assert after == before
    reasons = [one.reason for one in later.report.not_assessed if one.code is Code.APPROVED_NOT_APPLIED]
    assert (
        reasons == ["The newest practice_approvals extract is 8 days old, more than 7."] or "8 days old" in reasons[0]
    )


@pytest.mark.parametrize("step", ["judge", "_report", "publish"])
def test_a_failed_run_leaves_yesterdays_mismatches_and_yesterdays_report(context, morning, monkeypatch, step):
    morning(date(2026, 11, 20))
    before = stored(context)
    report = (context.settings.reports_folder / "latest" / "mismatches.json").read_bytes()

    def break_down(*given):
        raise OSError("the disk is full")

    monkeypatch.setattr(f"gpsync.operations.reconcile.reconcile.{step}", break_down)
    with pytest.raises(OSError, match="disk is full"):
        reconcile(context, _LAST, Reconciled())

    assert stored(context) == before
    assert (context.settings.reports_folder / "latest" / "mismatches.json").read_bytes() == report


def test_an_earlier_day_than_the_last_run_is_wrong_use(context, morning):
    morning(_LAST)
    with context.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO run (run_id, flow, as_of, started_at, outcome, summary) "
                "VALUES ('1', 'performer_reconcile', '2026-11-23', now(), 'done', '{}')"
            )
        )

    with pytest.raises(WrongUse, match="already reconciled as of 2026-11-23"):
        reconcile(context, date(2026, 11, 22), Reconciled())


def test_a_mismatch_is_acknowledged_by_the_filled_in_workbook_until_its_day(context, morning):
    morning(date(2026, 11, 20))
    context = Context(context.settings, context.engine, now=lambda: datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    workbook = context.settings.home_folder / "filled.xlsx"
    shutil.copy(context.settings.reports_folder / "latest" / "mismatches.xlsx", workbook)
    chosen = _fill_in(workbook, "2026-11-23", "The form is on its way")

    wanted, problems = wanted_in(workbook, context.today)
    assert (problems, acknowledge(context, wanted, "ada")) == ([], 1)

    state = {one.mismatch_id: one for one in stored(context)}[chosen]
    assert (state.state, state.acknowledged_by) == (MismatchState.ACKNOWLEDGED, "ada")
    result = morning(_LAST)
    kept = {row.mismatch.mismatch_id: row.mismatch.state for row in result.report.rows}
    assert kept[chosen] is MismatchState.ACKNOWLEDGED
    assert sum(result.report.by_severity().values()) == len(result.report.rows) - 1


def _fill_in(path: Path, until: str, reason: str) -> str:
    """Fill in the first mismatch of the first owner's sheet; returns its id."""
    book = openpyxl.load_workbook(path)
    sheet = book[book.sheetnames[1]]
    headings = {cell.value: cell.column for row in sheet.iter_rows() for cell in row if cell.value}
    header = next(row[0].row for row in sheet.iter_rows() if "Reason" in [cell.value for cell in row])
    identity = next(name for name in headings if name.casefold() in ("mismatch_id", "mismatch id", "id"))
    sheet.cell(header + 1, headings["Set aside until"]).value = until
    sheet.cell(header + 1, headings["Reason"]).value = reason
    book.save(path)
    return str(sheet.cell(header + 1, headings[identity]).value)


def test_an_unknown_mismatch_sets_nothing_aside(context, morning):
    morning(_LAST)
    known = stored(context)[0].mismatch_id
    wanted = [Wanted(known, date(2026, 12, 24), "waiting"), Wanted("0" * 16, date(2026, 12, 24), "waiting")]

    with pytest.raises(WrongUse, match="no unresolved mismatch 0000000000000000"):
        acknowledge(context, wanted, "ada")

    assert all(one.state is not MismatchState.ACKNOWLEDGED for one in stored(context))


def test_mismatches_are_listed_and_written_by_filter(context, morning, monkeypatch):
    morning(_LAST)
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    output = context.settings.home_folder / "out.json"

    table = CliRunner().invoke(app, ["mismatches", "--code", "b13"])
    written = CliRunner().invoke(app, ["mismatches", "--owner", "gp", "--format", "json", "--output", str(output)])
    printed = CliRunner().invoke(app, ["mismatches", "--code", "PLACEHOLDER_DATE", "--json"])
    without = CliRunner().invoke(app, ["mismatches", "--format", "xlsx"])

    assert (table.exit_code, written.exit_code) == (0, 0)
    assert "PLACEHOLDER_DATE" in table.stdout and "NAME_DIFFERS" not in table.stdout
    assert "PLACEHOLDER_DATE" in json.dumps(json.loads(printed.stdout))
    assert "GP" in json.dumps(json.loads(output.read_text(encoding="utf-8")))
    assert isinstance(without.exception, WrongUse)


def test_one_doctors_mismatches_are_listed_with_names_where_the_reader_may_see_them(context, morning, monkeypatch):
    morning(_LAST)
    chosen = next(one for one in stored(context) if one.gmc_number and one.practice_code)
    with context.engine.connect() as connection:
        query = text("SELECT given_name || ' ' || surname FROM reporting.doctor WHERE gmc_number = :number")
        doctor = connection.execute(query, {"number": chosen.gmc_number}).scalar_one()
        query = text("SELECT practice_name FROM practice WHERE practice_code = :code AND valid_to IS NULL")
        practice = connection.execute(query, {"code": chosen.practice_code}).scalar_one()

    def listed() -> set[tuple]:
        result = _command(context, monkeypatch, "mismatches", "--doctor", chosen.gmc_number, "--json")
        rows = json.loads(result.stdout)["rows"]
        return {(row["gmc_number"], row["practice_code"], row["doctor_name"], row["practice_name"]) for row in rows}

    without = listed()
    monkeypatch.setenv("GPSYNC_REPORT_NAMES", "true")

    assert {one[0] for one in without} == {chosen.gmc_number} and {one[2:] for one in without} == {(None, None)}
    assert (chosen.gmc_number, chosen.practice_code, doctor, practice) in listed()
    assert doctor in _command(context, monkeypatch, "mismatches", "--doctor", chosen.gmc_number).stdout


def test_a_report_names_doctors_and_practices_where_the_setting_says_so(context, morning):
    morning(_LAST)
    latest = context.settings.reports_folder / "latest"
    before = (latest / "mismatches.html").read_text(encoding="utf-8")
    named, result = replace(context, settings=context.settings.model_copy(update={"report_names": True})), Reconciled()

    reconcile(named, _LAST, result)

    rows = [row for row in result.report.rows if row.mismatch.gmc_number]
    assert sum(bool(row.doctor_name) for row in rows) > 0.9 * len(rows)
    shown = (latest / "mismatches.html").read_text(encoding="utf-8")
    assert json.dumps(rows[0].doctor_name) in shown and rows[0].practice_name in shown
    assert json.dumps(rows[0].doctor_name) not in before


def test_no_address_is_in_a_mismatch_or_a_report(context, morning):
    morning(_LAST)

    latest = context.settings.reports_folder / "latest"
    written = "".join(path.read_text(encoding="utf-8") for path in latest.iterdir() if path.suffix != ".xlsx")
    with context.engine.connect() as connection:
        addresses = (
            connection.execute(text("SELECT email FROM reporting.doctor WHERE email IS NOT NULL")).scalars().all()
        )
    assert len(addresses) > 400
    assert [address for address in addresses if address in written] == []


def _command(context, monkeypatch, *words: str):
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    return CliRunner().invoke(app, list(words))


def test_a_listing_says_how_many_kinds_were_assessed_and_why_not_all(context, morning, monkeypatch):
    before = _command(context, monkeypatch, "mismatches", "--format", "json")
    result = morning(_LAST, (Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST))
    after = _command(context, monkeypatch, "mismatches", "--format", "json")

    first, then = json.loads(before.stdout), json.loads(after.stdout)
    assert (first["assessed_codes"], len(first["not_assessed"])) == (0, len(Code))
    assert {one["reason"] for one in first["not_assessed"]} == {"No reconciliation has been run yet."}
    assert then["assessed_codes"] == result.report.assessed_codes < len(Code)
    assert then["assessed_codes"] + len(then["not_assessed"]) == len(Code)
    published = context.settings.reports_folder / "latest" / "mismatches.json"
    assert then["not_assessed"] == json.loads(published.read_text(encoding="utf-8"))["not_assessed"]


def test_a_listing_from_before_the_reasons_were_kept_says_how_many(context, morning, monkeypatch):
    morning(_LAST, (Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST))
    summary = json.dumps({"codes assessed": 22, "codes not assessed": 50})
    with context.engine.begin() as connection:
        connection.execute(text("DELETE FROM not_known"))
        connection.execute(
            text(
                "INSERT INTO run (run_id, flow, as_of, started_at, outcome, summary) "
                "VALUES ('1', 'performer_reconcile', '2026-11-23', now(), 'done', CAST(:summary AS jsonb))"
            ),
            {"summary": summary},
        )

    listing = json.loads(_command(context, monkeypatch, "mismatches", "--format", "json").stdout)

    assert listing["assessed_codes"] == 22


def test_rows_of_kinds_that_were_not_assessed_are_marked_everywhere(context, morning):
    morning(_LAST)
    later = Reconciled()
    reconcile(context, date(2026, 12, 1), later)

    stale = [row for row in later.report.rows if row.mismatch.code is Code.APPROVED_NOT_APPLIED]
    assert stale and all("8 days old" in row.not_assessed for row in stale)
    latest = context.settings.reports_folder / "latest"
    written = {path.name: path.read_text(encoding="utf-8") for path in latest.iterdir() if path.suffix != ".xlsx"}
    assert "As of 23 November 2026: not assessed since" in written["mismatches.html"]
    assert "as of 2026-11-23: The newest" in written["mismatches.csv"]
    assert '"not_assessed": "The newest' in written["mismatches.json"]
    assert "could not be checked again" in written["what-changed.txt"]
    workbook = openpyxl.load_workbook(latest / "mismatches.xlsx")
    cells = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("as of 2026-11-23: The newest" in cell for cell in cells)
    assert "Could not be checked again" in cells
    with context.engine.connect() as connection:
        not_assessed = [
            tuple(row) for row in connection.execute(text("SELECT code, since FROM reporting.not_assessed"))
        ]
    assert (str(Code.APPROVED_NOT_APPLIED), date(2026, 12, 1)) in not_assessed


def test_an_acknowledgement_ends_with_its_day_although_nothing_was_run_or_assessed(context, morning, monkeypatch):
    morning(_LAST)
    chosen = next(one for one in stored(context) if one.code is Code.APPROVED_NOT_APPLIED)
    context = Context(context.settings, context.engine, now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    acknowledge(context, [Wanted(chosen.mismatch_id, date(2026, 11, 25), "asked")], "ada")

    def listed(day: str, state: str) -> bool:
        result = _command(context, monkeypatch, "mismatches", "--as-of", day, "--state", state, "--format", "json")
        return chosen.mismatch_id in result.stdout

    assert listed("2026-11-25", "ACKNOWLEDGED") and not listed("2026-11-25", "OPEN")
    assert listed("2026-11-26", "OPEN") and not listed("2026-11-26", "ACKNOWLEDGED")
    with context.engine.connect() as connection:
        counted = [
            sum(int(row[name]) for row in mismatches.ages(connection, day) for name in row if name != "severity")
            for day in (date(2026, 11, 25), date(2026, 11, 26))
        ]
        seen = connection.execute(
            text("SELECT state FROM reporting.mismatch WHERE mismatch_id = :id"), {"id": chosen.mismatch_id}
        ).scalar()
    assert counted[1] == counted[0] + 1
    # By today's date in London, whatever that is: the day has passed by then.
    assert seen == "OPEN"
    later = Reconciled()
    reconcile(context, date(2026, 12, 1), later)
    (state,) = {one.state for one in stored(context) if one.mismatch_id == chosen.mismatch_id}
    assert state is MismatchState.OPEN


def test_an_acknowledgement_ends_when_an_address_changes_behind_its_mask(context, morning):
    morning(_LAST)
    masked = [one for one in stored(context) if one.evidence.get("gmc_email")]
    context = Context(context.settings, context.engine, now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert masked and all(len(one.compared["gmc_email"]) == 32 for one in masked)
    chosen = masked[0].mismatch_id
    acknowledge(context, [Wanted(chosen, date(2026, 12, 24), "asked")], "ada")

    reconcile(context, _LAST, Reconciled())
    before = {one.mismatch_id: one.state for one in stored(context)}
    with context.engine.begin() as connection:  # as if it had been another address on the night before
        connection.execute(
            text("UPDATE mismatch SET compared = jsonb_set(compared, '{gmc_email}', '\"0\"') WHERE mismatch_id = :id"),
            {"id": chosen},
        )
    reconcile(context, _LAST, Reconciled())
    after = {one.mismatch_id: one.state for one in stored(context)}

    assert (before[chosen], after[chosen]) == (MismatchState.ACKNOWLEDGED, MismatchState.OPEN)
