"""What the usual ways of sending make of the same faults: they show that the zeros of ours mean something.

Two loops over a table, one that marks a mail after it was sent and one that marks it before, killed at every point
as our mailout is; and yagmail's own `send`, whose answer is lost after the dot.
"""

import logging
import smtplib
import time
import warnings
from collections.abc import Callable

import psycopg
import yagmail

from tests.faults.house import House
from tests.faults.processes import At, Child
from tests.faults.scoreboard import Line

_LETTER = b"Message-ID: <%d@naive.example>\r\nSubject: Hello\r\n\r\nDear Dr Example\r\n.\r\n"


def killed_at_every_point(house: House, *, marks_before: bool, mails: int = 3) -> Line:
    """The same enumeration as for ours: how many of the points give a copy, or lose a mail."""
    line = Line(f"naive: marks {'before' if marks_before else 'after'} sending", is_peer=True)
    copied = lost = 0
    for k in range(1, 1000):
        house.smtp.play()
        database = house.cluster.new_database()
        with house.cluster.connect(database) as connection:
            connection.execute("CREATE TABLE mail (id INT PRIMARY KEY, sent BOOLEAN NOT NULL DEFAULT FALSE)")
            connection.execute("INSERT INTO mail SELECT generate_series(1, %s)", [mails])
        killed = _run(house, database, marks_before, At(k)).killed
        if killed:
            _run(house, database, marks_before, lambda name: None)
            ids = [taken.message_id for taken in house.smtp.ledger()]
            line.points += 1
            line.mails += mails
            line.duplicates += len(ids) - len(set(ids))
            line.lost += mails - len(set(ids))
            copied += len(ids) > len(set(ids))
            lost += len(set(ids)) < mails
        house.cluster.drop(database)
        if not killed:
            break
    line.notes.append(f"{copied} of {line.points} points give a copy, {lost} of {line.points} lose a mail")
    return line.done()


def _run(house: House, database: str, marks_before: bool, watch: Callable[[str], None]):
    return Child(lambda: _loop(house, database, marks_before, watch)).wait()


def _loop(house: House, database: str, marks_before: bool, reached: Callable[[str], None]) -> None:
    with house.cluster.connect(database) as connection, smtplib.SMTP(house.smtp.host, house.smtp.port) as smtp:
        smtp.ehlo()
        for (number,) in connection.execute("SELECT id FROM mail WHERE NOT sent ORDER BY id").fetchall():
            reached("taken")
            if marks_before:
                _mark(connection, number, reached)
            _send(smtp, number, reached)
            if not marks_before:
                _mark(connection, number, reached)


def _mark(connection: psycopg.Connection, number: int, reached: Callable[[str], None]) -> None:
    reached("before mark")
    connection.execute("UPDATE mail SET sent = TRUE WHERE id = %s", [number])
    reached("after mark")


def _send(smtp: smtplib.SMTP, number: int, reached: Callable[[str], None]) -> None:
    smtp.mail("naive@sender.example")
    reached("after sender")
    smtp.rcpt(f"d{number}@doctor.example")
    reached("after recipient")
    smtp.putcmd("data")
    smtp.getreply()
    reached("after data")
    smtp.send(_LETTER % number)
    reached("after dot")
    smtp.getreply()
    reached("after reply")


def yagmail_send(house: House) -> Line:
    """One mail by `yagmail.SMTP(…).send(…)`; the answer to its dot is lost in three ways."""
    line = Line("yagmail.send: answer to the dot lost", is_peer=True)
    results = []
    for name, action in (("reset", "rst"), ("end", "drop"), ("time-out", "stall")):
        house.smtp.play({"stored": action})
        ended = Child(lambda: _yagmail(house)).wait()
        copies = len(house.smtp.ledger())
        line.points += 1
        line.mails += 1
        line.duplicates += max(0, copies - 1)
        results.append(f"{name}: {copies} delivered, {ended.error or f'returned {ended.value}'}")
    line.notes.append("; ".join(results))
    return line.done()


def _yagmail(house: House) -> object:
    warnings.simplefilter("ignore")
    logging.disable()
    # Its pauses between the tries change nothing but our time.
    time.sleep = lambda seconds: None
    client = yagmail.SMTP(
        "naive@sender.example",
        "unused",
        host=house.smtp.host,
        port=house.smtp.port,
        smtp_starttls=False,
        smtp_ssl=False,
        smtp_skip_login=True,
        timeout=1,
    )
    return repr(client.send("ada@doctor.example", "Hello", "Dear Dr Example"))
