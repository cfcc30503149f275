"""What fields, codes and words of a delivery report mean: a row for each, so that none can lose its meaning."""

import pytest

from gpsync.bounces.codes import meaning
from gpsync.bounces.refusals import codes_in, reading, says_full, tells_a_reason
from gpsync.rules import ReturnedKind

DELAYED, RELAYED, UNRECOGNISED = ReturnedKind.DELAYED, ReturnedKind.RELAYED, ReturnedKind.UNRECOGNISED
PERMANENT, RETURNED, POLICY = ReturnedKind.PERMANENT, ReturnedKind.RETURNED, ReturnedKind.POLICY
#: Words that say that nobody is there, words that do so beside a code only, and words that say nothing.
ABSENT, DOUBTED, SILENT = "no such user", "undeliverable", "hm"
FULL = "the mailbox is full"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("failed", PERMANENT),
        (" Failed ", PERMANENT),
        ("failure", PERMANENT),
        ("error", PERMANENT),
        ("", PERMANENT),
        ("delayed", DELAYED),
        ("Delayed (again)", DELAYED),
        ("delivered", RELAYED),
        ("relayed", RELAYED),
        ("expanded", RELAYED),
        ("EXPANDED", RELAYED),
        ("considered", UNRECOGNISED),
    ],
)
def test_the_action_comes_before_everything_else(action, expected):
    assert meaning(action, "5.1.1", ABSENT) == (expected, "5.1.1")


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        ("5.1.1", "", "5.1.1"),
        ("5.1.1 (no such user)", "550 5.2.2 full", "5.1.1"),
        ("5.0.0", "", "5.0.0"),
        ("4.0.0", "", "4.0.0"),
        ("5.0.0", "550 5.1.1 unknown", "5.1.1"),
        ("5.0.0", "250 2.1.5 fine, then 550 5.2.1 or 5.1.1", "5.2.1"),
        ("", "550 5.1.1 unknown", "5.1.1"),
        ("", "version 15.1.1.7, 10.5.1.1", None),
        ("", "", None),
    ],
)
def test_the_code_is_the_most_precise_one(status, text, code):
    assert meaning("failed", status, text)[1] == code


@pytest.mark.parametrize(
    ("text", "letter", "expected"),
    [
        (ABSENT, "", (PERMANENT, None)),
        (ABSENT, "it was refused as spam", (PERMANENT, None)),
        (ABSENT, f"550 5.2.2 {FULL}", (RETURNED, "5.2.2")),
        (SILENT, ABSENT, (PERMANENT, None)),
        (SILENT, "550 5.1.1 undeliverable, 5.1.2", (PERMANENT, "5.1.1")),
        (DOUBTED, "", (UNRECOGNISED, None)),
        (DOUBTED, "it was refused as spam", (POLICY, None)),
        ("550 5.1.1 hm", "undeliverable", (PERMANENT, "5.1.1")),
        (SILENT, SILENT, (UNRECOGNISED, None)),
    ],
)
def test_the_letter_is_read_where_the_fields_tell_no_reason_or_where_it_is_milder(text, letter, expected):
    assert meaning("failed", "", text, letter) == expected


def test_a_stated_code_counts_beside_the_words_of_either():
    assert meaning("failed", "5.7.1", ABSENT)[0] is POLICY
    assert meaning("failed", "5.7.1", SILENT, ABSENT)[0] is POLICY
    assert meaning("failed", "5.0.0", SILENT) == (UNRECOGNISED, "5.0.0")


_MAY_PASS = (
    "4.0.0 4.2.2 4.7.1 5.2.2 5.2.120 5.2.121 5.2.122 5.3.1 5.3.2 5.4.2 5.4.3 5.4.5 5.4.6 5.4.7 5.4.8 5.4.9 5.4.14 "
    "5.4.212 5.4.300 5.4.316"
)
_REFUSES_US = (
    "5.1.7 5.1.8 5.1.9 5.1.90 5.2.3 5.2.4 5.3.3 5.3.4 5.3.5 5.3.9 5.5.2 5.5.4 5.5.9 5.6.0 5.6.7 5.7.0 5.7.1 5.7.606"
)
_UNSURE = "5.1.4 5.1.6"
_SAYS_ABSENT = "5.1.1 5.1.2 5.1.10 5.4.310"
#: Codes by which a system passes on another's answer, and codes of which nothing is known.
_SAY_NOTHING = (
    "5.0.350 5.0.351 5.1.350 5.1.351 5.0.0 5.1.0 5.1.3 5.1.5 5.2.0 5.2.1 5.2.12 5.3.0 5.4.0 5.4.1 5.4.4 5.5.1"
)
CODES = [
    (code, with_absent, with_doubted, with_silent)
    for codes, with_absent, with_doubted, with_silent in (
        (_MAY_PASS, RETURNED, RETURNED, RETURNED),
        (_REFUSES_US, POLICY, POLICY, POLICY),
        (_UNSURE, UNRECOGNISED, UNRECOGNISED, UNRECOGNISED),
        (_SAYS_ABSENT, PERMANENT, PERMANENT, UNRECOGNISED),
        (_SAY_NOTHING, PERMANENT, UNRECOGNISED, UNRECOGNISED),
    )
    for code in codes.split()
]


@pytest.mark.parametrize(("code", "with_absent", "with_doubted", "with_silent"), CODES)
def test_what_a_code_means_beside_words(code, with_absent, with_doubted, with_silent):
    for words, expected in ((ABSENT, with_absent), (DOUBTED, with_doubted), (SILENT, with_silent)):
        assert reading([code], words) is expected, words
        assert reading([], f"{code} {words}") is expected, words


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("450", RETURNED), ("421", RETURNED), ("552", RETURNED), ("551", UNRECOGNISED), ("550", PERMANENT)],
)
def test_an_older_code_counts_where_it_opens_an_answer(reply, expected):
    assert reading([], f"{reply} {ABSENT}") is expected
    assert reading([], f"mx.example said: {reply}-{ABSENT}") is expected
    assert reading([], f"{ABSENT} {reply} times") is PERMANENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FULL}, refused as spam", RETURNED),
        ("refused as spam, try again later", RETURNED),
        ("552 refused as spam", POLICY),
        ("5.7.1 try again later", POLICY),
        ("5.2.2 refused as spam", RETURNED),
        ("5.2.2 5.7.1", RETURNED),
        ("552 the account is disabled", RETURNED),
        ("the account is disabled, no such user", UNRECOGNISED),
    ],
)
def test_the_milder_reading_wins(text, expected):
    assert reading([], text) is expected


def test_words_that_are_enough_to_judge_by():
    assert tells_a_reason(ABSENT) and tells_a_reason(FULL)
    assert not tells_a_reason(DOUBTED) and not tells_a_reason(SILENT)
    assert says_full(FULL) and not says_full(ABSENT)


def test_only_so_much_of_a_text_is_read():
    assert codes_in("5.1.1 4.2.2 5.1.1 2.0.0") == ["5.1.1", "4.2.2"]
    assert codes_in(" " * 3_995 + "5.1.1") == ["5.1.1"]
    assert codes_in(" " * 3_996 + "5.1.1") == []
    assert reading([], " " * 4_000 + ABSENT) is UNRECOGNISED
