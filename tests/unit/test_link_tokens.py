"""How a link's token is made, and the secrets it is made with."""

import base64
import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.errors import WrongUse
from gpsync.link_tokens import LinkSecrets, LinkVerdict, fingerprint, link_url, make_token
from gpsync.rules import LinkState

OLD, NEW = "o" * 32, "n" * 48
LINK_ID = "0123456789abcdef0123456789abcdef"


def token(secrets="a:" + OLD, **other):
    what = {"key_id": "a", "link_id": LINK_ID, "generation": 1, "address_key": "gp@doctor.example"}
    return make_token(LinkSecrets.parse(secrets), **{**what, **other})


def test_a_token_is_256_bits_that_a_url_may_hold():
    made = token()

    assert len(made) == 43
    assert set(made) <= set(string.ascii_letters + string.digits + "-_")
    assert len(base64.urlsafe_b64decode(made + "=")) == 32


def test_a_token_is_the_keyed_hash_of_link_generation_and_address():
    address = hashlib.sha256(b"gp@doctor.example").hexdigest()
    expected = hmac.new(OLD.encode(), f"gpsync|v1|{LINK_ID}|1|{address}".encode(), hashlib.sha256).digest()

    assert base64.urlsafe_b64decode(token() + "=") == expected


@pytest.mark.parametrize(
    "other",
    [
        {"link_id": LINK_ID[:-1] + "0"},
        {"generation": 2},
        {"address_key": "gp2@doctor.example"},
        {"secrets": "a:" + NEW},
        # The parts are kept apart: what one loses and another gains does not come to the same.
        {"link_id": LINK_ID + "|1", "generation": 1},
    ],
)
def test_a_token_is_another_one_for_anything_else(other):
    assert token(**other) != token()


def test_a_token_can_be_made_again_after_the_secret_was_replaced():
    rotated = f"b:{NEW},a:{OLD}"

    assert LinkSecrets.parse(rotated).signing_id == "b"
    assert token(rotated) == token()
    assert token(rotated, key_id="b") != token()


def test_a_token_of_a_secret_that_was_taken_out_cannot_be_made():
    with pytest.raises(WrongUse, match="no longer holds"):
        token("b:" + NEW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not written as id:secret"),
        ("a", "not written as id:secret"),
        (OLD, "not written as id:secret"),
        ("a:", "not written as id:secret"),
        (":" + OLD, "not written as id:secret"),
        ("two words:" + OLD, "not written as id:secret"),
        (f"a:{OLD},", "number 2 is not written as id:secret"),
        (f"a:{OLD},a:{NEW}", "number 2 has the same id as another one"),
        (f"a:{OLD},b:{'s' * 31}", "number 2 is shorter than 32 characters"),
    ],
)
def test_secrets_that_cannot_be_used_are_refused_without_being_repeated(text, why):
    with pytest.raises(WrongUse, match=why) as refused:
        LinkSecrets.parse(text)

    assert OLD not in str(refused.value) and "sss" not in str(refused.value)


def test_a_secret_may_hold_a_colon_and_spaces_around_it_are_not_part_of_it():
    assert LinkSecrets.parse(f" a:{OLD}:x , b:{NEW}\n").secret("a") == f"{OLD}:x".encode()


def test_secrets_are_never_shown():
    secrets = LinkSecrets.parse(f"a:{OLD},b:{NEW}")

    assert OLD not in f"{secrets!r} {secrets}" and NEW not in f"{secrets!r} {secrets}"
    assert "'a'" in repr(secrets)


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_shown_as_a_token_has_a_hash(text):
    assert len(fingerprint(text)) == 64


def test_a_link_holds_nothing_but_base_and_token():
    assert link_url("https://pcse.example/verify", "T") == "https://pcse.example/verify/T"
    assert link_url("https://pcse.example/verify/", "T") == "https://pcse.example/verify/T"


def test_every_verdict_says_what_it_means_and_ended_links_have_one_of_their_own_name():
    assert all(verdict.meaning.endswith(".") for verdict in LinkVerdict)
    assert {LinkState.EXPIRED, LinkState.SUPERSEDED, LinkState.REVOKED} <= set(map(str, LinkVerdict))
