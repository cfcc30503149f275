"""A first mailout rehearsed day by day: whom it keeps waiting, and whether it takes as many days as was foretold.

    python -m bench.first_mailout [--mails 57599] [--changes 70] [--cap 500] [--days 0]

Fills the outbox with first links and, a day later in due date, with email changes; then sends as a mailout does, one
sending day after the other, with journal, guards and send log, at a clock that is put on to the next day. In the
afternoon of every day somebody asks for a link. Mails go to a mail service on loopback that takes everything.
`--days 3` ends after three days; 0 goes on to the end. The rate is not limited, so that months take minutes.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, insert, text

from bench.mail_sink import is_there, smtp_sink
from bench.server import tcp_server
from gpsync.london import LONDON
from gpsync.mail.catcher import catching
from gpsync.mails import Person, PlannedMail
from gpsync.operations.context import Context
from gpsync.operations.ids import mail_ids
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.forecast import forecast
from gpsync.operations.mailout.letter_writer import letter_writer_of
from gpsync.operations.mailout.send import send
from gpsync.rules import Rank, Registration
from gpsync.settings import Settings
from gpsync.store import outbox, schema
from gpsync.store.copy_records import copy_records
from gpsync.store.tables import email_change
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.sending_days import sending_day
from gpsync.verification.triggers import change_trigger, first_link
from tests.store.mail_building import DUE, address, change, gmc_number

_WORK = Path(__file__).parent / ".work"
_POSTGRES = _WORK / "postgres_first"
_SECRET = "bench:made-up-and-long-enough-for-a-secret-of-links"
_MORNING, _AFTERNOON = timedelta(hours=9), timedelta(hours=15)


def main() -> None:
    options = _options()
    shutil.rmtree(_POSTGRES, ignore_errors=True)
    with tcp_server(_POSTGRES) as server, tempfile.TemporaryDirectory(dir=_WORK) as home, _service() as port:
        settings = Settings(
            home=home,
            link_secret=_SECRET,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
            per_minute=0,
            daily_cap=options.cap,
            connections=8,
        )
        engine = create_engine(f"{server}/postgres".replace("postgresql://", "postgresql+psycopg://"))
        schema.upgrade(engine)
        _rehearse(Context(settings, engine), options)
        engine.dispose()
    shutil.rmtree(_POSTGRES)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.first_mailout", description=__doc__)
    parser.add_argument("--mails", type=int, default=57_599)
    parser.add_argument("--changes", type=int, default=70)
    parser.add_argument("--cap", type=int, default=500)
    parser.add_argument("--days", type=int, default=0)
    return parser.parse_args()


@contextmanager
def _service() -> Iterator[int]:
    """smtp-sink where Debian's postfix is installed, else the catcher of the demo, which keeps every letter."""
    if is_there():
        with smtp_sink() as sink:
            yield sink.port
        return
    with tempfile.TemporaryDirectory(dir=_WORK) as folder, catching(Path(folder)) as port:
        yield port


def _rehearse(context: Context, options: argparse.Namespace) -> None:
    number = options.mails + options.changes
    _add_doctors(context.engine, number)
    day = DUE
    context = replace(context, now=_clock(day, _MORNING))
    people = [_person(one) for one in range(number)]
    first = [(first_link(person, DUE - timedelta(days=1)), 1) for person in people[options.changes :]]
    _plan(context, [planned_mail(event, generation, _desire(context), mail_ids()) for event, generation in first])
    changes = [change_trigger(change(one), people[one]) for one in range(options.changes)]
    _plan(context, [planned_mail(event, 1, _desire(context), mail_ids()) for event in changes])
    with context.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What autovacuum does by itself in a while.
        connection.execute(text("VACUUM (ANALYZE)"))
        queue, foretold = forecast(connection, context.settings, context.now())
    print(f"{queue.first_links:,} first links, {queue.others:,} changes due a day later, {options.cap:,} mails a day.")
    print(f"Foretold: sending days {foretold.days if foretold else 'without end'}.", flush=True)
    began, days, asked = time.perf_counter(), 0, options.changes
    while _waiting(context) and (not options.days or days < options.days):
        _send(context, day, _MORNING)
        asked += 1
        _ask(replace(context, now=_clock(day, _AFTERNOON)), people[-asked], day)
        _send(context, day, _AFTERNOON)
        days += 1
        _tell(context, days, day, options)
        day = sending_day(day + timedelta(days=1))
        context = replace(context, now=_clock(day, _MORNING))
    seconds = time.perf_counter() - began
    sent = _count(context, "sent_at IS NOT NULL")
    print(f"{days:,} sending days, {sent:,} mails in {seconds:,.0f} s: {sent / seconds:,.0f} mails a second.")
    if not options.days and _waiting(context):
        sys.exit("Mails still wait.")


def _clock(day: date, hour: timedelta) -> Callable[[], datetime]:
    """A clock that goes on from an hour of a day in London."""
    shown, began = datetime.combine(day, datetime.min.time(), LONDON) + hour, time.monotonic()
    return lambda: shown + timedelta(seconds=time.monotonic() - began)


def _desire(context: Context) -> PlanOptions:
    return PlanOptions(link_secrets(context), context.settings.mail_from, context.now())


def _plan(context: Context, mails: list[PlannedMail]) -> None:
    with context.engine.begin() as connection:
        outbox.plan(connection, mails, context.now())


def _send(context: Context, day: date, hour: timedelta) -> None:
    # What was planned on the hour is ready by then.
    context = replace(context, now=_clock(day, hour + timedelta(minutes=30)))
    stopped = send(
        context,
        letter_writer_of(context, link_secrets(context), context.now),
        day,
        context.now(),
        lambda done, total: None,
    )
    if stopped:
        sys.exit(f"The run stopped: {stopped}")


def _ask(context: Context, person: Person, day: date) -> None:
    """A link that somebody has asked for, for a doctor whose first link still waits or has gone out."""
    with context.engine.begin() as connection:
        live = text("SELECT mail_id FROM outbox WHERE gmc_number = :gmc AND state = 'pending'")
        waits = list(connection.execute(live, {"gmc": person.gmc_number}).scalars())
        outbox.cancel(connection, waits, "RESENT", "bench", context.now())
        options = replace(_desire(context), requested_by="bench", requested_reason="asked by phone")
        outbox.plan(connection, [planned_mail(first_link(person, day), 2, options, mail_ids())], context.now())


def _tell(context: Context, days: int, day: date, options: argparse.Namespace) -> None:
    """Print the first days, and end the rehearsal where anybody was kept waiting."""
    changes = _count(context, f"rank = {Rank.CHANGE:d} AND sent_at IS NOT NULL")
    asked = _count(context, f"rank = {Rank.REQUESTED:d} AND sent_at IS NOT NULL")
    first = _count(context, f"rank = {Rank.FIRST_LINK:d} AND sent_at IS NOT NULL")
    if days <= 3 or days % 50 == 0:
        print(f"day {days:3} {day}: {changes} changes, {asked} on request, {first:,} first links so far", flush=True)
    kept = options.cap * context.settings.reserved_percent // 100
    if first > days * (options.cap - kept) - min(changes, options.cap - kept):
        sys.exit("First links have used what is kept for others.")
    if changes < min(options.changes, options.cap) or asked != days:
        sys.exit(f"Kept waiting: {options.changes - changes} changes, {days - asked} mails on request.")


def _waiting(context: Context) -> bool:
    return _count(context, "state IN ('pending', 'deferred')") > 0


def _count(context: Context, which: str) -> int:
    with context.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM outbox WHERE {which}")).scalar_one())


def _person(number: int) -> Person:
    mailbox = address(number)
    name = f"Given Surname{number}"
    return Person(gmc_number(number), name, mailbox, mailbox, Registration.LICENSED, True, False, None)


def _add_doctors(engine: Engine, number: int) -> None:
    rows = [
        {
            "gmc_number": gmc_number(one),
            "valid_from": DUE,
            "surname": f"Surname{one}",
            "given_name": "Given",
            "registration_status": "Registered with Licence",
            "registration_class": Registration.LICENSED,
            "email": address(one),
            "email_key": address(one),
            "row_hash": one,
        }
        for one in range(number)
    ]
    with engine.begin() as connection:
        copy_records(connection, "doctor", rows)
        connection.execute(insert(email_change), [vars(change(one)) for one in range(number)])


if __name__ == "__main__":
    main()
