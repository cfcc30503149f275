"""An installation as an operator has it: a folder of its own, and `gpsync` run in it as a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text

from gpsync.mail.catcher import LOOPBACK, catching
from tests.factories import register_line

GPSYNC = Path(sys.executable).with_name("gpsync")
#: Planted in the data; found anywhere but in the database and the files themselves, they are a leak.
CANARIES = ("Zanzibarsurname", "canary.mailbox")
_HEADER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"


class Home:
    """An installation in a folder, and `gpsync` run in it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True)
        self.printed = ""
        self.port = 25
        #: The exit status of each night, and the mails that were caught.
        self.status: list[int] = []
        self.caught: list[bytes] = []
        #: What is in the environment besides: where Prefect's API is, for example.
        self.besides: dict[str, str] = {}

    def drop(self, day: date, rows: list[str]) -> None:
        text = "".join(f"{line}\n" for line in [_HEADER, *rows])
        (self.inbox / f"gmc_register_{day:%Y%m%d}.csv").write_text(text, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        return {
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
            **self.besides,
        }

    def gpsync(self, *words: str) -> int:
        """Run a command; its exit status."""
        done = subprocess.run(
            [GPSYNC, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        return done.returncode

    def begun(self, *words: str, apart: bool = False) -> "subprocess.Popen[str]":
        """A command at work, `apart` in a process group of its own; what it prints comes all together."""
        return subprocess.Popen(
            [GPSYNC, *words],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=apart,
        )


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """The URL of a fresh database with the schema, gone with the block."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE blank STRATEGY file_copy"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def three_nights(home: Home, mails: Path) -> None:
    """A first load, a night with an accepted, a held and a rejected file, and a live one with a mail due."""
    rows = [register_line(one, surname=CANARIES[0], email=f"{CANARIES[1]}{one}@doctor.example") for one in range(60)]
    home.drop(date(2026, 11, 2), rows)
    home.status.append(home.gpsync("nightly", "--as-of", "2026-11-02"))
    rows[0] = rows[0].replace("0@doctor", "1234@doctor")
    home.drop(date(2026, 11, 3), [*rows[:-1], rows[-1].replace("Registered with", "Perhaps registered with")])
    home.drop(date(2026, 11, 4), rows[:20])
    home.drop(date(2026, 11, 5), [*rows[:-1], f"{rows[-1]},{CANARIES[0]}"])
    home.status.append(home.gpsync("nightly", "--as-of", "2026-11-05"))
    home.drop(date(2026, 11, 16), rows)
    with catching(mails) as home.port:
        home.status.append(home.gpsync("nightly", "--as-of", "2026-11-17", "--live"))
    home.caught = [path.read_bytes() for path in mails.iterdir()]


def leaks(home: Home, *secrets: str) -> list[Path]:
    """The files of an installation that hold a canary or a secret, but for the archived extracts."""
    kept = {"rows.parquet", *(f"gmc_register_202611{day:02d}.csv" for day in (2, 3, 4, 5, 16))}
    searched = [path for path in home.folder.rglob("*") if path.is_file() and path.name not in kept]
    wanted = [word.encode() for word in (*CANARIES, *secrets)]
    return [path for path in searched if any(word in path.read_bytes() for word in wanted)]
