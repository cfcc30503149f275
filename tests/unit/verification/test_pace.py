"""How many sending days a batch takes, and when it ends: drawn cases, and what holds for all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.london import LONDON
from gpsync.verification.pace import Outlook, Pace, Queue, outlook, reserved, room_today, under_way
from gpsync.verification.sending_days import MONDAY_TO_FRIDAY, sending_day
from gpsync.verification.sending_hours import SendingHours

#: A Monday. Christmas Day is a Friday; Boxing Day is kept on Monday the 28th.
NINE = datetime(2026, 11, 30, 9, tzinfo=LONDON)


def pace(**values):
    """The defaults: 500 mails a day, the last 100 no first links, 20 a minute from 8 to 18 on weekdays."""
    usual = {"cap": 500, "reserved": 100, "per_minute": 20, "hours": SendingHours(8, 18), "weekdays": MONDAY_TO_FRIDAY}
    return Pace(**(usual | values))


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


#: What waits, the pace, what was sent today already; sending days, the last of them, and the time on it.
CASES = {
    "one mail": (Queue(1), {}, 0, (1, NINE + timedelta(seconds=3))),
    "as many first links as a day has room for": (Queue(400), {}, 0, (1, NINE + timedelta(minutes=20))),
    "one more of them": (Queue(401), {}, 0, (2, at(1, 8) + timedelta(seconds=3))),
    "as many others as a day has room for": (Queue(0, 500), {}, 0, (1, NINE + timedelta(minutes=25))),
    "one more of those": (Queue(0, 501), {}, 0, (2, at(1, 8) + timedelta(seconds=3))),
    "others go before first links": (Queue(331, 70), {}, 0, (2, at(1, 8) + timedelta(seconds=3))),
    "others before just so many": (Queue(330, 70), {}, 0, (1, NINE + timedelta(minutes=20))),
    "today's part is used": (Queue(1), {}, 400, (1, at(1, 8) + timedelta(seconds=3))),
    "today's part has one left": (Queue(1), {}, 399, (1, NINE + timedelta(seconds=3))),
    "others may use the rest of the day": (Queue(0, 100), {}, 400, (1, NINE + timedelta(minutes=5))),
    "what usually goes out besides takes room": (Queue(400 + 330), {"others": 70}, 0, (2, at(1, 8, 20))),
    "and a day more for one more": (Queue(731), {"others": 70}, 0, (3, at(2, 8) + timedelta(seconds=213))),
    "a weekend between": (Queue(400 * 6), {}, 0, (6, at(7, 8, 20))),
    "Christmas between": (Queue(400 * 20), {}, 0, (20, at(29, 8, 20))),
    "days of one's own": (Queue(800), {"weekdays": {0, 1}}, 0, (2, at(1, 8, 20))),
    "and none in between": (Queue(1200), {"weekdays": {0, 1}}, 0, (3, at(7, 8, 20))),
    "the rate is slower than the cap": (Queue(10_800), {"cap": 50_000}, 0, (1, at(1, 8) - timedelta(hours=14))),
    "by one mail too slow": (Queue(10_801), {"cap": 50_000}, 0, (2, at(1, 8) + timedelta(seconds=3))),
    "no limit to the rate": (Queue(801), {"per_minute": 0}, 0, (3, None)),
    "a whole first mailout": (Queue(57_549), {}, 0, (144, None)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_batch_takes_so_many_sending_days(case):
    queue, values, sent_today, (days, ends_at) = CASES[case]

    found = outlook(queue, pace(**values), NINE, sent_today)

    assert found is not None
    assert found.days == days
    if ends_at is not None:
        assert (found.last, found.ends_at) == (ends_at.date(), ends_at)


def test_the_end_of_a_first_mailout_is_counted_over_holidays():
    found = outlook(Queue(57_549), pace(), NINE)
    day = NINE.date()
    for _ in range(143):
        day = sending_day(day + timedelta(days=1))

    assert found == Outlook(
        144, day, datetime.combine(day, datetime.min.time(), LONDON) + timedelta(hours=8, minutes=17.45)
    )
    assert day == date(2027, 6, 28)


@pytest.mark.parametrize(
    ("now", "last", "ends_at"),
    [
        (
            datetime(2026, 11, 30, 7, 59, tzinfo=LONDON),
            date(2026, 11, 30),
            datetime(2026, 11, 30, 8, 1, tzinfo=LONDON),
        ),  # before the hours
        (
            datetime(2026, 11, 30, 17, 59, tzinfo=LONDON),
            date(2026, 11, 30),
            datetime(2026, 11, 30, 18, 0, tzinfo=LONDON),
        ),  # their last minute
        (datetime(2026, 11, 30, 18, 0, tzinfo=LONDON), date(2026, 12, 1), at(1, 8, 1)),  # they are over
        (datetime(2026, 12, 5, 12, 0, tzinfo=LONDON), date(2026, 12, 7), at(7, 8, 1)),  # a Saturday
        (datetime(2026, 12, 25, 12, 0, tzinfo=LONDON), date(2026, 12, 29), at(29, 8, 1)),  # Christmas Day
    ],
)
def test_it_begins_in_the_next_sending_hours(now, last, ends_at):
    found = outlook(Queue(20), pace(), now)

    assert (found.days, found.last, found.ends_at) == (1, last, ends_at)


@pytest.mark.parametrize("now", [datetime(2026, 11, 30, hour, tzinfo=LONDON) for hour in (7, 8, 9, 17)])
@pytest.mark.parametrize("sent_today", [400, 500, 600])
def test_a_day_whose_part_is_used_up_is_followed_by_another_whenever_it_is_asked(now, sent_today):
    assert outlook(Queue(20), pace(), now, sent_today) == Outlook(1, date(2026, 12, 1), at(1, 8, 1))


def test_the_hours_are_those_of_london():
    found = outlook(Queue(20), pace(), datetime(2026, 7, 1, 17, tzinfo=UTC))

    assert found == Outlook(1, date(2026, 7, 2), datetime(2026, 7, 2, 8, 1, tzinfo=LONDON))


@pytest.mark.parametrize(
    "values",
    [{"cap": 0, "reserved": 0}, {"cap": 500, "reserved": 500}, {"others": 400}, {"others": 9_999}],
    ids=["no cap", "all is reserved", "others use it up", "more of them than the cap"],
)
def test_what_never_ends_is_not_given_an_end(values):
    assert outlook(Queue(500), pace(**values), NINE) is None


def test_queues_are_counted_by_kind():
    one, other = Queue(57_000, 70), Queue(549, 30)

    assert (one + other, one - other) == (Queue(57_549, 100), Queue(56_451, 40))
    assert (one.total, Queue().total) == (57_070, 0)


def test_nothing_to_send_has_no_end():
    assert outlook(Queue(), pace(), NINE) is None


@pytest.mark.parametrize(
    ("queue", "sent_today", "room"),
    [
        (Queue(57_599, 70), 0, Queue(330, 70)),
        (Queue(57_269), 400, Queue(0)),  # first links have used their part …
        (Queue(57_269, 99), 400, Queue(0, 99)),  # … and what is asked for in the afternoon has its own
        (Queue(57_269, 101), 400, Queue(0, 100)),
        (Queue(10), 399, Queue(1)),
        (Queue(10, 10), 500, Queue(0)),
        (Queue(10, 10), 501, Queue(0)),
    ],
)
def test_the_last_part_of_a_day_is_left_to_others(queue, sent_today, room):
    assert room_today(queue, pace(), sent_today) == room


@pytest.mark.parametrize(
    ("cap", "percent", "kept"), [(500, 20, 100), (500, 0, 0), (4, 20, 0), (5, 20, 1), (0, 20, 0), (1, 99, 0)]
)
def test_the_share_is_rounded_down_so_that_a_small_cap_still_sends_first_links(cap, percent, kept):
    assert reserved(cap, percent) == kept


def test_a_run_at_work_is_reported_by_its_own_rate():
    progress = under_way(101, NINE, 200, pace(), NINE + timedelta(minutes=10))

    assert (progress.per_minute, progress.ends_at) == (10.0, NINE + timedelta(minutes=30))


@pytest.mark.parametrize(("sent", "first"), [(0, None), (1, NINE)])
def test_before_there_is_a_rate_the_allowed_one_is_reported(sent, first):
    progress = under_way(sent, first, 40, pace(), NINE)

    assert (progress.per_minute, progress.ends_at) == (20.0, NINE + timedelta(minutes=2))


def test_a_run_ends_with_its_hours_at_the_latest():
    assert under_way(0, None, 10**6, pace(), NINE).ends_at == datetime(2026, 11, 30, 18, tzinfo=LONDON)
    assert under_way(0, None, 5, pace(per_minute=0), NINE).ends_at is None


_PACES = st.builds(
    lambda cap, percent, rate, weekdays, usual: pace(
        cap=cap, reserved=reserved(cap, percent), per_minute=rate, weekdays=weekdays, others=usual
    ),
    st.integers(1, 300),
    st.integers(0, 99),
    st.sampled_from([0, 1, 3]),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 50),
)


@given(st.integers(0, 2_000), st.integers(0, 300), _PACES)
def test_days_are_those_that_a_plain_count_needs(first_links, others, given_pace):
    """Day by day, mail by mail."""
    left, days = [others, first_links], 0
    for number in range(2_600):
        if not any(left):
            break
        room = min(given_pace.cap, given_pace.per_minute * 600 or given_pace.cap)
        used = gone = 0
        if left[0]:
            gone = min(left[0], room)
            left[0] -= gone
            used = gone
        used = min(room, used + (given_pace.others if number else 0))
        while left[1] and used < room and used < given_pace.cap - given_pace.reserved:
            left[1] -= 1
            used += 1
            gone += 1
        days += gone > 0
        if not gone:
            break
    found = outlook(Queue(first_links, others), given_pace, datetime(2026, 11, 29, 23, tzinfo=LONDON))

    assert (found.days if found else None) == (days if not any(left) and days else None)


def test_the_pace_in_words_names_other_mails_where_there_are_some():
    assert (
        pace().sentence == "500 mails a day, the last 100 of them not for first links; 20 a minute, from 8:00 to 18:00"
    )
    assert pace(others=70).sentence == f"{pace().sentence}; usually 70 a day are other mails"
    assert pace(reserved=0, per_minute=0).sentence == (
        "500 mails a day; as fast as the mail service takes them, from 8:00 to 18:00"
    )
