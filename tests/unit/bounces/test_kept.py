"""What is kept of a returned message: enough to judge it, and no link."""

import base64

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
    assert len(kept(b"Subject: long\n\n" + b"many words and more " * 20_000)) <= rules.KEPT_CHARACTERS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whatever_comes_something_can_be_shown(case):
    text = kept(case.message)

    assert text.strip() and all(char.isprintable() or char == "\n" for char in text)


@given(st.binary(max_size=2_000))
def test_no_message_is_too_odd(message):
    assert kept(message).strip()
