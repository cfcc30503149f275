"""How long work tells how it gets on: by parts, to whoever listens, and to a terminal as a bar of its own."""

import io
import logging

import pytest
from rich.console import Console

from gpsync import progress
from gpsync.cli import console


class Listening:
    """Keeps the parts that it is told of."""

    def __init__(self):
        self.parts = []

    def part(self, what, done, total):
        self.parts.append((what, done, total))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, []),
        (500, []),
        (501, [(500, 501), (501, 501)]),
        (1_200, [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]),
    ],
)
def test_many_items_are_reported_by_the_hundred_and_few_in_silence(number, expected):
    listener = Listening()
    with progress.listening(listener):
        seen = list(progress.counted(range(number), "letters written"))

    assert seen == list(range(number))
    assert listener.parts == [("letters written", done, total) for done, total in expected]


def test_without_a_terminal_parts_go_to_the_log_of_those_who_want_everything(caplog):
    with caplog.at_level(logging.DEBUG, logger="gpsync"):
        list(progress.counted(range(501), "letters written"))

    assert "letters written: 500 of 501" in caplog.text


def test_a_terminal_shows_a_part_below_the_whole_until_it_is_done(monkeypatch):
    screen = io.StringIO()
    terminal = Console(file=screen, force_terminal=True, width=100)
    monkeypatch.setattr(console, "err", terminal)
    monkeypatch.setattr(console.sys, "stderr", terminal.file)
    monkeypatch.setattr(screen, "isatty", lambda: True, raising=False)

    with console.show_progress():
        progress.step("mailout", 0, 1)
        progress.phase("plan")
        progress.part("letters written", 500, 1_200)
        progress.part("letters written", 1_200, 1_200)

    assert "letters written" in screen.getvalue() and "500/1200" in screen.getvalue()
