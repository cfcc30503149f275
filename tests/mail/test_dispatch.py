"""The loop that empties the outbox, against a real database and a real mail service that misbehaves."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import OperationalError

from gpsync.bounces.replies import verdict_of
from gpsync.errors import GpsyncError
from gpsync.mail import failpoints, sender
from gpsync.mail.dispatch import Dispatched, SendingLimits, dispatch, replay
from gpsync.mail.journal import Journal
from gpsync.mail.smtp_connection import Server, open_connection
from gpsync.mails import Outgoing
from gpsync.store.tables import doctor
from gpsync.store.tables import outbox as outbox_table
from gpsync.verification.mail_states import next_try
from tests.faults.smtp_server import running_server
from tests.store.mail_building import (
    JUDGED,
    LINK_HOURS,
    NOW,
    SENT,
    address,
    column_of,
    intend,
    lapse,
    plan_mails,
    state_of,
    states,
    story,
    take,
)

MAIL = "mail-1-1"


def letter(claim):
    lines = (f"Message-ID: {claim.message_id}", f"Date: {claim.dated_at:%a, %d %b %Y %H:%M:%S +0000}", "", "Hello", "")
    return Outgoing(
        "bounces@sender.example", claim.recipient, f"v1.{claim.mail_id}", "\r\n".join(lines).encode("ascii")
    )


@pytest.fixture(scope="module")
def process():
    with running_server() as server:
        yield server


@pytest.fixture
def service(process):
    """A mail service that behaves, until it is told otherwise with `play`."""
    process.play()
    return process


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


@pytest.fixture
def send(engine, service, journal):
    """Run the loop once, without pauses: `send(cap=…)`; other names are those of `SendingLimits` and `dispatch`."""

    def run(**wanted):
        names = SendingLimits.__dataclass_fields__
        limits = {name: wanted.pop(name) for name in list(wanted) if name in names}
        server = Server(service.host, service.port, "", None, "none", None, 2.0, 2.0, 5.0)
        settings = {
            "open_connection": lambda: open_connection(server),
            "write": letter,
            "verdict_of": verdict_of,
            "next_try": next_try,
            "journal": journal,
            "limits": SendingLimits(**({"cap": 1000, "per_minute": 0} | limits)),
            "now": lambda: NOW,
            "judged_at": JUDGED,
            "link_hours": LINK_HOURS,
            "channel_pauses": (0.01,),
        }
        return dispatch(engine, **(settings | wanted))

    return run


@pytest.fixture
def mails(engine):
    """A function that plans so many mails."""

    def plan(number):
        with engine.begin() as connection:
            return plan_mails(connection, number)

    return plan


@pytest.fixture
def look(engine):
    """A function that reads something from the database: `look(states)`."""

    def read(what, *given):
        with engine.connect() as connection:
            return what(connection, *given)

    return read


@pytest.fixture
def at():
    """A function that lets something happen at a named point, the `nth` time it is reached."""

    def do(name, action, nth=1):
        seen = Counter()
        lock = threading.Lock()

        def watcher(reached):
            with lock:
                seen[reached] += 1
                is_now = reached == name and seen[name] == nth
            if is_now:
                action()

        failpoints.watch(watcher)

    yield do
    failpoints.watch(None)


@pytest.fixture
def cut_off(engine):
    """End every session on the database but the one that does so."""

    def cut():
        with engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    return cut


def ledger(service):
    return Counter(taken.message_id for taken in service.ledger())


# --- A good night ----------------------------------------------------------------------------------


@pytest.mark.parametrize("connections", [1, 4])
def test_each_mail_goes_out_once(send, mails, service, look, connections):
    mails(60)

    done = send(connections=connections)

    assert done == Dispatched(sent=60)
    assert (len(ledger(service)), set(ledger(service).values())) == (60, {1})
    assert look(story) == ["pending", "claimed", "in_doubt", "sent"]
    assert look(column_of, "relay_id").startswith("Q")


def test_more_connections_than_a_pool_would_hold_work_side_by_side(send, mails, monkeypatch):
    mails(20)
    monkeypatch.setattr(sender, "BATCH", 1)
    everybody = threading.Barrier(20)
    failpoints.watch(lambda name: everybody.wait(10) if name == "before intent" else None)
    try:
        assert send(connections=20).sent == 20
    finally:
        failpoints.watch(None)


def test_two_runs_at_once_share_the_mails(send, mails, service, look):
    mails(60)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: send(connections=2), range(2)))

    assert sum(one.sent for one in done) == 60
    assert (look(states), set(ledger(service).values())) == ({"sent": 60}, {1})


def test_a_sender_that_slept_through_its_lease_does_not_send_what_another_has_sent(
    send, mails, service, engine, at, look
):
    mails(3)

    def sleep_in():
        with engine.begin() as connection:
            lapse(connection)
        failpoints.watch(None)
        assert send().sent == 3

    at("before intent", sleep_in)

    assert send() == Dispatched()
    assert (look(states), set(ledger(service).values())) == ({"sent": 3}, {1})


def test_no_more_mails_go_out_than_the_cap_allows(send, mails, service, look):
    mails(30)

    done = send(cap=7, connections=3)

    assert (done.sent, done.stopped_because, len(service.ledger())) == (7, None, 7)
    assert look(states) == {"sent": 7, "pending": 23}


@pytest.mark.parametrize("connections", [1, 4])
def test_first_links_leave_the_last_part_of_the_cap_to_all_others(send, mails, service, look, engine, connections):
    mails(30)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET rank = 5 WHERE gmc_number > '9000003'"))
    counts_seen = []

    done = send(
        cap=20,
        reserved=5,
        connections=connections,
        patience_seconds=30,
        tell=lambda *counts: counts_seen.append(counts),
    )

    assert (done.sent, done.stopped_because, len(service.ledger())) == (15, None, 15)
    assert counts_seen[-1] == (15, 15)
    assert {f"mail-{number}-1" for number in (1, 2, 3)} <= {one.message_id.split(".")[1] for one in service.ledger()}
    assert look(states) == {"sent": 15, "pending": 15}
    assert send(cap=5, reserved=5) == Dispatched()


def test_first_links_leave_room_for_others_that_a_slow_sender_has_only_taken(send, mails, service, engine, monkeypatch):
    mails(30)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET rank = 5 WHERE gmc_number > '9000010'"))
    monkeypatch.setattr(sender, "BATCH", 10)
    # Whoever has the changes is slow, and the other sender is not.
    service.play({"rcpt": {"do": "stall", "to": r"d([1-9]|10)\.new", "seconds": 0.1}})

    done = send(cap=20, reserved=5, connections=2)

    taken = [int(one.message_id.split("-")[1]) for one in service.ledger()]
    assert (done.sent, sum(number <= 10 for number in taken)) == (15, 10)


def test_others_that_are_not_there_any_more_are_not_waited_for(send, mails, engine, at, monkeypatch):
    mails(6)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET rank = 5 WHERE gmc_number > '9000004'"))

    def cancel():
        with engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET state = 'cancelled' WHERE state = 'pending' AND rank = 2"))

    monkeypatch.setattr(sender, "BATCH", 1)
    at("after claim commit", cancel)
    done = send(cap=5, reserved=1)

    assert (done.sent, done.stopped_because) == (1, None)
    assert send(cap=4, reserved=1).sent == 2


def test_others_may_use_what_first_links_left(send, mails, service, look, engine):
    mails(10)

    assert send(cap=7, reserved=7).sent == 7


def test_first_links_that_were_refused_leave_room_for_others_of_their_rank(send, mails, service, engine):
    mails(12)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET rank = 5"))
    service.play({"rcpt": {"do": "550 5.1.1 nobody", "to": r"d[1-4]\.new"}})

    done = send(cap=7, reserved=2, connections=2)

    assert (done.sent, done.bounced) == (5, 4)


def test_mails_that_were_not_handed_over_leave_room_under_the_cap(send, mails, service):
    mails(12)
    service.play({"rcpt": {"do": "550 5.1.1 nobody", "to": r"d[1-4]\.new"}})

    done = send(cap=5)

    assert (done.sent, done.bounced) == (5, 4)


def test_a_connection_is_replaced_after_so_many_mails(send, mails, service):
    mails(25)

    send(mails_per_connection=10)

    assert len(service.events("connection")) == 3


def test_progress_is_reported(send, mails):
    mails(3)
    counts_seen = []

    send(tell=lambda done, total: counts_seen.append((done, total)))

    assert counts_seen == [(1, 3), (2, 3), (3, 3)]


def test_the_throttle_spreads_the_mails(send, mails):
    mails(4)
    started = time.monotonic()

    assert send(per_minute=600).sent == 4
    assert time.monotonic() - started >= 0.3


# --- Refusals --------------------------------------------------------------------------------------


def test_each_refusal_ends_where_it_belongs(send, mails, service, look):
    mails(5)
    refusals = {1: "450 4.2.1 later", 2: "550 5.1.1 nobody", 3: "554 5.7.1 blocked", 4: "552 5.2.2 full"}
    service.play({"rcpt": [{"do": what, "to": rf"^d{number}\."} for number, what in refusals.items()]})

    done = send()

    assert (done.sent, done.deferred, done.bounced, done.policy_held) == (1, 2, 1, 1)
    assert look(states) == {"sent": 1, "deferred": 2, "bounced": 1, "policy_held": 1}
    assert [look(column_of, name) for name in ("smtp_code", "enhanced_code", "phase")] == [450, "4.2.1", "recipient"]


@pytest.mark.parametrize("fault", [{"dot": "drop"}, {"stored": "rst"}, {"stored": "garbage"}, {"dot": "421"}])
def test_a_lost_answer_leaves_the_mail_unknown_for_ever(send, mails, service, look, fault):
    mails(3)
    service.play({phase: {"do": what, "only": [2]} for phase, what in fault.items()})

    assert (send().unknown, send().unknown) == (1, 0)
    assert look(states) == {"sent": 2, "unknown": 1}
    assert max(ledger(service).values()) == 1


def test_a_greylisted_mail_goes_out_in_the_same_run_and_is_the_same_letter(send, mails, service, look):
    mails(3)
    service.play(greylist=0.2)
    began = time.monotonic()

    done = send(
        patience_seconds=5,
        now=lambda: NOW + timedelta(seconds=time.monotonic() - began),
        next_try=lambda attempts, first, now, jitter: now + timedelta(seconds=0.3),
    )

    assert (done.sent, done.deferred) == (3, 0)
    assert look(story) == ["pending", "claimed", "deferred", "claimed", "in_doubt", "sent"]


def test_nobody_waits_for_mails_that_are_deferred_for_longer(send, mails, service):
    mails(2)
    service.play(greylist=60)
    started = time.monotonic()

    assert send(patience_seconds=60).deferred == 2
    assert time.monotonic() - started < 10


def test_a_mail_refused_for_five_days_is_given_up(send, mails, service, look):
    mails(1)
    service.play({"rcpt": "450 4.2.1 later"})
    clock = NOW
    while look(state_of) in ("pending", "deferred") and clock < NOW + timedelta(days=6):
        send(now=lambda clock=clock: clock)
        clock += timedelta(hours=4, minutes=30)

    assert look(state_of) == "dead"
    assert timedelta(days=5) <= clock - NOW < timedelta(days=5, hours=10)


def test_a_letter_that_came_out_differently_is_withdrawn(send, mails, service, look):
    mails(1)
    service.play({"dot": "450 4.3.0 later"})
    send()

    done = send(
        now=lambda: NOW + timedelta(hours=1),
        write=lambda claim: Outgoing("b@sender.example", claim.recipient, "v1", b"Other\r\n"),
    )

    assert (done.withdrawn, look(column_of, "reason")) == (1, "LETTER_CHANGED")


def test_a_letter_that_cannot_be_put_on_the_wire_does_not_hold_up_the_others(send, mails, look):
    mails(3)

    def write(claim):
        return Outgoing("b@sender.example", claim.recipient, "v1", b"A bare\nline feed\r\n" * (claim.mail_id == MAIL))

    done = send(write=lambda claim: write(claim) if claim.mail_id == MAIL else letter(claim))

    assert (done.sent, done.withdrawn, look(column_of, "reason")) == (2, 1, "INVALID_EMAIL")


def test_a_mail_that_may_no_longer_be_sent_is_withdrawn_before_the_dot(send, mails, service, engine, at, look):
    mails(2)

    def die():
        with engine.begin() as connection:
            connection.execute(
                update(doctor).where(doctor.c.gmc_number == "9000001").values(registration_class="DECEASED")
            )

    at("before intent", die)
    done = send()

    assert (done.sent, done.withdrawn) == (1, 1)
    assert (look(state_of), look(column_of, "reason")) == ("cancelled", "DECEASED")
    assert [taken.recipients for taken in service.ledger()] == [[address(2)]]


def test_an_extract_accepted_meanwhile_stops_the_run(send, mails, service, engine, at, look):
    mails(5)

    def accept():
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO extract VALUES ('x', 'gmc_register', 'full', '2026-11-30', 'f', 's', 1, 'accepted',"
                    " '', '{}', '{}', '{}', '{}', '', '', :now)"
                ),
                {"now": NOW},
            )

    at("before intent", accept, nth=3)
    done = send()

    assert (done.sent, done.stopped_because.startswith("An extract was accepted")) == (2, True)
    assert look(states) == {"sent": 2, "pending": 3}


# --- Circuit breaker --------------------------------------------------------------------------------------


def test_a_mail_service_that_refuses_everything_is_left_alone(send, mails, service, look):
    mails(100)
    service.play({"rcpt": "554 5.7.1 blocked"})

    done = send(connections=4)

    assert done.stopped_because.startswith("The mail service refused 3 mails in a row because of us")
    assert 3 <= done.policy_held <= 3 + 3
    assert look(states)["pending"] == 100 - done.policy_held


def test_a_mail_service_that_is_down_costs_no_mail_an_attempt(send, mails, service, look):
    mails(5)
    service.play({"banner": "421"})

    done = send(channel_errors=4)

    assert done == Dispatched(stopped_because=done.stopped_because)
    assert done.stopped_because.startswith("The mail service failed 4 times in a row")
    assert (look(states), look(column_of, "attempts")) == ({"pending": 5}, 0)


@pytest.mark.parametrize("script", [{"banner": "554 no"}, {"mail": "550 5.7.1 not this sender"}])
def test_a_mail_service_that_refuses_us_stops_the_run_at_once(send, mails, service, look, script):
    mails(5)
    service.play(script)

    assert "refuses us with code 55" in send().stopped_because
    assert look(states) == {"pending": 5}


def test_a_mail_service_that_hangs_up_now_and_then_gets_every_mail_once(send, mails, service, look):
    mails(40)
    service.play({"rcpt": {"do": "421", "every": 7}})

    assert send(connections=2).sent == 40
    assert set(ledger(service).values()) == {1}


def test_a_mail_at_which_the_mail_service_always_fails_does_not_hold_up_the_others(send, mails, service, look):
    mails(5)
    service.play({"rcpt": {"do": "drop", "to": r"^d1\."}})

    done = send()

    assert (done.sent, done.deferred, look(state_of)) == (4, 1, "deferred")


# --- Being stopped ---------------------------------------------------------------------------------


def test_who_is_asked_to_stop_ends_after_the_mail_in_hand(send, mails, at, look):
    mails(10)
    stop = threading.Event()
    at("before intent", stop.set, nth=3)

    done = send(stop=stop)

    assert (done.sent, done.stopped_because) == (3, "It was asked to stop.")
    assert look(states) == {"sent": 3, "pending": 7}


def test_a_run_ends_with_the_hours_of_sending(send, mails, at, look):
    mails(10)
    over = []
    at("after reply", lambda: over.append(True), nth=2)

    assert send(until=lambda: bool(over)).sent == 2
    assert look(states) == {"sent": 2, "pending": 8}


def test_an_error_of_the_program_itself_is_raised_and_mails_not_begun_are_free(send, mails, look):
    mails(5)

    def write(claim):
        if claim.mail_id == "mail-3-1":
            raise KeyError("template")
        return letter(claim)

    with pytest.raises(KeyError):
        send(write=write, connections=2)
    assert set(look(states)) == {"sent", "pending"}


# --- The database goes away ------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["claim", "intent", "result"])
def test_a_session_that_is_ended_costs_neither_a_mail_nor_a_second_one(
    send, mails, service, at, cut_off, look, step, moment
):
    mails(6)
    at(f"{moment} {step} commit", cut_off, nth=1 if step == "claim" else 3)

    assert send() == Dispatched(sent=6)
    assert set(ledger(service).values()) == {1}
    assert look(story, "mail-3-1") == ["pending", "claimed", "in_doubt", "sent"]


@pytest.mark.parametrize("step", ["claim", "intent", "result"])
def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_done_twice(send, mails, service, at, look, step):
    mails(4)

    def lose():
        raise OperationalError("COMMIT", None, psycopg.OperationalError("the connection is lost"))

    at(f"after {step} commit", lose)

    assert send() == Dispatched(sent=4)
    assert set(ledger(service).values()) == {1}
    assert Counter(look(story, MAIL))["in_doubt"] == 1


@pytest.mark.parametrize("step", ["claim", "intent", "result"])
@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable])
def test_a_conflict_in_the_database_is_tried_again(send, mails, service, at, step, error):
    mails(3)

    def clash():
        raise OperationalError("UPDATE", None, error("not now"))

    at(f"before {step} commit", clash)

    assert send() == Dispatched(sent=3)
    assert set(ledger(service).values()) == {1}


def test_nothing_is_handed_over_without_a_recorded_intent(send, mails, service, engine, at, journal, look):
    """The database can no longer be written to at the intent, and stays so."""
    mails(3)

    def fill():
        raise OperationalError("COMMIT", None, psycopg.errors.DiskFull("no space left on device"))

    at("before intent commit", fill)
    done = send()

    assert (done.sent, service.ledger()) == (0, [])
    assert done.stopped_because == "The database stopped the mailout: no space left on device"
    failpoints.watch(None)
    assert send(now=lambda: NOW + timedelta(hours=1)).sent == 3


def test_a_mail_sent_while_the_database_is_away_is_known_to_the_next_run(
    send, mails, service, engine, at, cut_off, journal, look
):
    mails(4)
    name = engine.url.database
    server = engine.url.set(database="postgres")

    def close():
        _admin(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut_off()

    at("after result journal", close, nth=2)
    done = send(outage_seconds=0.3)
    _admin(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    failpoints.watch(None)

    assert done.stopped_because.startswith("The database stopped the mailout")
    assert look(states)["in_doubt"] == 1
    with engine.begin() as connection:
        lapse(connection)
    again = send()

    assert (again.recovered, again.lost, again.unknown, again.sent) == (1, 0, 0, 2)
    assert look(states) == {"sent": 4}
    assert set(ledger(service).values()) == {1}


def _admin(url, statement):
    with psycopg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(statement)


def test_a_mail_whose_intent_may_be_on_record_is_known_not_to_have_been_handed_over(
    send, mails, service, engine, at, cut_off, look
):
    mails(2)
    name = engine.url.database
    server = engine.url.set(database="postgres")

    def close():
        _admin(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut_off()
        raise OperationalError("COMMIT", None, psycopg.OperationalError("the connection is lost"))

    at("after intent commit", close)
    done = send(outage_seconds=0.3)
    _admin(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    failpoints.watch(None)

    assert (done.sent, service.ledger(), look(state_of)) == (0, [], "in_doubt")
    with engine.begin() as connection:
        lapse(connection)
    again = send()
    assert (again.recovered, again.lost, again.sent) == (1, 0, 2)
    assert look(story) == ["pending", "claimed", "in_doubt", "deferred", "claimed", "in_doubt", "sent"]


def test_a_database_that_comes_back_in_time_is_waited_for(send, mails, service, engine, at, cut_off):
    mails(4)
    name = engine.url.database
    server = engine.url.set(database="postgres")

    def close():
        _admin(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cut_off()
        threading.Timer(0.5, _admin, [server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"]).start()

    at("after result journal", close, nth=2)

    assert send(outage_seconds=20) == Dispatched(sent=4)
    assert set(ledger(service).values()) == {1}


# --- The journal -----------------------------------------------------------------------------------


def test_the_journal_is_replayed_before_mails_in_doubt_are_given_up(send, mails, engine, journal, look):
    mails(1)
    with engine.begin() as connection:
        (claim,) = take(connection)
        assert intend(connection, claim)
        lapse(connection)
    journal.append(claim.mail_id, claim.epoch, claim.lease_token, SENT, NOW)

    assert send() == Dispatched(recovered=1)
    assert (look(state_of), journal.entries()) == ("sent", [])


def test_without_the_journal_the_mail_is_unknown(send, mails, engine, look):
    mails(1)
    with engine.begin() as connection:
        assert intend(connection, take(connection)[0])
        lapse(connection)

    assert send() == Dispatched(lost=1)
    assert look(state_of) == "unknown"


def test_replaying_twice_changes_nothing(send, mails, engine, journal, look):
    mails(2)
    send()

    assert len(journal.entries()) == 2
    assert (replay(engine, journal), replay(engine, journal)) == (0, 0)
    assert look(story) == ["pending", "claimed", "in_doubt", "sent"]


def test_a_database_restored_from_before_the_mailout_is_not_mailed_from(send, mails, engine, journal, service):
    mails(1)
    journal.append(MAIL, 1, "lease", SENT, NOW)

    with pytest.raises(GpsyncError, match="restored from a backup"):
        send()
    assert (service.ledger(), len(journal.entries())) == ([], 1)


def test_nor_is_one_restored_from_before_a_mailout_that_quiet_nights_followed(send, mails, engine, journal, service):
    mails(1)
    with engine.begin() as connection:
        before = connection.execute(select(outbox_table)).mappings().one()
    send()
    # Two nights on which there was nothing to mail: the journal itself is empty.
    assert (replay(engine, journal), replay(engine, journal), journal.entries()) == (0, 0, [])
    given = list(service.ledger())
    with engine.begin() as connection:
        connection.execute(update(outbox_table).values(**before))

    with pytest.raises(GpsyncError, match=r"the last at 2026-11-30 09:00 UTC.*restored from a backup"):
        send()
    assert service.ledger() == given


def test_no_mail_follows_one_that_could_not_be_written_down(send, mails, journal, monkeypatch, look):
    mails(3)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "append", fail)

    assert "cannot be written: No space left on device" in send().stopped_because
    assert look(states) == {"sent": 1, "pending": 2}


# --- Round trips -----------------------------------------------------------------------------------


def test_a_mail_costs_two_statements(send, mails, engine):
    """Besides taking twenty at once. What is added here is paid for each of hundreds of mails."""
    from sqlalchemy.engine import Engine

    mails(40)
    statements = []

    def note(connection, cursor, statement, *_):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        send()
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    updates = Counter("in_doubt" if "SET state = 'in_doubt'" in one else "other" for one in statements)
    assert updates["in_doubt"] == 40
    assert len(statements) < 2 * 40 + 25
