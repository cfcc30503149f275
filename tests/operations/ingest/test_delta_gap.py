"""A working day's delta is missing: what was mailed anyway would go by a register that nobody has seen (C-41)."""

import json
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.rules import MailState, Outcome
from tests.store.mailing import CHANGED, DAY_14, DAY_15, DAY_16, FIRST, LICENSED, fed, gmc, moved, new, old, town

#: Thursday to Monday before the day on which the windows have passed, a Tuesday.
THURSDAY, FRIDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30)
_HEADING = (
    "GMC Ref No,Surname,Given Name,Year Of Qualification,GP Register Date,Registration Status,Email Address,"
    "Action,Date Processed"
)


def line(number, email, status=LICENSED):
    return f"{gmc(number)},Oak{number},Given,2001,2010-01-01,{status},{email},U"


def delta(room, day, *lines, heading=_HEADING):
    """Take in a day's delta of the register: nothing but a doctor who stays as they are, unless there are lines."""
    context = room.context(day)
    rows = [f"{one},{day} 02:15:00" for one in lines or [line(5, old(5))]]
    path = context.settings.inbox_folder / f"gmc_register_delta_{day:%Y%m%d}.csv"
    path.write_text("".join(f"{one}\n" for one in [heading, *rows]), encoding="utf-8")
    (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
    return take_in(context, arrival)


def deltas_without_friday(room):
    """The changes of doctors 1, 2 and 3 are due, by a full of Thursday and deltas of Monday and Tuesday."""
    room.feed(FIRST, town())
    room.feed(CHANGED, moved(1, 2, 3))
    room.feed(THURSDAY, moved(1, 2, 3))
    delta(room, MONDAY)
    delta(room, DAY_14)
    room.feed(DAY_14, moved(1, 2, 3), only=["performers_list"])


@pytest.fixture(scope="module")
def due(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("gap"), deltas_without_friday) as town:
        yield town


@pytest.fixture
def status(room, monkeypatch):
    """What `gpsync status` says as of a day: `status(day)`, with `--json` as data."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "200")

    def ask(day, *options):
        result = CliRunner().invoke(app, ["status", "--as-of", day.isoformat(), *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    return ask


@pytest.mark.parametrize("order", [{}, {"confirm_gap": True}], ids=["as it is", "gap confirmed"])
def test_nothing_is_mailed_while_a_delta_is_missing(room, order):
    result = room.mail(DAY_14, **order)

    assert result.not_today == (
        "No register extract of 2026-11-27 was accepted, so the deltas after it are incomplete: take in the missing "
        "delta or the next full extract, or set GPSYNC_DELTA_GAP_WAITS=false (C-41)."
    )
    assert (room.letters, room.mails(1), room.stand(1)) == ([], [], ("WAITING", None))


def test_the_missing_delta_lets_links_go_out_and_what_it_says_counts(room):
    room.mail(DAY_14)
    delta(room, FRIDAY, line(1, old(1)), line(2, new(2), "Not Registered - Deceased"))
    result = room.mail(DAY_14)

    assert result.not_today is None
    assert room.recipients == [new(3)]
    assert (room.mails(1), room.mails(2)) == ([], [])


def test_a_missing_delta_that_is_rejected_is_still_missing(room):
    entry = delta(room, FRIDAY, line(1, old(1)), heading=_HEADING.replace("Email Address", "Mail"))
    result = room.mail(DAY_14)

    assert entry.outcome is Outcome.REJECTED
    assert "2026-11-27" in (result.not_today or "") and room.letters == []


def test_a_full_lets_links_go_out(room):
    room.feed(DAY_15, moved(2, 3))
    result = room.mail(DAY_15)

    assert result.not_today is None
    assert sorted(room.recipients) == [new(2), new(3)]


def test_a_mail_that_waits_to_be_tried_again_waits_for_the_delta_too(room, fickle):
    delta(room, FRIDAY)
    fickle.play({"rcpt": "450 4.2.1 later"})
    assert room.mail(DAY_14).states == {MailState.DEFERRED: 3}

    fickle.play()
    delta(room, DAY_16)
    without = room.mail(DAY_16)
    assert ("2026-12-02" in (without.not_today or ""), fickle.ledger()) == (True, [])

    delta(room, DAY_15)
    assert room.mail(DAY_16).not_today is None
    assert len(fickle.ledger()) == 3


def test_an_installation_may_go_by_deltas_with_gaps(room, status):
    room.set(delta_gap_waits=False)
    result = room.mail(DAY_14)

    assert result.states == {MailState.SENT: 3}
    assert "incomplete since 27 November 2026" in status(DAY_14)


def test_status_says_since_when_the_deltas_are_incomplete(room, status):
    assert (
        "The register's deltas are incomplete since 27 November 2026: 1 working day has no extract. Links wait for the "
        "missing deltas or the next full extract, unless GPSYNC_DELTA_GAP_WAITS=false (C-41)."
    ) in status(DAY_14)
    assert json.loads(status(DAY_14, "--json"))["missing deltas"] == ["2026-11-27"]

    delta(room, DAY_16)
    assert "since 27 November 2026: 2 working days have no extract" in status(DAY_16)
    assert json.loads(status(DAY_16, "--json"))["missing deltas"] == ["2026-11-27", "2026-12-02"]
    assert json.loads(status(DAY_14, "--json"))["missing deltas"] == ["2026-11-27"]


def test_status_says_nothing_of_deltas_while_the_chain_is_whole(room, status):
    assert json.loads(status(THURSDAY, "--json"))["missing deltas"] == []
    delta(room, FRIDAY)

    assert "incomplete" not in status(DAY_14)
    assert json.loads(status(DAY_14, "--json"))["missing deltas"] == []


def test_what_status_asks_of_the_chain_is_light():
    program = (
        "import sys; import gpsync.verification.delta_chain; "
        "print([name for name in ('prefect', 'pandas', 'numpy', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
