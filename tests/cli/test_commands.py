"""The commands that look and decide, as somebody types them."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.errors import AlreadyRunning, GpsyncError, WrongSchema, WrongUse
from gpsync.extracts import inbox
from gpsync.interrupts import Interrupted
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.run_record import recorded_run
from gpsync.rules import Outcome
from gpsync.store.locks import run_lock
from tests.factories import doctors


@pytest.fixture
def nights(context, drop):
    """Take in one extract for each list of rows, from 2 November 2026 on."""

    def take(*extracts):
        for number, rows in enumerate(extracts):
            drop(date(2026, 11, 2 + number), rows)
        return [take_in(context, arrival) for arrival in inbox.look(context.settings.inbox_folder).arrivals]

    return take


def test_status_of_an_empty_installation_says_what_to_do(gpsync):
    result = gpsync("status")

    assert result.exit_code == 0
    assert "put extracts into the inbox and run `gpsync sync`" in result.stdout


def test_status_counts_waiting_and_due_by_the_day_it_is_asked_for(gpsync, nights):
    nights(doctors(), doctors(d3="new"))

    day_13 = json.loads(gpsync("status", "--as-of", "2026-11-16", "--json").stdout)
    day_14 = json.loads(gpsync("status", "--as-of", "2026-11-17", "--json").stdout)

    assert day_13["email changes"] == [{"state": "WAITING", "changes": 1}]
    assert day_14["email changes"] == [{"state": "DUE", "changes": 1}]


def test_status_is_3_while_an_extract_is_held(gpsync, nights):
    nights(doctors(), doctors(30))

    result = gpsync("status")

    assert result.exit_code == 3
    assert "1 extract or hold on mails waits" in result.stdout


def test_held_shows_numbers_and_no_names(gpsync, nights):
    nights(doctors(), doctors(30))

    shown = gpsync("held").stdout

    assert "TOO_MANY_GONE" in shown and "9000030" in shown
    assert "Surname" not in shown and "@" not in shown
    assert json.loads(gpsync("held", "--json").stdout)["extracts"][0]["findings"][0]["counted"] == 30


def test_why_tells_what_a_held_extract_says_of_a_doctor(gpsync, nights):
    held = nights(doctors(), doctors(30, d3="new"))[1]

    output = gpsync("why", "9000003", "--as-of", "2026-11-04").stdout
    masked = gpsync("why", "9000003", "--as-of", "2026-11-04", "--masked").stdout

    line = f"2026-11-03  The held extract {held.extract.extract_id} shows Registered with Licence, new@doctor.example: "
    assert line in output
    assert "new@doctor.example" not in masked and held.extract.extract_id in masked


def test_approve_and_reject_want_a_reason_and_a_held_extract(gpsync, nights):
    held = nights(doctors(), doctors(30))[1]

    assert gpsync("approve", held.extract.extract_id).exit_code == 2
    assert isinstance(
        gpsync("approve", "practices-full-20261130-1a2b3c4d", "--reason", "for a test").exception, WrongUse
    )
    assert gpsync("reject", held.extract.extract_id, "--reason", "broken export").exit_code == 0
    # The real day is far from these nights', so ask as of one of them.
    assert gpsync("status", "--as-of", "2026-11-03").exit_code == 0


def test_why_tells_a_doctors_story(gpsync, nights):
    nights(doctors(), doctors(d3="new"), doctors(d3="NEW"), doctors(59, d3="NEW"), doctors(59, d3="NEW"))

    output = gpsync("why", "9000003", "--as-of", "2026-11-17").stdout
    gone = gpsync("why", "9000059").stdout

    assert "in the first load" in output
    assert "d3@doctor.example → NEW@doctor.example" in output
    assert "is now written NEW@doctor.example" in output
    assert "is DUE" in output
    assert "two full extracts in a row, since 2026-11-05" in gone


def test_why_of_a_stranger_is_wrong_use(gpsync, nights):
    nights(doctors())

    assert isinstance(gpsync("why", "9999998").exception, WrongUse)


def test_a_date_that_is_none_is_wrong_use(gpsync):
    result = gpsync("status", "--as-of", "17 November")

    assert result.exit_code == 2
    assert "2026-11-30" in result.output


def test_a_second_run_is_turned_away_while_one_is_at_work(context, gpsync, nights):
    held = nights(doctors(), doctors(30))[1]

    with run_lock(context.engine):
        result = gpsync("approve", held.extract.extract_id, "--reason", "for a test")

    assert isinstance(result.exception, AlreadyRunning)
    assert result.exception.exit_status == 75


def test_the_lock_is_free_again_after_a_run(context):
    with run_lock(context.engine):
        pass
    with run_lock(context.engine), pytest.raises(AlreadyRunning), run_lock(context.engine):
        pass


def test_another_schema_version_is_refused_with_the_command_that_mends_it(context, gpsync):
    with context.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    older = gpsync("status").exception
    with context.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    newer = gpsync("status").exception

    with context.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'a1b2c3d4e5f6'")
    foreign = gpsync("status").exception

    assert isinstance(foreign, WrongSchema) and "which is another program's" in str(foreign)
    assert isinstance(older, WrongSchema) and "gpsync db upgrade" in str(older)
    assert isinstance(newer, WrongSchema) and "upgrade gpsync" in str(newer)


def test_purge_says_what_it_forgot_and_a_rehearsal_that_nothing_was_changed(gpsync, nights, context):
    nights(doctors(3))
    assert gpsync("purge").output == "No address is past retention.\n"
    with context.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO doctor (gmc_number, valid_from, valid_to, closed_on, surname, registration_status,"
                " registration_class, email, email_key, row_hash) VALUES ('9000001', '2020-01-01', '2021-01-01',"
                " '2021-01-01', 'Oak', 'Registered with Licence', 'LICENSED', 'A@was.example', 'a@was.example', 1)"
            )
        )

    rehearsed, purged = gpsync("purge", "--dry-run").output, gpsync("purge").output

    assert purged.endswith(": 1 (rows: doctor 1).\n")
    assert rehearsed == f"{purged}Nothing was changed.\n"
    runs = [row["run"] for row in json.loads(gpsync("runs", "--json").stdout)["runs"]]
    assert runs == ["purge", "purge_rehearsal", "purge"]
    assert gpsync("purge").output == "No address is past retention.\n"


def test_settings_lists_every_setting_and_shows_no_secret(gpsync):
    shown = gpsync("settings", "--json").stdout

    names = {row["setting"] for row in json.loads(shown)["settings"]}
    assert {"GPSYNC_DATABASE_URL", "GPSYNC_WINDOW_DAYS", "GPSYNC_GONE_PERCENT"} <= names
    assert "postgres:" not in shown


def test_a_wrong_setting_is_named(gpsync, monkeypatch):
    monkeypatch.setenv("GPSYNC_WINDOW_DAYS", "soon")

    with_error = gpsync("status").exception

    assert isinstance(with_error, WrongUse)
    assert "GPSYNC_WINDOW_DAYS" in str(with_error)


@pytest.mark.parametrize("command", ["nightly", "mailout"])
@pytest.mark.parametrize("day", ["2026-11-01", "2999-01-01"])
def test_a_live_run_about_another_day_is_refused_before_anything_is_done(
    gpsync, context, drop, monkeypatch, command, day
):
    monkeypatch.setenv("GPSYNC_MAIL_LIVE", "true")
    waiting = drop(date(2026, 11, 2), doctors())

    result = gpsync(command, "--live", "--as-of", day)

    assert isinstance(result.exception, WrongUse)
    assert f"not {day}. What was missed is due today" in str(result.exception)
    assert waiting.exists()
    with context.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM run")).scalar() == 0


def test_status_is_3_for_what_was_rejected_until_a_good_one_comes(gpsync, drop, context):
    def taken(*rows, day):
        drop(date(2026, 11, day), list(rows))
        at = replace(context, now=lambda: datetime(2026, 11, day, 4, tzinfo=UTC))
        (entry,) = (take_in(at, one) for one in inbox.look(at.settings.inbox_folder).arrivals)
        return entry.outcome

    assert taken(*doctors(), day=2) is Outcome.ACCEPTED
    assert taken("9000001,too short", day=3) is Outcome.REJECTED
    first = gpsync("status", "--as-of", "2026-11-03")
    assert first.exit_code == 3
    assert "Rejected, and no gmc_register was accepted since: gmc_register_20261103.csv has 2 values" in first.stdout

    assert taken(*doctors(), day=4) is Outcome.ACCEPTED
    assert gpsync("status", "--as-of", "2026-11-04").exit_code == 0


@pytest.mark.parametrize(("day", "status"), [("2026-11-04", 0), ("2026-11-05", 0), ("2026-11-06", 3)])
def test_status_is_3_for_a_register_that_is_overdue(gpsync, nights, day, status):
    nights(doctors())

    result = gpsync("status", "--as-of", day)
    assert (result.exit_code, "gmc_register is overdue" in result.stdout) == (status, status == 3)


@pytest.mark.parametrize(("day", "status"), [(20, 0), (21, 0), (22, 3)])
def test_status_is_3_for_a_night_that_never_came(gpsync, context, nights, monkeypatch, day, status):
    nights(doctors())
    monkeypatch.setenv("GPSYNC_REGISTER_FRESH_WORKING_DAYS", "60")
    at = replace(context, now=lambda: datetime(2026, 11, 20, 3, 15, tzinfo=UTC))
    with recorded_run(at, "gmc_sync", at.today, Summary()):
        pass

    result = gpsync("status", "--as-of", f"2026-11-{day}")
    assert (result.exit_code, "No sync has run since 20 November 2026" in result.stdout) == (status, status == 3)


def test_status_is_3_where_nights_run_and_nothing_ever_comes(gpsync, context):
    with recorded_run(context, "gmc_sync", context.today, Summary()):
        pass

    result = gpsync("status", "--as-of", str(context.today))
    assert result.exit_code == 3
    assert f"No extract has been taken in yet: do extracts arrive in {context.settings.inbox_folder}?" in result.stdout


@pytest.mark.parametrize("ending", [RuntimeError("x"), Interrupted(2)])
def test_status_is_3_for_a_sync_that_did_not_end(gpsync, context, ending):
    with pytest.raises((GpsyncError, Interrupted)), recorded_run(context, "gmc_sync", context.today, Summary()):
        raise ending

    result = gpsync("status")
    assert result.exit_code == 3
    assert "The last run of gmc_sync failed, was killed or was stopped" in result.stdout


def test_runs_says_how_long_each_took_and_in_which_phases(gpsync, context):
    with recorded_run(context, "gmc_sync", context.today, Summary()):
        context.seconds.update(read=1.25, gate=0.5, tidy=0.01)

    (row,) = json.loads(gpsync("runs", "--json").stdout)["runs"]
    assert (row["run"], row["ended"], row["phases"]) == ("gmc_sync", "done", {"read": 1.2, "gate": 0.5, "tidy": 0.0})
    assert "read 1.2, gate 0.5" in gpsync("runs").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("why", "9000001"),
        ("held",),
        ("runs",),
        ("mismatches",),
        ("bounces", "."),
        ("replay",),
        ("purge",),
        ("mailout",),
        ("approve", "mails-20261130-1a2b3c4d", "--reason", "for a test"),
        ("resend", "9000001", "--stated-email", "a@doctor.example", "--reason", "for a test"),
        ("suppress", "9000001", "--reason", "for a test"),
        ("acknowledge", "0" * 16, "--until", "2026-12-24", "--reason", "for a test"),
        ("returned", "settle", "0123456789ab", "--reason", "for a test"),
        ("links", "confirm", "used.csv"),
    ],
    ids=lambda words: words[0],
)
def test_only_a_sync_or_a_night_starts_an_installation(monkeypatch, tmp_path, words):
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    monkeypatch.setenv("GPSYNC_HOME", str(tmp_path / "mistyped"))

    result = CliRunner().invoke(app, words)

    assert isinstance(result.exception, WrongUse)
    assert "There is no installation in" in str(result.exception)
    assert not (tmp_path / "mistyped").exists()


def test_a_setting_that_is_none_is_named_with_the_one_that_may_be_meant(gpsync, monkeypatch):
    monkeypatch.setenv("GPSYNC_SMPT_HOST", "mail.example")
    monkeypatch.setenv("GPSYNC_SMTP_PASSWORD_FILE", "/nowhere")

    output = gpsync("held").stderr

    assert "GPSYNC_SMPT_HOST is not a setting and is ignored: did you mean GPSYNC_SMTP_HOST?" in output
    assert "PASSWORD_FILE is not a setting" not in output


def test_an_inbox_that_was_named_and_is_not_there_is_reported(gpsync, monkeypatch, tmp_path):
    monkeypatch.setenv("GPSYNC_INBOX", str(tmp_path / "mistyped"))

    for words in (("sync",), ("sync", "--dry-run"), ("nightly",)):
        assert "There is no inbox" in str(gpsync(*words).exception)
    assert not (tmp_path / "mistyped").exists()


def test_what_is_not_named_like_an_extract_is_named_and_wants_a_person(gpsync, context):
    folder = context.settings.inbox_folder
    folder.mkdir(parents=True)
    names = [
        "EPRACCUR.CSV",
        "epraccur (1).csv",
        "gmc_register_2026-11-25.csv",
        "gmc_register_20261125.CSV",
        "performers.xlsx",
    ]
    for name in names:
        (folder / name).touch()

    for words in (("sync",), ("sync", "--dry-run")):
        result = gpsync(*words)
        assert result.exit_code == 3
        for sort in (
            "EPRACCUR.CSV, gmc_register_20261125.CSV. Extract names are in small letters",
            "epraccur (1).csv, gmc_register_2026-11-25.csv. An extract is called",
            "performers.xlsx. They are workbooks: save each",
        ):
            assert sort in result.output
    assert gpsync("status").exit_code == 3 and "performers.xlsx" in gpsync("status").output


@pytest.mark.parametrize("name", ["gmc_register_20261125.csv", "gmc_register_20261125.CSV", "old.xlsx"])
def test_a_folder_is_called_a_folder_whatever_its_name(gpsync, context, name):
    (context.settings.inbox_folder / name).mkdir(parents=True)

    result = gpsync("sync")
    assert result.exit_code == 3
    assert f"{name}. They are folders" in result.output
    assert "small letters" not in result.output and "workbooks" not in result.output


@pytest.mark.parametrize("number", ["abc", "123", "90000011", "900000l"])
@pytest.mark.parametrize(
    "words",
    [("why",), ("resend", "--stated-email", "a@b.example", "--reason", "asked by phone")],
    ids=["why", "resend"],
)
def test_what_is_no_gmc_number_is_told_apart_from_one_not_known(gpsync, words, number):
    result = gpsync(words[0], number, *words[1:])

    assert result.exit_code == 2
    assert "a GMC number has seven digits" in result.output


def test_a_replacement_that_replaces_nothing_is_reported(gpsync):
    result = gpsync("sync", "--replace", "--reason", "sender corrected it")

    assert isinstance(result.exception, WrongUse)
    assert "put the revised file into the inbox" in str(result.exception)


@pytest.mark.parametrize(
    ("files", "outcomes"),
    [
        ({"practices_20261103.csv": 6, "practices_20261104.csv": 6}, ["accepted", "accepted"]),
        ({"practices_20261103.csv": 6, "practices_20261104.csv": 2}, ["accepted", "held"]),
        ({"practices_20261103.csv": 6, "practices_20261103.csv.gz": 5}, ["accepted", "rejected"]),
        ({"practices_20261103.csv": 6, "practices_29991103.csv": 6}, ["accepted", "rejected"]),
    ],
    ids=["alike", "far fewer", "twice for a day", "in the future"],
)
def test_a_dry_run_of_several_extracts_says_what_the_run_then_does(gpsync, context, files, outcomes):
    folder = context.settings.inbox_folder
    folder.mkdir(parents=True)
    for name, number in files.items():
        rows = [f"Z{one:05},Surgery {'abcdef'[one]},Y63,ACTIVE" for one in range(number)]
        text = "\n".join(["Practice Code,Practice Name,Region Code,Status", *rows, ""]).encode()
        (folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    rehearsed, done = gpsync("sync", "--dry-run", "--json"), gpsync("sync", "--json")

    status = 0 if set(outcomes) == {"accepted"} else 3
    assert [row["would be"] for row in json.loads(rehearsed.stdout)["rows"]] == outcomes
    assert [row["outcome"] for row in json.loads(done.stdout)["rows"]] == outcomes
    assert (rehearsed.exit_code, done.exit_code) == (status, status)


def test_a_dry_run_ends_as_the_run_would(gpsync, drop):
    drop(date(2026, 11, 2), ["9000001,too short"])

    assert gpsync("sync", "--dry-run").exit_code == 3


def test_a_night_before_the_newest_ends_before_anything_is_done(gpsync, drop, context):
    assert gpsync("reconcile", "--as-of", "2026-11-20").exception is None
    drop(date(2026, 11, 2), doctors())

    result = gpsync("nightly", "--as-of", "2026-11-02")
    assert "already reconciled as of" in str(result.exception)
    assert list(context.settings.inbox_folder.iterdir())


@pytest.mark.parametrize("words", [("synthesise",), ("demo", "--directory")], ids=["synthesise", "demo"])
def test_a_folder_that_cannot_be_made_is_reported(gpsync, tmp_path, words):
    (tmp_path / "file").touch()
    for place in ("/proc/x", str(tmp_path / "file" / "x"), str(tmp_path / "file")):
        error = gpsync(*words, place).exception
        assert isinstance(error, WrongUse)
        assert f"{place} cannot be written" in str(error)


def test_a_list_of_mismatches_that_cannot_be_written_is_reported(gpsync):
    error = gpsync("mismatches", "--format", "json", "--output", "/proc/x.json").exception

    assert isinstance(error, WrongUse)
    assert "/proc/x.json cannot be written" in str(error)


@pytest.mark.parametrize(
    ("words", "besides"),
    [
        (("mailout",), {"GPSYNC_SEND_HOURS": "9-99"}),
        (("mailout",), {"GPSYNC_SEND_DAYS": "mon,tues"}),
        (("reconcile", "--as-of", "2999-01-01"), {}),
    ],
    ids=["hours", "days", "future"],
)
def test_a_run_that_was_asked_for_wrongly_is_no_run_that_failed(gpsync, monkeypatch, words, besides):
    for name, value in besides.items():
        monkeypatch.setenv(name, value)

    assert isinstance(gpsync(*words).exception, WrongUse)
    for name in besides:
        monkeypatch.delenv(name)
    assert json.loads(gpsync("runs", "--json").stdout)["runs"] == []


def test_an_option_that_would_be_ignored_is_refused(gpsync, tmp_path):
    table = gpsync("mismatches", "--output", str(tmp_path / "list.csv"))
    both = gpsync("acknowledge", "0" * 16, "--until", "2026-12-24", "--reason", "for a test", "--from", "file.csv")

    assert "--output needs --format" in str(table.exception)
    assert "not both" in str(both.exception)


def test_the_changes_that_wait_for_a_person_are_listed_by_what_they_wait_for(gpsync, nights):
    doctor = "9000001,Oak,Ann,Registered with Licence,{}@doctor.example"
    nights(*([doctor.format(address)] for address in ("ann", "a.oak", "ann.oak", "oak")))

    shown = gpsync("held").stdout
    assert "EMAIL_CHURN 1. Three or more changes within 30 days" in shown and "  9000001;" in shown
    assert json.loads(gpsync("held", "--json").stdout)["email_changes"] == {"EMAIL_CHURN": ["9000001"]}
