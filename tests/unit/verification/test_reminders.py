"""The reminder as a decision: what it is made of, and that it touches nothing but its own change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from gpsync import rules
from gpsync.mails import MailHistory, Person
from gpsync.records import Doctor, EmailChange, Mailing, Version
from gpsync.rules import NOT_REGISTERED, ChangeState, Kind, MailState, Registration
from gpsync.verification.reminders import (
    due_for_reminder,
    is_mailed_again,
    may_be_reminded,
    newly_spelled,
    ran_out_between,
    reminded_of,
    reminder,
)
from gpsync.window.fold import email_changes
from gpsync.window.timeline import Calendar
from tests.model.email_model import Log
from tests.model.mailouts import make_logs
from tests.model.product import doctors_by_model
from tests.model.stories import make_extracts
from tests.spec.judging import CHANGE, DAY, B

ANN = Person("9000001", "Ann Oak", "B@Doctor.example", B, Registration.LICENSED, True, False, None)
_BARRED = {*NOT_REGISTERED, Registration.DECEASED, Registration.SUSPENDED}
SENT = replace(CHANGE, state=ChangeState.SENT, sent_on=DAY, expires_on=DAY + timedelta(days=3))


def test_a_reminder_is_the_changes_event_once_more_and_due_on_its_own_day():
    event = reminder(newly_spelled(SENT, ANN), ANN)

    assert (event.event_id, event.is_reminder) == (SENT.change_id, True)
    assert (event.recipient, event.key) == ("B@Doctor.example", B)
    assert event.due_date == DAY + timedelta(days=10)
    assert event.details == {"name": "Ann Oak", "changed_on": SENT.change_date.isoformat()}
    assert event.change == replace(CHANGE, state=ChangeState.QUEUED, new_email="B@Doctor.example")


def test_a_link_is_reminded_of_on_the_days_that_the_rules_name():
    assert ran_out_between(date(2026, 3, 31)) == (date(2026, 3, 1), date(2026, 3, 24))


def test_without_reminders_only_what_came_back_is_mailed_again():
    assert reminded_of(0) == (ChangeState.RETURNED,)
    assert set(reminded_of(1)) == {ChangeState.SENT, ChangeState.RETURNED}


def test_only_the_same_address_is_spelled_anew():
    assert newly_spelled(SENT, None) == SENT
    assert newly_spelled(SENT, replace(ANN, email="c@doctor.example", key="c@doctor.example")) == SENT


def test_a_change_whose_link_has_no_end_has_no_reminder():
    with pytest.raises(ValueError, match="no end"):
        reminder(replace(SENT, expires_on=None), ANN)


@pytest.mark.parametrize(
    ("before", "may"),
    [
        (None, False),
        (MailHistory("c1", "m", 1, MailState.SENT, None, None, handed_over=1), True),
        (MailHistory("c1", "m", 2, MailState.CANCELLED, "SUSPENDED", None, handed_over=1), True),
        (MailHistory("c1", "m", 2, MailState.SENT, None, None, handed_over=2), False),
        (MailHistory("c1", "m", 3, MailState.CANCELLED, "SUSPENDED", None, handed_over=2), False),
        (MailHistory("c1", "m", 1, MailState.CANCELLED, "SUSPENDED", None, handed_over=0), False),
        (MailHistory("c1", "m", 1, MailState.SENT, None, None, handed_over=1, was_requested=True), False),
        *(
            (MailHistory("c1", "m", 2, state, None, None, handed_over=1), False)
            for state in MailState
            if state not in (MailState.SENT, MailState.RETURNED, MailState.CANCELLED)
        ),
    ],
)
def test_one_mail_and_nothing_else_may_have_gone_before(before, may):
    assert may_be_reminded(before, 1) is may
    assert may_be_reminded(before, 0) is False


def _came_back(state=MailState.RETURNED, reason=None, handed_over=1, **values):
    said = {"was_returned": True, "last_day": DAY, **values}
    return MailHistory("c1", "m", 2, state, reason, None, handed_over=handed_over, **said)


@pytest.mark.parametrize(
    ("before", "may"),
    [
        (_came_back(), True),
        (_came_back(MailState.CANCELLED, "SUSPENDED"), True),
        (_came_back(handed_over=2), False),
        (_came_back(MailState.CANCELLED, "SUSPENDED", handed_over=2), False),
        (_came_back(was_requested=True), False),
        *((_came_back(state), False) for state in (*rules.LIVE_MAIL_STATES, MailState.UNKNOWN, MailState.BOUNCED)),
    ],
)
@pytest.mark.parametrize("reminders", [0, 1])
def test_one_that_came_back_is_followed_by_one_other_whether_reminders_are_wanted_or_not(before, may, reminders):
    assert may_be_reminded(before, reminders) is may


@pytest.mark.parametrize(
    ("days", "may"), [(0, False), (6, False), (7, True), (8, True), (29, True), (30, True), (31, False)]
)
def test_a_first_link_that_came_back_is_mailed_again_on_the_days_of_a_reminder(days, may):
    day = DAY + timedelta(days=days)

    assert is_mailed_again(_came_back(), day) is may
    assert not is_mailed_again(_came_back(MailState.CANCELLED, "REFUSED"), day)
    assert not is_mailed_again(_came_back(was_returned=False), day)
    assert not is_mailed_again(None, day)


def test_the_mail_after_one_that_came_back_says_why_it_was_planned():
    assert reminder(replace(SENT, state=ChangeState.RETURNED), ANN).is_after_return
    assert not reminder(SENT, ANN).is_after_return


# --- any story -----------------------------------------------------------------------------------------


def _reminded(stories: int) -> Iterator[tuple[Doctor, Calendar, EmailChange, date]]:
    """Reminders of random stories, each some days after a link could be used last, by what is known on that day."""
    for seed in range(stories):
        random = Random(seed)
        extracts = make_extracts(random, at_most=12, doctors_at_most=2)
        logs = make_logs(random, extracts)
        ends = {one.expires_on for log in logs.values() for one in log.mailings if one.expires_on is not None}
        for end in sorted(ends):
            day = end + timedelta(days=random.randint(0, 32))
            seen = [extract for extract in extracts if extract.as_of <= day]
            doctors, calendar = doctors_by_model(seen, {number: _until(day, log) for number, log in logs.items()})
            for doctor in doctors:
                for change in due_for_reminder(doctor, calendar, day, window_days=rules.WINDOW_DAYS):
                    yield doctor, calendar, change, day


def _until(day: date, log: Log) -> Log:
    mailings = [one for one in log.mailings if (one.sent_on or one.change.due_date) <= day]
    return Log(mailings, [one for one in log.verified if one[0] <= day])


def test_whoever_is_reminded_has_the_address_now_and_the_reminder_touches_nothing_else():
    found = 0
    for doctor, calendar, change, day in _reminded(3_000):
        found += 1
        current = doctor.versions[-1]
        assert (current.valid_to, current.key) == (None, change.new_key)
        assert current.registration not in _BARRED
        assert change.expires_on is not None
        assert rules.REMINDER_DAYS <= (day - change.expires_on).days <= rules.REMINDER_WITHIN_DAYS
        assert all(one.key != change.new_key for one in doctor.verifications if one.on >= change.change_date)
        sent = Mailing(replace(change, sent_on=None, expires_on=None), MailState.SENT, day, day + timedelta(days=3))
        others = [one for one in doctor.mailings if one.change.change_id != change.change_id]
        before = {one.change_id: one for one in email_changes(doctor, calendar)}
        after = email_changes(replace(doctor, mailings=[*others, sent]), calendar)
        # From now on the change is told by its newest mail alone.
        dated = replace(before[change.change_id], state=ChangeState.SENT, sent_on=day, expires_on=sent.expires_on)
        assert {one.change_id: one for one in after} == {**before, change.change_id: dated}
    assert found > 100


@pytest.mark.parametrize(("window_days", "found"), [(7, 1), (8, 1), (9, 0), (14, 0)])
def test_whether_a_link_was_early_is_judged_by_the_window_that_is_set(window_days, found):
    """A late extract has shown meanwhile that the address began three days later, on the 5th."""
    march = [date(2026, 3, day) for day in range(1, 32)]
    versions = [
        Version(march[0], march[4], "a@doctor.example", "a@doctor.example", Registration.LICENSED),
        Version(march[4], None, B, B, Registration.LICENSED),
    ]
    planned = replace(CHANGE, change_date=march[1], due_date=march[12])
    doctor = Doctor("9000001", versions, mailings=[Mailing(planned, MailState.SENT, march[12], march[15])])
    calendar = Calendar([(day, Kind.FULL) for day in march[:23]])

    assert len(due_for_reminder(doctor, calendar, march[22], window_days=window_days)) == found
