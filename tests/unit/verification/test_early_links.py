"""Links asked for before the window has passed (C-52)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gpsync.records import EmailChange
from gpsync.rules import ChangeKind, ChangeState
from gpsync.verification.early_links import called_back, is_inside_window, is_source

DUE = date(2026, 3, 16)
KEY = "b@doctor.example"
CHANGE = EmailChange(
    "c1", "9000001", ChangeKind.CHANGED, "a@doctor.example", KEY, KEY, date(2026, 3, 2), None, DUE, ChangeState.WAITING
)


@pytest.mark.parametrize(("days", "inside"), [(-14, True), (-1, True), (0, False), (1, False)])
def test_the_window_ends_on_its_last_day(days, inside):
    assert is_inside_window([CHANGE], KEY, DUE + timedelta(days=days)) is inside


@pytest.mark.parametrize("state", ChangeState)
def test_a_change_that_is_over_has_no_window(state):
    is_over = state in (ChangeState.VERIFIED, ChangeState.CANCELLED, ChangeState.SUPERSEDED, ChangeState.SUPPRESSED)

    assert is_inside_window([replace(CHANGE, state=state)], KEY, CHANGE.change_date) is not is_over


def test_only_changes_to_the_address_count():
    assert not is_inside_window([CHANGE], "c@doctor.example", CHANGE.change_date)
    assert not is_inside_window([], KEY, DUE)


@pytest.mark.parametrize(
    ("text", "says"), [("ODS", True), ("the list", True), ("01", False), ("", False), ("a b", False)]
)
def test_a_source_is_a_word(text, says):
    assert is_source(text) is says


def test_a_call_back_is_kept_with_the_reason():
    assert called_back("asked", " ODS ") == "asked [called back on the number from: ODS]"
    assert called_back("asked", "") == "asked"
