"""The reminder: one further link when the first was not used, if this installation wants it, and never a third."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import text
from time_machine import travel
from typer.testing import CliRunner

from gpsync import rules
from gpsync.cli import app
from gpsync.errors import GpsyncError
from gpsync.link_tokens import LinkVerdict
from gpsync.mail import failpoints
from gpsync.mail.mailboxes import Mailbox, Message
from gpsync.operations.ingest.replay import replay
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.operations.staff.release import refuse, release
from gpsync.operations.staff.resend import resend
from gpsync.operations.staff.resolve import resolve
from gpsync.operations.staff.suppress import suppress
from gpsync.rules import ChangeState, LinkState, MailState
from gpsync.store import email_changes
from tests.store.mailing import (
    BEN,
    DAY_13,
    DAY_14,
    DAY_15,
    Mailroom,
    gmc,
    moved,
    new,
    token,
    town,
    words,
)
from tests.unit.bounces.shapes import MAIL_ID, RECIPIENT, dsn, per_recipient

#: The first links go out on 1 December at 9, so 4 December is the last day of theirs.
LAST_DAY = date(2026, 12, 4)
DAY_BEFORE, REMINDED, DAY_AFTER = date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 14)
#: The last day of the reminders' links, and seven days after it and later.
REMINDERS_LAST_DAY, LATER = date(2026, 12, 14), [date(2026, 12, 21), date(2026, 12, 22), date(2026, 12, 31)]
#: Three changes were mailed.
SENT = [new(1), new(2), new(3)]


def night(room, day, doctors=None, **order):
    """A day's extracts, and its mailout."""
    room.feed(day, moved(1, 2, 3) if doctors is None else doctors)
    return room.mail(day, confirm_gap=True, **order)


def but(number, **said):
    """The town after doctors 1, 2 and 3 took new addresses, one of them otherwise."""
    changed = {one: {"email": new(one)} for one in (1, 2, 3)}
    return town({**changed, number: {**changed.get(number, {}), **said}})


@pytest.fixture
def first(room):
    """The mailroom after its first links have gone out, where one reminder is wanted."""
    room.set(reminders=1)
    assert room.mail(DAY_14).states == {MailState.SENT: 3}
    return room


@pytest.fixture
def lossy(room, fickle):
    """The same, with a mail service that does as it is told."""
    room.set(reminders=1)
    fickle.play()
    room.mail(DAY_14)
    fickle.play()
    return fickle


@pytest.fixture
def watched():
    """Let something happen at a named point: `watched("after plan commit", act)`; once."""

    def watch(name, act):
        def watcher(reached):
            if reached == name:
                failpoints.watch(None)
                act()

        failpoints.watch(watcher)

    yield watch
    failpoints.watch(None)


def reasons(room, number=1):
    """By generation: why each mail to a doctor was planned, and by whom."""
    query = "SELECT generation, requested_by, requested_reason FROM outbox WHERE gmc_number = :gmc ORDER BY generation"
    return room.read(query, gmc=gmc(number))


# --- when ----------------------------------------------------------------------------------------------


def test_nobody_is_reminded_by_default(room):
    room.mail(DAY_14)
    for day in (REMINDED, DAY_AFTER, *LATER):
        assert night(room, day).planned == 0

    assert room.recipients == SENT


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (DAY_BEFORE, 0),
        (REMINDED, 3),
        (LATER[-1], 3),  # a Thursday: the 30th day is Sunday, 3 January
        (date(2027, 1, 4), 0),
    ],
)
def test_a_reminder_goes_out_from_the_seventh_day_after_the_links_last_until_the_thirtieth(first, day, planned):
    assert night(first, day).planned == planned
    assert len(first.letters) == 3 + planned


def test_a_reminder_is_another_mail_with_another_link_and_the_same_letter(first):
    result = night(first, REMINDED)

    assert result.states == {MailState.SENT: 3}
    assert first.recipients == SENT * 2
    before, after = first.letters[0], first.letters[3]
    assert before["Message-ID"] != after["Message-ID"] and before["Subject"] == after["Subject"]
    assert token(before) != token(after)
    assert "9am on Friday 4 December 2026" in words(before) and "9am on Monday 14 December 2026" in words(after)
    assert first.links(1) == [LinkState.EXPIRED, LinkState.ISSUED]
    assert first.judge(before, REMINDED) is LinkVerdict.EXPIRED
    assert (first.stand(1), first.change(1).sent_on, first.change(1).expires_on) == (
        ("SENT", None),
        REMINDED,
        REMINDERS_LAST_DAY,
    )
    assert reasons(first) == [(1, "", ""), (2, "", "REMINDER")]
    assert first.read("SELECT due_date FROM outbox WHERE generation = 2 AND gmc_number = :gmc", gmc=gmc(1)) == [
        (REMINDED,)
    ]


def test_the_doctor_is_verified_by_the_reminders_link(first):
    night(first, REMINDED)
    assert first.use(first.letters[3], REMINDED) is LinkVerdict.USABLE
    night(first, DAY_AFTER)

    assert first.stand(1) == ("VERIFIED", None)
    assert first.change(1).sent_on == REMINDED


def test_there_is_never_a_third_mail(first):
    night(first, REMINDED)
    for day in (REMINDED, DAY_AFTER, *LATER, date(2027, 1, 14)):
        result = night(first, day)
        assert (result.planned, result.carried) == (0, 0)

    assert first.recipients == SENT * 2
    assert first.mails(1) == [("sent", None)] * 2
    with first.home.engine.connect() as connection:
        assert email_changes.counted(connection, REMINDERS_LAST_DAY) == {ChangeState.SENT: 3}
        assert email_changes.counted(connection, LATER[0]) == {ChangeState.UNVERIFIED_EXPIRED: 3}


def test_a_replay_and_a_late_extract_plan_no_other(first):
    night(first, REMINDED)
    first.feed(date(2026, 12, 3), town({1: {"email": "between@doctor.example"}, 2: {"email": new(2)}}))
    replay(first.context(DAY_AFTER))
    for day in (DAY_AFTER, *LATER):
        assert night(first, day).planned == 0

    assert first.recipients == SENT * 2


def test_a_rehearsal_tells_of_reminders_and_keeps_nothing(first):
    first.feed(REMINDED, moved(1, 2, 3))
    tables = ("outbox", "link", "mail_event", "email_change", "hold")
    first.mail(REMINDED, live=False)
    before = [first.read(f"SELECT * FROM {table} ORDER BY 1") for table in tables]

    assert first.mail(REMINDED, live=False).planned == 3
    assert before == [first.read(f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def test_the_reminder_goes_to_the_newest_spelling(first):
    night(first, REMINDED, but(1, email=new(1).upper()))

    assert first.recipients[3:] == [new(1).upper(), new(2), new(3)]
    assert first.stand(1) == ("SENT", None)


def test_reminders_wait_behind_links_about_changes(first):
    everybody = town({one: {"email": new(one)} for one in (1, 2, 3, 4)})
    first.feed(date(2026, 12, 2), everybody)
    first.set(daily_cap=2)
    night(first, date(2026, 12, 16), everybody)
    night(first, date(2026, 12, 17), everybody)

    assert first.recipients == [*SENT, new(4), new(1), new(2), new(3)]


def test_why_tells_of_the_reminder(first, monkeypatch):
    night(first, REMINDED)
    monkeypatch.setenv("GPSYNC_DATABASE_URL", first.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(first.home.settings.home_folder))
    with travel(datetime.combine(REMINDED, time(12), UTC), tick=False):
        output = CliRunner().invoke(app, ["why", gmc(1)]).stdout

    assert "EMAIL_CHANGE, letter 1: is planned." in output
    assert "EMAIL_CHANGE, letter 2: is planned (REMINDER)." in output


def _comes_back(room, day):
    """The first letter to the first doctor comes back: their address does not exist."""
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE gmc_number = :gmc AND generation = 1", gmc=gmc(1))
    message = dsn(per_recipient("5.1.1"))
    message = message.replace(MAIL_ID.encode(), mail_id.encode()).replace(RECIPIENT.encode(), new(1).encode())
    assert read_bounces(room.context(day), Mailbox(1, [Message(message, lambda: None)])).suppressed == 1


# --- whom ----------------------------------------------------------------------------------------------


def test_who_is_verified_is_not_reminded(first):
    first.use(first.letters[0], DAY_15)

    assert night(first, REMINDED).planned == 2
    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.stand(1) == ("VERIFIED", None)


def test_who_is_verified_by_the_portals_word_is_not_reminded(first):
    night(first, REMINDED, but(1, account=(new(1), "Active", "2026-12-09")))

    assert first.recipients == [*SENT, new(2), new(3)]


@pytest.mark.parametrize(
    "said",
    [
        {"email": new(4)},  # another doctor has it
        {"status": "Suspended"},
        {"status": "Nobody knows this status"},  # the row is quarantined
        {"listed": "Removed"},
    ],
)
def test_what_register_and_list_say_today_stops_a_reminder(first, said):
    doctors = town({**{one: {"email": new(one)} for one in (1, 2, 3, 4)}, 1: {"email": new(1), **said}})
    night(first, REMINDED, doctors)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert [state for state, _ in first.mails(1)] == ["sent"]


def test_a_doctor_whom_the_register_does_not_show_is_not_reminded(first):
    night(first, REMINDED, [one for one in moved(1, 2, 3) if one.gmc_number != gmc(1)])
    assert first.recipients == [*SENT, new(2), new(3)]

    night(first, DAY_AFTER)
    assert first.recipients == [*SENT, new(2), new(3), new(1)]


def test_an_address_that_was_away_meanwhile_must_stand_for_the_window_again(first):
    for day in (date(2026, 12, 7), date(2026, 12, 8)):
        first.feed(day, but(1, email=""))
    first.feed(date(2026, 12, 9), moved(1, 2, 3))
    night(first, REMINDED)
    assert first.recipients == [*SENT, new(2), new(3)]

    night(first, date(2026, 12, 22))  # day 13
    assert len(first.letters) == 5
    night(first, date(2026, 12, 23))
    assert first.recipients[5:] == [new(1)]
    assert first.stand(1) == ("SENT", None)
    night(first, date(2026, 12, 24))
    assert first.stand(1) == ("SENT", None), "the fold does not find the reminder early"


def test_who_asked_for_a_link_is_not_reminded(first):
    resend(first.context(DAY_15), gmc(1), new(1), "ben", "phoned")
    first.mail(DAY_15)
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(first, day)

    assert first.recipients == [*SENT, new(1), new(2), new(3)]


def test_who_asks_while_the_reminder_waits_gets_that_link_instead(first, held):
    resend(first.context(REMINDED), gmc(1), new(1), "ben", "phoned")
    release(first.context(REMINDED), held, BEN, "looked at them")
    for day in (DAY_AFTER, *LATER):
        night(first, day)

    assert sorted(first.recipients) == sorted(SENT * 2)
    assert first.mails(1) == [("sent", None), ("cancelled", "RESENT"), ("sent", None)]
    assert reasons(first) == [(1, "", ""), (2, "", "REMINDER"), (3, "ben", "phoned")]


def test_who_asks_after_the_reminder_gets_a_link_and_no_other(first):
    night(first, REMINDED)
    resend(first.context(REMINDED), gmc(1), new(1), "ben", "phoned")
    first.mail(REMINDED)
    for day in LATER:
        night(first, day)

    assert first.recipients == [*SENT * 2, new(1)]
    assert reasons(first) == [(1, "", ""), (2, "", "REMINDER"), (3, "ben", "phoned")]


def test_a_reminder_is_no_link_on_request(first):
    night(first, REMINDED)
    for _ in range(3):
        resend(first.context(DAY_AFTER), gmc(1), new(1), "ben", "phoned")
        first.mail(DAY_AFTER)

    assert first.recipients == [*SENT * 2, *[new(1)] * 3]


def test_an_address_that_bounced_is_not_reminded(room, fickle):
    room.set(reminders=1)
    fickle.play({"rcpt": {"do": "550 5.1.1 nobody", "to": "D1[.]New"}})
    room.mail(DAY_14)
    fickle.play()
    night(room, REMINDED)

    assert [taken.recipients for taken in fickle.ledger()] == [[new(2)], [new(3)]]
    assert room.stand(1) == ("BOUNCED", None)


def test_a_mail_that_came_back_is_not_reminded_of(first):
    _comes_back(first, DAY_15)
    night(first, REMINDED)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.stand(1) == ("BOUNCED", None)


@pytest.mark.parametrize("answer", [None, True, False])
def test_a_first_mail_of_which_nobody_knows_is_reminded_of_only_once_a_person_has_said_that_it_went_out(
    room, fickle, answer
):
    room.set(reminders=1)
    fickle.play({"stored": {"do": "drop", "to": "D1[.]New"}})
    room.mail(DAY_14)
    fickle.play()
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
    if answer is not None:
        resolve(room.context(DAY_15), mail_id, sent=answer, by="ben", reason="in its log, or not")
    if answer is False:
        night(room, DAY_15)  # goes out anew, and its link runs out a day later
    fickle.play()
    night(room, REMINDED)

    reminded = [taken.recipients[0] for taken in fickle.ledger()]
    assert reminded == ([new(1), new(2), new(3)] if answer else [new(2), new(3)])
    if answer is False:
        night(room, DAY_AFTER)
        assert [taken.recipients[0] for taken in fickle.ledger()] == [new(2), new(3), new(1)]


# --- a reminder that waits, or is lost -----------------------------------------------------------------


@pytest.fixture
def held(first, monkeypatch):
    """Three reminders wait for two people, because two mails are allowed; the hold's id."""
    monkeypatch.setattr(rules, "VOLUME_TIMES", 0)
    first.set(volume_at_least=2)
    result = night(first, REMINDED)
    assert result.states == {MailState.HELD: 3}
    assert first.stand(1) == ("QUEUED", None)
    return result.opened[0]


def test_too_many_reminders_wait_for_a_second_person(first, held):
    release(first.context(REMINDED), held, BEN, "looked at them")
    result = night(first, DAY_AFTER)

    assert (result.planned, result.states) == (0, {MailState.SENT: 3})
    assert first.recipients == SENT * 2


def test_refused_reminders_are_never_sent(first, held):
    refuse(first.context(REMINDED), held, BEN, "not before Christmas")
    assert (first.stand(1), first.change(1).sent_on) == (("SENT", None), DAY_14)
    for day in (DAY_AFTER, *LATER):
        assert night(first, day).planned == 0

    assert first.recipients == SENT
    assert first.mails(1) == [("sent", None), ("cancelled", "REFUSED")]


def test_a_reminder_that_is_cancelled_leaves_the_change_as_it_was_sent_and_may_be_planned_again(first, held):
    before = first.change(2)
    night(first, DAY_AFTER, but(1, status="Suspended"))
    assert first.mails(1) == [("sent", None), ("cancelled", "SUSPENDED")]
    assert first.links(1) == [LinkState.EXPIRED, LinkState.REVOKED]
    assert (first.stand(1), first.change(1).sent_on, first.change(1).expires_on) == (
        ("SENT", None),
        DAY_14,
        LAST_DAY,
    )
    assert (before.sent_on, before.expires_on) == (DAY_14, LAST_DAY)

    first.set(volume_at_least=500)
    night(first, date(2026, 12, 15))
    assert first.recipients == [*SENT, new(1)]
    assert reasons(first) == [(1, "", ""), (2, "", "REMINDER"), (3, "", "REMINDER")]
    assert night(first, date(2026, 12, 16)).planned == 0


def test_a_reminder_that_waits_is_cancelled_when_its_first_link_turns_out_to_have_been_early(first, held):
    release(first.context(REMINDED), held, BEN, "looked at them")
    first.feed(DAY_13, but(1, email="d1@doctor.example"))
    night(first, DAY_AFTER)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("sent", None), ("cancelled", "NOT_REMINDED")]


def test_a_reminder_that_waits_is_cancelled_when_the_first_letter_comes_back(first, held):
    release(first.context(REMINDED), held, BEN, "looked at them")
    _comes_back(first, REMINDED)
    night(first, DAY_AFTER)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("bounced", "BOUNCED"), ("cancelled", "SUPPRESSION_LIST")]
    assert first.stand(1) == ("BOUNCED", None)


def test_who_is_verified_while_the_reminder_waits_is_not_mailed(first, held):
    release(first.context(REMINDED), held, BEN, "looked at them")
    night(first, DAY_AFTER, but(1, account=(new(1), "Active", "2026-12-12")))

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("sent", None), ("cancelled", "ALREADY_VERIFIED")]
    assert first.stand(1) == ("VERIFIED", None)


def test_an_extract_that_comes_between_planning_and_sending_makes_the_reminders_wait(first, watched):
    first.feed(REMINDED, moved(1, 2, 3))
    later = Mailroom(first.home, first.folder, time(10))
    watched("after plan commit", lambda: later.feed(date(2026, 12, 12), but(1, status="Suspended")))
    first.mail(REMINDED)
    assert first.recipients == SENT

    night(first, DAY_AFTER, but(1, status="Suspended"))
    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("sent", None), ("cancelled", "SUSPENDED")]


def test_a_reminder_that_is_withdrawn_in_the_last_moment_leaves_the_change_as_it_was_sent(first, watched):
    first.feed(REMINDED, moved(1, 2, 3))

    def say(lift):
        suppress(first.context(REMINDED), gmc(1), lift=lift, by="ben", reason="they asked")

    watched("after plan commit", lambda: say(False))
    first.mail(REMINDED)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("sent", None), ("cancelled", "SUPPRESSION_LIST")]
    assert (first.stand(1), first.change(1).sent_on, first.change(1).expires_on) == (
        ("SENT", None),
        DAY_14,
        LAST_DAY,
    )
    night(first, DAY_AFTER)
    assert len(first.letters) == 5
    say(True)
    night(first, date(2026, 12, 15))
    assert first.recipients[5:] == [new(1)]


class PowerCutError(Exception):
    """Stands for a kill: nobody is there to tidy up."""


def _cut():
    raise PowerCutError


@pytest.mark.parametrize("point", ["before plan commit", "after plan commit", "before intent commit"])
def test_a_crash_before_anything_was_handed_over_delays_the_reminders(first, watched, point):
    _crash(first, watched, point)
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(first, day)

    assert first.recipients == SENT * 2
    assert first.mails(1) == [("sent", None)] * 2


def test_a_reminder_that_was_being_handed_over_in_a_crash_is_never_sent_again(first, watched):
    _crash(first, watched, "after intent commit")
    for day in (REMINDED, DAY_AFTER, *LATER):
        night(first, day)

    assert first.recipients == [*SENT, new(2), new(3)]
    assert first.mails(1) == [("sent", None), ("unknown", "UNKNOWN_OUTCOME")]


def _crash(room, watched, point):
    """The mailout of the day of the reminders dies at a point, and its lease lapses."""
    room.feed(REMINDED, moved(1, 2, 3))
    watched(point, _cut)
    with pytest.raises(GpsyncError, match="PowerCutError"):
        room.mail(REMINDED)
    failpoints.watch(None)
    with room.home.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET lease_until = lease_until - interval '1 hour'"))


@pytest.mark.parametrize("sent", [None, True, False])
def test_a_reminder_of_which_nobody_knows_is_not_sent_again_by_itself(room, lossy, sent):
    lossy.play({"stored": {"do": "drop", "to": "D1[.]New"}})
    night(room, REMINDED)
    lossy.play()
    assert room.stand(1) == ("HELD", "UNKNOWN_OUTCOME")
    night(room, DAY_AFTER)
    assert lossy.ledger() == []
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
    if sent is not None:
        resolve(room.context(DAY_AFTER), mail_id, sent=sent, by="ben", reason="in its log, or not")
        assert room.stand(1) == ("SENT", None)
    for day in LATER:
        night(room, day)

    assert [taken.recipients for taken in lossy.ledger()] == ([[new(1)]] if sent is False else [])


def test_a_reminder_that_is_deferred_for_a_day_is_written_anew_and_stays_one(room, lossy):
    lossy.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    night(room, REMINDED)
    lossy.play()
    for day in (DAY_AFTER, *LATER):
        night(room, day)

    assert [taken.recipients for taken in lossy.ledger()] == [[new(1)]]
    assert room.mails(1) == [("sent", None), ("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert reasons(room) == [(1, "", ""), (2, "", "REMINDER"), (3, "", "REMINDER")]


def test_a_reminder_that_is_refused_because_of_us_waits_for_a_person(room, lossy):
    lossy.play({"rcpt": {"do": "550 5.7.1 policy", "to": "D1[.]New"}})
    night(room, REMINDED)
    lossy.play()
    night(room, DAY_AFTER)

    assert room.mails(1)[1][0] == "policy_held"
    assert (room.stand(1), room.change(1).sent_on) == (("SENT", None), DAY_14)
    assert lossy.ledger() == []
