"""What is taken away to compare, what looks like something else, and what a terminal is given.

Nothing in a name, a reason or a letter moves a terminal's cursor or forges a line.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.register.characters import is_stand_in, one_line, scripts, shown, unambiguous, visible


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a reason", "a reason"),
        ("Zoë O\u2019Neill", "Zoë O\u2019Neill"),
        ("fine\n2026-11-28  Approved by Amy", "fine 2026-11-28 Approved by Amy"),
        ("\x1b[2J\x1b[31mred", "<U+001B>[2J<U+001B>[31mred"),
        ("abc\r\x08\x7f", "abc <U+0008><U+007F>"),
        ("\u202egnol", "<U+202E>gnol"),
        ("\x9b31m", "<U+009B>31m"),
        ("  \t ", ""),
    ],
)
def test_a_line_is_one_line(text, line):
    assert one_line(text) == line


@given(st.text())
def test_nothing_is_left_that_a_terminal_acts_on(text):
    assert one_line(text).isprintable()
    assert all(part.isprintable() for part in shown(text).replace("\t", "").split("\n"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("a1-b.2_c", {"LATIN"}),
        ("12 3", set()),
        ("ab\u0441", {"LATIN", "CYRILLIC"}),
        ("\u0430\u03b1", {"CYRILLIC", "GREEK"}),
        ("\u3105\u4e00\uac00\u3042\u30a2", {"EAST ASIAN"}),
        ("\u3105", {"EAST ASIAN"}),
        ("\u4e00a", {"EAST ASIAN", "LATIN"}),
        ("\uff41", {"LATIN"}),  # a wide a is an a
        ("1\u0661", {"ARABIC"}),  # digits of other scripts belong to them
        ("a\u02bb", {"LATIN"}),  # a modifier letter belongs to the letter before it
        ("\u00e9\u2019", {"LATIN"}),
    ],
    ids=lambda value: ascii(value) if isinstance(value, str) else "",
)
def test_letters_belong_to_the_scripts_that_their_names_say(text, found):
    assert scripts(text) == found


@pytest.mark.parametrize("script", ["\u3105", "\u4e00", "\uac00", "\u3042", "\u30a2"], ids=ascii)
def test_what_is_written_together_in_one_word_is_one_script(script):
    assert scripts(f"{script}\u4e00") == {"EAST ASIAN"}


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("ann.oak@doctor.example", "ann.oak@doctor.example"),
        ("zo\u00eb \u0142", "zo\u00eb \u0142"),
        ("\u0430nn", "<U+0430>nn"),
        ("a\u00b2", "a<U+00B2>"),
        ("\ufb01", "<U+FB01>"),
        ("a\u200bb\tc", "a<U+200B>b<U+0009>c"),
        ("\u2019", "<U+2019>"),
        ("\U0001f600", "<U+1F600>"),
    ],
    ids=ascii,
)
def test_a_person_sees_what_is_in_an_address(text, shown_as):
    assert unambiguous(text) == shown_as


@pytest.mark.parametrize(
    ("character", "stands_in"),
    [("\u212a", True), ("\u2126", True), ("\uf900", True), ("K", False), ("\u00e9", False), ("\uff2b", False)],
    ids=ascii,
)
def test_some_characters_are_others_once_they_are_composed(character, stands_in):
    assert is_stand_in(character) is stands_in


@pytest.mark.parametrize(
    ("text", "composed", "compatible"),
    [
        ("  a \t\n b\u00a0", "a b", "a b"),
        ("e\u200b\u0301", "\u00e9", "\u00e9"),
        ("\uff21\u00b2", "\uff21\u00b2", "A2"),
        *(
            (f"a{gone}b", "ab", "ab")
            for gone in "\u00ad\u034f\u061c\u180e\u200b\u200f\u202a\u202e\u2060\u206f\ufe00\ufeff"
        ),
        ("a\u2010b", "a\u2010b", "a\u2010b"),
    ],
    ids=ascii,
)
def test_what_cannot_be_seen_is_taken_away(text, composed, compatible):
    assert (visible(text), visible(text, "NFKC")) == (composed, compatible)


def test_lines_and_tabs_stay_where_lines_may_be():
    assert shown("one\n\ttwo\r\x1b") == "one\n\ttwo<U+000D><U+001B>"
