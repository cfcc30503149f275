"""Every drawn case holds, and the reader of drawn tables reads what is drawn."""

from datetime import date

import pytest

from gpsync.register.addresses import clean, is_unusual, is_valid, key
from gpsync.rules import Kind
from gpsync.verification.gates import Gates
from gpsync.verification.sending_days import MONDAY_TO_FRIDAY, sending_day
from tests.spec.cases import ADDRESSES, CHAPTERS
from tests.spec.drawing import read_extracts, read_mailout, read_table, what_follows
from tests.spec.judging import gated, judged
from tests.spec.judging_cases import WHEN, WHO
from tests.spec.reminding import reminded
from tests.spec.reminding_cases import AFTER_RETURN, REMINDERS

_CASES = [case for cases in CHAPTERS.values() for case in cases]


def _named(case):
    return f"{case.rule} {case.title}"


@pytest.mark.parametrize("case", _CASES, ids=_named)
def test_rule(case):
    drawn, worked_out = what_follows(case)

    assert worked_out == drawn


@pytest.mark.parametrize("case", WHO, ids=_named)
def test_who_may_be_mailed(case):
    for who, drawn, worked_out in judged(case.table):
        assert (who, worked_out) == (who, drawn)


@pytest.mark.parametrize("case", WHEN, ids=_named)
def test_when_links_go_out(case):
    for day, drawn, worked_out in gated(case.table, Gates(weekdays=MONDAY_TO_FRIDAY)):
        assert (day, worked_out) == (day, drawn)


@pytest.mark.parametrize("case", REMINDERS, ids=_named)
def test_when_somebody_is_reminded(case):
    drawn, worked_out = reminded(case)

    assert worked_out == drawn


@pytest.mark.parametrize("case", AFTER_RETURN, ids=_named)
def test_when_a_mail_that_came_back_is_mailed_again(case):
    drawn, worked_out = reminded(case, reminders=0)

    assert worked_out == drawn


@pytest.mark.parametrize(("text", "compared", "why"), ADDRESSES, ids=lambda value: str(value)[:30])
def test_an_address_is_read_as_drawn(text, compared, why):
    address = clean(text)
    held = compared.partition("held, compared as ")[2] if compared else ""

    if compared == "invalid":
        assert address is not None
        assert not is_valid(address) and not is_unusual(address), why
    elif held:
        assert address == text
        assert is_unusual(address) and key(address) == held, why
    else:
        assert address is None or not is_unusual(address)
        assert (key(address) if address else None) == compared, why
        assert address is None or is_valid(address)


@pytest.mark.parametrize(
    ("due", "weekdays", "goes_out"),
    [
        (date(2026, 3, 19), MONDAY_TO_FRIDAY, date(2026, 3, 19)),  # Thursday
        (date(2026, 3, 20), MONDAY_TO_FRIDAY, date(2026, 3, 20)),  # Friday, timeline 10 under the default
        (date(2026, 3, 21), MONDAY_TO_FRIDAY, date(2026, 3, 23)),  # Saturday
        (date(2026, 3, 20), {0, 1, 2, 3}, date(2026, 3, 23)),  # timeline 10, sending Monday to Thursday only
        (date(2026, 4, 2), MONDAY_TO_FRIDAY, date(2026, 4, 2)),  # the day before Good Friday
        (date(2026, 4, 3), MONDAY_TO_FRIDAY, date(2026, 4, 7)),  # Good Friday; Easter Monday is none either
        (date(2026, 12, 25), MONDAY_TO_FRIDAY, date(2026, 12, 29)),  # Boxing Day is kept on Monday the 28th
    ],
)
def test_a_change_that_falls_due_on_another_day_goes_out_on_the_next_sending_day(due, weekdays, goes_out):
    assert sending_day(due, weekdays) == goes_out


def test_no_sending_day_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one weekday"):
        sending_day(date(2026, 3, 20), set())


def test_a_drawn_table_gives_labels_and_cells():
    table = read_table("""
              | Ada | Ben
        1 Mar | A   |
    """)

    assert table == [("1 Mar", {"Ada": "A", "Ben": ""})]


def test_dots_stand_for_the_days_in_between():
    extracts = list(
        read_extracts(
            """
                        | Ada
            1 Mar       | A
            ...
            4 Mar delta | B
            """,
            2026,
        )
    )

    assert [(extract.position[0].day, extract.position[1], extract.cells) for extract in extracts] == [
        (1, Kind.FULL, {"Ada": "A"}),
        (2, Kind.FULL, {"Ada": "A"}),
        (3, Kind.FULL, {"Ada": "A"}),
        (4, Kind.DELTA, {"Ada": "B"}),
    ]


def test_mails_verifications_and_late_extracts_are_read_apart():
    drawn = """
                             | Ada  | Ben
        1 Mar                | A    | C
        3 Mar (came 5 Mar)   | B    | C
        16 Mar mail          | sent |
        31 Dec 2025 verified |      | C
    """

    assert [(extract.position[0].day, extract.came.day) for extract in read_extracts(drawn, 2026)] == [(1, 1), (3, 5)]
    assert [(one.on, one.is_mail, one.cells) for one in read_mailout(drawn, 2026)] == [
        (date(2026, 3, 16), True, {"Ada": "sent"}),
        (date(2025, 12, 31), False, {"Ben": "C"}),
    ]
