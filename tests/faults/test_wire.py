"""A mail is handed over to every kind of mail service, and nothing is told about it."""

import logging
import socket
from dataclasses import replace
from time import monotonic

import pytest

from gpsync.bounces.replies import verdict_of
from gpsync.errors import WrongUse
from gpsync.mail import failpoints
from gpsync.mail.smtp_connection import ChannelError, Server
from gpsync.mails import Handover
from gpsync.rules import Phase, Verdict
from tests.faults.giving import LETTER, MAIL, give

# --- As it should be ---


def test_a_mail_is_taken_and_its_name_at_the_mail_service_kept(service, opened):
    handover = give(opened())

    assert handover == Handover(Verdict.SENT, Phase.DOT, 250, "2.0.0", "Q1N1")
    [taken] = service.ledger()
    assert taken.message_id == "<v1.m1.1@pcse.example>"
    assert (taken.sender, taken.recipients) == (MAIL.sender, [MAIL.recipient])
    assert service.letter(taken) == LETTER


def test_many_mails_share_a_connection_and_each_has_one_recipient(service, opened):
    smtp = opened()

    verdicts = [give(smtp, replace(MAIL, recipient=f"d{number}@doctor.example")).verdict for number in range(30)]

    assert set(verdicts) == {Verdict.SENT}
    assert [taken.recipients for taken in service.ledger()] == [[f"d{number}@doctor.example"] for number in range(30)]
    assert (len(service.events("connection")), smtp.mails, smtp.closed) == (1, 30, False)


def test_the_points_are_passed_in_their_order(opened):
    passed = []
    failpoints.watch(passed.append)
    try:
        give(opened(), intend=lambda: passed.append("intent") or True)
    finally:
        failpoints.watch(None)

    assert passed == [
        "before sender", "after sender", "after recipient", "after data", "after body",
        "before intent", "intent", "after intent", "after dot", "after reply",
    ]  # fmt: skip


def test_the_dot_leaves_after_the_intent_and_not_before(service, opened):
    stored_at_intent = []

    def intend():
        stored_at_intent.append(service.ledger())
        return True

    assert give(opened(), intend=intend).verdict is Verdict.SENT
    assert stored_at_intent == [[]]


def test_the_dot_does_not_wait_until_the_letter_is_acknowledged(opened):
    assert opened()._connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_withdrawn_mail_is_not_handed_over(service, opened):
    smtp = opened()
    begun = monotonic()

    assert give(smtp, intend=lambda: False) == Handover(None, Phase.DOT)
    assert smtp.closed
    # A farewell in mid-letter would be taken for a part of it, and its answer waited for.
    assert monotonic() - begun < 1
    assert give(opened()).verdict is Verdict.SENT
    assert len(service.ledger()) == 1


def test_a_failing_intent_gives_nothing_away(service, opened):
    smtp = opened()

    def fail():
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="the database is gone"):
        give(smtp, intend=fail)

    assert smtp.closed
    assert give(opened()).verdict is Verdict.SENT
    assert len(service.ledger()) == 1


def test_bounces_are_asked_for_only_where_that_is_offered(service, opened):
    give(opened())
    service.play(extensions=[])
    give(opened())

    assert service.ledger()[0].options == []
    service.play()
    give(opened())
    assert service.ledger()[0].options == ["RET=HDRS", "ENVID=v1.m1.1", "NOTIFY=FAILURE,DELAY"]


# --- Other mail services ---


def test_a_service_that_knows_only_helo_is_enough(service, opened):
    service.play(helo_only=True)

    assert give(opened()).verdict is Verdict.SENT
    assert service.ledger()[0].options == []


@pytest.mark.parametrize("extensions", [[], ["SIZE"], ["8BITMIME"], ["PIPELINING", "DSN"]], ids=str)
def test_no_extension_is_needed(service, opened, extensions):
    service.play(extensions=extensions)

    assert give(opened()).verdict is Verdict.SENT


@pytest.mark.parametrize(
    "text",
    ["250 2.0.0 " + "x" * 5000, "250-2.0.0 one\r\n250-two\r\n250 queued as Q9", "250", "250-\r\n250 "],
    ids=["long", "many lines", "bare", "empty lines"],
)
def test_an_acceptance_may_be_written_in_many_ways(service, opened, text):
    service.play({"stored": text})

    assert give(opened()).verdict is Verdict.SENT


@pytest.mark.parametrize("text", ["250-one\r\n550 two", "99 x", "999 x", "25x", "", "250_ok", "250-" + "x" * 70_000])
def test_what_is_no_reply_is_no_acceptance(service, opened, text):
    service.play({"stored": text})

    assert give(opened()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250 2.0.0 Ok: queued as 4Qx7Zk1", "4Qx7Zk1"),
        ("250 Queued as 4Qx7Zk1.", "4Qx7Zk1"),
        ("250 OK id=1tABCD-000001-2x", "1tABCD-000001-2x"),
        ("250 2.6.0 <a@mail.example> [InternalId=77, Hostname=x] Queued mail for delivery", None),
        ("250 queued as ada@doctor.example", None),
        ("250 queued as a.b@doctor.example", None),
        ("250 queued as " + "x" * 64, "x" * 64),
        ("250 queued as " + "x" * 65, None),
        ("250 thanks", None),
    ],
)
def test_the_mail_services_name_of_a_mail_is_kept_if_it_is_plain(service, opened, text, expected):
    service.play({"stored": text})

    assert give(opened()).relay_id == expected


def test_a_full_house_is_waited_for_and_another_connection_takes_over(service, opened):
    service.play(most_connections=1, most_mails=2)
    smtp = opened()

    with pytest.raises(ChannelError) as caught:
        opened()
    verdicts = [give(smtp).verdict for _ in range(3)]

    assert (caught.value.reply.code, caught.value.fatal) == (421, False)
    assert verdicts == [Verdict.SENT, Verdict.SENT, Verdict.CHANNEL_BACKOFF]
    assert smtp.closed


def test_a_greylisted_mail_is_accepted_later(service, opened):
    service.play(greylist=0.2)
    smtp = opened()
    begun = monotonic()

    verdicts = [give(smtp).verdict]
    while monotonic() - begun < 5 and verdicts[-1] is Verdict.DEFERRED:
        verdicts.append(give(smtp).verdict)

    assert verdicts[0] is Verdict.DEFERRED
    assert verdicts[-1] is Verdict.SENT
    assert len(service.ledger()) == 1


# --- Login on this machine, logs, settings ---


def test_nothing_is_logged(service, opened, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    handler = logging.NullHandler()
    logging.getLogger("gpsync").addHandler(handler)
    service.play({"rcpt": {"do": "550 5.1.1 nobody", "only": [1]}, "banner": {"do": "421", "only": [2]}})
    smtp = opened()
    give(smtp)
    give(smtp)
    with pytest.raises(ChannelError):
        opened()

    kept = handler in logging.getLogger("gpsync").handlers
    logging.getLogger("gpsync").removeHandler(handler)
    assert kept
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))


def test_an_error_says_nothing_that_the_mail_service_said(service, opened):
    service.play({"banner": "554 5.7.1 ada@doctor.example is blocked"})

    with pytest.raises(ChannelError) as caught:
        opened()

    assert "ada" not in str(caught.value) + repr(caught.value) + repr(caught.value.reply)
    assert (caught.value.reply.code, caught.value.reply.enhanced, caught.value.fatal) == (554, "5.7.1", True)
    assert verdict_of(Phase.CONNECT, caught.value.reply) is Verdict.CHANNEL_STOP


def test_a_mail_service_that_is_not_there_is_a_channel_error(service, opened):
    with pytest.raises(ChannelError, match="cannot be reached") as caught:
        opened(port=1)

    assert (caught.value.reply, caught.value.fatal) == (None, False)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"host": "mail.example"}, "GPSYNC_SMTP_SECURITY"),
        ({"host": "192.0.2.1"}, "GPSYNC_SMTP_SECURITY"),
        ({"host": "127.0.0.1.mail.example"}, "GPSYNC_SMTP_SECURITY"),
        ({"host": "mail.example", "security": "tls"}, "GPSYNC_SMTP_USER"),
        ({"security": ""}, "GPSYNC_SMTP_SECURITY"),
        ({"user": "gpsync"}, "GPSYNC_SMTP_PASSWORD"),
    ],
)
def test_a_server_that_would_give_something_away_is_refused(changes, setting):
    with pytest.raises(WrongUse, match=setting):
        replace(Server("localhost", 25, "", None, "none", None), **changes)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "LOCALHOST"])
def test_this_machine_needs_neither_login_nor_encryption(host):
    assert Server(host, 25, "", None, "none", None).on_this_machine
