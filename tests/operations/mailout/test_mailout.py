"""The mailout as a whole: from extracts to letters at a mail service, night after night."""

import re
import socket
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from gpsync.errors import WrongUse
from gpsync.link_tokens import LinkVerdict
from gpsync.mail import failpoints
from gpsync.operations.mailout import recount
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import DoesNotAddUp, MailoutResult
from gpsync.rules import MailState
from tests.store.mailing import (
    CHANGED,
    DAY_13,
    DAY_14,
    DAY_15,
    DAY_16,
    DAY_17,
    FIRST,
    gmc,
    moved,
    new,
    opened,
    town,
    words,
)

# --- one change, one mail ------------------------------------------------------------------------------


def test_a_change_is_mailed_on_day_14_and_not_before(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        room.feed(CHANGED, moved(3))
        room.feed(DAY_13, moved(3))
        early = room.mail(DAY_13)
        assert (early.planned, room.letters, room.stand(3)) == (0, [], ("WAITING", None))

        room.feed(DAY_14, moved(3))
        result = room.mail(DAY_14)

        assert (result.planned, result.states) == (1, {MailState.SENT: 1})
        assert room.recipients == [new(3)]
        assert (room.stand(3), room.change(3).sent_on) == (("SENT", None), DAY_14)


def test_a_mail_is_never_sent_again_by_a_second_run_or_the_same_extract(room):
    room.mail(DAY_14)
    again = room.mail(DAY_14)
    room.feed(DAY_14, moved(1, 2, 3))
    same_extract = room.mail(DAY_14)
    room.feed(DAY_15, moved(1, 2, 3))
    next_day = room.mail(DAY_15)

    assert sorted(room.recipients) == [new(1), new(2), new(3)]
    assert [(one.planned, one.carried) for one in (again, same_extract, next_day)] == [(0, 0)] * 3


def test_a_letter_has_one_link_which_verifies_the_address(room):
    room.mail(DAY_14)
    letter = room.letters[0]

    assert "Given Oakb" in words(letter) and gmc(1) not in letter.as_string()
    assert room.judge(letter, DAY_15) is LinkVerdict.USABLE
    assert room.judge(letter, DAY_17 + timedelta(days=1)) is LinkVerdict.EXPIRED
    assert room.use(letter, DAY_15) is LinkVerdict.USABLE
    assert room.use(letter, DAY_15) is LinkVerdict.CONFIRMED_ALREADY

    room.mail(DAY_15)
    assert room.stand(1) == ("VERIFIED", None)
    assert room.stand(2) == ("SENT", None)


def test_the_spelling_that_is_mailed_is_the_newest(room):
    shouted = town({1: {"email": new(1).upper()}, 2: {"email": new(2)}, 3: {"email": new(3)}})
    room.feed(DAY_15, shouted)
    room.mail(DAY_15)

    assert room.recipients[0] == new(1).upper()


def test_an_address_that_changes_while_its_mail_waits_is_not_mailed(room, fickle):
    fickle.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    room.mail(DAY_14)
    assert room.mails(1) == [("deferred", None)]

    room.feed(DAY_15, town({1: {"email": "d1.third@doctor.example"}, 2: {"email": new(2)}, 3: {"email": new(3)}}))
    fickle.play()
    result = room.mail(DAY_15)

    assert room.mails(1) == [("cancelled", "NEWER_CHANGE")]
    assert room.links(1) == ["superseded"]
    assert (result.carried, result.states) == (1, {MailState.CANCELLED: 1})
    assert fickle.ledger() == []


def test_an_extract_that_comes_late_takes_back_what_is_not_due_any_more(room, fickle):
    fickle.play({"rcpt": "450 4.2.1 later"})
    room.mail(DAY_14)
    late = CHANGED + timedelta(days=3)
    room.feed(late, town())

    fickle.play()
    room.mail(DAY_15)

    assert room.mails(1) == [("cancelled", "REVERTED")]
    assert fickle.ledger() == []
    assert (room.stand(1), room.change(1).due_date) == (("WAITING", None), date(2026, 12, 15))


# --- the account ---------------------------------------------------------------------------------------


def test_every_mail_of_a_run_is_accounted_for(room, fickle):
    fickle.play({"rcpt": [{"do": "450 4.2.1 later", "to": "D1[.]New"}, {"do": "550 5.1.1 nobody", "to": "D2[.]New"}]})
    first = room.mail(DAY_14)
    fickle.play()
    second = room.mail(DAY_15)

    assert (first.planned, first.carried) == (3, 0)
    assert first.states == {MailState.DEFERRED: 1, MailState.BOUNCED: 1, MailState.SENT: 1}
    assert (second.planned, second.carried, second.states) == (0, 1, {MailState.SENT: 1})
    assert second.lines()[0] == "Mails: 1 (0 planned, 1 carried over): 1 sent."


def test_a_mail_that_is_under_way_when_the_run_has_ended_fails_it(room, fickle, monkeypatch):
    monkeypatch.setattr(recount, "_STRAGGLERS_SECONDS", 0)
    fickle.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    room.mail(DAY_14)
    taken = "UPDATE outbox SET state = 'claimed', lease_until = clock_timestamp() + interval '1 hour'"

    def take(name):
        """A sender that does not know yet that its run has lost the run lock."""
        if name == "after plan commit":
            with room.home.engine.begin() as connection:
                connection.execute(text(f"{taken} WHERE gmc_number = :gmc"), {"gmc": gmc(1)})

    failpoints.watch(take)
    try:
        with pytest.raises(DoesNotAddUp, match="1 mails are still under way"):
            room.mail(DAY_15)
    finally:
        failpoints.watch(None)
    assert room.read("SELECT outcome FROM run ORDER BY started_at DESC LIMIT 1") == [("failed",)]


def test_a_rehearsal_counts_and_keeps_only_what_is_known(room):
    room.feed(DAY_15, town({1: {"email": new(1), "listed": "Removed"}, 2: {"email": new(2)}, 3: {"email": new(3)}}))
    result = room.mail(DAY_15, live=False)

    assert (result.planned, result.states) == (2, {})
    assert result.lines()[0] == "Mails that would be planned: 2. Nothing was kept or sent (--live sends)."
    assert result.lines()[1] == "Email changes not to be mailed now: OFF_LIST 1."
    assert room.read("SELECT FROM outbox UNION ALL SELECT FROM link UNION ALL SELECT FROM hold") == []
    assert room.letters == []
    assert room.stand(1) == ("CANCELLED", "OFF_LIST")
    assert room.read("SELECT state FROM reporting.email_change WHERE gmc_number = :gmc", gmc=gmc(2)) == [("WAITING",)]


def test_a_rehearsal_for_another_day_keeps_nothing(room, fickle):
    fickle.play({"rcpt": "450 4.2.1 later"})
    room.mail(DAY_14)
    tables = ("outbox", "link", "mail_event", "eligibility", "email_change", "verification", "hold")
    before = [room.read(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
    for day in (DAY_13, DAY_14.replace(day=9)):
        mail_out(room.context(DAY_14), MailoutRequest(day), MailoutResult(), lambda done, total: None)

    assert before == [room.read(f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def test_the_days_cap_is_kept_and_the_rest_goes_on_the_next_days(room):
    room.set(daily_cap=1)
    sent = []
    for day in (DAY_14, DAY_14, DAY_15, DAY_16):
        room.mail(day)
        sent.append(len(room.letters))

    assert sent == [1, 1, 2, 3]
    assert room.recipients == [new(1), new(2), new(3)]


# --- answers that say later, or nothing ----------------------------------------------------------------


def test_a_letter_that_was_deferred_for_a_day_is_written_anew(room, fickle):
    fickle.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    room.mail(DAY_14)
    fickle.play()
    result = room.mail(DAY_16)

    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert room.links(1) == ["revoked", "issued"]
    assert (result.planned, result.carried) == (1, 1)
    assert result.states == {MailState.CANCELLED: 1, MailState.SENT: 1}
    ids = room.read("SELECT DISTINCT message_id FROM outbox WHERE gmc_number = :gmc", gmc=gmc(1))
    assert len(ids) == 2
    (taken,) = fickle.ledger()
    assert b"Thu, 03 Dec 2026 09:00:00" in fickle.letter(taken)


def test_a_letter_that_was_deferred_for_hours_is_sent_as_it_was(room, fickle):
    fickle.play({"rcpt": "450 4.2.1 later"})
    room.mail(DAY_14)
    dates = room.read("SELECT dated_at, message_id FROM outbox ORDER BY mail_id")
    fickle.play()
    room.mail(DAY_15)

    assert len(fickle.ledger()) == 3
    assert room.read("SELECT dated_at, message_id FROM outbox ORDER BY mail_id") == dates


def test_nothing_is_sent_again_when_the_answer_was_lost(room, fickle):
    fickle.play({"stored": {"do": "drop", "to": "D1[.]New"}})
    first = room.mail(DAY_14)
    room.feed(DAY_15, moved(1, 2, 3))
    second = room.mail(DAY_15)

    assert first.states == {MailState.UNKNOWN: 1, MailState.SENT: 2}
    assert first.needs_a_person and second.needs_a_person
    assert room.stand(1) == ("HELD", "UNKNOWN_OUTCOME")
    assert (second.planned, second.carried) == (0, 0)
    assert len(fickle.ledger()) == 3


def test_a_refused_sender_stops_the_run_and_every_mail_waits(room, fickle):
    fickle.play({"mail": "530 5.7.0 no"})
    result = room.mail(DAY_14)

    assert result.stopped and "530" in result.stopped
    assert result.states == {MailState.PENDING: 3}
    fickle.play()
    assert room.mail(DAY_14).states == {MailState.SENT: 3}


# --- days on which nothing goes out --------------------------------------------------------------------


def _nothing(room, result, sentence):
    assert result.not_today and re.search(sentence, result.not_today)
    assert result.lines()[0].startswith("Nothing is mailed: ")
    assert (result.planned, room.letters, room.read("SELECT FROM outbox")) == (0, [], [])
    assert room.stand(1) == ("WAITING", None)


def test_what_is_due_on_no_sending_day_goes_on_the_next(room):
    room.set(send_days="wed")
    _nothing(room, room.mail(DAY_14), "2026-12-01 is not a sending day: links go out on 2026-12-02")

    assert room.mail(DAY_15).states == {MailState.SENT: 3}


@pytest.mark.parametrize(
    ("at", "goes"), [(time(7, 59), False), (time(8), True), (time(17, 59), True), (time(18), False)]
)
def test_links_go_out_by_day(room, at, goes):
    room.hour = at
    result = room.mail(DAY_15)

    if goes:
        assert result.states == {MailState.SENT: 3}
    else:
        _nothing(room, result, f"It is {at:%H:%M} in London: links go out from 8:00 to 18:00")
        assert room.mail(DAY_15, live=False).planned == 3


def test_the_hours_are_londons_and_end_a_run_that_lasts_into_the_evening(room):
    summer, given = datetime(2027, 6, 1, 16, 59, tzinfo=UTC), []
    room.feed(summer.date(), moved(1, 2, 3))
    context = replace(room.context(summer.date()), now=lambda: summer + timedelta(minutes=len(given)))
    failpoints.watch(lambda name: given.append(name) if name == "after dot" else None)

    result = MailoutResult(live=True)
    try:
        mail_out(context, MailoutRequest(summer.date(), live=True, confirm_gap=True), result, lambda done, total: None)
    finally:
        failpoints.watch(None)

    assert result.stopped == "The hours in which mails are sent are over."
    assert result.states == {MailState.SENT: 1, MailState.PENDING: 2}


def test_an_old_register_is_not_sent_by(room):
    late = date(2026, 12, 7)
    _nothing(room, room.mail(late), "newest register is of 2026-12-01, 4 working days old")

    room.feed(late, moved(1, 2, 3))
    assert room.mail(late).states == {MailState.SENT: 3}


def test_an_old_list_is_not_sent_by(room):
    late = date(2026, 12, 9)
    room.feed(late, moved(1, 2, 3), only=["gmc_register"])
    _nothing(room, room.mail(late), "newest performers list is of 2026-12-01, 8 days old")

    room.feed(late, moved(1, 2, 3), only=["performers_list"])
    assert room.mail(late).states == {MailState.SENT: 3}


def test_a_gap_between_registers_wants_a_person(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        room.feed(CHANGED, moved(1))
        late = CHANGED + timedelta(days=15)
        room.feed(late, moved(1))

        _nothing(room, room.mail(late), "--confirm-gap")
        assert room.mail(late, confirm_gap=True).states == {MailState.SENT: 1}


def test_a_clock_that_goes_back_sends_nothing(room):
    room.set(daily_cap=1)
    room.mail(DAY_15)
    result = room.mail(DAY_14)

    assert "The mailout was last run as of 2026-12-02" in str(result.not_today)
    assert (result.planned, len(room.letters)) == (0, 1)


# --- who may be sent to at all -------------------------------------------------------------------------

REAL = {"smtp_host": "mail.nhs.uk", "smtp_security": "starttls", "smtp_user": "us", "smtp_password": SecretStr("x")}
OURS = {"mail_from": "us@pcse.nhs.uk", "link_base_url": "https://pcse.nhs.uk/verify"}


@pytest.fixture
def far_away(room, monkeypatch):
    """The mail service is not on this machine, and nobody may even look for it."""

    def refuse(*_, **__):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    room.set(**REAL)
    return room


@pytest.mark.parametrize("missing", OURS)
def test_made_up_senders_and_links_are_refused_before_anything_is_done(far_away, missing):
    far_away.set(**{name: value for name, value in OURS.items() if name != missing})

    with pytest.raises(WrongUse, match=f"GPSYNC_{missing.upper()} is an example name"):
        far_away.mail(DAY_14)
    assert far_away.read("SELECT FROM outbox UNION ALL SELECT FROM eligibility") == []


def mail_about(room, as_of, today, **order):
    """A live mailout about another day than the one it is started on."""
    result = MailoutResult(live=True)
    mail_out(room.context(today), MailoutRequest(as_of, live=True, **order), result, lambda done, total: None)
    return result


@pytest.mark.parametrize(("as_of", "today"), [(DAY_14, DAY_15), (DAY_14, DAY_13), (DAY_15, DAY_14), (DAY_13, DAY_14)])
def test_a_live_mailout_is_about_today_and_a_relay_on_this_machine_is_a_real_one(room, as_of, today):
    with pytest.raises(WrongUse, match=f"today is {today}, not {as_of}. What was missed is due today"):
        mail_about(room, as_of, today)

    assert room.letters == [] and room.read("SELECT FROM outbox UNION ALL SELECT FROM eligibility") == []


def test_what_was_missed_is_due_today_and_dated_today(room):
    assert room.mail(DAY_15).states == {MailState.SENT: 3}

    assert {str(letter["Date"]) for letter in room.letters} == {"Wed, 02 Dec 2026 09:00:00 +0000"}
    assert {room.judge(letter, DAY_15) for letter in room.letters} == {LinkVerdict.USABLE}


def test_a_rehearsal_may_be_about_another_day_and_dates_its_mails_by_it(room):
    room.set(rehearsal=True)

    assert mail_about(room, DAY_14, DAY_16).states == {MailState.SENT: 3}
    assert {str(letter["Date"]) for letter in room.letters} == {"Tue, 01 Dec 2026 09:00:00 +0000"}


def test_a_rehearsal_needs_a_mail_service_on_this_machine(far_away):
    far_away.set(**OURS, rehearsal=True)

    with pytest.raises(WrongUse, match="a rehearsal uses a mail service on this machine only"):
        far_away.mail(DAY_14)
    assert far_away.read("SELECT FROM outbox UNION ALL SELECT FROM eligibility") == []


def test_a_rehearsal_mails_made_up_addresses_only(room):
    room.set(rehearsal=True)
    late = date(2026, 12, 16)
    for day in (DAY_15, late):
        room.feed(day, town({1: {"email": new(1)}, 2: {"email": "d2@clinic.nhs.uk"}, 3: {"email": new(3)}}))

    room.mail(late)

    assert sorted(room.recipients) == [new(1), new(3)]


def test_mails_that_another_installation_has_planned_are_not_sent_by_a_rehearsal(room):
    """A copy of a real database brings its waiting mails along."""
    late, next_day = date(2026, 12, 16), date(2026, 12, 17)
    room.set(daily_cap=0)
    for day in (DAY_15, late):
        room.feed(day, town({1: {"email": new(1)}, 2: {"email": "d2@clinic.nhs.uk"}}))
    assert room.mail(late).states[MailState.PENDING] == 2

    room.set(daily_cap=500, rehearsal=True)
    room.mail(next_day)

    assert room.recipients == [new(1)]
    assert room.mails(2)[-1] == ("cancelled", "OUT_OF_REACH")


def test_a_mailout_that_lasts_past_midnight_ends_with_its_day(room):
    midnight, given = datetime(2026, 12, 1, 23, 59, tzinfo=UTC), []
    room.set(send_hours="0-24")
    context = replace(room.context(DAY_14), now=lambda: midnight + timedelta(minutes=len(given)))
    failpoints.watch(lambda name: given.append(name) if name == "after dot" else None)

    result = MailoutResult(live=True)
    try:
        mail_out(context, MailoutRequest(DAY_14, live=True), result, lambda done, total: None)
    finally:
        failpoints.watch(None)

    assert result.states == {MailState.SENT: 1, MailState.PENDING: 2}


def test_made_up_addresses_are_never_mailed_by_a_real_mail_service(far_away):
    far_away.set(**OURS)
    result = far_away.mail(DAY_14)

    assert (result.planned, far_away.read("SELECT FROM outbox")) == (0, [])
    assert far_away.stand(1) == ("WAITING", None)


def test_only_the_allowed_domains_are_mailed(room):
    elsewhere = town({1: {"email": new(1)}, 2: {"email": "d2@clinic.example"}, 3: {"email": new(3)}})
    room.feed(DAY_15, elsewhere)
    room.set(mail_allowed_domains="Clinic.example, other.example")
    late = date(2026, 12, 16)
    room.feed(late, elsewhere)
    result = room.mail(late)

    assert (result.planned, room.recipients) == (1, ["d2@clinic.example"])
    assert result.out_of_reach == 2
    assert "2 links were not planned: their domains are made up, or none of GPSYNC_MAIL_ALLOWED_DOMAINS." in (
        result.lines()
    )
