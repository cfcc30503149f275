"""When a run stops by itself."""

import pytest

from gpsync.mail.breakers import Breakers
from gpsync.rules import Verdict

GOOD, BAD, POLICY = Verdict.SENT, Verdict.BOUNCED, Verdict.POLICY_HELD


def _tripped_after(breakers, verdicts):
    """How many verdicts it took to trip, or None."""
    return next((number for number, verdict in enumerate(verdicts, start=1) if breakers.answered(verdict)), None)


def test_twenty_failures_of_the_mail_service_in_a_row_stop_the_run():
    breakers = Breakers(20, 5.0, 200)

    said = [breakers.channel_failed() for _ in range(20)]

    assert said[:19] == [None] * 19
    assert said[19].startswith("The mail service failed 20 times in a row")


def test_the_reason_of_the_last_failure_is_told():
    breakers = Breakers(2, 5.0, 200)
    breakers.channel_failed("The mail service cannot be reached.")

    said = breakers.channel_failed("The token server cannot be reached.")

    assert said.startswith("The mail service failed 2 times in a row, and then: The token server cannot be reached. ")


def test_an_answer_about_a_mail_begins_the_count_of_failures_anew():
    breakers = Breakers(2, 5.0, 200)

    for _ in range(5):
        assert breakers.channel_failed() is None
        breakers.answered(GOOD)


@pytest.mark.parametrize("refusal", [BAD, POLICY])
def test_more_than_five_percent_of_the_last_two_hundred_refused_stops_the_run(refusal):
    fine = [refusal, *[GOOD] * 19] * 30

    assert _tripped_after(Breakers(20, 5.0, 200), fine) is None
    assert _tripped_after(Breakers(20, 5.0, 200), [*fine, refusal, refusal]) == len(fine) + 2


def test_refusals_long_ago_are_forgotten():
    assert _tripped_after(Breakers(20, 5.0, 200), [*[BAD] * 10, *[GOOD] * 190, *[BAD] * 10]) is None


def test_a_run_that_is_refused_from_the_start_stops_early():
    assert _tripped_after(Breakers(20, 5.0, 200), [POLICY] * 50) == 11


def test_policy_refusals_in_a_row_stop_the_run_however_many_refusals_are_allowed():
    assert _tripped_after(Breakers(20, 50.0, 200), [*[POLICY] * 19, GOOD, *[POLICY] * 50]) == 40


def test_mails_put_off_are_no_refusals():
    assert _tripped_after(Breakers(20, 5.0, 200), [Verdict.DEFERRED, Verdict.UNKNOWN] * 100) is None
