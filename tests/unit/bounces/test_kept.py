"""What is kept of a returned message: enough to judge it, and no link."""

import base64
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync import rules
from gpsync.bounces.kept import kept
from tests.unit.bounces.corpus import CASES
from tests.unit.bounces.shapes import RECIPIENT, dsn, per_recipient

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE"
LINK = f"https://pcse.example/verify/{TOKEN}"


def _parts_of_token(text):
    """Whether six characters in a row of the token stand there."""
    return any(TOKEN[start : start + 6] in text for start in range(len(TOKEN) - 5))


def test_who_wrote_it_and_what_it_says_is_kept():
    text = kept(dsn(per_recipient("5.7.1", said="550 5.7.1 we do not like you")))

    for part in ("Mail Delivery System", "Undelivered Mail Returned to Sender", "Status: 5.7.1", "we do not like you"):
        assert part in text
    assert RECIPIENT in text


@pytest.mark.parametrize(
    "name", ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Failed-Recipients"]
)
def test_what_a_person_needs_of_the_head_is_kept(name):
    assert f"{name}: so and so" in kept(f"{name}: so and so\nX-Other: this\n\nHello\n".encode())
    assert "X-Other" not in kept(f"{name}: so and so\nX-Other: this\n\nHello\n".encode())


def test_a_report_is_kept_line_by_line_without_what_it_gives_back():
    words = "Dear you,\n\n\n\n\nit came back.   \n---\nRegards\n\n"
    words += "----- Original message -----\nDear Ann,\n----- Returned mail"
    returned = "Message-ID: <a@b.example>\nSubject: yours\n\nHello\n"

    text = kept(dsn(per_recipient("5.7.1", said="550 no"), words=words, returned=returned, to="bounces@pcse.example"))

    assert text == dedent("""\
        From: MAILER-DAEMON@mx.example (Mail Delivery System)
        To: bounces@pcse.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied

        Reporting-MTA: dns; mx.example
        Original-Envelope-Id: v1.[left out].1
        Arrival-Date: Mon, 30 Nov 2026 09:00:02 +0000

        Final-Recipient: rfc822; d.harrow@surgery.example
        Action: failed
        Status: 5.7.1
        Diagnostic-Code: smtp; 550 no

        Dear you,

        it came back.
        ---
        Regards

        Returned: <a@b.example>""")


def test_a_header_is_kept_decoded_on_one_line_and_one_that_cannot_be_decoded_as_it_is():
    head = b"To: =?nonsense?q?x?=\r\n y\r\nSubject: =?utf-8?q?one?=\r\n two\r\nFrom: ann\r\nFrom: ben\r\n"

    assert (
        kept(head + b"\r\n\r\nHello,\tyou\r\n")
        == "From: ann\nFrom: ben\nTo: =?nonsense?q?x?= y\nSubject: one two\n\nHello, you"
    )


def test_of_a_returned_mail_without_an_id_it_is_kept_that_there_was_one():
    message = dsn(per_recipient("5.7.1"), returned="Subject: yours\n\nHello\n", returned_as="message/rfc822")

    assert kept(message).endswith("\n\nReturned: a mail without a Message-ID")


@pytest.mark.parametrize("message", [b"", b"X-Other: this\n\n \n", b"\x00\x01\x02"])
def test_of_a_message_without_anything_it_is_kept_that_it_must_be_looked_at(message):
    assert kept(message) == "The message cannot be read: look at it in the mailbox."


@pytest.mark.parametrize(
    ("run", "is_kept"),
    [
        (TOKEN[:31], True),
        (TOKEN[:32], False),
        ("abc" * 11, True),
        ("abcd" * 8, False),
        ("=_-" * 20, True),
        ("+/=-" * 8, False),
    ],
)
def test_what_is_as_long_and_as_mixed_as_a_token_is_left_out(run, is_kept):
    assert kept(f"Subject: back\n\nsee {run} there\n".encode()).endswith(
        f"see {run if is_kept else '[left out]'} there"
    )


@pytest.mark.parametrize(
    "message",
    [
        f"Subject: back\n\n{LINK}\n".encode(),
        f"Subject: {LINK}\n\nsee above\n".encode(),
        f"Subject: back\nContent-Transfer-Encoding: quoted-printable\n\n{LINK[:40]}=\n{LINK[40:]}\n".encode(),
        f"Subject: back\n\nraw quoted-printable: {LINK[:40]}=\r\n{LINK[40:]}\n".encode(),
        b"Subject: back\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(LINK.encode()),
        f"Subject: back\nContent-Type: text/html\n\n<p><a href='{LINK}'>here</a></p>\n".encode(),
        dsn(per_recipient("5.7.1", said=LINK)),
        dsn(per_recipient("5.7.1"), words=f"You wrote:\n\n> {LINK}\n"),
        dsn(per_recipient("5.7.1"), returned=f"Message-ID: <a@b.example>\n\n{LINK}\n", returned_as="message/rfc822"),
    ],
)
def test_no_token_is_kept_wherever_it_stands(message):
    assert not _parts_of_token(kept(message))


def test_encoded_text_in_plain_text_is_left_out():
    hidden = base64.encodebytes(f"Please use this link: {LINK}".encode() * 4).decode()

    text = kept(f"Subject: back\n\nThe message follows.\n\n{hidden}\n".encode())

    assert "The message follows." in text
    assert all(line not in text for line in hidden.split() if len(line) > 40)


def test_rules_across_a_page_are_no_tokens():
    assert "=" * 60 in kept(b"Subject: back\n\n" + b"=" * 60 + b"\nwords\n")


def test_nothing_that_a_terminal_would_obey_is_kept():
    text = kept("Subject: =?utf-8?q?=1b[2Jgone?=\n\nred \x1b[31m \x07 \u202e \x9b2J\n".encode())

    assert all(char.isprintable() or char == "\n" for char in text)


def test_so_much_and_no_more():
    text = kept(b"Subject: long\n\n" + b"many words and more\n" * 20_000)

    assert rules.KEPT_CHARACTERS - 1 <= len(text) <= rules.KEPT_CHARACTERS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_comes_something_can_be_shown(case):
    text = kept(case.message)

    assert text.strip() and all(char.isprintable() or char == "\n" for char in text)


@given(st.binary(max_size=2_000))
def test_no_message_is_too_odd(message):
    assert kept(message).strip()
