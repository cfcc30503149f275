"""The performers list as anybody can download it, from the inbox to findings and letters."""

from datetime import date

import pytest
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.rules import Code, Outcome
from gpsync.synthetic.public_list import HEADINGS
from tests.store.mailing import CHANGED, DAY_14, FIRST, Mailroom, fed, moved, new, town

_OTHERS = ("gmc_register", "practice_users", "pcse_accounts")


def _quoted(*cells: str) -> str:
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"


def publish(room: Mailroom, day: date, doctors) -> None:
    """Take in the public list of a day: whole names as forenames, padded numbers, a date that is none, a dentist."""
    rows = [
        _quoted(
            "Medical", "GP Performer", f"Given {one.surname}", "-", f" {one.gmc_number}", "30 April 2012", "Included",
            "23 December 2015", "01 January 1900" if one.gmc_number.endswith("1") else "01 January 2010",
            "NORTH WEST COMMISSIONING REGION", "No",
        )
        for one in doctors
    ]  # fmt: skip
    dentist = _quoted(
        "Dental", "Dental Performer", "Cara Test", "-", " 900326", "28 May 2025", "Included", "13 August 2025", "",
        "MIDLANDS COMMISSIONING REGION", "Yes",
    )  # fmt: skip
    context = room.context(day)
    path = context.settings.inbox_folder / f"performers_list_{day:%Y%m%d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join([_quoted(*HEADINGS), *rows, dentist]).encode())
    for arrival in inbox.look(context.settings.inbox_folder).arrivals:
        entry = take_in(context, arrival)
        assert entry.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS), entry.reason


def _nights(room: Mailroom) -> None:
    for day, doctors in ((FIRST, town()), (CHANGED, moved(1, 2, 3)), (DAY_14, moved(1, 2, 3))):
        room.feed(day, doctors, only=_OTHERS)
        publish(room, day, doctors)


@pytest.fixture(scope="module")
def downloaded(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("public"), _nights) as nights:
        yield nights


@pytest.fixture
def room(downloaded, tmp_path):
    with downloaded.opened(tmp_path) as room:
        yield room


def test_doctors_on_the_public_list_get_their_letters(room):
    result = room.mail(DAY_14)

    assert sorted(room.recipients) == sorted(new(one) for one in (1, 2, 3))
    assert (result.not_today, result.not_known) == (None, {})


def test_what_the_public_list_does_not_say_is_reported_and_nothing_is_found_in_it(room, monkeypatch):
    result = Reconciled()
    reconcile(room.context(DAY_14), DAY_14, result)

    why = {one.code: one.reason for one in result.report.not_assessed}
    assert why[Code.PL_NO_WORK_12_MONTHS] == (
        "No column performer_type, practice_code, assignment_start_date, assignment_end_date, status_effective_date, "
        "last_worked_date in the newest performers_list extract."
    )
    silent = {Code.PL_OFF_LIST_STILL_ASSIGNED, Code.PL_COMMITMENT_OVER_100, Code.PL_REGION_MISMATCH}
    silent |= {Code.PL_TYPE_ROLE_CONFLICT, Code.PL_PRACTICE_MISSING, Code.GMC_RESTRICTION_NOT_ON_LIST}
    assert silent <= why.keys()
    assert not why.keys() & {row.mismatch.code for row in result.report.rows}
    assert {Code.GMC_DECEASED_ON_LIST, Code.GMC_NO_LICENCE_ON_LIST, Code.GMC_EMAIL_MISSING}.isdisjoint(why)
    assert any("No column performer_type" in line for line in result.lines())


def test_status_and_every_listing_say_what_is_not_assessed(room, monkeypatch):
    context = room.context(DAY_14)
    reconcile(context, DAY_14, Reconciled())
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))

    status = CliRunner().invoke(app, ["status", "--as-of", f"{DAY_14}"])
    table = CliRunner().invoke(app, ["mismatches", "--code", "B22"])
    csv = CliRunner().invoke(app, ["mismatches", "--code", "B22", "--format", "csv"])

    assert "last_worked_date in the newest performers_list" in status.output
    assert "B22" in table.output and "No column" in table.output
    assert "No column" in csv.stderr and "No column" not in csv.stdout
