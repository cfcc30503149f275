"""What is made of everything a mail service can answer."""

import pytest

from gpsync.bounces.replies import verdict_of
from gpsync.mail.smtp_connection import ChannelError
from gpsync.rules import Phase, Verdict
from tests.faults.giving import PHASES, give

B3 = {
    "451 4.3.0 later": ("channel_backoff", "deferred", "deferred", "deferred"),
    "452 4.2.2 full": ("channel_backoff", "deferred", "deferred", "deferred"),
    "552 5.2.2 full": ("channel_stop", "deferred", "policy_held", "deferred"),
    "550 5.1.1 nobody": ("channel_stop", "bounced", "policy_held", "bounced"),
    "551 gone": ("channel_stop", "policy_held", "policy_held", "policy_held"),
    "553 not allowed": ("channel_stop", "policy_held", "policy_held", "policy_held"),
    "554 no": ("channel_stop", "policy_held", "policy_held", "policy_held"),
    "550 5.7.1 spam": ("channel_stop", "policy_held", "policy_held", "policy_held"),
}


@pytest.mark.parametrize("where", PHASES)
@pytest.mark.parametrize("answer", B3)
def test_a_refusal_means_what_is_drawn_and_keeps_the_connection(service, opened, where, answer):
    service.play({where: {"do": answer, "only": [1]}})
    smtp = opened()

    handover = give(smtp)

    expected = Verdict(B3[answer][list(PHASES).index(where)])
    assert (handover.verdict, handover.phase, handover.code) == (expected, PHASES[where], int(answer[:3]))
    assert not smtp.closed
    assert give(smtp).verdict is Verdict.SENT
    assert len(service.ledger()) == 1


@pytest.mark.parametrize(
    ("where", "expected"),
    [("mail", "channel_backoff"), ("rcpt", "channel_backoff"), ("data", "channel_backoff"), ("dot", "unknown")],
)
def test_421_closes_the_connection_and_blames_no_mail(service, opened, where, expected):
    service.play({where: "421"})
    smtp = opened()

    handover = give(smtp)

    assert (handover.verdict, handover.code) == (Verdict(expected), 421)
    assert smtp.closed


def test_421_as_greeting_is_a_channel_error_that_passes(service, opened):
    service.play({"banner": "421"})

    with pytest.raises(ChannelError) as caught:
        opened()

    assert (caught.value.reply.code, caught.value.fatal) == (421, False)
    assert verdict_of(Phase.CONNECT, caught.value.reply) is Verdict.CHANNEL_BACKOFF


def test_421_straight_after_the_greeting_passes_too(service, opened):
    service.play({"banner": "220 mail.example\r\n421 4.3.2 closing down"})

    with pytest.raises(ChannelError) as caught:
        opened()

    assert (caught.value.reply, caught.value.fatal) == (None, False)


@pytest.mark.parametrize(("reply", "where"), [("250 yes", "data"), ("251 odd", "stored"), ("354 go on", "stored")])
def test_an_answer_that_means_nothing_ends_the_connection(service, opened, reply, where):
    service.play({where: reply})
    smtp = opened()

    verdict = give(smtp).verdict

    assert verdict is (Verdict.UNKNOWN if where == "stored" else Verdict.CHANNEL_BACKOFF)
    assert smtp.closed


@pytest.mark.parametrize("fault", ["drop", "rst", "550 no", "garbage"])
def test_when_a_mail_cannot_be_given_up_the_connection_is(service, opened, fault):
    service.play({"rcpt": "550 5.1.1 nobody", "rset": fault})
    smtp = opened()

    assert give(smtp).verdict is Verdict.BOUNCED
    assert smtp.closed
