"""What is made of connections that break, and of answers that are late or no answers. Small time-outs."""

import socket
from contextlib import suppress
from dataclasses import replace
from time import monotonic

import pytest

from gpsync.mail.smtp_connection import ChannelError
from gpsync.mails import Handover
from gpsync.rules import Phase, Verdict
from tests.faults.giving import LETTER, LONG, MAIL, PHASES, give

# --- Lost connections ---


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage"])
@pytest.mark.parametrize("where", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_letter_blames_no_mail(service, opened, where, fault):
    service.play({where: fault})
    smtp = opened(timeout=0.2)

    handover = give(smtp)

    assert handover == Handover(Verdict.CHANNEL_BACKOFF, PHASES[where])
    assert smtp.closed
    assert service.ledger() == []


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage", "421"])
@pytest.mark.parametrize("where", ["dot", "stored"])
def test_an_answer_to_the_dot_that_is_lost_leaves_the_mail_unknown(service, opened, where, fault):
    service.play({where: {"do": fault, "only": [1]}})
    smtp = opened(dot_timeout=0.2)

    handover = give(smtp)

    assert (handover.verdict, handover.phase, handover.relay_id) == (Verdict.UNKNOWN, Phase.DOT, None)
    assert smtp.closed
    stored = len(service.ledger())
    assert stored <= 1 if fault == "stall" else stored == (where == "stored")
    assert give(opened()).verdict is Verdict.SENT


@pytest.mark.parametrize("fault", ["drop", "rst", "421"])
def test_what_happens_after_the_acceptance_changes_nothing(service, opened, fault):
    service.play({"replied": {"do": fault, "only": [1]}})
    smtp = opened()

    assert give(smtp).verdict is Verdict.SENT
    handover = give(smtp)
    assert (handover.verdict, handover.phase) == (Verdict.CHANNEL_BACKOFF, Phase.SENDER)
    assert len(service.ledger()) == 1


@pytest.mark.parametrize("fault", ["drop", "rst", "stall", "garbage", "421"])
def test_a_farewell_that_fails_is_ignored(service, opened, fault):
    service.play({"quit": fault})
    smtp = opened(timeout=0.2)

    assert give(smtp).verdict is Verdict.SENT
    smtp.close()
    smtp.close()
    assert smtp.closed


@pytest.mark.parametrize("fault", ["drop", "rst"])
@pytest.mark.parametrize("percent", [1, 50, 99])
@pytest.mark.parametrize("letter", [LETTER, LONG], ids=["short", "long"])
def test_a_letter_that_breaks_off_is_never_sent(service, opened, letter, percent, fault):
    service.play({"body": {"do": fault, "after": len(letter) * percent // 100}})

    handover = give(opened(), replace(MAIL, message=letter))

    # What is still in the buffers when the connection breaks is found out by the dot only.
    assert handover.verdict in (Verdict.DEFERRED, Verdict.UNKNOWN)
    assert service.ledger() == []


@pytest.mark.parametrize("fault", ["drop", "rst", "421", "552 5.3.4 too big"])
def test_what_breaks_while_the_intent_is_written_down_is_known_not_to_be_sent(service, opened, fault):
    service.play({"body": {"do": fault, "after": len(LETTER)}})
    smtp = opened()

    def intend():
        with suppress(ConnectionError):
            smtp._connection.sock.settimeout(5)
            smtp._connection.sock.recv(1, socket.MSG_PEEK)
        return True

    assert give(smtp, intend=intend) == Handover(Verdict.DEFERRED, Phase.BODY)
    assert service.ledger() == []


def test_a_letter_refused_half_way_is_not_even_intended(service, opened):
    service.play({"body": {"do": "552 5.3.4 too big", "after": 1}})
    intents = []

    handover = give(opened(), replace(MAIL, message=LONG), lambda: intents.append(1) or True)

    assert (handover, intents) == (Handover(Verdict.DEFERRED, Phase.BODY), [])


def test_an_acceptance_that_comes_too_early_is_not_believed(service, opened):
    service.play({"data": "354 go ahead\r\n250 2.0.0 queued as EARLY"})

    handover = give(opened())

    assert handover == Handover(Verdict.DEFERRED, Phase.BODY)
    assert service.ledger() == []


# --- Time ---


def test_a_slow_answer_to_the_dot_is_waited_for_until_its_time_is_up(service, opened):
    service.play({"stored": [{"do": "stall", "seconds": 0.2, "only": [1]}, {"do": "stall", "seconds": 1, "only": [2]}]})

    assert give(opened(timeout=0.1, dot_timeout=0.5)).verdict is Verdict.SENT
    assert give(opened(timeout=0.1, dot_timeout=0.5)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("where", ["mail", "rcpt", "data"])
def test_an_answer_byte_by_byte_must_be_whole_in_time(service, opened, where):
    service.play({where: {"do": "slow", "text": "250 2.0.0 " + "x" * 200, "seconds": 0.05}})
    smtp = opened(timeout=0.2)
    begun = monotonic()

    assert give(smtp).verdict is Verdict.CHANNEL_BACKOFF
    assert monotonic() - begun < 1


def test_the_whole_mail_has_a_deadline_and_the_next_goes_on(service, opened):
    slow = {"do": "stall", "seconds": 0.3, "only": [1]}
    service.play({"mail": slow, "rcpt": slow, "data": slow})
    begun = monotonic()

    # Each answer comes in time; all together do not.
    handover = give(opened(timeout=0.6, mail_deadline=0.75))

    assert (handover.verdict, handover.phase) == (Verdict.CHANNEL_BACKOFF, Phase.DATA)
    assert 0.7 < monotonic() - begun < 1.5
    assert give(opened()).verdict is Verdict.SENT


def test_the_final_answer_byte_by_byte_must_be_whole_in_time(service, opened):
    service.play({"stored": {"do": "slow", "text": "250 2.0.0 " + "x" * 200, "seconds": 0.05}})
    begun = monotonic()

    assert give(opened(dot_timeout=0.3)).verdict is Verdict.UNKNOWN
    assert monotonic() - begun < 1


@pytest.mark.parametrize("where", ["banner", "ehlo"])
def test_a_service_that_greets_too_slowly_is_left(service, opened, where):
    service.play({where: {"do": "slow", "text": "220 " + "x" * 200, "seconds": 0.05}})
    begun = monotonic()

    with pytest.raises(ChannelError) as caught:
        opened(timeout=0.2)

    assert (caught.value.reply, caught.value.fatal) == (None, False)
    assert monotonic() - begun < 1
