"""The register file: the 47 columns of the GMC's download specification, and the two of the email supply."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, texts
from gpsync.synthetic.doctors import Flags, Population, numbers
from gpsync.synthetic.names import GIVEN_NAMES, SURNAMES, fold
from gpsync.synthetic.sheets import Texts

EMAIL, EMAIL_UPDATED = "Email Address", "Email Last Updated"

#: The headings in the order of the specification, then the email columns.
HEADINGS = (
    "GMC Ref No", "Surname", "Given Name", "Gender", "Qualification", "Year Of Qualification",
    "Place of Qualification", "PR Date", "FR Date", "Specialist Register Date", "GP Register Date",
    "Registration Status", "ARF Due Date",
    *(f"Specialty{i}" for i in range(1, 8)),
    *(f"Sub-Specialty{i}" for i in range(1, 8)),
    "FtP Conditions Exist", "FtP Undertakings Exist", "Other Names", "FtP Warnings Exist",
    "Place of Qualification Country", "Revalidation Status", "Designated Body", "Responsible Officer",
    "Doctor in Training", "Training Deanery/LETB", "Training Programme Speciality", "GMC Approved Trainer",
    *(f"Trainer Deanery/LETB {i}" for i in range(1, 4)),
    *(f"Trainer Programmes Speciality {i}" for i in range(1, 4)),
    "ID Check Not Done", "Temporary Covid Registration", EMAIL, EMAIL_UPDATED,
)  # fmt: skip

_TRAINER_PROGRAMMES = ("", "General practice")


def batch(people: Population, rows: Numbers) -> pa.RecordBatch:
    """The register rows of some doctors, as texts without nulls, in the order of `HEADINGS`.

    `rows` are places in the population, rising. `people.odd` overrides any cell.
    """
    columns = _identity(people, rows) | _dates(people, rows) | _practice(people, rows)
    blank = pa.repeat("", len(rows))
    arrays = [_oddly(columns.get(heading, blank), people.odd.get(heading, {}), rows) for heading in HEADINGS]
    return pa.RecordBatch.from_arrays(arrays, names=list(HEADINGS))


def addresses(people: Population, rows: Numbers, mail: Numbers | None = None) -> pa.StringArray:
    """The email addresses of some doctors; `mail` (one code per row) takes the place of their present ones.

    The doctor's place in the population is part of the address, so that no two share one by accident.
    """
    code = np.asarray(people.mail[rows] if mail is None else mail)
    style = (code.astype(np.int32) - 1) // len(words.MAIL_DOMAINS)
    given, surname = people.given[rows].astype(np.int32), people.mail_surname[rows].astype(np.int32)
    initials, surnames = len(GIVEN_NAMES), 2 * len(GIVEN_NAMES)
    # Styles: asha.patel7@, a.patel7@, patel.asha7@, patel.a7@
    first = np.select([style == 0, style == 1], [given, initials + given], surnames + surname)
    second = np.select([style == 2, style == 3], [given, initials + given], surnames + surname)
    whole = pc.binary_join_element_wise(
        _look_up(_mail_words(), first),
        ".",
        _look_up(_mail_words(), second),
        pa.array(rows + 1).cast(pa.string()),
        _look_up(words.MAIL_DOMAINS, (code - 1) % len(words.MAIL_DOMAINS)),
        "",
    )
    spelled = _respelled(whole, people.spelling[rows])
    present = pc.if_else(pa.array(code > 0), spelled, "")
    return present if mail is not None else _oddly(present, people.odd.get(EMAIL, {}), rows)


def names(people: Population, rows: Numbers) -> tuple[Texts, Texts]:
    """The surnames and given names of some doctors, as tidy texts."""
    written = (
        _oddly(_look_up(SURNAMES, people.surname[rows]), people.odd.get("Surname", {}), rows),
        _oddly(_look_up(GIVEN_NAMES, people.given[rows]), people.odd.get("Given Name", {}), rows),
    )
    surname, given = (
        np.array([text.strip("\u200b\xa0 ") for text in part.to_pylist()], dtype=object) for part in written
    )
    return surname, given


def _identity(people: Population, rows: Numbers) -> dict[str, pa.Array]:
    qualification, place, country = (tuple(part) for part in zip(*words.SCHOOLS, strict=True))
    school = people.school[rows]
    return {
        "GMC Ref No": pa.array(numbers(rows)).cast(pa.string()),
        "Surname": _look_up(SURNAMES, people.surname[rows]),
        "Given Name": _look_up(GIVEN_NAMES, people.given[rows]),
        "Other Names": _look_up(("", *GIVEN_NAMES), people.other[rows]),
        "Gender": _look_up(("M", "W", "X"), people.gender[rows]),
        "Qualification": _look_up(qualification, school),
        "Year Of Qualification": pa.array(people.qualified[rows]).cast(pa.string()),
        "Place of Qualification": _look_up(place, school),
        "Place of Qualification Country": _look_up(country, school),
        EMAIL: addresses(people, rows),
    }


def _dates(people: Population, rows: Numbers) -> dict[str, pa.Array]:
    columns = {
        "PR Date": people.provisional,
        "FR Date": people.full,
        "Specialist Register Date": people.specialist,
        "GP Register Date": people.gp,
        "ARF Due Date": people.fee_due,
        EMAIL_UPDATED: people.mail_since,
    }
    # The texts without their leading zero stand after those with it.
    shift = people.zero_lost[rows] * np.int32(len(_date_texts()) // 2)
    return {heading: _look_up(_date_texts(), column[rows] + shift) for heading, column in columns.items()}


def _practice(people: Population, rows: Numbers) -> dict[str, pa.Array]:
    no_yes = ("N", "Y")
    body, trainer, deanery = people.body[rows], people.trainer[rows], people.deanery[rows]
    return {
        "Registration Status": _look_up(
            _status_texts(), people.status[rows] + people.dashed[rows] * np.int8(len(words.STATUSES))
        ),
        "Specialty1": _look_up(words.SPECIALTIES, people.specialty[rows]),
        "Sub-Specialty1": _look_up(words.SUB_SPECIALTIES, people.sub_specialty[rows]),
        "FtP Conditions Exist": _look_up(no_yes, people.conditions[rows]),
        "FtP Undertakings Exist": _look_up(no_yes, people.undertakings[rows]),
        "FtP Warnings Exist": _look_up(no_yes, people.warnings[rows]),
        "Revalidation Status": _look_up(words.REVALIDATION, body > 0),
        "Designated Body": _look_up(words.BODIES, body),
        "Responsible Officer": _look_up(words.OFFICERS, body),
        "Doctor in Training": _look_up(no_yes, deanery > 0),
        "Training Deanery/LETB": _look_up(words.DEANERIES, deanery),
        "Training Programme Speciality": _look_up(words.PROGRAMMES, people.programme[rows]),
        "GMC Approved Trainer": _look_up(no_yes, trainer),
        "Trainer Deanery/LETB 1": _look_up(words.DEANERIES, trainer),
        "Trainer Programmes Speciality 1": _look_up(_TRAINER_PROGRAMMES, trainer),
    }


@cache
def _vocabulary(texts: tuple[str, ...]) -> pa.StringArray:
    return pa.array(texts, pa.string())


def _look_up(texts: tuple[str, ...], places: Numbers | Flags) -> pa.StringArray:
    return _vocabulary(texts).take(pa.array(np.asarray(places).astype(np.int32)))


@cache
def _date_texts() -> tuple[str, ...]:
    return (*texts("ddmmyyyy"), *texts("dmmyyyy"))


@cache
def _status_texts() -> tuple[str, ...]:
    return (*words.STATUSES, *(text.replace(" - ", " \N{EN DASH} ") for text in words.STATUSES))


@cache
def _mail_words() -> tuple[str, ...]:
    return (*map(fold, GIVEN_NAMES), *(fold(name)[0] for name in GIVEN_NAMES), *map(fold, SURNAMES))


def _respelled(whole: pa.StringArray, spelling: Numbers) -> pa.StringArray:
    for number, respell in ((1, pc.utf8_upper), (2, pc.utf8_title)):
        chosen = pa.array(spelling == number)
        if pc.any(chosen).as_py():
            whole = pc.replace_with_mask(whole, chosen, respell(whole.filter(chosen)))
    return whole


def _oddly(column: pa.StringArray, odd: Mapping[int, str], rows: Numbers) -> pa.StringArray:
    for row, text in odd.items():
        if len(rows) and rows[0] <= row <= rows[-1]:
            column = pc.if_else(pa.array(rows == row), text, column)
    return column
