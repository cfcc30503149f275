"""What the answers of a mail service mean: one row for each thing that is said, and what it says about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.bounces.replies import verdict_of
from gpsync.mails import Reply
from gpsync.rules import Phase, Verdict

_SHORT = {
    "sent": Verdict.SENT,
    "later": Verdict.DEFERRED,
    "bounce": Verdict.BOUNCED,
    "person": Verdict.POLICY_HELD,
    "unknown": Verdict.UNKNOWN,
    "wait": Verdict.CHANNEL_BACKOFF,
    "stop": Verdict.CHANNEL_STOP,
}
_PHASES = (Phase.CONNECT, Phase.SENDER, Phase.RECIPIENT, Phase.DATA, Phase.DOT)

#: The answer; then what it means when connecting and at MAIL, RCPT, DATA and the final dot.
DRAWN = """
lost                                    wait    wait    wait    wait    unknown
421 4.3.2 closing down                  wait    wait    wait    wait    unknown
450 4.2.0 greylisted                    wait    wait    later   later   later
451 4.3.0 try again                     wait    wait    later   later   later
452 4.2.2 mailbox full                  wait    wait    later   later   later
452 4.3.1 no space                      wait    wait    later   later   later
454 4.7.0 not available                 wait    wait    later   later   later
500 5.5.2 what                          stop    stop    person  person  person
501 5.1.3 bad address                   stop    stop    person  person  person
503 5.5.1 out of order                  stop    stop    person  person  person
530 5.7.0 log in first                  stop    stop    stop    stop    person
534 5.7.9 too weak                      stop    stop    stop    stop    person
535 5.7.8 wrong password                stop    stop    stop    stop    person
538 5.7.11 encrypt first                stop    stop    stop    stop    person
550                                     stop    stop    person  person  person
550 rejected                            stop    stop    person  person  person
550 no such user                        stop    stop    bounce  person  bounce
550 relay not permitted                 stop    stop    person  person  person
550 Sender verify failed                stop    stop    person  person  person
550 mailbox is full                     stop    stop    later   person  later
550 rate exceeded, try later            stop    stop    later   person  later
550 5.0.0 no such user                  stop    stop    bounce  person  bounce
550 5.1.0 your SPF record               stop    stop    person  person  person
550 5.1.1                               stop    stop    person  person  person
550 5.1.1 mailbox unavailable           stop    stop    bounce  person  bounce
550 5.1.1 mailbox is full               stop    stop    later   person  later
550 5.1.1 blocked, user unknown         stop    stop    person  person  person
550 5.1.2 domain does not exist         stop    stop    bounce  person  bounce
550 5.1.2 DNS timeout                   stop    stop    later   person  later
550 5.1.1 no such user                  stop    stop    bounce  person  bounce
550 5.1.10 no such user                 stop    stop    bounce  person  bounce
550 5.1.90 daily limit                  stop    stop    person  person  person
550 5.1.7 bad sender                    stop    stop    person  person  person
550 5.1.8 bad sender                    stop    stop    person  person  person
550 5.2.1 disabled                      stop    stop    person  person  person
550 5.2.1 gets mail at a high rate      stop    stop    later   person  later
550 5.2.2 mailbox full                  stop    stop    later   person  later
550 5.4.1 access denied                 stop    stop    person  person  person
550 5.7.1 spam                          stop    stop    person  person  person
550 5.7.1 no such user                  stop    stop    person  person  person
551 5.1.6 moved                         stop    stop    person  person  person
551 not local                           stop    stop    person  person  person
551 no such user, try @                 stop    stop    person  person  person
552                                     stop    stop    later   person  later
552 mailbox full                        stop    stop    later   person  later
552 5.2.2 mailbox full                  stop    stop    later   person  later
552 message too big                     stop    stop    person  person  person
552 5.3.4 too big                       stop    stop    person  person  person
553 not allowed                         stop    stop    person  person  person
553 not in my list of rcpthosts         stop    stop    person  person  person
553 no such user                        stop    stop    bounce  person  bounce
553 5.7.1 not yours to send from        stop    stop    person  person  person
554 no                                  stop    stop    person  person  person
554 5.1.1 no such user                  stop    stop    bounce  person  bounce
554 5.7.1 blocked                       stop    stop    person  person  person
200 odd                                 wait    wait    wait    wait    unknown
251 forwarded                           wait    wait    wait    wait    unknown
252 perhaps                             wait    wait    wait    wait    unknown
334 go on                               wait    wait    wait    wait    unknown
354 go ahead                            wait    wait    wait    wait    unknown
"""


def _rows():
    for line in DRAWN.strip().splitlines():
        answer, *meanings = line[:40].strip(), *line[40:].split()
        for phase, meaning in zip(_PHASES, meanings, strict=True):
            yield pytest.param(phase, answer, _SHORT[meaning], id=f"{answer} at {phase}")


def _reply(answer):
    code, _, text = answer.partition(" ")
    return None if answer == "lost" else Reply(int(code), text)


@pytest.mark.parametrize(("phase", "answer", "expected"), list(_rows()))
def test_an_answer_means_what_is_drawn(phase, answer, expected):
    assert verdict_of(phase, _reply(answer)) is expected


@pytest.mark.parametrize("code", ["550", "550 5.1.1", "550 5.1.10", "553", "554 5.0.0"])
def test_an_answer_in_several_lines_is_read_as_one(code):
    enhanced = code.partition(" ")[2]
    text = f"{enhanced} The account that you tried to reach does not\n{enhanced} exist. Learn more at\n{enhanced} x"

    assert verdict_of(Phase.RECIPIENT, Reply(int(code[:3]), text)) is Verdict.BOUNCED


def test_a_letter_that_broke_off_is_sent_again_later():
    assert verdict_of(Phase.BODY, None) is Verdict.DEFERRED


def test_250_to_the_final_dot_is_the_only_acceptance():
    accepted = [code for code in range(200, 600) if verdict_of(Phase.DOT, Reply(code)) is Verdict.SENT]

    assert accepted == [250]


_WORDS = ("x", "user unknown", "mailbox is full", "blocked as spam", "no such user, try later", "rejected", "")
_REPLIES = st.none() | st.builds(
    Reply,
    st.integers(200, 599),
    st.builds(
        "{}{}".format,
        st.just("") | st.from_regex(r"[245]\.[0-9]\.[0-9]{1,2} ", fullmatch=True),
        st.sampled_from(_WORDS),
    ),
)


@given(phase=st.sampled_from(Phase), reply=_REPLIES)
def test_only_the_final_dot_can_be_unknown_or_accepted(phase, reply):
    only_there = verdict_of(phase, reply) in (Verdict.UNKNOWN, Verdict.SENT)

    assert not only_there or phase is Phase.DOT


@given(phase=st.sampled_from(Phase), reply=_REPLIES)
def test_an_address_is_never_given_up_for_anything_but_a_lasting_refusal_of_it(phase, reply):
    if verdict_of(phase, reply) is Verdict.BOUNCED:
        assert phase in (Phase.RECIPIENT, Phase.DOT)
        assert reply.code >= 500
        assert not (reply.enhanced or "").startswith(("4.", "5.7."))
        assert reply.text.endswith("user unknown")


@given(phase=st.sampled_from([Phase.CONNECT, Phase.SENDER]), reply=_REPLIES)
def test_what_comes_before_the_recipient_is_never_the_mails_fault(phase, reply):
    assert verdict_of(phase, reply) in (Verdict.CHANNEL_BACKOFF, Verdict.CHANNEL_STOP)


@given(reply=_REPLIES)
def test_the_final_dot_never_stops_the_run(reply):
    assert verdict_of(Phase.DOT, reply) not in (Verdict.CHANNEL_BACKOFF, Verdict.CHANNEL_STOP)
