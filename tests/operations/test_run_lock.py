"""The run lock: what a run that was killed has left, and a run whose lock is lost with its session."""

from datetime import UTC, date, datetime
from threading import Timer

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from gpsync.errors import AlreadyRunning, DatabaseLost, GpsyncError, LockLost
from gpsync.mail import failpoints
from gpsync.mail.journal import Journal
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.mails import Handover
from gpsync.operations import run_record
from gpsync.operations.ingest.summary import Summary
from gpsync.operations.mailout import send
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.run_record import recorded_run
from gpsync.operations.staff.read_bounces import Bounces, read_bounces
from gpsync.progress import listening
from gpsync.rules import MailState, Phase, Verdict
from gpsync.store.locks import RunLock, run_lock
from tests.store.mailing import DAY_14

_LOCKED = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_EVERYBODY = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_MAILS = "SELECT state, reason FROM outbox ORDER BY gmc_number"
#: Whoever took these mails has hours left.
_TAKEN = (
    "UPDATE outbox SET state = :state, epoch = 1, lease_token = 'dead', dated_at = queued_at,"
    " lease_until = clock_timestamp() + interval '5 hours'"
)


def end_the_session(engine, how="SELECT pg_terminate_backend(:pid, 5000)"):
    """End the session that holds the run lock, as a server that is stopped or an administrator does."""
    with engine.connect() as connection:
        for (pid,) in connection.execute(text(_LOCKED)).all():
            connection.execute(text(how), {"pid": pid})


def is_locked(engine):
    with engine.connect() as connection:
        return bool(connection.execute(text(_LOCKED)).all())


class Ear:
    """Hears what a run says."""

    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)

    def step(self, what, done, total):
        pass

    def phase(self, name):
        pass

    def part(self, what, done, total):
        pass


@pytest.fixture
def at():
    """A function that lets something happen once, when a point is first reached."""

    def put(where, what):
        done = []

        def watch(name):
            if name == where and not done:
                done.append(name)
                what()

        failpoints.watch(watch)

    yield put
    failpoints.watch(None)


# --- what a killed run has left ------------------------------------------------------------------------


@pytest.fixture
def killed(room):
    """A mailout that planned three mails and was killed when it had taken them: `killed("claimed")`."""

    def kill(state, run="verification_mailout"):
        room.set(daily_cap=0)
        room.mail(DAY_14)
        room.set(daily_cap=500)
        with room.home.engine.begin() as connection:
            connection.execute(text(_TAKEN), {"state": state})
            started = room.context(DAY_14).now()
            row = "INSERT INTO run VALUES ('dead', :run, :day, :at, NULL, 'running', '{}')"
            connection.execute(text(row), {"run": run, "day": DAY_14, "at": started})

    return kill


def test_what_a_killed_run_had_taken_is_sent_by_the_next_at_once(room, killed):
    killed("claimed")

    ear = Ear()
    with listening(ear):
        assert room.mail(DAY_14).states == {MailState.SENT: 3}

    assert len(room.letters) == 3
    assert room.read("SELECT outcome, finished_at FROM run WHERE run_id = 'dead'") == [("killed", None)]
    assert "The run verification_mailout of 2026-12-01 09:00 UTC was killed before it ended." in ear.lines
    assert "Of its mails 3 wait to be sent again, and 0 are unknown." in ear.lines


def test_what_a_killed_run_was_handing_over_is_unknown_and_never_sent_again(room, killed):
    killed("in_doubt")

    result = room.mail(DAY_14)

    assert (result.for_staff[MailState.UNKNOWN], result.needs_a_person) == (3, True)
    assert room.letters == []
    assert room.read(_MAILS) == [("unknown", "UNKNOWN_OUTCOME")] * 3


def test_an_answer_in_the_journal_is_heard_before_anybody_is_in_doubt(room, killed):
    """Whatever command comes first: staff never see a mail as unknown of which our own disk knows the answer."""
    killed("in_doubt")
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox ORDER BY gmc_number LIMIT 1")
    journal = Journal(room.home.settings.home_folder / "mail-journal.jsonl")
    answered = datetime(2026, 12, 1, 9, 1, tzinfo=UTC)
    journal.append(mail_id, 1, "dead", Handover(Verdict.SENT, Phase.DOT, 250), answered)
    journal.close()

    read_bounces(room.context(DAY_14), Mailbox(0, []))

    assert room.read(_MAILS) == [("sent", None), *[("unknown", "UNKNOWN_OUTCOME")] * 2]


def test_mails_under_way_stay_as_they_are_where_the_journal_cannot_be_heard(room, killed):
    """A damaged journal stops the mailout, not the other commands; nobody is told that a mail is unknown."""
    killed("in_doubt")
    (room.home.settings.home_folder / "mail-journal.jsonl").write_text("{}\n")

    read_bounces(room.context(DAY_14), Mailbox(0, []))
    assert room.read(_MAILS) == [("in_doubt", None)] * 3
    with pytest.raises(GpsyncError, match=r"mail-journal\.jsonl is damaged"):
        room.mail(DAY_14)


def test_every_command_that_has_the_run_lock_records_dead_runs_as_killed(room, killed):
    killed("claimed", run="gmc_sync")

    with recorded_run(room.context(DAY_14), "approve", DAY_14, Summary()):
        pass

    assert room.read("SELECT flow, outcome FROM run ORDER BY started_at, flow") == [
        ("approve", "done"),
        ("gmc_sync", "killed"),
        ("verification_mailout", "done"),
    ]
    assert {state for state, _ in room.read(_MAILS)} == {"pending"}


def test_a_run_that_is_turned_away_clears_up_nothing(room, killed):
    killed("claimed")

    with run_lock(room.home.engine), pytest.raises(AlreadyRunning):
        room.mail(DAY_14)

    assert {state for state, _ in room.read(_MAILS)} == {"claimed"}
    assert room.read("SELECT outcome FROM run WHERE run_id = 'dead'") == [("running",)]


def test_a_lock_whose_holder_was_killed_a_moment_ago_is_waited_for(engine):
    holder = RunLock(engine)
    assert holder.take()
    timer = Timer(0.3, holder.give_back)
    timer.start()
    with run_lock(engine):
        pass
    timer.join()


# --- a lock that is lost -------------------------------------------------------------------------------


def test_a_lost_lock_is_taken_again(engine):
    with run_lock(engine) as lock:
        end_the_session(engine)
        assert not is_locked(engine)
        lock.keep()
        assert is_locked(engine)
        with pytest.raises(AlreadyRunning), run_lock(engine):
            pass
    assert not is_locked(engine)


def test_a_lost_lock_that_another_run_has_is_reported(engine):
    with run_lock(engine) as lock:
        end_the_session(engine)
        with run_lock(engine):
            for _ in range(2):
                with pytest.raises(LockLost, match="another run is in progress"):
                    lock.keep()
        # It has ended: nobody is in the way any more.
        lock.keep()


def test_a_lock_that_is_lost_and_not_missed_ends_quietly(engine):
    with run_lock(engine):
        end_the_session(engine)
    with run_lock(engine):
        pass


def test_a_mailout_whose_lock_is_lost_sends_everything_and_is_done(room, at, monkeypatch):
    monkeypatch.setattr(send, "_LOOK_SECONDS", 0)
    at("after dot", lambda: end_the_session(room.home.engine))

    assert room.mail(DAY_14).states == {MailState.SENT: 3}
    assert room.read("SELECT outcome FROM run") == [("done",)]
    assert len(room.letters) == 3


def test_a_mailout_ends_in_order_when_another_run_came_meanwhile(room, at, monkeypatch):
    """It says the state of every mail; the other run's end, and the next run sends the rest."""
    monkeypatch.setattr(send, "_LOOK_SECONDS", 0)
    other = RunLock(room.home.engine)

    def rob():
        end_the_session(room.home.engine)
        assert other.take()

    at("after dot", rob)
    result = room.mail(DAY_14)

    assert result.states == {MailState.SENT: 1, MailState.PENDING: 2}
    assert result.stopped is not None and "another run is in progress now" in result.stopped
    assert room.read("SELECT outcome FROM run") == [("attention",)]
    other.give_back()
    assert room.mail(DAY_14).states == {MailState.SENT: 2}
    assert len(room.letters) == 3


def test_a_sender_that_lost_the_lock_cannot_hand_over_what_the_next_run_took_back(room, at):
    """It does not know yet that another run was there: the intent finds its claim gone."""
    context = room.context(DAY_14)

    def another_run():
        end_the_session(room.home.engine)
        with recorded_run(context, "sync", DAY_14, Summary()):
            pass

    at("before intent", another_run)
    result = room.mail(DAY_14)

    # Taken back and taken again, by the same run; each mail has gone out once.
    assert result.states == {MailState.SENT: 3}
    assert len(room.letters) == 3
    first = "SELECT min(mail_id) FROM mail_event WHERE state = 'claimed' GROUP BY mail_id HAVING count(*) = 2 LIMIT 1"
    moves = f"SELECT state FROM mail_event WHERE mail_id = ({first}) ORDER BY event_number"
    assert [state for (state,) in room.read(moves)] == ["pending", "claimed", "pending", "claimed", "in_doubt", "sent"]


def test_bounces_go_on_when_the_lock_was_lost_and_end_when_another_run_came(context, engine):
    read = []

    def message(what):
        return Message(b"From: x@y.example\r\n\r\nhello\r\n" + what, lambda: read.append(what))

    def messages(between):
        yield message(between.__name__.encode())
        between()
        yield message(b"second " + between.__name__.encode())

    def lost():
        end_the_session(engine)

    def robbed():
        end_the_session(engine)
        assert other.take()

    other = RunLock(engine)
    assert read_bounces(context, Mailbox(2, messages(lost))).kinds.total() == 2
    with pytest.raises(LockLost) as ended:
        read_bounces(context, Mailbox(2, messages(robbed)))
    other.give_back()
    assert ended.value.exit_status == 75
    assert read == [b"lost", b"second lost", b"robbed"]
    with engine.connect() as connection:
        runs = connection.execute(text("SELECT outcome, summary FROM run ORDER BY started_at")).all()
    assert [outcome for outcome, _ in runs] == ["attention", "failed"]
    assert runs[1].summary["unrecognised"] == 1


@pytest.mark.parametrize("summary", [Summary(), Bounces(), MailoutResult()], ids=lambda one: type(one).__name__)
def test_a_run_whose_database_goes_away_ends_with_one_sentence_and_is_on_record(context, engine, summary):
    """Every session is ended in the middle of a step: the step never happened, and no error of the driver is shown."""

    def work():
        with recorded_run(context, "some_flow", date(2026, 11, 30), summary), engine.begin() as connection:
            connection.execute(text("DELETE FROM run"))
            with engine.connect() as another:
                another.execute(text(_EVERYBODY))
            connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseLost, match="Changes that were not committed were not made") as raised:
        work()

    assert raised.value.__cause__ is None and raised.value.__suppress_context__
    with engine.connect() as connection:
        assert connection.execute(text("SELECT outcome FROM run")).all() == [("failed",)]


def test_a_database_that_does_not_come_back_is_reported_in_one_sentence(context, monkeypatch):
    """The run stays on record as running, until the next one finds it dead."""
    monkeypatch.setattr(run_record, "_PATIENCE_SECONDS", 0.0)
    ear = Ear()

    def gone(*given):
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"), connection_invalidated=True)

    monkeypatch.setattr(run_record.runs, "finish", gone)
    with listening(ear), recorded_run(context, "some_flow", date(2026, 11, 30), Summary()):
        pass
    monkeypatch.undo()

    assert ear.lines == ["The database cannot be reached, so how this run ended is not recorded there."]
    with recorded_run(context, "next", date(2026, 11, 30), Summary()), context.engine.connect() as connection:
        runs = connection.execute(text("SELECT flow, outcome FROM run ORDER BY started_at")).all()
    assert ("some_flow", "killed") in [tuple(row) for row in runs]


def test_an_error_that_quotes_data_is_not_taken_for_a_lost_database(context):
    with (
        pytest.raises(GpsyncError, match="Its message is withheld") as raised,
        recorded_run(context, "some_flow", date(2026, 11, 30), Summary()),
        context.engine.begin() as connection,
    ):
        connection.execute(text("SELECT CAST('canary@doctor.example' AS INTEGER)"))

    assert not isinstance(raised.value, DatabaseLost) and "canary" not in str(raised.value)
