"""What refusals say about an address, judged by a corpus of them in many words, codes and forms."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.bounces.refusal_words import Said, said
from gpsync.bounces.refusals import reading
from gpsync.bounces.verdict import read
from gpsync.rules import ReturnedKind
from tests.unit.bounces import wordings
from tests.unit.bounces.__main__ import main
from tests.unit.bounces.refusals import corpus
from tests.unit.bounces.shapes import RECIPIENT, dsn, per_recipient

_ABSENT = [line[9:].strip() for line in wordings.ABSENT.strip().splitlines()]
_MILDER = [line[9:].strip() for table in (wordings.POLICY, wordings.RETURNED) for line in table.strip().splitlines()]
#: Wordings whose words alone say that it is something else.
_PLAINLY_MILDER = [words for words in _MILDER if said(words) & {Said.FULL, Said.PASSING, Said.POLICY}]
_CODES = st.from_regex(r"[245]\.[0-7]\.[0-9]{1,3}", fullmatch=True)


def test_every_refusal_is_read_as_it_must_be():
    wrong = [(one.name, str(read(one.message).kind)) for one in corpus() if read(one.message).kind is not one.kind]

    assert wrong == []


def test_the_corpus_is_large_enough_to_mean_something():
    everything = corpus()

    assert sum(not one.is_dead for one in everything) >= 300
    assert sum(one.is_dead for one in everything) >= 200
    assert len({one.message for one in everything}) > 0.99 * len(everything)
    assert len(set(_MILDER)) >= 100 and len(set(_ABSENT)) >= 70


def test_the_figures_are_printed(capsys):
    main()

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("0 of ") and printed[0].endswith("not about a dead address are read as permanent")
    assert printed[-1].startswith("0 are read otherwise")


@pytest.mark.parametrize(
    "words",
    [
        "550 5.2.1 account closed for maintenance until Monday",
        "550 5.2.1 mailbox closed for the holidays",
        "550 5.2.1 account is closed to outside senders",
        "550 account closed to external mail",
        "550 5.1.1 Mailbox deleted? No: mailbox is being restored",
        "550 5.1.1 user unknown - mailbox migration in progress, please resend tomorrow",
        "550 5.1.1 User unknown; LDAP directory offline",
        "550 5.1.1 no such user (unable to verify: LDAP server not answering)",
        "550 5.1.1 invalid recipient: greytrapped",
        "550 5.1.1 invalid recipient - country not accepted",
        "550 5.1.1 <noreply@pcse.example>: originator unknown user",
        "550 5.1.1 unknown user; envelope originator not found",
        "553 5.1.3 invalid address: UTF8 not supported",
        "550 5.1.1 user not found, directory outage",
    ],
)
def test_no_address_is_given_up_for_a_directory_that_is_away_or_a_rule(words):
    assert reading((), words) is not ReturnedKind.PERMANENT


@given(
    codes=st.lists(_CODES, max_size=3), words=st.sampled_from(["", "550", "550 5.1.1", "failed", "550 rejected", "x"])
)
def test_no_code_gives_an_address_up_without_words(codes, words):
    assert reading(codes, words) is not ReturnedKind.PERMANENT


@given(codes=st.lists(_CODES, max_size=2), absent=st.sampled_from(_ABSENT), milder=st.sampled_from(_PLAINLY_MILDER))
def test_words_that_say_something_milder_win_whatever_stands_beside_them(codes, absent, milder):
    for words in (f"{absent}; {milder}", f"{milder}; {absent}"):
        assert reading(codes, words) is not ReturnedKind.PERMANENT


@given(code=st.from_regex(r"(4\.[0-7]\.[0-9]{1,2}|5\.7\.[0-9]{1,3}|5\.2\.2|5\.1\.90)", fullmatch=True))
def test_a_code_that_says_something_else_wins_over_words(code):
    assert reading([code], "550 user unknown") in (ReturnedKind.RETURNED, ReturnedKind.POLICY)


def test_names_are_no_words():
    """An address or host made of telling words tells nothing."""
    words = "host spam.policy.example[192.0.2.1] said: 550 <quota.full@blocked.example>: user unknown"

    assert said(words) == {Said.ABSENT, Said.DOUBTED}
    assert said("550 <user.unknown@no.such.example> rejected") == frozenset()


@pytest.mark.parametrize(
    ("letter", "kind"),
    [
        (f"{RECIPIENT}: user unknown\nsomeone@practice.example: mailbox full", ReturnedKind.PERMANENT),
        (f"{RECIPIENT}: mailbox full\nsomeone@practice.example: user unknown", ReturnedKind.RETURNED),
        ("One of them is an unknown user", ReturnedKind.UNRECOGNISED),
    ],
)
def test_of_several_recipients_only_a_line_that_names_ours_counts(letter, kind):
    ours = per_recipient("5.0.0", said="")
    message = dsn(per_recipient("5.0.0", said="", to="someone@practice.example"), ours, words=letter)

    about_us = [notice for notice in read(message).notices if RECIPIENT in notice.recipients]

    assert [notice.kind for notice in about_us] == [kind]


def test_a_full_mailbox_that_only_the_letter_tells_of_wins():
    message = dsn(per_recipient("5.1.1"), words=f"Your message to {RECIPIENT} was rejected: not enough disk space")

    assert read(message).kind is ReturnedKind.RETURNED


def test_the_words_of_our_own_letter_are_nobodys_reason():
    returned = "Subject: Please confirm your email address\n\nIf the address no longer exists, do nothing."
    message = dsn(per_recipient("5.0.0", said=""), words=f"It failed.\n\n--- Below this line is a copy.\n\n{returned}")

    assert read(message).kind is ReturnedKind.UNRECOGNISED


@pytest.mark.parametrize(
    "words",
    [
        "user ",
        "quota ",
        "a@",
        "a",
        "host a.",
        "x[",
        "unknown w ",
        "user (",
        "http://",
        "exceeded the a ",
        "ユーザ",
        "a.b",
    ],
)
def test_words_made_for_slow_patterns_take_no_longer_than_others(words):
    began = time.perf_counter()
    said(words * 100_000)

    assert time.perf_counter() - began < 1


def test_many_recipients_and_a_long_letter_take_no_longer_than_others():
    blocks = [per_recipient("5.0.0", said="")] * 1000
    message = dsn(*blocks, words=f"{RECIPIENT}: {'user unknown quota ' * 30}\n" * 25)

    began = time.perf_counter()
    read(message)

    assert time.perf_counter() - began < 2
