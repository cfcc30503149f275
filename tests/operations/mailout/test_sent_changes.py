"""Changes whose link has gone out, in the database: no extract, replay or new beginning forgets them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gpsync.link_tokens import LinkSecrets
from gpsync.mails import Person
from gpsync.operations.context import Context
from gpsync.operations.ids import mail_ids
from gpsync.operations.ingest.replay import replay
from gpsync.records import EmailChange, Verification
from gpsync.rules import ChangeReason, ChangeState, Registration
from gpsync.store import eligibility, email_changes, verifications
from gpsync.store.outbox.planning import plan
from gpsync.verification.planning import PlanOptions, planned_mail
from gpsync.verification.triggers import change_trigger
from tests.model.extract import FULL, ModelExtract, Row
from tests.model.product import Office, feed
from tests.model.stories import LICENSED

ANN, BOB, CAT = "ann@gp.example", "bob@gp.example", "cat@gp.example"
NUMBER = "9000001"
NOW = datetime(2027, 3, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def context(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Context]:
    """A context without guards: the doctor showed one address on 1 March, and another from the second on."""
    office = Office(make_database, tmp_path)
    context = office.fresh()
    feed(context, [full(1, ANN), full(2, BOB), full(15, BOB)])
    yield context
    office.close()


def full(day: int, email: str) -> ModelExtract:
    return ModelExtract(date(2027, 3, day), FULL, (Row(NUMBER, "Oak", LICENSED, email),))


def changes(context: Context) -> list[EmailChange]:
    with context.engine.connect() as connection:
        return email_changes.of_doctor(connection, NUMBER)


def states(context: Context) -> list[tuple[str, ChangeState, ChangeReason | None, date | None]]:
    return [(one.new_email, one.state, one.reason, one.sent_on) for one in changes(context)]


def send(context: Context) -> None:
    """Plan a mail about the only change, and write down that it went out at NOW."""
    (change,) = changes(context)
    person = Person(NUMBER, "Ann Oak", BOB, BOB, Registration.LICENSED, True, False, None)
    secrets = LinkSecrets.parse(f"a:{'x' * 40}")
    mail = planned_mail(change_trigger(change, person), 1, PlanOptions(secrets, "links@pcse.example", NOW), mail_ids())
    with context.engine.begin() as connection:
        assert len(plan(connection, [mail], NOW)) == 1
        connection.execute(text("UPDATE outbox SET state = 'sent', sent_at = :now"), {"now": NOW})
        connection.execute(text("UPDATE link SET expires_at = :end"), {"end": NOW + timedelta(hours=72)})


def test_a_replay_and_a_new_beginning_keep_what_was_sent(context):
    send(context)
    feed(context, [full(17, BOB)])
    sent = changes(context)

    assert states(context) == [(BOB, ChangeState.SENT, None, date(2027, 3, 16))]
    assert sent[0].expires_on == date(2027, 3, 19)
    replay(context)
    assert changes(context) == sent


def test_a_late_extract_leaves_what_was_sent_and_says_that_it_was_early(context):
    send(context)
    feed(context, [full(5, ANN)])

    assert states(context) == [(BOB, ChangeState.SENT, ChangeReason.SENT_EARLY, date(2027, 3, 16))]


def test_a_newer_address_supersedes_what_was_sent(context):
    send(context)
    feed(context, [full(17, CAT)])

    assert states(context) == [
        (BOB, ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE, date(2027, 3, 16)),
        (CAT, ChangeState.WAITING, None, None),
    ]
    assert changes(context)[1].old_email == BOB


def test_a_verification_is_taken_in_with_the_next_extract_and_then_the_doctor_is_settled(context):
    send(context)
    feed(context, [full(17, BOB)])
    with context.engine.begin() as connection:
        assert email_changes.unsettled_doctors(connection) == set()
        verifications.record(connection, [Verification(NUMBER, BOB, date(2027, 3, 18))], "link", NOW)
        assert email_changes.unsettled_doctors(connection) == {NUMBER}

    feed(context, [full(18, BOB)])

    assert states(context) == [(BOB, ChangeState.VERIFIED, None, date(2027, 3, 16))]
    with context.engine.connect() as connection:
        assert email_changes.unsettled_doctors(connection) == set()


def unsettled(context, *touched, window_days=14):
    with context.engine.connect() as connection:
        return email_changes.unsettled_doctors(connection, touched, window_days)


def test_a_change_that_waits_is_left_alone_until_something_concerns_it(context):
    other = Row("9000002", "Ash", LICENSED, CAT)
    feed(context, [ModelExtract(date(2027, 3, 16), FULL, (Row(NUMBER, "Oak", LICENSED, BOB), other))])

    assert states(context) == [(BOB, ChangeState.WAITING, None, None)]
    assert unsettled(context) == unsettled(context, "9000002") == set()
    assert unsettled(context, window_days=13) == unsettled(context, window_days=15) == {NUMBER, "9000002"}

    feed(
        context, [ModelExtract(date(2027, 3, 17), FULL, (Row(NUMBER, "Oak", LICENSED, BOB), replace(other, email=BOB)))]
    )
    assert states(context) == [(BOB, ChangeState.HELD, ChangeReason.SHARED_EMAIL, None)]


def test_the_portals_word_on_the_address_before_concerns_a_change_that_waits(context):
    with context.engine.begin() as connection:
        verifications.record(connection, [Verification(NUMBER, ANN, date(2027, 3, 1))], "link", NOW)

    assert unsettled(context) == {NUMBER}


def test_a_mail_that_came_to_nothing_concerns_a_change_that_waits(context):
    send(context)
    with context.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'cancelled', sent_at = NULL"))
    feed(context, [full(17, BOB)])

    assert states(context) == [(BOB, ChangeState.WAITING, None, None)]
    assert unsettled(context) == {NUMBER}


def test_another_window_counts_for_changes_that_wait_already(context):
    longer = Context(context.settings.model_copy(update={"window_days": 20}), context.engine, now=context.now)
    feed(longer, [full(17, BOB)])

    assert [one.due_date for one in changes(context)] == [date(2027, 3, 22)]


def test_a_mail_whose_change_is_lost_brings_it_back(context):
    send(context)
    feed(context, [full(17, BOB)])
    with context.engine.begin() as connection:
        email_changes.clear(connection)

    feed(context, [full(18, BOB)])

    assert states(context) == [(BOB, ChangeState.SENT, None, date(2027, 3, 16))]


@pytest.mark.parametrize(
    ("day", "state"),
    [(15, ChangeState.WAITING), (16, ChangeState.DUE), (17, ChangeState.DUE)],
)
def test_changes_that_wait_are_counted_by_the_day(context, day, state):
    with context.engine.connect() as connection:
        assert email_changes.counted(connection, date(2027, 3, day)) == {state: 1}


@pytest.mark.parametrize(
    ("day", "state"),
    [(18, ChangeState.SENT), (19, ChangeState.SENT), (20, ChangeState.UNVERIFIED_EXPIRED)],
)
def test_links_that_ran_out_are_counted_by_the_day(context, day, state):
    send(context)
    feed(context, [full(17, BOB)])

    with context.engine.connect() as connection:
        assert email_changes.counted(connection, date(2027, 3, day)) == {state: 1}


def test_a_change_that_is_barred_is_reported_and_counted_so_while_it_waits(context):
    (waiting,) = changes(context)
    bar = (waiting.change_id, ChangeState.SUPPRESSED, ChangeReason.NOT_A_PERFORMER)
    with context.engine.begin() as connection:
        eligibility.replace(connection, [bar], date(2027, 3, 16))
        assert email_changes.counted(connection, date(2027, 3, 17)) == {ChangeState.SUPPRESSED: 1}

    assert states(context) == [(BOB, ChangeState.SUPPRESSED, ChangeReason.NOT_A_PERFORMER, None)]

    feed(context, [full(17, ANN)])
    assert states(context) == [(BOB, ChangeState.CANCELLED, ChangeReason.REVERTED, None)]
