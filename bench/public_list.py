"""A performers list in the form of the public download, from the inbox to findings and letters; prints one figure.

    python -m bench.public_list [--doctors 400000]

Everybody in it is made up. 400,000 doctors make a list of about 17 MB. The register changes 0.5 % of the addresses 14
days before the mailout, whose letters a service on loopback keeps.
"""

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bench.data import two_nights
from bench.server import tcp_server
from gpsync.extracts import inbox
from gpsync.mail.catcher import LOOPBACK, catching
from gpsync.operations.context import Context, open_context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.rules import Dataset
from gpsync.settings import Settings
from gpsync.store import schema
from gpsync.store.database import connect
from gpsync.synthetic.writing import synthesise

_WORK = Path(__file__).parent / ".work"
#: The first register, the one with new addresses, and the day of the mailout.
_FIRST, _CHANGED, _MAILED = date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30)
_GUARDS_OFF = {"row_count_percent": 1e9, "email_change_at_least": 10**6, "gone_percent": 100, "volume_at_least": 10**6}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.public_list", description=__doc__)
    parser.add_argument("--doctors", type=int, default=400_000)
    doctors = parser.parse_args().doctors
    work = _WORK / f"public_{doctors}"
    for left in (work, _WORK / "postgres"):
        shutil.rmtree(left, ignore_errors=True)
    sent = _sent(work / "sent", doctors)
    with tcp_server(_WORK / "postgres") as server, catching(work / "letters") as port:
        settings = Settings(
            home=work / "home",
            database_url=f"{server}/postgres",
            settle_seconds=0,
            smtp_host=LOOPBACK,
            smtp_port=port,
            smtp_security="none",
            per_minute=0,
            send_hours="0-24",
            daily_cap=10**6,
            **_GUARDS_OFF,
        )
        schema.upgrade(connect(settings))
        with open_context(settings, starts=True) as context:
            _run(context, sent, two_nights(_WORK / f"{doctors}", doctors), work / "letters")


def _sent(folder: Path, doctors: int) -> list[Path]:
    """The day's extracts of everything but the register."""
    return synthesise(
        folder,
        doctors=doctors,
        nights=1,
        seed=1,
        last_night=_MAILED,
        datasets=[dataset for dataset in Dataset if dataset is not Dataset.GMC_REGISTER],
        traps=False,
        manifests=False,
        public_list=True,
    )


def _run(context: Context, sent: list[Path], registers: tuple[Path, Path], letters: Path) -> None:
    for day, register in ((_FIRST, registers[0]), (_CHANGED, registers[1]), (_MAILED, registers[1])):
        _take(_on(context, day), register, f"gmc_register_{day:%Y%m%d}.csv")
    there = _on(context, _MAILED)
    (listed,) = (path for path in sent if path.name.startswith(str(Dataset.PERFORMERS_LIST)))
    for path in sent:
        if path != listed:
            _take(there, path, path.name)
    with _told(f"list of {listed.stat().st_size / 1e6:.1f} MB taken in"):
        rows = _take(there, listed, listed.name)
    found, mailed = Reconciled(), MailoutResult(live=True)
    with _told("reconciled"):
        reconcile(there, _MAILED, found)
    with _told("mailed"):
        mail_out(there, MailoutRequest(_MAILED, live=True, confirm_gap=True), mailed, lambda done, total: None)
    counts = found.counts()
    standing = sum(number for name, number in counts.items() if name.startswith("standing"))
    print(f"{rows:,} rows; {standing:,} mismatches of {counts['codes assessed']} kinds", end=", ")
    print(f"{counts['codes not assessed']} kinds not assessed; {len(list(letters.glob('*.eml'))):,} letters")
    print("\n".join([*found.lines()[1:-1], *mailed.lines()]))


def _on(context: Context, day: date) -> Context:
    return replace(context, now=lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def _take(context: Context, path: Path, name: str) -> int:
    folder = context.settings.inbox_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).hardlink_to(path)
    (arrival,) = inbox.look(folder).arrivals
    entry = take_in(context, arrival)
    if entry is None or entry.reason:
        raise SystemExit(f"{name}: {entry.reason if entry else 'left for the next run'}")
    return entry.counts.rows


@contextmanager
def _told(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
