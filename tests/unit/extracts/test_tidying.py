"""Tidying: what a value means however it is written, and that the fast way and the slow way agree."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gpsync.extracts.dates import iso_date
from gpsync.extracts.layouts import (
    GMC_REGISTER,
    LAYOUTS,
    PERFORMERS_LIST,
    PRACTICE_USERS,
    PRACTICES,
    Layout,
    Type,
)
from gpsync.extracts.tidying import latest_of_delta, tidy, without_repeats
from gpsync.register import addresses
from tests.unit.register.test_addresses import LIKELY, TEXTS

DAY = date(2026, 11, 30)
PLAIN = {
    "gmc_number": "9000001",
    "surname": "Ash",
    "given_name": "Bo",
    "registration_status": "Registered with Licence",
    "email": "ash@doctor.example",
}


def tidied(*rows: dict[str, str | None], layout: Layout = GMC_REGISTER, delta: bool = False) -> pd.DataFrame:
    """The tidy frame of these rows; a column that a row leaves out reads as in PLAIN."""
    names = list(dict.fromkeys([*PLAIN, *(name for row in rows for name in row)]))
    names = [name for name in names if name in {column.name for column in layout.expected(delta=delta)}]
    columns = {name: pa.array([row.get(name, PLAIN.get(name)) or None for row in rows], pa.string()) for name in names}
    return tidy(pa.table(columns), layout, DAY, delta=delta)


def one(column: str, text: str | None, result: str | None = None) -> str | None:
    """What becomes of one value: that of its column, or of another one that follows from it."""
    value = tidied({column: text}).loc[0, result or column]
    return None if pd.isna(value) else value


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("05071978", "1978-07-05", "ddmmyyyy, as specified"),
        ("5071978", "1978-07-05", "a spreadsheet dropped the zero"),
        ("8021980", "1980-02-08", "the wiki's second example"),
        ("19780705", "1978-07-05", "yyyymmdd, as the ODS has it"),
        ("20111212", "2011-12-12", "only yyyymmdd makes sense"),
        ("12122011", "2011-12-12", "ddmmyyyy"),
        ("20122012", "2012-12-20", "ddmmyyyy wins where both could be tried"),
        ("1978-07-05", "1978-07-05", "ISO"),
        ("30 April 2012", "2012-04-30", "the public performers list"),
        ("5 July 1978", "1978-07-05", "one digit"),
        ("05/07/1978", "1978-07-05", "day first"),
        ("29022024", "2024-02-29", "a leap day"),
        ("30-Nov-2026", "2026-11-30", "as databases print dates"),
        ("30-NOV-2026", "2026-11-30", "whatever the case"),
        ("1-sep-2026", "2026-09-01", "one digit"),
        ("1-Sept-2026", "2026-09-01", "four letters"),
        ("30NOV2026", "2026-11-30", "as statistics packages print dates"),
        ("30 Nov 2026", "2026-11-30", "short, with spaces"),
        ("30-November-2026", "2026-11-30", "the whole name"),
        ("2026-11-30 00:00:00", "2026-11-30", "midnight, as spreadsheets add it"),
        ("2026-11-30T00:00:00", "2026-11-30", "midnight, ISO"),
        ("2026-11-30 00:00:00.000", "2026-11-30", "thousandths"),
        ("2026-11-30T00:00", "2026-11-30", "without seconds"),
        ("30/11/2026 0:00", "2026-11-30", "one digit of an hour"),
        ("30-Nov-2026 00:00:00", "2026-11-30", "both"),
        ("30/11/2026 12:00:00 AM", "2026-11-30", "midnight, on a clock of twelve hours"),
        ("30112026 00:00:00", "2026-11-30", "the GMC's form"),
        ("2026-11-30 23:59:59", "2026-11-30", "a time of that day"),
        ("2026-11-30T09:15:00Z", "2026-11-30", "with a zone"),
        ("2026-03-31T23:00:00Z", "2026-04-01", "midnight of 1 April in London, told in UTC"),
        ("2026-03-31T23:00:00+01:00", "2026-03-31", "an hour before it, told in London's"),
        ("2026-04-01T00:30+0200", "2026-03-31", "further east it is April already"),
        ("2026-11-30 24:00:00", None, "no such hour"),
        ("2026-11-30 10:61", None, "no such minute"),
        ("2026-11-30 13:00 PM", None, "no such hour of a half day"),
        ("2026-11-31 00:00:00", None, "no such day, whatever the time"),
        ("31-Nov-2026", None, "no such day"),
        ("30-Nov-26", None, "a century is not guessed at"),
        ("30-Nov/2026", None, "two marks"),
        ("30-Nov-2026-", None, "something after it"),
        ("30-Nob-2026", None, "no such month"),
        ("30--2026", None, "no month"),
        ("00:00:00", None, "a time alone"),
        ("31129999", None, "the end of time"),
        ("01011000", None, "before any doctor"),
        ("29022023", None, "no leap day"),
        ("31042012", None, "no such day"),
        ("00000000", None, "zeros"),
        ("1978-13-05", None, "no such month"),
        ("07/31/1978", None, "month first is not guessed at"),
        ("30/04/12", None, "a century is not guessed at"),
        ("44501", None, "a spreadsheet's day number"),
        ("507197", None, "six digits"),
        ("1234567²", None, "a digit to Unicode and no number"),
        ("٠٥٠٧١٩٧٨", None, "digits of another script"),
        ("30 Avril 2012", None, "another language"),
        ("30042012x", None, "something after it"),
        ("soon", None, "no date"),
        ("", None, "blank"),
    ],
)
def test_a_date_is_read_however_it_is_written_or_not_at_all(text, expected, reason):
    assert iso_date(text) == expected, reason


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_every_day_is_read_in_every_form(day):
    forms = [f"{day:%d%m%Y}", f"{day:%d%m%Y}".removeprefix("0"), f"{day:%Y%m%d}", day.isoformat(), f"{day:%d %B %Y}"]
    forms += [f"{day:%d/%m/%Y}", f"{day:%d-%b-%Y}", f"{day:%d-%b-%Y}".upper()]
    forms += [f"{form}{time}" for form in forms for time in (" 00:00:00", "T00:00:00", " 17:30")]

    assert {iso_date(form) for form in forms} == {day.isoformat()}


@given(TEXTS)
def test_no_text_breaks_the_reading_of_dates(text):
    found = iso_date(text)

    assert found is None or date.fromisoformat(found)


def test_a_date_that_cannot_be_read_names_its_column():
    frame = tidied(
        {"pr_date": "soon", "fr_date": "05071978"},
        {"pr_date": "soon", "fr_date": "never"},
        {"pr_date": " ", "fr_date": "5071978"},
    )

    assert frame["unreadable"].fillna("").tolist() == ["pr_date", "pr_date fr_date", ""]
    assert frame["fr_date"].fillna("").tolist() == ["1978-07-05", "", "1978-07-05"]


@pytest.mark.parametrize(
    "written",
    [
        *("9999-12-31", "31/12/9999", "31129999", "99991231", "31-DEC-9999", "31 December 9999"),
        *("9999-12-31 00:00:00", "9999-12-31T23:59:59.9999999"),
    ],
)
def test_an_end_of_9999_is_none_and_any_other_date_of_9999_cannot_be_read(written):
    for layout, end, start in (
        (PERFORMERS_LIST, "assignment_end_date", "assignment_start_date"),
        (PRACTICES, "close_date", "open_date"),
        (PRACTICE_USERS, "revoked_date", "granted_date"),
    ):
        frame = tidied({end: written, start: "01042020"}, {end: "31032021", start: written}, layout=layout)

        assert frame[end].fillna("").tolist() == ["", "2021-03-31"]
        assert frame["unreadable"].fillna("").tolist() == ["", start]


@pytest.mark.parametrize("written", ["9999-12-30", "2999-12-31", "soon", "31/11/2026"])
def test_another_end_that_cannot_be_read_is_named(written):
    frame = tidied({"assignment_end_date": written}, layout=PERFORMERS_LIST)

    assert frame["unreadable"].tolist() == ["assignment_end_date"]


def test_dates_with_a_time_are_read_in_every_dataset():
    for layout in LAYOUTS.values():
        dated = [column.name for column in layout.columns if column.type is Type.DATE]
        frame = tidied(dict.fromkeys(dated, "01-Apr-2020 00:00:00"), layout=layout)

        assert {frame.loc[0, name] for name in dated} == {"2020-04-01"}
        assert frame["unreadable"].isna().all() and frame["future"].isna().all()


def test_a_past_date_after_the_extract_is_named_and_a_fee_may_fall_due_later():
    frame = tidied(
        {"pr_date": "30112026", "gp_register_date": "30112026", "arf_due_date": "01012027"},
        {"pr_date": "01122026", "gp_register_date": "30112026", "arf_due_date": "01012027"},
        {"pr_date": "01122026", "gp_register_date": "01012027", "arf_due_date": "01012027"},
        {"pr_date": "soon", "gp_register_date": None, "arf_due_date": None},
    )

    assert frame["future"].fillna("").tolist() == ["", "pr_date", "pr_date gp_register_date", ""]
    assert frame["unreadable"].fillna("").tolist() == ["", "", "", "pr_date"]


@pytest.mark.parametrize(
    "surname", ["NA", "Null", "None", "nan", "N/A", "O'Brien", "-", "Smith-Jones", "李", "de la Cruz"]
)
def test_a_surname_stays_what_it_is(surname):
    assert one("surname", surname) == surname


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("  Ash ", "Ash", "padding"),
        ("de  la\tCruz", "de la Cruz", "runs of white space"),
        ("Two\r\nlines", "Two lines", "line ends"),
        ("\u00a0Fenwick\u00a0", "Fenwick", "no-break space"),
        ("Ali\u200bce\ufeff", "Alice", "zero width"),
        ("Al\u00adice", "Alice", "soft hyphen"),
        ("Ni\u0301 Dhomhnaill", "Ní Dhomhnaill", "decomposed"),
        ("Ní Dhomhnaill", "Ní Dhomhnaill", "composed"),
        ("Ni\u200b\u0301", "Ní", "something between a letter and its accent"),
        ("Smith\u2028Jones", "Smith Jones", "line separator"),
        ("O\u2019Brien", "O\u2019Brien", "a curly apostrophe is another character"),
        (" ", None, "blank"),
        ("\u00a0\u200b\u3000", None, "nothing that can be seen"),
        ("", None, "empty"),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(text, expected, reason):
    assert one("surname", text) == expected, reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9000001", "9000001"),
        (" 9000001", "9000001"),
        ("900 0001", "9000001"),
        ("9 000 001", "9000001"),
        ("GMC 900 0001", "9000001"),
        ("GMC9000001", "9000001"),
        ("gmc 9000001", "9000001"),
        ("C9000001", "9000001"),
        ("GMC C9000001", "9000001"),
        ("l123456", "L123456"),
        ("0123456", "0123456"),
        ("123456", "123456"),
        ("90000012", "90000012"),
        ("9000001.0", "9000001.0"),
        ("GMC", "GMC"),
        ("９００００01", "９００００01"),
    ],
)
def test_a_number_is_bared_and_never_padded(text, expected):
    assert one("gmc_number", text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "register"),
    [
        ("registered with a licence to practise", "Registered with Licence", "LICENSED"),
        ("Not Registered \N{EN DASH} Deceased", "Not Registered - Deceased", "DECEASED"),
        ("Not Registered \N{SOFT HYPHEN} Deceased", "Not Registered - Deceased", "DECEASED"),
        (" Registered with  Licence ", "Registered with Licence", "LICENSED"),
        ("Registered with a Restricted Licence", None, None),
        (" ", None, None),
        (None, None, None),
    ],
)
def test_a_status_is_in_the_table_or_blank(text, expected, register):
    assert one("registration_status", text) == expected
    assert one("registration_status", text, "registration_class") == register


def test_a_column_that_the_file_has_not_is_none_of_the_frame():
    frame = tidied({})

    assert "pr_date" not in frame.columns and "gender" not in frame.columns
    assert list(frame.columns)[-6:] == [
        "row_number",
        "unreadable",
        "future",
        "too_long",
        "registration_class",
        "email_key",
    ]


def test_another_dataset_has_no_registration_and_no_key():
    frame = tidied({"practice_code": "a81001", "status": "a", "open_date": "19740401"}, layout=PRACTICES)

    assert frame.loc[0, ["practice_code", "status", "open_date"]].tolist() == ["A81001", "A", "1974-04-01"]
    assert not {"registration_class", "email_key"} & set(frame.columns)


def test_rows_keep_their_order_and_are_counted_from_one():
    frame = tidied(*({"gmc_number": f"{number}"} for number in (9000003, 9000001, 9000002)))

    assert frame["gmc_number"].tolist() == ["9000003", "9000001", "9000002"]
    assert frame["row_number"].tolist() == [1, 2, 3]


@given(st.lists(TEXTS | LIKELY | st.emails(), min_size=1, max_size=6))
@example(
    ["NoEmail@gmc.example", "none@none.com", "a@B.example", "É@b.example", "mailto:a@b.example", "x", "a@b.example."]
)
@example(["a..b@c.example", "a@b", "a@b.example\u200b", "'a@b.example'", "a\u0301@b.example", "A@bücher.example"])
def test_the_fast_way_of_addresses_agrees_with_the_slow_one(texts):
    frame = tidied(*({"email": text} for text in texts))

    cleaned = [addresses.clean(text) for text in texts]
    assert [None if pd.isna(value) else value for value in frame["email"]] == cleaned
    keys = [None if text is None else addresses.key(text) for text in cleaned]
    assert [None if pd.isna(value) else value for value in frame["email_key"]] == keys


@settings(max_examples=30)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_tidying_twice_is_tidying_once(texts):
    names = [name for name in GMC_REGISTER.names if name != "gmc_number"]
    once = tidied(*(dict.fromkeys(names, text) for text in texts))
    again = tidied(*({name: None if pd.isna(row[name]) else row[name] for name in names} for _, row in once.iterrows()))

    pd.testing.assert_frame_equal(once[names], again[names])


def test_many_rows_are_tidied_like_one():
    """Enough rows for every fast way to be taken, in more than one chunk."""
    odd = {"surname": "\u00a0Ní\u200b", "email": "<ADA@Bücher.example>", "pr_date": "5071978", "gmc_number": "C9000001"}
    rows = [odd if number % 97 == 0 else {**PLAIN, "gmc_number": str(9_000_000 + number)} for number in range(3_000)]
    names = [*PLAIN, "pr_date"]
    table = pa.table({name: pa.array([row.get(name, PLAIN.get(name)) for row in rows], pa.string()) for name in names})
    chunked = pa.concat_tables([table.slice(0, 1_000), table.slice(1_000, 1), table.slice(1_001)])

    frame = tidy(chunked, GMC_REGISTER, DAY)

    assert frame.loc[[0, 97, 2910], "surname"].tolist() == ["Ní"] * 3
    assert frame.loc[[0, 97, 2910], "email_key"].tolist() == ["ada@xn--bcher-kva.example"] * 3
    assert frame.loc[[0, 97], "gmc_number"].tolist() == ["9000001"] * 2
    assert (frame["surname"] == "Ash").sum() == 3_000 - 31
    assert frame["pr_date"].notna().sum() == 31
    pd.testing.assert_frame_equal(frame, tidy(table, GMC_REGISTER, DAY))


def test_rows_that_repeat_another_exactly_are_dropped_and_conflicts_stay():
    frame = tidied({}, {"gmc_number": "9000002"}, {}, {"surname": " Ash "}, {"surname": "Elm"})

    kept = without_repeats(frame, GMC_REGISTER)

    assert kept["row_number"].tolist() == [1, 2, 5]


def test_a_key_of_which_a_part_is_not_in_the_file_is_the_rest_of_it():
    frame = tidied({"gmc_number": "9000001", "surname": "A"}, layout=PERFORMERS_LIST)
    frame = frame.drop(columns=["practice_code", "assignment_start_date"], errors="ignore")

    assert len(without_repeats(pd.concat([frame, frame], ignore_index=True), PERFORMERS_LIST)) == 1


def test_rows_without_repeats_are_all_kept():
    frame = tidied({}, {"gmc_number": "9000002"})

    assert without_repeats(frame, GMC_REGISTER)["row_number"].tolist() == [1, 2]


def test_a_performer_at_two_practices_is_no_repeat():
    rows = [{"practice_code": code, "assignment_start_date": "01042020"} for code in ("A81001", "A81002", "A81001")]

    kept = without_repeats(tidied(*rows, layout=PERFORMERS_LIST), PERFORMERS_LIST)

    assert kept["practice_code"].tolist() == ["A81001", "A81002"]


@pytest.mark.parametrize(
    ("first", "second", "kept", "reason"),
    [
        ("29112026", "30112026", [2], "days, as the GMC writes them: 29 sorts after 30 in no way but by text"),
        ("30112026", "01122026", [2], "the next month"),
        ("1122026", "30112026", [1], "a lost zero"),
        ("30112026", "30112026", [1, 2], "the same day: they conflict"),
        ("2026-11-30 09:00", "2026-11-30 10:30", [2], "times"),
        ("30/11/2026 9:05", "30/11/2026 10:30", [2], "an hour of one digit"),
        ("01/12/2026 09:00", "30/11/2026 10:30", [1], "the day counts before the hour"),
        ("2026-11-30T09:00:01Z", "30 November 2026 09:00", [1], "seconds, and other forms"),
        ("30112026", "30/11/2026 00:01", [2], "a day without a time comes first"),
        ("30/11/2026 09:00 AM", "30/11/2026 01:00 PM", [2], "a clock of twelve hours"),
        ("2026-03-31T22:30:00Z", "31/03/2026 23:45", [2], "half past eleven in London, told in UTC"),
        ("2026-03-31T23:30:00Z", "31/03/2026 23:45", [1], "half past midnight in London, told in UTC"),
        ("soon", "30112026", [1, 2], "unreadable: nobody knows which is the last"),
        (None, "30112026", [1, 2], "blank: nobody knows"),
        (None, None, [1, 2], "both blank"),
    ],
)
def test_of_several_rows_of_one_doctor_in_a_delta_the_last_one_holds(first, second, kept, reason):
    rows = [
        {"action": "U", "date_processed": first, "surname": "One"},
        {"action": "U", "date_processed": second, "surname": "Two"},
        {"action": "I", "date_processed": "01011999", "gmc_number": "9000009"},
    ]
    latest = latest_of_delta(tidied(*rows, delta=True), "gmc_number")

    assert latest["row_number"].tolist() == [*kept, 3], reason


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 2), TEXTS), min_size=1, max_size=6))
def test_no_delta_loses_a_doctor(rows):
    frame = tidied(*({"gmc_number": str(who), "action": "U", "date_processed": when} for who, when in rows), delta=True)

    assert set(latest_of_delta(frame, "gmc_number")["gmc_number"]) == {str(who) for who, _ in rows}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=str)
@pytest.mark.parametrize("letter", ["1", "é", "e\u0301", "\u200b", "\U0001d504"])
def test_what_is_longer_than_its_column_is_named_and_kept_out(layout, letter):
    for column in layout.columns:
        frame = tidied({column.name: letter * 10_000}, layout=layout)

        assert frame["too_long"].tolist() == [column.name]
        assert frame[column.name].isna().all()


@pytest.mark.parametrize(("length", "is_kept"), [(49, True), (50, True), (51, False)])
@pytest.mark.parametrize("letter", ["a", "é", "e\u0301"])
def test_a_name_has_as_many_letters_as_the_gmc_says(letter, length, is_kept):
    frame = tidied({"surname": f"  {letter * length}  "})

    assert frame["too_long"].isna().tolist() == [is_kept]
    assert frame["surname"].notna().tolist() == [is_kept]


def test_work_on_a_huge_value_is_bounded():
    # 64,000 accents in any order took half a minute to compose.
    frame = tidied({"surname": "a" + "\u0301\u0327\u0316" * 21_000}, {"surname": "Oak", "gmc_number": "9000002"})

    assert frame["too_long"].fillna("").tolist() == ["surname", ""]
    assert frame["surname"].fillna("").tolist() == ["", "Oak"]
