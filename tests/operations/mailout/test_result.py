"""The account of a mailout: it adds up, or the run has failed; and what a person is told."""

from collections import Counter

import pytest

from gpsync.operations.mailout.result import DoesNotAddUp, MailoutResult, staff_states
from gpsync.rules import ChangeReason, MailState


def mailed(**values):
    return MailoutResult(**({"live": True, "planned": 2, "carried": 1, "states": {MailState.SENT: 3}} | values))


@pytest.mark.parametrize(
    "states",
    [
        {MailState.SENT: 3},
        {MailState.SENT: 1, MailState.DEFERRED: 1, MailState.UNKNOWN: 1},
        {MailState.HELD: 1, MailState.PENDING: 1, MailState.CANCELLED: 1},
    ],
)
def test_an_account_that_adds_up_passes(states):
    mailed(states=states).check()


@pytest.mark.parametrize("states", [{}, {MailState.SENT: 2}, {MailState.SENT: 4}])
def test_a_mail_that_is_lost_or_counted_twice_fails_the_run(states):
    with pytest.raises(DoesNotAddUp, match="send nothing more"):
        mailed(states=states).check()


@pytest.mark.parametrize("state", [MailState.CLAIMED, MailState.IN_DOUBT])
def test_a_mail_still_under_way_fails_the_run(state):
    with pytest.raises(DoesNotAddUp, match="1 mails are still under way"):
        mailed(states={MailState.SENT: 2, state: 1}).check()


@pytest.mark.parametrize("state", [MailState.CLAIMED, MailState.IN_DOUBT])
def test_a_mail_that_another_run_has_in_hand_does_not(state):
    mailed(states={MailState.SENT: 2, state: 1}, is_alone=False).check()


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({}, False),
        ({"for_staff": {MailState.UNKNOWN: 0, MailState.HELD: 0}}, False),
        ({"for_staff": {MailState.UNKNOWN: 1}}, True),
        ({"opened": ["mails-1"]}, True),
        ({"stopped": "The mail service is not there."}, True),
        ({"not_today": "not a sending day"}, False),
    ],
)
def test_a_person_is_needed_where_something_waits_for_one(values, needed):
    assert mailed(**values).needs_a_person is needed


def test_what_a_live_run_tells():
    lines = mailed(
        states={MailState.SENT: 2, MailState.UNKNOWN: 1},
        blocked=Counter({ChangeReason.SUSPENDED: 1, ChangeReason.DECEASED: 2}),
        opened=["mails-1"],
        stopped="The mail service is not there.",
        for_staff=staff_states({MailState.UNKNOWN: 1, MailState.SENT: 9}),
    ).lines()

    assert lines == [
        "Mails: 3 (2 planned, 1 carried over): 2 sent, 1 unknown.",
        "Email changes not to be mailed now: DECEASED 2, SUSPENDED 1.",
        "Held until two people release them: mails-1; `gpsync held` shows it.",
        "The run stopped early: The mail service is not there.",
        f"Mails that are unknown: 1. {MailState.UNKNOWN.meaning}",
    ]


def test_what_other_runs_tell():
    assert MailoutResult(live=True).lines() == ["Mails: 0 (0 planned, 0 carried over)."]
    assert mailed(live=False, states={}).lines() == [
        "Mails that would be planned: 2. Nothing was kept or sent (--live sends)."
    ]
    assert mailed(not_today="It is Sunday.").lines()[0] == "Nothing is mailed: It is Sunday."


def test_the_counts_name_only_what_there_was():
    counts = mailed(
        states={MailState.SENT: 3, MailState.DEAD: 0}, blocked=Counter({ChangeReason.SUSPENDED: 1})
    ).counts()

    assert counts == {"planned": 2, "carried over": 1, "sent": 3, "stopped by SUSPENDED": 1}
