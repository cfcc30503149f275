"""Short checks, each of one promise: given a change of the product, a probe says which promises it breaks.

The product as it is breaks none. The mutants are the changes that must be found out.
"""

import email
import re
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.policy import default
from typing import Any

from sqlalchemy import create_engine

import gpsync.store.outbox.queries
from gpsync import link_tokens
from gpsync.operations.staff import resend
from gpsync.store import links as link_store
from gpsync.store import outbox
from tests.faults import worker
from tests.faults.crashes import killed_at
from tests.faults.house import House, World
from tests.faults.invariants import check
from tests.faults.processes import At, Child
from tests.faults.proxy import CuttingProxy
from tests.faults.worker import NOW, Setting, plan, send

Change = Callable[[], None]
Probe = Callable[[House, Change], list[str]]
_TOKEN = re.compile(r"/verify/([\w-]{43})")


def _world(house: House, change: Change, mails: int, script: dict[str, Any] | None = None) -> AbstractContextManager:
    return house.world(mails, script, change=change)


def clean(house: House, change: Change) -> list[str]:
    with _world(house, change, 2) as world:
        return [*_ended(world.run()), *check(world).wrong, *_all("sent", world)]


def killed(where: str, nth: int = 1, *, unknown: int = 0) -> Probe:
    def probe(house: House, change: Change) -> list[str]:
        with _world(house, change, 2) as world:
            killed_at(world, where, nth)
            world.recover()
            found = check(world)
            counted = [] if found.unknown == unknown else [f"{found.unknown} unknown instead of {unknown}"]
            return [*found.wrong, *counted]

    return probe


def tried_twice(house: House, change: Change) -> list[str]:
    """The mail service sees the letter, and refuses it for now: the next attempt is the same."""
    with _world(house, change, 1, {"stored": {"do": "450 4.3.0 later", "first": 1}}) as world:
        world.run().wait()
        world.recover()
        attempts = len(world.smtp.ledger())
        seen = [] if attempts == 2 else [f"{attempts} attempts instead of 2"]
        return [*check(world, lying=True).wrong, *_all("sent", world), *seen]


def answer_lost(action: str) -> Probe:
    def probe(house: House, change: Change) -> list[str]:
        with _world(house, change, 2, {"stored": {"do": action, "only": [1]}}) as world:
            world.run().wait()
            world.recover()
            return check(world, unknown_at_most=1).wrong

    return probe


def killed_service(house: House, change: Change) -> list[str]:
    """The mail service falls with the letter in hand: it was never stored."""
    with _world(house, change, 2, {"dot": {"do": "drop", "only": [1]}}) as world:
        world.run().wait()
        world.recover()
        return check(world, unknown_at_most=1).wrong


def bounced(house: House, change: Change) -> list[str]:
    with _world(house, change, 2, {"rcpt": {"do": "550 5.1.1 nobody", "only": [1]}}) as world:
        world.run().wait()
        listed = world.value("SELECT count(*) FROM suppression")
        states = world.states()
        right = (states, listed) == ({"bounced": 1, "sent": 1}, 1)
        return check(world).wrong + ([] if right else [f"{states}, {listed} addresses not to be mailed again"])


def refused_for_now(house: House, change: Change) -> list[str]:
    with _world(house, change, 2, {"rcpt": {"do": "450 4.2.0 later", "only": [1]}}) as world:
        world.run().wait()
        world.recover()
        listed = world.value("SELECT count(*) FROM suppression")
        return [*check(world).wrong, *_all("sent", world), *([f"{listed} addresses are blamed"] if listed else [])]


def capped(house: House, change: Change) -> list[str]:
    with _world(house, change, 3) as world:
        world.run(cap=1).wait()
        sent = len(world.smtp.ledger())
        return [] if sent == 1 else [f"{sent} mails went out under a cap of 1"]


def storm(house: House, change: Change) -> list[str]:
    with _world(house, change, 40, {"rcpt": "554 5.7.1 blocked"}) as world:
        world.run().wait()
        tried = sum(command.startswith("RCPT") for command in world.smtp.commands())
        return [] if tried <= 3 else [f"{tried} mails were tried in a storm"]


def meanwhile(statement: str) -> Probe:
    """Something happens just before the intent that forbids the mail."""

    def probe(house: House, change: Change) -> list[str]:
        with _world(house, change, 1) as world:
            child = world.run(watch=At("before intent", signal.SIGSTOP))
            if not child.await_stop():
                return ["there is no moment before the intent"]
            with world.connect() as connection:
                connection.execute(statement)
            child.signal(signal.SIGCONT)
            child.wait()
            went = [f"a mail went out in spite of: {statement}"] if world.smtp.ledger() else []
            return went + [one for one in check(world).wrong if one.startswith(("I6", "I10"))]

    return probe


def redirected(house: House, change: Change) -> list[str]:
    """Somebody writes another address into a mail's row before the sending begins."""
    with _world(house, change, 2) as world:
        world.run(plan).wait()
        return _redirect(world, lambda: world.run(send, minutes=1).wait())


def redirected_meanwhile(house: House, change: Change) -> list[str]:
    """Somebody writes another address into the row of a mail that is being handed over."""
    with _world(house, change, 1) as world:
        child = world.run(watch=At("before intent", signal.SIGSTOP))
        if not child.await_stop():
            return ["there is no moment before the intent"]

        def go_on() -> None:
            child.signal(signal.SIGCONT)
            child.wait()

        found = _redirect(world, go_on)
        return found + (["a mail went out whose row says another address"] if world.smtp.ledger() else [])


def _redirect(world: World, go_on: Callable[[], Any]) -> list[str]:
    """What goes wrong when, before it goes on, the first mail is addressed to somebody else."""
    with world.connect() as connection:
        connection.execute("UPDATE outbox SET recipient = %s WHERE gmc_number = '9000001'", [_STRANGER])
    go_on()
    commands = [command for command in world.smtp.commands() if _STRANGER in command]
    held = world.value("SELECT count(*) FROM outbox WHERE state = 'held' AND reason = 'ALTERED'")
    return [
        *(["a stranger's address was given to the mail service"] if commands else []),
        *([] if held == 1 else ["the mail that was redirected is not held"]),
    ]


_STRANGER = "stranger@doctor.example"
SUPPRESSED = (
    "INSERT INTO suppression (address_key, since, reason, recorded_by)"
    " SELECT recipient_key, '2026-11-30', 'asked', 'staff' FROM outbox"
)
VERIFIED = (
    "INSERT INTO verification (gmc_number, address_key, verified_on, source, recorded_at)"
    " SELECT gmc_number, recipient_key, '2026-11-29', 'accounts', now() FROM outbox"
)
NEWER_EXTRACT = "UPDATE extract SET loaded_at = '2027-01-01'"
NEWER_ADDRESS = "UPDATE doctor SET email_key = 'newer@doctor.example' WHERE valid_to IS NULL"
DIED = "UPDATE doctor SET registration_class = 'DECEASED' WHERE valid_to IS NULL"
LINK_REVOKED = "UPDATE link SET state = 'revoked'"


def lease_lapsed(house: House, change: Change) -> list[str]:
    """A sender sleeps before its intent until its lease is over; nobody else has taken the mail yet."""
    with _world(house, change, 1) as world:
        child = world.run(watch=At("before intent", signal.SIGSTOP))
        child.await_stop()
        epoch = world.value("SELECT epoch FROM outbox")
        world.lapse()
        child.signal(signal.SIGCONT)
        child.wait()
        intents = world.value(f"SELECT count(*) FROM mail_event WHERE state = 'in_doubt' AND epoch = {epoch}")
        return ["a mail was handed over under a lease that had lapsed"] if intents else []


def overtaken(house: House, change: Change) -> list[str]:
    """A sender sleeps before its intent; another run is about to send the mail when the first one wakes up."""
    with _world(house, change, 1) as world:
        child = _asleep(world, "before intent")
        with world.connect() as connection:
            # It was tried before, so that its letter stays the same.
            connection.execute("UPDATE outbox SET attempts = 1")
        other = world.run(minutes=60, watch=At("after intent", signal.SIGSTOP))
        other.await_stop()
        for one in (child, other):
            one.signal(signal.SIGCONT)
            one.wait()
        return check(world).wrong


def left_alone(house: House, change: Change) -> list[str]:
    """Another sender begins while one waits for the answer to its dot: the mail is not touched."""
    with _world(house, change, 1) as world:
        child = _asleep(world, "after dot")
        world.run(send, minutes=1).wait()
        states = world.states()
        child.signal(signal.SIGCONT)
        child.wait()
        touched = [] if states == {"in_doubt": 1} else [f"a mail that is being sent was made {states}"]
        return [*touched, *check(world).wrong, *_all("sent", world)]


def decided_meanwhile(house: House, change: Change) -> list[str]:
    """A person has decided about a mail in doubt before its sender wakes up with the answer."""
    with _world(house, change, 1) as world:
        child = _asleep(world, "after dot")
        world.run(minutes=60).wait()
        world.run(_not_sent).wait()
        child.signal(signal.SIGCONT)
        child.wait()
        kept = [] if world.states() == {"cancelled": 1} else [f"what a person decided became {world.states()}"]
        return kept + [one for one in check(world).wrong if one.startswith("I10")]


def _asleep(world: World, where: str) -> Child:
    """A sender that has stopped there, and does not have the run lock any more."""
    world.run(plan).wait()
    child = world.run(send, minutes=1, watch=At(where, signal.SIGSTOP))
    child.await_stop()
    return child


def _not_sent(setting: Setting) -> bool:
    setting.change()
    with create_engine(setting.url).begin() as connection:
        (mail_id,) = connection.exec_driver_sql("SELECT mail_id FROM outbox").scalars()
        return outbox.resolve(connection, mail_id, sent=False, by="staff", reason="asked", now=NOW)


def taken_at_once(house: House, change: Change) -> list[str]:
    """Two senders take mails in the same moment: no mail is taken by both."""
    with _world(house, change, 3) as world:
        world.run(plan).wait()
        first = world.run(send, minutes=1, watch=At("before claim commit", signal.SIGSTOP))
        first.await_stop()
        second = world.run(send, minutes=1)
        ends = time.monotonic() + 1.0
        while second.is_running and time.monotonic() < ends:
            time.sleep(0.01)
        first.signal(signal.SIGCONT)
        return [*_ended(first), *_ended(second), *check(world).wrong]


def planned_twice(house: House, change: Change) -> list[str]:
    """Whatever else forgets that an event was mailed, its mail is not planned a second time."""

    def forgetful() -> None:
        change()
        gpsync.store.outbox.queries.histories = lambda *args, **named: {}

    with _world(house, change, 2) as world:
        world.run().wait()
        with world.connect() as connection:
            connection.execute("UPDATE email_change SET state = 'WAITING', sent_on = NULL, expires_on = NULL")
            connection.execute("UPDATE outbox SET change = NULL, kind = 'FIRST_LINK'")
        world.run(minutes=60, change=forgetful).wait()
        return [one for one in check(world).wrong if one.startswith("I1 ")]


def asked_again(house: House, change: Change) -> list[str]:
    """A doctor asks for another link: the earlier one ends, the new one has another Message-ID and another token."""
    with _world(house, change, 1) as world:
        world.run().wait()
        wrong = _ended(world.run(_resend))
        world.run(minutes=60).wait()
        states = [state for (state,) in world.rows("SELECT state FROM link ORDER BY generation")]
        tokens = {_token(world, number) for number in range(len(world.smtp.ledger()))}
        names = {taken.message_id for taken in world.smtp.ledger()}
        right = (states, len(tokens), len(names)) == (["superseded", "issued"], 2, 2)
        return wrong + ([] if right else [f"links {states}, {len(tokens)} tokens, {len(names)} Message-IDs"])


def _resend(setting: Setting) -> str:
    setting.change()
    context = worker.context_of(setting)
    return resend.resend(context, "9000001", "d1.new@doctor.example", "staff", "asked").mail_id


def scanned(house: House, change: Change) -> list[str]:
    """A mail scanner looks at the link's page three times; then its owner uses it, twice."""
    with _world(house, change, 1) as world:
        world.run().wait()
        token = _token(world, 0)
        answers = world.run(lambda setting: _look_and_use(setting, token)).wait().value
        return [] if answers == ["usable"] * 4 + ["confirmed_already"] else [f"looks and uses were answered {answers}"]


def _look_and_use(setting: Setting, token: str) -> list[str]:
    setting.change()
    answers = []
    engine = create_engine(setting.url)
    for _ in range(3):
        with engine.begin() as connection:
            ledger = link_store.Ledger(connection)
            link_tokens.record_opening(ledger, token, NOW.replace(hour=20))
            answers.append(str(link_tokens.check(ledger, token, NOW.replace(hour=20))))
    for _ in range(2):
        with engine.begin() as connection:
            answers.append(str(link_tokens.consume(link_store.Ledger(connection), token, NOW.replace(hour=20))))
    return answers


def restored(house: House, change: Change) -> list[str]:
    with _world(house, change, 2) as world:
        world.run(plan).wait()
        backup = house.cluster.run("pg_dump", "-Fc", world.database)
        world.run(minutes=1).wait()
        house.cluster.run("pg_restore", "--clean", "--if-exists", "-d", world.database, given=backup)
        world.run(minutes=60).wait()
        return [one for one in check(world).wrong if one.startswith("I1 ")]


def commits_unheard(house: House, change: Change) -> list[str]:
    with _world(house, change, 6) as world:
        world.run(plan).wait()
        proxy = CuttingProxy(house.cluster.port, 4, 2, world.home / "cuts")
        proxying = Child(proxy.serve)
        proxy.close()
        world.run(send, minutes=1, url=house.cluster.url(world.database, proxy.port)).wait()
        proxying.signal(signal.SIGKILL)
        proxying.wait()
        return [*check(world, unknown_at_most=0).wrong, *_all("sent", world)]


def _ended(child: Child) -> list[str]:
    ended = child.wait()
    return [f"it ended with {ended.error}"] if ended.error or ended.killed else []


def _all(state: str, world: World) -> list[str]:
    return [] if world.states() == {state: world.mails} else [f"in the end mails are {world.states()}"]


def _token(world: World, number: int) -> str:
    letter = email.message_from_bytes(world.smtp.letter(world.smtp.ledger()[number]), policy=default)
    found = _TOKEN.search(letter.get_body(("plain",)).get_content())
    return found.group(1) if found else ""
