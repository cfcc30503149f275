"""The night as an operator starts it: a process of its own, a fresh home, Prefect's temporary server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gpsync.mail.catcher import LOOPBACK, catching

_GPSYNC = Path(sys.executable).with_name("gpsync")
_HEADER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"
_TOKEN = re.compile(r"https://pcse\.example/verify/([A-Za-z0-9_-]{43})")
#: Planted in the data; found anywhere but in the database and the files themselves, they are a leak.
_CANARIES = ("Zanzibarsurname", "canary.mailbox")


class Home:
    """An installation in a folder, and `gpsync` run in it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True)
        self.printed = ""
        self.port = 25
        self.caught: list[bytes] = []

    def drop(self, day: date, rows: list[str]) -> None:
        text = "".join(f"{line}\n" for line in [_HEADER, *rows])
        (self.inbox / f"gmc_register_{day:%Y%m%d}.csv").write_text(text, encoding="utf-8")

    def gpsync(self, *words: str) -> int:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GPSYNC_HOME": str(self.folder),
            "GPSYNC_DATABASE_URL": self.database_url,
            "GPSYNC_SETTLE_SECONDS": "0",
            "GPSYNC_ROW_COUNT_PERCENT": "40",
            "GPSYNC_AUDIENCE": "everyone",
            "GPSYNC_SMTP_SECURITY": "none",
            "GPSYNC_SMTP_HOST": LOOPBACK,
            "GPSYNC_SMTP_PORT": str(self.port),
            "GPSYNC_MAIL_LIVE": "true",
            "GPSYNC_REHEARSAL": "true",
            # As loud as it gets: a leak would show.
            "PREFECT_LOGGING_LEVEL": "DEBUG",
        }
        done = subprocess.run(
            [_GPSYNC, *words],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        return done.returncode


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, server_url: str) -> Iterator[Home]:
    """Three nights: a first load, one with an accepted, a held and a rejected file, and a live one with a mail due."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE nightly TEMPLATE blank"))
    url = admin.url.set(database="nightly").render_as_string(hide_password=False)
    home = Home(tmp_path_factory.mktemp("home"), url)
    rows = [
        f"9{one:06d},{_CANARIES[0]},Given,Registered with Licence,{_CANARIES[1]}{one}@doctor.example"
        for one in range(60)
    ]
    home.drop(date(2026, 11, 2), rows)
    home.status = [home.gpsync("nightly", "--as-of", "2026-11-02")]
    rows[0] = rows[0].replace("0@doctor", "1234@doctor")
    home.drop(date(2026, 11, 3), [*rows[:-1], rows[-1].replace("Registered with", "Perhaps registered with")])
    home.drop(date(2026, 11, 4), rows[:20])
    home.drop(date(2026, 11, 5), [*rows[:-1], f"{rows[-1]},{_CANARIES[0]}"])
    home.status.append(home.gpsync("nightly", "--as-of", "2026-11-05"))
    home.drop(date(2026, 11, 16), rows)
    folder = tmp_path_factory.mktemp("mail")
    with catching(folder) as home.port:
        home.status.append(home.gpsync("nightly", "--as-of", "2026-11-17", "--live"))
    home.caught = [path.read_bytes() for path in folder.iterdir()]
    yield home
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE nightly WITH (FORCE)"))
    admin.dispose()


def test_a_night_ends_with_the_status_that_says_whether_a_person_is_needed(home):
    assert home.status == [0, 3, 0], home.printed


def test_every_extract_has_its_outcome_and_every_run_its_record(home):
    engine = create_engine(home.database_url)
    with engine.connect() as connection:
        outcomes = connection.execute(text("SELECT as_of, outcome FROM reporting.extract ORDER BY as_of")).all()
        runs = connection.execute(text("SELECT flow, outcome FROM reporting.run ORDER BY started_at")).all()
    engine.dispose()

    assert [(row.as_of.day, row.outcome) for row in outcomes] == [
        (2, "accepted"),
        (3, "accepted_with_warnings"),
        (4, "held"),
        (5, "rejected"),
        (16, "accepted"),
    ]
    assert [tuple(row) for row in runs] == [
        ("gmc_sync", "done"),
        ("performer_reconcile", "done"),
        ("mailout_rehearsal", "done"),
        ("purge", "done"),
        ("gmc_sync", "attention"),
        ("performer_reconcile", "done"),
        ("mailout_rehearsal", "done"),
        ("purge", "done"),
        ("gmc_sync", "done"),
        ("performer_reconcile", "done"),
        ("verification_mailout", "done"),
        ("purge", "done"),
    ]


def test_the_doctor_whose_address_changed_gets_one_mail_with_a_link(home):
    (mail,) = (BytesParser(policy=SMTP).parsebytes(caught) for caught in home.caught)
    text = mail.get_body(("plain",)).get_content()

    assert mail["To"] == f"{_CANARIES[1]}1234@doctor.example"
    assert f"Dear Given {_CANARIES[0]}," in text
    assert len(_TOKEN.findall(text)) == 1
    assert "Mails: 1 (1 planned, 0 carried over): 1 sent." in home.printed


def test_no_personal_data_leaves_the_database_and_the_files(home):
    """Nothing in the output, in Prefect's own database and logs, or in what lies beside the kept files."""
    kept = {"rows.parquet", "gmc_register_20261102.csv", "gmc_register_20261103.csv", "gmc_register_20261104.csv"}
    kept |= {"gmc_register_20261105.csv", "gmc_register_20261116.csv"}
    searched = [path for path in home.folder.rglob("*") if path.is_file() and path.name not in kept]
    prefect = [path for path in searched if ".prefect" in path.parts]

    assert any(path.name.startswith("prefect.db") for path in prefect)
    (token,) = _TOKEN.findall(BytesParser(policy=SMTP).parsebytes(home.caught[0]).get_body(("plain",)).get_content())
    for canary in (*_CANARIES, token):
        assert canary not in home.printed
        assert [path for path in searched if canary.encode() in path.read_bytes()] == []
