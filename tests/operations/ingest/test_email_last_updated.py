"""The register's optional column `Email Last Updated`: evidence for a person, and nothing that is decided by (C-14)."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.rules import Outcome
from gpsync.store import email_changes
from tests.store.mail_building import add_change, add_doctor, gmc_number

HEADER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"
WITH_DATE = f"{HEADER},Email Last Updated"
#: The column of each doctor, by the day of November of the extract; all of them have a new address from the 17th on.
COLUMNS = {
    1: lambda day: "",
    2: lambda day: "01112026",
    3: lambda day: "16112026",
    4: lambda day: "17112026",
    5: lambda day: "18112026",
    6: lambda day: "31122026",
    7: lambda day: "01011990",
    8: lambda day: f"{day:02}112026",
    9: lambda day: f"{day + 1:02}112026",
    10: lambda day: "" if day % 2 else "10112026",
}


def register(day, *, with_date=True):
    """The register of a day in November."""
    word = "new" if day >= 17 else "old"
    rows = [
        f"{9000000 + number},Oak{number},Given,Registered with Licence,d{number}.{word}@doctor.example"
        for number in COLUMNS
    ]
    return [f"{row},{COLUMNS[number](day)}" for number, row in enumerate(rows, 1)] if with_date else rows


@pytest.fixture
def windows(context):
    """Change date and due date of every change, by doctor."""

    def read():
        query = (
            "SELECT gmc_number, change_date, earliest_possible, due_date, state, reason FROM email_change ORDER BY 1"
        )
        with context.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return read


@pytest.fixture
def why(context, monkeypatch):
    """The lines about email changes that `gpsync why` tells of a doctor."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))

    def ask(number):
        result = CliRunner().invoke(app, ["why", str(9000000 + number), "--as-of", "2026-11-25", "--json"])
        assert result.exit_code == 0, result.exception
        return [line["what"] for line in json.loads(result.stdout)["story"] if "Its window ends" in line["what"]]

    return ask


@pytest.mark.parametrize("with_date", [True, False], ids=["with the column", "without"])
def test_no_window_depends_on_the_date(night, windows, with_date):
    for day in (2, 16, 17, 18, 19, 24):
        night(day, register(day, with_date=with_date), header=WITH_DATE if with_date else HEADER)

    expected = (date(2026, 11, 17), date(2026, 11, 17), date(2026, 12, 1), "WAITING", None)
    assert windows() == [(str(9000000 + number), *expected) for number in COLUMNS]


def test_no_window_depends_on_a_column_that_is_new(night, windows, why):
    for day in (2, 16, 17):
        night(day, register(day, with_date=False))
    before = windows()
    night(18, register(18), header=WITH_DATE)

    assert windows() == before
    assert "last updated on 2026-11-16: shown as evidence only" in why(3)[0]


def test_a_change_tells_the_date_that_the_register_gave_with_it(night, why):
    for day in (2, 16, 17, 24):
        night(day, register(day), header=WITH_DATE)

    lines_of = {number: why(number) for number in COLUMNS}

    assert all(len(lines) == 1 for lines in lines_of.values())
    assert "last updated" not in lines_of[1][0]
    assert "last updated on 2026-11-16: shown as evidence only" in lines_of[3][0]
    assert "last updated on 2026-11-17: shown as evidence only" in lines_of[4][0]
    assert "last updated on 2026-11-18, after an extract had shown it: this cannot be" in lines_of[5][0]
    # The extract of the 24th says otherwise; what the change came with stays.
    assert "last updated on 2026-11-17: shown as evidence only" in lines_of[8][0]
    assert "last updated on 2026-11-18, after an extract had shown it: this cannot be" in lines_of[9][0]


def test_of_several_changes_each_tells_its_own_date(night, why):
    def row(email, updated):
        return [f"9000001,Oak,Given,Registered with Licence,{email}@doctor.example,{updated}"]

    night(2, row("a", "01112026"), header=WITH_DATE)
    night(3, row("b", "02112026"), header=WITH_DATE)
    night(4, row("c", "03112026"), header=WITH_DATE)
    night(20, row("b", ""), header=WITH_DATE)
    night(23, row("b", "22112026"), header=WITH_DATE)

    assert [what.partition("last updated on ")[2][:10] for what in why(1)] == ["2026-11-02", "2026-11-03", ""]


def test_the_date_of_another_address_is_not_taken_for_evidence(engine):
    """A mailed change stays as it was planned, though a late extract shows another address for its day."""
    day = date(2026, 11, 10)
    with engine.begin() as connection:
        for number, values in enumerate([{}, {"email_key": "other@doctor.example"}], 1):
            add_doctor(connection, number, email_last_updated=day, **values)
            add_change(connection, number)

        assert email_changes.last_updated(connection, gmc_number(1)) == {"change-1": day}
        assert email_changes.last_updated(connection, gmc_number(2)) == {}


@pytest.mark.parametrize(
    ("days_later", "notes"),
    [
        ([-1, 0], ()),
        (
            [0, 1],
            (
                "1 row says that its address was last updated after 2026-11-17, the extract's own date: ask the sender "
                "which date is wrong. No window depends on it (C-14).",
            ),
        ),
        (
            [1, 30],
            (
                "2 rows say that their address was last updated after 2026-11-17, the extract's own date: ask the "
                "sender which date is wrong. No window depends on it (C-14).",
            ),
        ),
    ],
)
def test_a_date_after_the_extracts_own_is_a_warning(context, night, days_later, notes):
    dates = [date(2026, 11, 17) + timedelta(days=number) for number in days_later]
    rows = [
        f"{9000001 + number},Oak,Given,Registered with Licence,d{number}@doctor.example,{one:%d%m%Y}"
        for number, one in enumerate(dates)
    ]

    entry = night(17, rows, header=WITH_DATE)

    assert (entry.notes, entry.counts.new) == (notes, 2)
    assert entry.outcome is (Outcome.ACCEPTED_WITH_WARNINGS if notes else Outcome.ACCEPTED)
    with context.engine.connect() as connection:
        assert connection.execute(text("SELECT notes FROM extract")).scalars().all() == [list(notes)]


def test_another_date_in_the_future_is_no_matter_of_the_address(night):
    row = "9000001,Oak,Given,Registered with Licence,a@doctor.example,18112026,17112026"
    entry = night(17, [row], header=f"{HEADER},PR Date,Email Last Updated")

    assert (entry.outcome, entry.notes) == (Outcome.ACCEPTED_WITH_WARNINGS, ())
