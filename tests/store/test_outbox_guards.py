"""The last look before the dot, and how a move is made: what is asked of which row, and nothing of its neighbours."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, text, update

from gpsync.rules import Dataset, MailKind, MailState
from gpsync.store import outbox
from gpsync.store.outbox import log as mail_log
from gpsync.store.outbox.moves import move
from gpsync.store.tables import absence, doctor, email_change, link, suppression, verification
from gpsync.store.tables import outbox as outbox_table
from tests.store.mail_building import (
    DEFERRED,
    JUDGED,
    NOW,
    UNKNOWN,
    add_doctor,
    hand_over_all,
    intend,
    lapse,
    plan_mails,
    planned,
    take,
)

MAIL, ADDRESS = "mail-1-1", "d1.new@doctor.example"
CHANGED_ON = date(2026, 11, 16)


@pytest.fixture
def connection(engine):
    with engine.begin() as connection:
        yield connection


def verified(on=CHANGED_ON, number="9000001", key=ADDRESS):
    row = {"gmc_number": number, "address_key": key, "verified_on": on, "source": "link", "recorded_at": NOW}
    return insert(verification).values(row)


def absent(key="9000001", dataset=Dataset.GMC_REGISTER):
    row = {"dataset": dataset, "key": key, "absent_from": date(2026, 11, 30), "deleted": False}
    return insert(absence).values(row)


def suppressed(key):
    return insert(suppression).values(address_key=key, since=date(2026, 1, 1), reason="ASKED", recorded_by="Ann")


def neighbour(**values):
    """Another doctor, of whom everything may be said."""
    return lambda connection: add_doctor(connection, 2, **values)


@pytest.mark.parametrize(
    "what",
    [
        neighbour(registration_class="DECEASED"),
        neighbour(registration_class="ERASED"),
        neighbour(registration_class="SUSPENDED"),
        lambda connection: add_doctor(
            connection, 1, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 16), registration_class="SUSPENDED",
            closed_on=date(2026, 11, 16),
        ),
        absent(key="9000002"),
        absent(dataset=Dataset.PRACTICES),
        suppressed("d2.new@doctor.example"),
        verified(number="9000002"),
        verified(key="d1.old@doctor.example"),
        verified(on=CHANGED_ON - timedelta(days=1)),
    ],
)  # fmt: skip
def test_what_is_known_of_others_or_of_before_stops_no_mail(connection, what):
    plan_mails(connection)
    (claim,) = take(connection)

    what(connection) if callable(what) else connection.execute(what)

    assert outbox.why_withdrawn(connection, claim, JUDGED) is None
    assert intend(connection, claim)


@pytest.mark.parametrize("number", [1, 2])
def test_what_stops_one_mail_stops_no_other(connection, number):
    plan_mails(connection, 2)
    first, second = take(connection)
    other = first if number == 2 else second

    connection.execute(update(link).where(link.c.link_id == f"link-{number}-1").values(state="revoked"))

    assert outbox.why_withdrawn(connection, other, JUDGED) is None
    assert intend(connection, other)
    mine = second if number == 2 else first
    assert outbox.why_withdrawn(connection, mine, JUDGED) == "REVOKED_LINK"
    assert not intend(connection, mine)


def test_a_verification_of_the_day_of_the_change_counts(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    connection.execute(verified(on=CHANGED_ON))

    assert outbox.why_withdrawn(connection, claim, JUDGED) == "ALREADY_VERIFIED"


@pytest.mark.parametrize(
    "altered",
    [
        {"recipient": "other@doctor.example"},
        {"recipient_key": "other@doctor.example"},
        {"generation": 2},
        {"seal": "k1:another"},
        {"seal": None},
    ],
)
def test_a_mail_is_not_handed_over_when_its_row_is_not_the_one_that_was_read(connection, altered):
    plan_mails(connection)
    (claim,) = take(connection)

    connection.execute(update(outbox_table).values(altered))

    assert outbox.why_withdrawn(connection, claim, JUDGED) == "ALTERED"
    assert not intend(connection, claim)


@pytest.mark.parametrize(
    "lost",
    [
        lambda connection, claim: lapse(connection, MAIL),
        lambda connection, claim: connection.execute(update(outbox_table).values(lease_token="another")),
        lambda connection, claim: connection.execute(update(outbox_table).values(epoch=claim.epoch + 1)),
        lambda connection, claim: connection.execute(update(outbox_table).values(state=MailState.PENDING)),
    ],
)
def test_a_sender_that_lost_its_claim_is_told_so_first(connection, lost):
    plan_mails(connection)
    (claim,) = take(connection)
    connection.execute(update(outbox_table).values(seal="k1:another"))

    lost(connection, claim)

    assert outbox.why_withdrawn(connection, claim, JUDGED) == "LEASE_LOST"
    assert outbox.why_withdrawn(connection, replace(claim, mail_id="no such mail"), JUDGED) == "LEASE_LOST"


def test_a_first_link_asks_for_no_change_but_for_a_doctor_who_has_the_address_and_has_never_verified_it(connection):
    add_doctor(connection)
    mail = planned(1, change=None)
    first = replace(mail, link=replace(mail.link, kind=MailKind.FIRST_LINK))
    outbox.plan(connection, [first], NOW)
    (claim,) = take(connection)
    assert outbox.why_withdrawn(connection, claim, JUDGED) is None

    with connection.begin_nested() as attempt:
        connection.execute(verified(on=date(2020, 1, 1)))
        assert outbox.why_withdrawn(connection, claim, JUDGED) == "ALREADY_VERIFIED"
        attempt.rollback()
    connection.execute(update(doctor).values(email_key="newer@doctor.example"))
    assert outbox.why_withdrawn(connection, claim, JUDGED) == "NEWER_CHANGE"


def test_a_change_is_asked_about_by_its_own_id(connection):
    plan_mails(connection, 2)
    first, second = take(connection)

    connection.execute(
        update(email_change).where(email_change.c.change_id == "change-2").values(state="HELD", reason="EMAIL_CHURN")
    )

    assert outbox.why_withdrawn(connection, first, JUDGED) is None
    assert outbox.why_withdrawn(connection, second, JUDGED) == "EMAIL_CHURN"


# --- how a move is made ----------------------------------------------------------------------------


def test_the_answer_to_an_earlier_try_is_logged_once(connection):
    plan_mails(connection)
    hand_over_all(connection, DEFERRED)

    take(connection, now=NOW + timedelta(days=1))

    before, last = mail_log.of_doctor(connection, "9000001")[-2:]
    assert (before.phase, before.smtp_code, before.enhanced_code) == ("recipient", 450, "4.2.1")
    assert (last.state, last.phase, last.smtp_code, last.enhanced_code) == ("claimed", None, None, None)


def test_a_move_without_a_time_is_logged_with_the_databases_own(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    assert outbox.intend(connection, claim, "letter", JUDGED)

    now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert abs(mail_log.of_doctor(connection, "9000001")[-1].at - now) < timedelta(minutes=1)


@pytest.mark.parametrize("server", ["on", "off"])
@pytest.mark.parametrize(
    "decision",
    [
        lambda connection: outbox.cancel(connection, [MAIL], "REFUSED", "Ann", NOW),
        lambda connection: outbox.resolve(connection, MAIL, False, "Ann", "phoned", NOW),
        lambda connection: outbox.resolve(connection, MAIL, True, "Ann", "phoned", NOW),
    ],
)
def test_a_persons_decision_is_as_durable_as_the_server_is(connection, decision, server):
    plan_mails(connection)
    hand_over_all(connection, UNKNOWN)
    connection.execute(text(f"SET LOCAL synchronous_commit = {server}"))

    decision(connection)

    assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == server


@pytest.mark.parametrize(
    ("durable", "said"),
    [
        (None, "SELECT mail_id FROM moved"),
        (True, "SELECT mail_id, set_config('synchronous_commit', 'on', true) FROM moved"),
        (False, "SELECT mail_id, set_config('synchronous_commit', 'off', true) FROM moved"),
    ],
)
def test_a_move_says_whether_its_commit_waits_for_the_disk(durable, said):
    assert str(move("state = 'x'", "true", durable=durable)).endswith(said)
