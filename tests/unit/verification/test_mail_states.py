"""The life of a mail, as rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.rules import DEFER_DAYS, RETRY_MINUTES, STAFF_MAIL_STATES, MailState
from gpsync.verification.mail_states import MOVES, next_try

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def _within_reach(start, without=frozenset()):
    found, waiting = set(), [start]
    while waiting:
        for target in MOVES[waiting.pop()] - found - without:
            found.add(target)
            waiting.append(target)
    return found


def test_every_state_has_its_moves():
    assert set(MOVES) == set(MailState)


#: Every move that a mail can make.
_DRAWN = {
    MailState.HELD: "cancelled pending",
    MailState.PENDING: "cancelled claimed",
    MailState.CLAIMED: "bounced cancelled dead deferred in_doubt pending policy_held",
    MailState.IN_DOUBT: "bounced dead deferred policy_held returned sent unknown",
    MailState.UNKNOWN: "bounced cancelled dead deferred policy_held sent",
    MailState.DEFERRED: "cancelled claimed",
    MailState.POLICY_HELD: "cancelled",
    MailState.DEAD: "cancelled",
    MailState.SENT: "bounced returned",
    MailState.RETURNED: "bounced",
    MailState.BOUNCED: "",
    MailState.CANCELLED: "",
}


@pytest.mark.parametrize("state", list(MailState))
def test_a_mail_moves_as_drawn_and_not_otherwise(state):
    assert " ".join(sorted(MOVES[state])) == _DRAWN[state]


@pytest.mark.parametrize("state", [MailState.IN_DOUBT, MailState.UNKNOWN])
def test_a_mail_that_may_have_gone_is_sent_again_only_after_a_clear_refusal(state):
    assert MailState.PENDING not in MOVES[state]
    assert MailState.CLAIMED not in _within_reach(state, without={MailState.DEFERRED})


@pytest.mark.parametrize(
    "state", [MailState.SENT, MailState.BOUNCED, MailState.RETURNED, MailState.CANCELLED, MailState.DEAD]
)
def test_a_mail_that_has_ended_is_never_sent_again(state):
    assert MailState.CLAIMED not in _within_reach(state)


def test_nothing_becomes_sent_that_was_never_in_doubt():
    assert {state for state, targets in MOVES.items() if MailState.SENT in targets} == {
        MailState.IN_DOUBT,
        MailState.UNKNOWN,
    }


@pytest.mark.parametrize("state", STAFF_MAIL_STATES)
def test_a_person_can_end_whatever_waits_for_one(state):
    assert MailState.CANCELLED in MOVES[state]


@pytest.mark.parametrize(("attempts", "minutes"), [*enumerate(RETRY_MINUTES, start=1), (6, 240), (60, 240)])
def test_each_pause_is_longer_than_the_one_before_until_the_last_repeats(attempts, minutes):
    assert next_try(attempts, NOW, NOW, 0.0) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("age", "is_given_up"),
    [
        (timedelta(days=DEFER_DAYS) - timedelta(seconds=1), False),
        (timedelta(days=DEFER_DAYS), True),
        (timedelta(days=DEFER_DAYS, seconds=1), True),
    ],
)
def test_a_mail_is_given_up_five_days_after_its_first_try(age, is_given_up):
    assert (next_try(9, NOW - age, NOW, 0.5) is None) == is_given_up


@given(attempts=st.integers(0, 1000), jitter=st.floats(0, 1, exclude_max=True))
def test_the_spread_is_at_most_a_tenth_of_the_pause(attempts, jitter):
    exact, spread = next_try(attempts, NOW, NOW, 0.0), next_try(attempts, NOW, NOW, jitter)

    assert exact - NOW <= spread - NOW <= (exact - NOW) * 1.1
