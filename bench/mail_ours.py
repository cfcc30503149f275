"""gpsync's side of `bench.mail`, each step in a process of its own; prints what it cost as JSON.

    python -m bench.mail_ours plan POSTGRES_URL MAILS LETTER
    python -m bench.mail_ours send POSTGRES_URL HOME SMTP_PORT CONNECTIONS [--steps]

`plan` fills the outbox and writes one of its letters to the file LETTER; `send` empties it as a night does, with
journal, guards and send log. Measured are the planning and the sending themselves: process start, imports and the
writing of made-up doctors are not.
"""

import json
import resource
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert, text

from gpsync.mail import failpoints
from gpsync.mails import Person
from gpsync.operations.context import Context
from gpsync.operations.ids import mail_ids
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.letter_writer import letter_writer_of
from gpsync.operations.mailout.send import send
from gpsync.rules import MailState, Registration
from gpsync.settings import Settings
from gpsync.store import outbox, schema
from gpsync.store.copy_records import copy_records
from gpsync.store.database import connect
from gpsync.store.tables import email_change
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.triggers import change_trigger
from tests.store.mail_building import DUE, address, change, gmc_number

_SECRET = "bench:made-up-and-long-enough-for-a-secret-of-links"
#: What the time up to each named point was spent on; what is not named here is the program's own work.
_STEPS = {
    "before claim commit": "claim (each 20)",
    "after claim commit": "claim (each 20)",
    "after sender": "MAIL",
    "after recipient": "RCPT",
    "after data": "DATA",
    "after body": "letter",
    "before intent commit": "intent: guards",
    "after intent commit": "intent: commit",
    "after dot": "final dot",
    "after reply": "final dot",
    "after result journal": "journal",
    "before result commit": "result",
    "after result commit": "result",
}
_OWN = "letter written, own work"


def main() -> None:
    kind, url, *words = sys.argv[1:]
    if kind == "plan":
        print(json.dumps(_plan(connect(_settings(url)), int(words[0]), Path(words[1]))))
    else:
        settings = _settings(url, home=words[0], smtp_port=int(words[1]), connections=int(words[2]))
        print(json.dumps(_send(settings, with_steps="--steps" in words)))


def _settings(url: str, **values: object) -> Settings:
    return Settings(
        database_url=url,
        link_secret=_SECRET,
        smtp_host="127.0.0.1",
        smtp_security="none",
        per_minute=0,
        daily_cap=10_000_000,
        **values,
    )


def _plan(engine: Engine, mails: int, letter: Path) -> dict:
    schema.upgrade(engine)
    settings = _settings("postgresql://")
    context = Context(settings, engine)
    writer = letter_writer_of(context, link_secrets(context), context.now)
    _add_doctors(engine, mails)
    start = time.perf_counter()
    options = PlanOptions(writer.secrets, settings.mail_from, context.now())
    planned = [
        planned_mail(change_trigger(change(number), _person(number)), 1, options, mail_ids()) for number in range(mails)
    ]
    with engine.begin() as connection:
        outbox.plan(connection, planned, context.now())
    seconds = time.perf_counter() - start
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What autovacuum does by itself in a while, so that all runs have the same.
        connection.execute(text("VACUUM (ANALYZE)"))
    letter.write_bytes(writer.write_planned(planned[0]).message)
    engine.dispose()
    return {"seconds": seconds, "peak_mb": _peak_mb()}


def _add_doctors(engine: Engine, mails: int) -> None:
    with engine.begin() as connection:
        copy_records(
            connection,
            "doctor",
            [
                {
                    "gmc_number": gmc_number(number),
                    "valid_from": DUE,
                    "surname": f"Surname{number}",
                    "given_name": "Given",
                    "registration_status": "Registered with Licence",
                    "registration_class": Registration.LICENSED,
                    "email": address(number),
                    "email_key": address(number),
                    "row_hash": number,
                }
                for number in range(mails)
            ],
        )
        connection.execute(insert(email_change), [vars(change(number)) for number in range(mails)])


def _person(number: int) -> Person:
    mailbox = address(number)
    name = f"Given Surname{number}"
    return Person(gmc_number(number), name, mailbox, mailbox, Registration.LICENSED, True, False, None)


def _send(settings: Settings, *, with_steps: bool) -> dict:
    context = Context(settings, connect(settings))
    writer = letter_writer_of(context, link_secrets(context), context.now)
    spent: Counter[str] = Counter()
    if with_steps:
        _watch(spent)
    before, cpu, start = _rss_mb(), _cpu_seconds(), time.perf_counter()
    stopped = send(context, writer, context.today, datetime.now(UTC), lambda done, total: None)
    seconds, cpu = time.perf_counter() - start, _cpu_seconds() - cpu
    with context.engine.connect() as connection:
        states = outbox.counts(connection)
    if stopped or set(states) != {MailState.SENT}:
        raise SystemExit(f"Not everything was sent: {stopped} {states}")
    context.engine.dispose()
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": _peak_mb(),
        "before_mb": before,
        "steps": dict(spent),
    }


def _watch(spent: Counter[str]) -> None:
    """Add up the seconds up to each named point. With one connection only: then one point follows the other."""
    last = time.perf_counter()
    lock = threading.Lock()

    def reached(name: str) -> None:
        nonlocal last
        with lock:
            now = time.perf_counter()
            spent[_STEPS.get(name, _OWN)] += now - last
            last = now

    failpoints.watch(reached)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _rss_mb() -> float:
    return _status("VmRSS")


def _peak_mb() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    main()
