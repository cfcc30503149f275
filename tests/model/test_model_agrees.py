"""The product against the model: the same extracts must give the same history and the same email changes."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from gpsync.records import Mailing
from gpsync.rules import ACCEPTED_OUTCOMES, MailState
from gpsync.window.email_change import new_change
from gpsync.window.timeline import Calendar
from tests.model.email_model import Log
from tests.model.extract import DELTA, FULL, ModelExtract, Row
from tests.model.mailouts import make_logs
from tests.model.product import Office, assert_same, deliver, feed, rows_of_model, rows_of_product, rows_of_rules
from tests.model.stories import DECEASED, LAPSED, LICENSED, SUSPENDED, extract_lists, make_extracts

#: The same examples on every run, and no clock: an example writes to a real database.
steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))

#: Stories told to the rules alone, at some thousands a second, in parts that can be asked one by one.
STORIES, PART = 12_000, 1_000

ANN, BOB, CAT = "ann@gp.example", "bob@gp.example", "cat@gp.example"
_WITNESS = Row("9000000", "Yew", LICENSED, None)


@pytest.fixture
def office(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Office]:
    """Fresh contexts, as many as there are examples."""
    office = Office(make_database, tmp_path)
    yield office
    office.close()


# --- Any story ---------------------------------------------------------------------------------------


@settings(steady, max_examples=70)
@given(extracts=extract_lists)
def test_the_model_agrees_after_every_extract(office: Office, extracts: list[ModelExtract]) -> None:
    context = office.fresh()
    for number, extract in enumerate(extracts, start=1):
        feed(context, [extract])
        assert_same(rows_of_product(context), rows_of_model(extracts[:number]), extracts[:number])


@settings(steady, max_examples=4)
@given(extracts=extract_lists)
def test_the_model_agrees_with_files_taken_from_the_inbox(office: Office, extracts: list[ModelExtract]) -> None:
    context = office.fresh()
    for extract in extracts:
        entry = deliver(context, extract)
        assert entry.outcome in ACCEPTED_OUTCOMES, entry.reason
    assert_same(rows_of_product(context), rows_of_model(extracts), extracts)


@pytest.mark.parametrize("first", range(0, STORIES, PART))
def test_the_model_agrees_with_the_rules_on_thousands_of_stories(first: int) -> None:
    for seed in range(first, first + PART):
        extracts = make_extracts(Random(seed), at_most=12, doctors_at_most=3)
        rules, model = rows_of_rules(extracts), rows_of_model(extracts)["email changes"]
        assert_same({"email changes": rules}, {"email changes": model}, [*extracts])


@pytest.mark.parametrize("first", range(0, STORIES // 4, PART))
def test_the_model_agrees_with_the_rules_on_thousands_of_stories_with_mailouts(first: int) -> None:
    for seed in range(first, first + PART):
        random = Random(seed)
        extracts = make_extracts(random, at_most=12, doctors_at_most=2)
        logs = make_logs(random, extracts)
        rules, model = rows_of_rules(extracts, logs), rows_of_model(extracts, logs)["email changes"]
        assert_same({"email changes": rules}, {"email changes": model}, [*extracts])


# --- Stories by name ---------------------------------------------------------------------------------

Shown = tuple[str | None, str] | None


def extracts_on(*days: tuple[date, Shown], kind: str = FULL) -> list[ModelExtract]:
    """Extracts with one doctor, as (day, (address, status)); None is an extract without them.

    A second doctor, who never changes, is in all of them, so that none is empty.
    """
    return [
        ModelExtract(day, kind, (_WITNESS,) if shown is None else (_WITNESS, Row("9000001", "Oak", shown[1], shown[0])))
        for day, shown in days
    ]


def nightly(first: date, *stretches: tuple[int, str | None, str]) -> list[ModelExtract]:
    """One full each night: for so many nights this address and this status."""
    shown = [(email, status) for nights, email, status in stretches for _ in range(nights)]
    return extracts_on(*((first + timedelta(days=number), values) for number, values in enumerate(shown)))


def outcomes(
    extracts: list[ModelExtract], logs: dict[str, Log] | None = None
) -> list[tuple[str, date, str, str | None]]:
    """Address, due date, state and reason of every change, in the order of change dates; both must say the same."""
    rules, model = rows_of_rules(extracts, logs), rows_of_model(extracts, logs)["email changes"]
    assert_same({"email changes": rules}, {"email changes": model}, extracts)
    return [(row[3], row[7], row[8], row[9]) for row in sorted(model, key=lambda row: row[5])]


def march(day: int) -> date:
    """A day of March 2027."""
    return date(2027, 3, day)


#: The worked timelines of the design, by their number there. The tenth is about sending.
WORKED = {
    1: (
        nightly(march(1), (1, ANN, LICENSED), (1, BOB, LICENSED)),
        [(BOB, march(16), "WAITING", None)],
    ),
    2: (
        nightly(march(1), (1, ANN, LICENSED), (7, BOB, LICENSED), (1, CAT, LICENSED)),
        [(BOB, march(16), "SUPERSEDED", "NEWER_CHANGE"), (CAT, march(23), "WAITING", None)],
    ),
    3: (
        nightly(march(1), (1, ANN, LICENSED), (7, BOB, LICENSED), (1, ANN, LICENSED)),
        [(BOB, march(16), "CANCELLED", "REVERTED")],
    ),
    4: (
        extracts_on((march(1), (ANN, LICENSED)), (march(8), (BOB, LICENSED))),
        [(BOB, march(22), "WAITING", None)],
    ),
    5: (
        nightly(march(1), (1, ANN, LICENSED), (8, BOB, LICENSED), (21, BOB, SUSPENDED), (1, BOB, LICENSED)),
        [(BOB, march(16), "WAITING", None)],
    ),
    6: (
        nightly(march(1), (1, ANN, LICENSED), (3, BOB, LICENSED), (1, None, LICENSED), (1, BOB, LICENSED)),
        [(BOB, march(16), "WAITING", None)],
    ),
    7: (
        nightly(march(1), (1, ANN, LICENSED), (3, BOB, LICENSED), (8, None, LICENSED), (1, BOB, LICENSED)),
        [(BOB, march(16), "CANCELLED", "EMAIL_REMOVED"), (BOB, march(27), "WAITING", None)],
    ),
    8: (
        nightly(march(1), (1, ANN, LICENSED), (13, BOB, LICENSED), (2, BOB, DECEASED)),
        [(BOB, march(16), "CANCELLED", "DECEASED")],
    ),
    11: (
        extracts_on((date(2028, 2, 28), (ANN, LICENSED)), (date(2028, 2, 29), (BOB, LICENSED))),
        [(BOB, date(2028, 3, 14), "WAITING", None)],
    ),
    12: (
        extracts_on((date(2026, 12, 24), (ANN, LICENSED)), (date(2026, 12, 25), (BOB, LICENSED))),
        [(BOB, date(2027, 1, 8), "WAITING", None)],
    ),
}


@pytest.mark.parametrize("number", WORKED)
def test_worked_timelines_of_the_design_come_out(number: int) -> None:
    extracts, expected = WORKED[number]
    assert outcomes(extracts) == expected


def test_a_quarantined_row_in_the_full_of_the_day_on_which_a_delta_showed_it_makes_no_baseline() -> None:
    extracts = [
        ModelExtract(march(1), FULL, (_WITNESS,)),
        ModelExtract(march(2), DELTA, (Row("9000001", "Oak", LICENSED, ANN),)),
        ModelExtract(march(2), FULL, (_WITNESS,), quarantined=("9000001",)),
    ]
    assert outcomes(extracts) == [(ANN, march(16), "HELD", "DATA_QUALITY")]


def test_of_two_mails_to_one_address_the_later_one_is_out() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (29, BOB, LICENSED))
    first, second = (
        Mailing(
            new_change("9000001", (ANN, ANN), (BOB, BOB), march(on), Calendar([]), 14),
            MailState.SENT,
            march(sent),
            march(sent + 3),
        )
        for on, sent in ((2, 16), (5, 20))
    )
    for mailings in ([first, second], [second, first]):
        assert outcomes(extracts, {"9000001": Log(mailings, [])}) == [
            (BOB, march(16), "SUPERSEDED", "NEWER_CHANGE"),
            (BOB, march(19), "SENT", "SENT_EARLY"),
        ]


def test_two_doctors_who_take_one_address_wait_until_one_of_them_leaves_it() -> None:
    def full(day: int, first: str, second: str) -> ModelExtract:
        rows = (Row("9000001", "Oak", LICENSED, first), Row("9000002", "Ash", LICENSED, second))
        return ModelExtract(march(day), FULL, rows)

    shared = [full(1, ANN, BOB), *(full(day, CAT, CAT) for day in range(2, 20))]
    assert outcomes(shared) == [(CAT, march(16), "HELD", "SHARED_EMAIL")] * 2
    parted = [*shared, full(20, CAT, BOB)]
    assert outcomes(parted) == [(CAT, march(20), "WAITING", None), (CAT, march(16), "CANCELLED", "REVERTED")]


def test_an_address_back_after_a_long_blank_waits_anew_though_an_older_change_to_it_was_superseded() -> None:
    first = (1, ANN, LICENSED), (20, BOB, LICENSED), (20, CAT, LICENSED)
    extracts = nightly(march(1), *first, (14, BOB, LICENSED), (7, None, LICENSED), (1, BOB, LICENSED))
    assert outcomes(extracts) == [
        (BOB, march(16), "SUPERSEDED", "NEWER_CHANGE"),
        (CAT, date(2027, 4, 5), "SUPERSEDED", "NEWER_CHANGE"),
        (BOB, date(2027, 4, 25), "CANCELLED", "EMAIL_REMOVED"),
        (BOB, date(2027, 5, 16), "WAITING", None),
    ]


def test_an_address_back_after_one_blank_night_stays_cancelled_when_the_registration_has_ended() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (3, BOB, LICENSED), (1, None, LICENSED), (1, BOB, LAPSED))
    assert outcomes(extracts) == [(BOB, march(16), "CANCELLED", "NOT_REGISTERED")]


def test_a_return_to_the_address_before_stays_cancelled_when_the_registration_has_ended() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (3, BOB, LICENSED), (3, CAT, LICENSED), (1, BOB, LAPSED))
    (bob, cat) = outcomes(extracts)
    assert bob == (BOB, march(16), "CANCELLED", "NOT_REGISTERED")
    assert cat[2] == "CANCELLED"


def test_a_doctor_registered_again_waits_anew_though_he_lately_gave_the_address_up() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (3, BOB, LICENSED), (3, CAT, LICENSED), (2, None, LAPSED))
    extracts += extracts_on((march(10), (BOB, LICENSED)))
    assert outcomes(extracts)[-1] == (BOB, march(24), "HELD", "EMAIL_CHURN")


def test_a_doctor_reinstated_after_over_a_year_waits_anew_though_he_lately_gave_the_address_up() -> None:
    extracts = extracts_on(
        (march(1), (ANN, LICENSED)),
        (march(2), (BOB, SUSPENDED)),
        (date(2028, 2, 28), (CAT, SUSPENDED)),
        (date(2028, 3, 6), (BOB, LICENSED)),
    )
    assert outcomes(extracts) == [
        (BOB, march(16), "SUPERSEDED", "NEWER_CHANGE"),
        (CAT, date(2028, 3, 13), "CANCELLED", "HOLD_EXPIRED"),
        (BOB, date(2028, 3, 20), "WAITING", None),
    ]


def test_a_doctor_reinstated_after_over_a_year_waits_anew_though_the_address_was_blank_for_one_night_only() -> None:
    extracts = extracts_on(
        (march(1), (ANN, LICENSED)),
        (march(2), (BOB, SUSPENDED)),
        (date(2028, 3, 5), (None, SUSPENDED)),
        (date(2028, 3, 6), (BOB, LICENSED)),
    )
    assert outcomes(extracts) == [
        (BOB, march(16), "CANCELLED", "EMAIL_REMOVED"),
        (BOB, date(2028, 3, 20), "WAITING", None),
    ]


def test_a_doctor_registered_again_after_a_recorded_death_is_held_for_a_person() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (1, BOB, LAPSED), (1, BOB, DECEASED), (1, BOB, LICENSED))
    assert outcomes(extracts) == [
        (BOB, march(16), "CANCELLED", "NOT_REGISTERED"),
        (BOB, march(18), "HELD", "DECEASED_REVERSED"),
    ]


def test_death_comes_before_the_end_of_a_long_suspension() -> None:
    extracts = nightly(march(1), (1, ANN, LICENSED), (1, BOB, LICENSED), (1, BOB, SUSPENDED))
    extracts += extracts_on((date(2028, 3, 5), (BOB, DECEASED)))
    assert outcomes(extracts) == [(BOB, march(16), "CANCELLED", "DECEASED")]


def test_a_quarantined_row_in_the_delta_of_the_same_day_makes_the_first_readable_row_a_baseline() -> None:
    extracts = [
        ModelExtract(march(1), FULL, (_WITNESS,)),
        ModelExtract(march(2), DELTA, (), quarantined=("9000001",)),
        *extracts_on((march(2), (ANN, LICENSED))),
    ]
    assert outcomes(extracts) == []
