"""When the rest of a first mailout may be released: one before, on and after each boundary."""

from datetime import UTC, datetime, timedelta

import pytest

from gpsync.mails import FirstMail
from gpsync.rules import MailState
from gpsync.verification.canary import outcomes, replacements, why_not_yet

SENT_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def mail(state=MailState.SENT, sent_at=SENT_AT, *, confirmed=False):
    given = sent_at if state in (MailState.SENT, MailState.BOUNCED) else None
    return FirstMail("9000001", state, given, confirmed)


def why_not(mails, *, wanted=2, held=5, hours=24, now=SENT_AT + timedelta(days=9)):
    return why_not_yet(mails, wanted, held, now, hours)


@pytest.mark.parametrize("state", [MailState.PENDING, MailState.CLAIMED, MailState.IN_DOUBT, MailState.DEFERRED])
def test_none_may_be_on_its_way(state):
    assert why_not([mail(), mail(state)]) == "1 of the 2 first mails have not gone out yet."


@pytest.mark.parametrize(
    ("since", "may"),
    [
        (timedelta(hours=23, minutes=59, seconds=59), False),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), True),
    ],
)
def test_the_last_of_them_must_have_been_out_for_so_long(since, may):
    mails = [mail(sent_at=SENT_AT - timedelta(days=3)), mail()]

    assert (why_not(mails, now=SENT_AT + since) is None) is may


def test_mails_of_a_made_up_day_that_is_still_to_come_went_out_now():
    early = SENT_AT - timedelta(days=3)

    assert why_not([mail(), mail()], now=early, hours=0) is None
    assert "must have been out for 24 hours" in why_not([mail(), mail()], now=early, hours=24)


def test_the_sentence_says_from_when_on_in_london():
    summer = datetime(2026, 7, 1, 9, tzinfo=UTC)

    assert "from 2026-07-02 10:00 on" in why_not([mail(sent_at=summer)] * 2, now=summer)


@pytest.mark.parametrize("state", [MailState.POLICY_HELD, MailState.DEAD])
def test_what_was_refused_because_of_us_is_put_right_first(state):
    assert "fix the cause" in why_not([mail(), mail(state)])


@pytest.mark.parametrize("state", [MailState.SENT, MailState.BOUNCED, MailState.UNKNOWN])
def test_whatever_came_of_those_that_went_out_the_second_person_decides(state):
    assert why_not([mail(), mail(state)]) is None


def test_where_nobody_knows_of_any_that_it_went_out_it_is_settled_first():
    assert "gpsync resolve" in why_not([mail(MailState.UNKNOWN)] * 2)


NEVER = [mail(MailState.CANCELLED), mail(MailState.HELD), FirstMail("9000001", MailState.BOUNCED, None, False)]


@pytest.mark.parametrize("never", NEVER, ids=lambda mail: str(mail.state))
def test_one_that_will_never_go_out_is_replaced_by_another_of_the_batch(never):
    assert replacements([mail(), never], 2) == 1
    assert why_not([mail(), never]) == (
        "1 of the first mails will not go out: the next mailout sends others of the batch instead."
    )
    assert why_not([mail(), never, mail()]) is None


def test_nothing_is_waited_for_where_nobody_is_left_to_take_its_place():
    assert why_not([mail(MailState.CANCELLED)] * 2, held=0) is None


def test_first_mails_that_went_out_are_not_replaced_whatever_came_of_them():
    assert replacements([mail(), mail(MailState.BOUNCED), mail(MailState.UNKNOWN), mail(MailState.DEAD)], 4) == 0


def test_what_came_of_them_is_counted_by_word():
    mails = [mail(confirmed=True), mail(confirmed=True), mail(MailState.BOUNCED), mail(), mail(MailState.PENDING)]

    assert outcomes(mails) == {"confirmed": 2, "bounced": 1, "sent and not answered yet": 1, "not sent yet": 1}
