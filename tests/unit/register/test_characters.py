"""What a terminal is given: nothing in a name, a reason or a letter moves its cursor or forges a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.register.characters import one_line, shown


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
