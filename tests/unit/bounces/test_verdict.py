"""What messages in the bounce mailbox are, judged by a corpus of made-up ones."""

import logging
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpsync.bounces.verdict import Mailed, Reference, read, verdict
from gpsync.rules import MailState, ReturnedKind
from tests.unit.bounces.corpus import CASES, HOSTILE, REPORTS
from tests.unit.bounces.shapes import (
    GENERATION,
    MAIL_ID,
    MARK,
    MESSAGE_ID,
    RECIPIENT,
    RETURN_PATH,
    dsn,
    per_mail,
    per_recipient,
    returned_headers,
)

_MAIL = Mailed(MAIL_ID, GENERATION, RECIPIENT, MailState.SENT)


def _judged(message, mail=_MAIL):
    """What is made of a message where `mail` is the only one that was ever written."""
    returned = read(message)
    known = {mail.mail_id} == {reference.mail_id for reference in returned.references}
    return verdict(returned, mail if known else None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_message_is_what_the_corpus_says(case):
    notice = _judged(case.message)

    assert (notice.kind, notice.status_code) == (case.kind, case.code)


def test_the_corpus_holds_every_kind_of_message():
    # What cannot be opened has no content to judge.
    assert {case.kind for case in CASES} == set(ReturnedKind) - {ReturnedKind.UNREADABLE}
    assert len({case.message for case in CASES}) == len(CASES) >= 30


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (MailState.SENT, ReturnedKind.PERMANENT),
        (MailState.IN_DOUBT, ReturnedKind.PERMANENT),
        (MailState.UNKNOWN, ReturnedKind.PERMANENT),
        (MailState.BOUNCED, ReturnedKind.PERMANENT),
        (MailState.HELD, ReturnedKind.FORGED),
        (MailState.PENDING, ReturnedKind.FORGED),
        (MailState.CLAIMED, ReturnedKind.FORGED),
        (MailState.DEFERRED, ReturnedKind.FORGED),
        (MailState.POLICY_HELD, ReturnedKind.FORGED),
        (MailState.CANCELLED, ReturnedKind.FORGED),
        (MailState.DEAD, ReturnedKind.FORGED),
    ],
)
def test_a_mail_that_was_never_handed_over_cannot_come_back(state, kind):
    assert _judged(dsn(per_recipient("5.1.1")), _MAIL._replace(state=state)).kind is kind


def test_a_plus_sign_in_an_address_is_recognised_in_both_ways_of_writing_it():
    mail = _MAIL._replace(recipient_key="d+work@surgery.example")

    for written in ("d+work@surgery.example", "d+2Bwork@surgery.example"):
        assert _judged(dsn(per_recipient("5.1.1", to=written)), mail).kind is ReturnedKind.PERMANENT


def test_a_mail_is_named_by_id_and_generation():
    assert read(dsn(per_recipient("5.1.1"))).references == {Reference(MAIL_ID, GENERATION)}


# --- Without VERP: the report comes to the bounce mailbox itself ---

_PLAIN = "bounces@pcse.example"
_STRANGE_ID = "<LO2P265MB0001DEADBEEF@LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM>"


def _plain_report(*, envelope_id: bool, headers: str) -> bytes:
    """A report to the plain address, which names the mail by its envelope id, or by the headers that came back."""
    blocks = [per_mail() if envelope_id else "Reporting-MTA: dns; mx.example", per_recipient("5.1.1")]
    headers = returned_headers(_STRANGE_ID).replace(RETURN_PATH, _PLAIN) + headers
    report = dsn(whole="\n\n".join(blocks), to=_PLAIN, returned=headers)
    assert RETURN_PATH.encode() not in report
    return report


@pytest.mark.parametrize(
    ("envelope_id", "headers"),
    [
        (True, ""),
        (False, f"\nX-Microsoft-Original-Message-ID: {MESSAGE_ID}"),
        (False, f"\nX-Google-Original-Message-ID: {MESSAGE_ID}"),
        (True, f"\nX-Microsoft-Original-Message-ID: {MESSAGE_ID}"),
    ],
)
def test_a_report_to_a_plain_bounce_address_is_matched_although_the_message_id_was_replaced(envelope_id, headers):
    notice = _judged(_plain_report(envelope_id=envelope_id, headers=headers))

    assert (notice.kind, notice.status_code) == (ReturnedKind.PERMANENT, "5.1.1")


@pytest.mark.parametrize("envelope_id", [True, False])
def test_a_report_to_a_plain_bounce_address_is_matched_by_envelope_id_and_by_message_id(envelope_id):
    whole = "\n\n".join([per_mail() if envelope_id else "Reporting-MTA: dns; mx.example", per_recipient("5.1.1")])
    back = "Subject: none" if envelope_id else f"Message-ID: {MESSAGE_ID}"
    report = dsn(whole=whole, to=_PLAIN, returned=back)

    assert report.count(MARK.encode()) == 1
    assert _judged(report).kind is ReturnedKind.PERMANENT


@pytest.mark.parametrize("name", ["Message-ID", "X-Microsoft-Original-Message-ID"])
def test_a_notice_in_words_to_a_plain_bounce_address_is_matched_by_the_headers_it_quotes(name):
    words = f"Original message headers:\n\nSubject: Please confirm\n{name}: {MESSAGE_ID}\n"
    whole = f"Reporting-MTA: dns; mx.example\n\n{per_recipient('5.1.10')}"

    assert read(dsn(whole=whole, to=_PLAIN, words=words, returned="Subject: none")).references == {
        Reference(MAIL_ID, GENERATION)
    }


def test_a_report_to_a_plain_bounce_address_that_names_no_mail_is_believed_for_none():
    returned = read(_plain_report(envelope_id=False, headers=""))

    assert returned.references == frozenset()
    assert verdict(returned, None).kind is ReturnedKind.UNRECOGNISED


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_a_message_made_to_hurt_takes_no_longer_than_others(case):
    began = time.perf_counter()
    read(case.message)

    assert time.perf_counter() - began < 2


def test_neither_logs_nor_reprs_show_an_address(caplog):
    caplog.set_level(logging.DEBUG)

    shown = [repr(read(case.message)) for case in CASES]

    assert "@" not in "".join(shown) + caplog.text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(REPORTS), st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=8)), max_size=6))
def test_a_report_with_damage_anywhere_is_still_read_as_something(case, damages):
    message = bytearray(case.message)
    for place, damage in damages:
        message[place : place + len(damage)] = damage

    assert isinstance(read(bytes(message)).kind, ReturnedKind)
