"""Another link for whoever asks for one: what a person's word can lift, what it cannot, and one live link always."""

import pytest

from gpsync.errors import NotAllowed, WrongUse
from gpsync.link_tokens import LinkVerdict
from gpsync.operations.staff.release import release
from gpsync.operations.staff.resend import resend
from gpsync.operations.staff.resolve import resolve
from gpsync.rules import LIVE_LINK_STATES, LIVE_MAIL_STATES, MailState
from tests.store.mailing import (
    AMY,
    BEN,
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
    old,
    opened,
    town,
)

WHY = "phoned"


def ask(room, day, number=1, email=None, called_back_on=None):
    return resend(room.context(day, BEN), gmc(number), email or new(number), BEN.name, WHY, called_back_on)


def live(room, number=1):
    """How many of a doctor's links can be used, and how many of their mails may still go out."""
    links = [state for state in room.links(number) if state in LIVE_LINK_STATES]
    return len(links), len([state for state, _ in room.mails(number) if state in LIVE_MAIL_STATES])


# --- what a person may ask for -------------------------------------------------------------------------


def test_a_link_that_was_sent_is_replaced_by_another(room):
    room.mail(DAY_14)
    ask(room, DAY_15)
    assert live(room) == (1, 1)
    assert room.judge(room.letters[0], DAY_15) is LinkVerdict.SUPERSEDED
    assert room.stand(1) == ("QUEUED", None)

    result = room.mail(DAY_15)

    assert (result.planned, result.carried, result.states) == (0, 1, {MailState.SENT: 1})
    assert room.recipients == [new(1), new(2), new(3), new(1)]
    assert room.mails(1) == [("sent", None), ("sent", None)]
    assert (room.stand(1), room.change(1).sent_on) == (("SENT", None), DAY_15)
    assert room.use(room.letters[3], DAY_16) is LinkVerdict.USABLE
    assert room.mail(DAY_16).planned == 0
    assert room.stand(1) == ("VERIFIED", None)


def test_a_link_that_ran_out_is_replaced(room):
    room.mail(DAY_14)
    late = DAY_14.replace(day=7)
    room.feed(late, moved(1, 2, 3))
    room.mail(late)
    assert room.links(1) == ["expired"]
    ask(room, late)
    room.mail(late)

    assert room.judge(room.letters[3], late) is LinkVerdict.USABLE
    assert room.stand(1) == ("SENT", None)


# --- inside the window ---------------------------------------------------------------------------------


@pytest.fixture
def early(context, tmp_path):
    """A mailroom on the last day of the window of doctor 1."""
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        room.feed(CHANGED, moved(1))
        room.feed(DAY_13, moved(1))
        yield room


def test_one_persons_word_does_not_cut_the_window_short(early):
    asked = ask(early, DAY_13)

    assert early.mail(DAY_13).states == {MailState.HELD: 1}
    assert early.letters == []
    with pytest.raises(NotAllowed, match="ben asked for these mails: somebody else must release them"):
        release(early.context(DAY_13), asked.hold_id, BEN, "it is urgent")

    assert release(early.context(DAY_13), asked.hold_id, AMY, "knows the voice") == 1
    assert early.mail(DAY_13).states == {MailState.SENT: 1}
    assert (early.recipients, early.stand(1)) == ([new(1)], ("SENT", None))


def test_a_call_back_does_and_is_kept(early):
    assert ask(early, DAY_13, called_back_on="ODS").hold_id is None
    assert early.mail(DAY_13).states == {MailState.SENT: 1}
    early.feed(DAY_14, moved(1))
    early.mail(DAY_14)

    assert early.recipients == [new(1)]
    assert early.stand(1) == ("SENT", None)
    assert early.read("SELECT state, requested_by, requested_reason FROM outbox") == [
        ("sent", "ben", "phoned [called back on the number from: ODS]")
    ]


def test_a_number_is_not_where_it_came_from(early):
    for source in ("", "  ", "0113 496 0999", "+44", "-"):
        with pytest.raises(WrongUse, match="says where the number came from"):
            ask(early, DAY_13, called_back_on=source)
    assert early.read("SELECT FROM outbox") == []


def test_on_the_day_on_which_the_window_has_passed_one_persons_word_is_enough(room):
    assert ask(room, DAY_14).hold_id is None


def test_an_early_link_that_nobody_has_released_does_not_keep_the_doctor_waiting(early):
    asked = ask(early, DAY_13)
    early.mail(DAY_13)
    early.feed(DAY_14, moved(1))

    assert early.mail(DAY_14).states == {MailState.CANCELLED: 1, MailState.SENT: 1}

    assert early.mails(1) == [("cancelled", "WINDOW_PASSED"), ("sent", None)]
    assert early.read("SELECT decision, decided_by FROM hold WHERE hold_id = :id", id=asked.hold_id) == [
        ("lapsed", "gpsync")
    ]
    with pytest.raises(WrongUse, match="Nothing called early-link"):
        release(early.context(DAY_14), asked.hold_id, AMY, "too late")


def test_asking_again_with_a_call_back_takes_the_place_of_the_held_link(early):
    asked = ask(early, DAY_13)
    ask(early, DAY_13, called_back_on="the performers list")

    assert early.mail(DAY_13).states[MailState.SENT] == 1
    assert early.read("SELECT decision FROM hold WHERE hold_id = :id", id=asked.hold_id) == [("lapsed",)]


def test_a_second_link_inside_the_window_needs_another_word(early):
    ask(early, DAY_13, called_back_on="ODS")
    early.mail(DAY_13)

    assert ask(early, DAY_13).hold_id is not None


def test_who_was_never_mailed_gets_a_first_link(room):
    ask(room, DAY_14, 5, old(5).upper())
    room.mail(DAY_14)

    assert old(5) in room.recipients
    assert room.read("SELECT kind, requested_by, requested_reason FROM outbox WHERE gmc_number = :gmc", gmc=gmc(5)) == [
        ("FIRST_LINK", "ben", WHY)
    ]


def test_an_address_that_changed_too_often_is_mailed_on_a_persons_word(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        for day in (17, 19, 24):
            room.feed(CHANGED.replace(day=day), town({1: {"email": f"d1.{day}@doctor.example"}}))
        latest = town({1: {"email": "d1.24@doctor.example"}})
        room.feed(DAY_14, latest)
        room.mail(DAY_14)
        assert room.stand(1) == ("HELD", "EMAIL_CHURN")

        ask(room, DAY_14, email="d1.24@doctor.example", called_back_on="ODS")
        room.mail(DAY_14)

        assert room.recipients == ["d1.24@doctor.example"]
        assert room.stand(1) == ("HELD", "EMAIL_CHURN")
        room.use(room.letters[0], DAY_15)
        room.mail(DAY_15)
        assert room.stand(1) == ("SUPPRESSED", "ALREADY_VERIFIED")


# --- one live link, whatever became of the mail before -------------------------------------------------


@pytest.mark.parametrize(
    ("script", "before"),
    [
        ({"mail": "530 5.7.0 no"}, MailState.PENDING),
        ({"rcpt": "450 4.2.1 later"}, MailState.DEFERRED),
        ({}, MailState.SENT),
        ({"stored": "drop"}, MailState.UNKNOWN),
        ({"data": "554 5.7.1 policy"}, MailState.POLICY_HELD),
    ],
)
def test_there_is_one_live_link_whatever_became_of_the_mail_before(room, fickle, script, before):
    fickle.play(script)
    room.mail(DAY_14)
    assert room.mails(1)[0][0] == before
    fickle.play()

    ask(room, DAY_15)
    assert live(room) == (1, 1)
    room.mail(DAY_15)

    assert live(room) == (1, 0)
    assert room.mails(1)[-1] == ("sent", None)
    assert room.stand(1) == ("SENT", None)
    assert [taken.recipients for taken in fickle.ledger()].count([new(1)]) == 1
    room.mail(DAY_16)
    assert len(room.mails(1)) == 2


def test_asking_twice_at_once_leaves_one_mail(room):
    room.mail(DAY_14)
    ask(room, DAY_15)
    ask(room, DAY_15)

    assert live(room) == (1, 1)
    assert room.mails(1) == [("sent", None), ("cancelled", "RESENT"), ("pending", None)]
    room.mail(DAY_15)
    assert room.recipients.count(new(1)) == 2


def test_a_mail_that_is_held_may_be_asked_for_and_goes_alone(due, tmp_path):
    with due.opened(tmp_path, volume_at_least=2) as room:
        room.mail(DAY_14)
        ask(room, DAY_14)
        result = room.mail(DAY_14)

        assert result.states == {MailState.HELD: 2, MailState.SENT: 1}
        assert room.recipients == [new(1)]


@pytest.mark.parametrize("number", [1, 5])
def test_a_letter_asked_for_that_is_deferred_for_a_day_is_written_anew(room, fickle, number):
    address = new(1) if number == 1 else old(5)
    fickle.play()
    room.mail(DAY_14)
    ask(room, DAY_14, number, address)
    fickle.play({"rcpt": "450 4.2.1 later"})
    room.mail(DAY_14)
    assert room.mails(number)[-1] == ("deferred", None)
    fickle.play()
    room.mail(DAY_16)

    assert room.mails(number)[-2:] == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert live(room, number) == (1, 0)
    assert [taken.recipients for taken in fickle.ledger()] == [[address]]


# --- what a person's word cannot lift ------------------------------------------------------------------


def _refused(room, day, match, number=1, email=None):
    before = room.read("SELECT mail_id, state FROM outbox ORDER BY mail_id"), room.links(number)
    with pytest.raises(NotAllowed, match=match) as refusal:
        ask(room, day, number, email)
    assert refusal.value.exit_status == 3
    assert "@" not in str(refusal.value)
    assert before == (room.read("SELECT mail_id, state FROM outbox ORDER BY mail_id"), room.links(number))


@pytest.mark.parametrize("stated", [old(1), "n/a", "somebody@else.example"])
def test_only_the_address_that_the_gmc_holds_is_mailed(room, stated):
    _refused(room, DAY_14, "not the one that the GMC holds", email=stated)


#: Doctor -> what is said of them after their address changed, and why they may not be mailed whoever asks.
BARRED = {
    1: ({"status": "Not Registered - Deceased"}, "DECEASED"),
    2: ({"listed": "Deceased"}, "DECEASED"),
    3: ({"status": "Not Registered - Voluntary erasure"}, "NOT_REGISTERED"),
    4: ({"status": "Suspended"}, "SUSPENDED"),
    5: ({"listed": "Removed"}, "OFF_LIST"),
    6: ({"listed": None}, "NOT_A_PERFORMER"),
    7: ({"email": new(9)}, "SHARED_EMAIL"),
    8: ({"account": (new(8), "Active", "2026-12-01")}, "ALREADY_VERIFIED"),
}


def test_other_rules_hold_for_whoever_asks(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town(size=10))
        for day in (CHANGED, DAY_14):
            room.feed(day, moved(*BARRED, 9, size=10))
        room.mail(DAY_14)
        news = {number: {"email": new(number), **said} for number, (said, _) in BARRED.items()}
        room.feed(DAY_15, town({**news, 9: {"email": new(9)}}, 10))
        room.mail(DAY_15, live=False)

        for number, (said, reason) in BARRED.items():
            _refused(room, DAY_15, reason, number, said.get("email"))


def test_a_doctor_who_is_verified_by_the_link_needs_no_other(room):
    room.mail(DAY_14)
    room.use(room.letters[0], DAY_15)
    room.mail(DAY_15)

    _refused(room, DAY_15, "ALREADY_VERIFIED")


def test_a_person_may_ask_three_times_in_thirty_days(room):
    room.mail(DAY_14)
    for day in (DAY_14, DAY_15, DAY_16):
        ask(room, day)
        room.mail(day)
    _refused(room, DAY_17, "3 links on request within 30 days")

    late = DAY_14.replace(year=2027, month=1)
    ask(room, late)
    assert live(room) == (1, 1)


def test_asking_again_before_it_went_out_counts_once(room):
    room.mail(DAY_14)
    for _ in range(4):
        ask(room, DAY_15)
    assert live(room) == (1, 1)

    for day in (DAY_15, DAY_16):
        room.mail(day)
        ask(room, day)
    room.mail(DAY_16)
    _refused(room, DAY_17, "3 links on request within 30 days")


def test_a_stranger_cannot_be_mailed(room):
    with pytest.raises(WrongUse, match="does not hold a doctor with the number 9999999"):
        resend(room.context(DAY_14), "9999999", "x@doctor.example", "ben", WHY)


def test_a_doctor_who_is_barred_after_asking_is_not_mailed(room):
    room.mail(DAY_14)
    ask(room, DAY_15)
    room.feed(DAY_15, town({1: {"email": new(1), "status": "Suspended"}, 2: {"email": new(2)}, 3: {"email": new(3)}}))
    room.mail(DAY_15)

    assert room.mails(1) == [("sent", None), ("cancelled", "SUSPENDED")]
    assert live(room) == (0, 0)
    assert room.stand(1) == ("SENT", None)


# --- a person's word on what became of a mail ----------------------------------------------------------


@pytest.fixture
def lost(room, fickle):
    """The answer to the first doctor's mail was lost; its id."""
    fickle.play({"stored": {"do": "drop", "to": "D1[.]New"}})
    room.mail(DAY_14)
    fickle.play()
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
    return mail_id


def test_a_mail_that_was_not_sent_after_all_is_planned_anew(room, fickle, lost):
    resolve(room.context(DAY_15), lost, sent=False, by="ben", reason="not in its log")
    assert (room.stand(1), room.links(1)) == (("WAITING", None), ["revoked"])
    result = room.mail(DAY_15)

    assert (result.planned, result.states) == (1, {MailState.SENT: 1})
    assert room.read("SELECT generation, state FROM outbox WHERE gmc_number = :gmc ORDER BY 1", gmc=gmc(1)) == [
        (1, "cancelled"),
        (2, "sent"),
    ]
    assert room.stand(1) == ("SENT", None)


@pytest.mark.parametrize(("number", "address"), [(1, new(1)), (5, old(5))])
def test_so_is_one_that_was_asked_for(room, fickle, number, address):
    fickle.play()
    room.mail(DAY_14)
    ask(room, DAY_15, number, address)
    fickle.play({"stored": "drop"})
    room.mail(DAY_15)
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
    fickle.play()

    resolve(room.context(DAY_16), mail_id, sent=False, by="ben", reason="not in its log")
    assert live(room, number) == (1, 1)
    assert room.mail(DAY_16).states == {MailState.SENT: 1}
    assert [taken.recipients for taken in fickle.ledger()] == [[address]]
    assert live(room, number) == (1, 0)


def test_a_request_whose_mail_was_not_sent_counts_once(room, fickle):
    fickle.play()
    room.mail(DAY_14)
    for _ in range(2):
        ask(room, DAY_14)
        fickle.play({"stored": "drop"})
        room.mail(DAY_14)
        fickle.play()
        ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
        resolve(room.context(DAY_14), mail_id, sent=False, by="ben", reason="not in its log")
        room.mail(DAY_14)

    ask(room, DAY_15)
    room.mail(DAY_15)
    assert len(room.mails(1)) == 6
    _refused(room, DAY_15, "3 links on request within 30 days")
    events = room.read("SELECT actor, reason FROM mail_event WHERE state = 'cancelled' ORDER BY event_number")
    assert events == [("ben", "not in its log"), ("ben", "WRITTEN_ANEW")] * 2


def test_a_mail_that_was_sent_after_all_is_sent(room, fickle, lost):
    resolve(room.context(DAY_15), lost, sent=True, by="ben", reason="in its log")
    assert (room.stand(1), room.change(1).sent_on) == (("SENT", None), DAY_14)
    room.feed(DAY_15, moved(1, 2, 3))
    result = room.mail(DAY_15)

    assert (result.planned, result.carried) == (0, 0)
    assert room.stand(1) == ("SENT", None)
    assert fickle.ledger() == []
    with pytest.raises(WrongUse):
        resolve(room.context(DAY_15), lost, sent=False, by="ben", reason="again")
    assert room.mails(1) == [("sent", None)]


def test_only_a_mail_that_waits_for_a_persons_word_can_be_settled(room):
    room.mail(DAY_14)
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE gmc_number = :gmc", gmc=gmc(1))

    for sent in (True, False):
        with pytest.raises(WrongUse, match=f"No mail called {mail_id} waits"):
            resolve(room.context(DAY_14), mail_id, sent=sent, by="ben", reason="why not")
