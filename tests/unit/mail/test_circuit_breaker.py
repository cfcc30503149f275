"""When a run stops by itself."""

import pytest

from gpsync import rules
from gpsync.mail.circuit_breaker import CircuitBreaker
from gpsync.rules import Verdict

GOOD, BAD, POLICY = Verdict.SENT, Verdict.BOUNCED, Verdict.POLICY_HELD
LATER = Verdict.DEFERRED


def _breaker(channel_errors=rules.CHANNEL_ERRORS):
    return CircuitBreaker(
        channel_errors=channel_errors,
        refused=(rules.REFUSED_PERCENT / 100 * rules.REFUSED_OF_LAST, rules.REFUSED_OF_LAST),
        policy_in_a_row=rules.POLICY_IN_A_ROW,
        policy_refused=(rules.POLICY_REFUSED, rules.POLICY_OF_LAST),
    )


def _tripped_after(breaker, verdicts):
    """How many verdicts it took to trip, or None."""
    return next((number for number, verdict in enumerate(verdicts, start=1) if breaker.answered(verdict)), None)


def test_twenty_failures_of_the_mail_service_in_a_row_stop_the_run():
    breaker = _breaker()
    breaker.answered(GOOD)

    said = [breaker.channel_failed() for _ in range(20)]

    assert said[:19] == [None] * 19
    assert said[19].startswith("The mail service failed 20 times in a row")


def test_a_mail_service_that_never_answered_is_given_up_sooner():
    breaker = _breaker()

    said = [breaker.channel_failed() for _ in range(6)]

    assert said[:5] == [None] * 5
    assert said[5].startswith("The mail service failed 6 times in a row")


def test_the_reason_of_the_last_failure_is_reported():
    breaker = _breaker(channel_errors=2)
    breaker.channel_failed("The mail service cannot be reached.")

    said = breaker.channel_failed("The token server cannot be reached.")

    assert said.startswith("The mail service failed 2 times in a row, and then: The token server cannot be reached. ")


def test_an_answer_about_a_mail_begins_the_count_of_failures_anew():
    breaker = _breaker(channel_errors=2)

    for _ in range(5):
        assert breaker.channel_failed() is None
        breaker.answered(GOOD)


@pytest.mark.parametrize("refusal", [BAD, POLICY])
def test_more_than_five_percent_of_the_last_two_hundred_refused_stops_the_run(refusal):
    fine = [refusal, *[GOOD] * 19] * 30

    assert _tripped_after(_breaker(), fine) is None
    assert _tripped_after(_breaker(), [*fine, refusal, refusal]) == len(fine) + 2


def test_refusals_long_ago_are_forgotten():
    assert _tripped_after(_breaker(), [*[BAD] * 10, *[GOOD] * 190, *[BAD] * 10]) is None


def test_a_run_whose_addresses_are_refused_from_the_start_stops_at_the_eleventh():
    assert _tripped_after(_breaker(), [BAD] * 50) == 11


@pytest.mark.parametrize(
    ("verdicts", "stops_at"),
    [
        pytest.param([POLICY, POLICY, GOOD] + [GOOD] * 30, None, id="two in a row"),
        pytest.param([POLICY, POLICY, POLICY], 3, id="three in a row, the first mails of the run"),
        pytest.param([GOOD] * 40 + [POLICY] * 3, 43, id="three in a row, later"),
        pytest.param([POLICY, POLICY, BAD, POLICY, LATER, POLICY], None, id="four, with others between them"),
        pytest.param([POLICY, GOOD] * 5, 9, id="five of nine"),
        pytest.param([POLICY, GOOD, GOOD, GOOD] * 4 + [GOOD, GOOD, GOOD, POLICY], 20, id="five of twenty"),
        pytest.param([POLICY, GOOD, GOOD, GOOD] * 4 + [GOOD] * 4 + [POLICY], None, id="five of twenty-one"),
        pytest.param([BAD] * 5, None, id="five addresses that do not exist"),
    ],
)
def test_refusals_of_us_stop_the_run_from_the_first(verdicts, stops_at):
    assert _tripped_after(_breaker(), verdicts) == stops_at


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([POLICY] * 3, "The mail service refused 3 mails in a row because of us: see `gpsync status`"),
        ([POLICY, GOOD] * 5, "The mail service refused 5 of the last 9 mails because of us: see `gpsync status`"),
    ],
)
def test_the_sentence_says_that_it_is_because_of_us(verdicts, said):
    breaker = _breaker()

    sentences = [breaker.answered(verdict) for verdict in verdicts]

    assert next(sentence for sentence in sentences if sentence).startswith(said)


def test_deferred_mails_are_no_refusals():
    assert _tripped_after(_breaker(), [Verdict.DEFERRED, Verdict.UNKNOWN] * 100) is None
