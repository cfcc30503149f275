"""What is wrong with a performers list: against the register, against the practices, and in itself."""

from collections.abc import Iterator

import numpy as np

from gpsync.rules import ListStatus
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.doctors import Flags
from gpsync.synthetic.performers import REGISTRAR, Assignments, Performers
from gpsync.synthetic.practices import REGION_NAMES
from gpsync.synthetic.sheets import Dealer, Sheet, joined, numbered, taken

#: The share of the performers that each fault happens to; at least one of them.
_SHARE = 0.0005
#: A list shorter than this would be held for a few rows that cannot be read.
_ROWS_FOR_UNREADABLE = 200
#: One dental row for so many medical ones.
_MEDICAL_PER_DENTAL = 400
#: One performer in so many has the whole name as forename, or a number padded with a space.
_WHOLE_NAMES, _PADDED = 20, 15

_NO_POST = {"practice_code": "", "assignment_start_date": "", "assignment_end_date": "", "level_of_commitment": ""}
#: Faults of GPs with one post: what the list wrongly says.
_WRONG: tuple[dict[str, str], ...] = (
    {"date_in_gp_register": "01 January 1900"},  # a placeholder for "no date held"
    {"surname": "Formerly-Known"},  # a marriage that was never reported to the list
    {"performer_type": "Principal"} | _NO_POST,  # a partner of no practice
    {"practice_code": "Z99999"},  # a practice the ODS does not know
    {"list_status": ListStatus.REMOVED.written},  # off the list, and still at the practice
    {"list_status": ListStatus.SUSPENDED.written},  # licensed at the GMC
    {"last_worked_date": "03 March 2019"},  # no work for twelve months
    {"performer_type": "Registrar"},  # a fully qualified registrar
    {"performer_role": "GP Registrar", "performer_type": "Salaried"},
    {"date_in_gp_register": "12 May 2003"},  # another date than the GMC's
    {"forenames": "Another", "surname": "Person-Altogether"},  # most likely the wrong number
    {"date_first_on_list": "01 January 1900"},
    {"list_status": ListStatus.WITHDRAWN.written},
    {"performer_type": "Locum"},  # a locum with a post like a salaried GP's
)
#: Faults that may put a row into quarantine when it is read.
_UNREADABLE: tuple[dict[str, str], ...] = (
    {"gmc_number": "912345"},  # a digit lost
    {"practice_code": "Z10001001"},  # a branch surgery
    {"list_status": "Lapsed"},  # no status of the list
)
#: Of a performer with two posts: too much work, and a suspension that one row does not know of.
_TOO_MUCH = {"level_of_commitment": "77"}
#: A trainee shown as a qualified GP, who is not on the GP register.
_NOT_YET_GP = {"performer_role": "GP Performer", "performer_type": "Salaried"}


def sound(performer: Performers, post: Assignments) -> tuple[Numbers, Numbers]:
    """Trusted GPs (not registrars) with exactly one open post, and those with two."""
    posts = np.bincount(post.performer[post.end == 0], minlength=len(performer))
    ended = np.bincount(post.performer[post.end > 0], minlength=len(performer))
    usual = (performer.trusted == 1) & (performer.type != REGISTRAR) & (ended == 0)
    return np.flatnonzero(usual & (posts == 1)), np.flatnonzero(usual & (posts == 2))


def spoil(sheet: Sheet, rows: Numbers, performer: Performers, post: Assignments, single: Dealer, seed: int) -> None:
    """Write the faults into a sheet whose rows belong to the performers `rows`; `single` deals GPs with one post.

    Every week the same performers are dealt, so a fault stays until the end.
    """
    rng = np.random.default_rng([seed, 6])
    for wrong in _faults(len(rows)):
        _write(sheet, np.isin(rows, single.deal(_SHARE)), wrong)
    _elsewhere(sheet, np.isin(rows, single.deal(_SHARE)))
    unknown = np.flatnonzero(np.isin(rows, single.deal(_SHARE)))
    # The highest numbers that begin with 9 are those no doctor has yet.
    sheet["gmc_number"][unknown] = numbered("{}", 9_999_990 - np.arange(len(unknown)))
    double = Dealer(rng, sound(performer, post)[1])
    _write(sheet, np.isin(rows, double.deal(_SHARE)), _TOO_MUCH)
    twice = np.isin(rows, double.deal(_SHARE)) & (np.diff(rows, prepend=-1) == 0)
    _write(sheet, twice, {"list_status": ListStatus.SUSPENDED.written})
    trainees = Dealer(rng, np.flatnonzero(performer.trainee))
    _write(sheet, np.isin(rows, trainees.deal(_SHARE)), _NOT_YET_GP)
    # Of every second doctor the list has not heard of the conditions.
    conditions = sheet["conditions_flag"] == "Y"
    _write(sheet, np.isin(rows, np.unique(rows[conditions])[::2]), {"conditions_flag": "N"})


def _faults(rows: int) -> Iterator[dict[str, str]]:
    yield from _WRONG
    if rows >= _ROWS_FOR_UNREADABLE:
        yield from _UNREADABLE


def _write(sheet: Sheet, rows: Flags, wrong: dict[str, str]) -> None:
    for column, text in wrong.items():
        sheet[column][rows] = text


def _elsewhere(sheet: Sheet, rows: Flags) -> None:
    london, south_west = REGION_NAMES[0], REGION_NAMES[1]
    sheet["region"][rows] = np.where(sheet["region"][rows] == london, south_west, london)


def quirks(sheet: Sheet, rows: Numbers) -> Sheet:
    """The list as its source writes it: some whole names in the forenames, padded numbers, dental rows at the end."""
    whole = (rows % _WHOLE_NAMES == 0) & (sheet["surname"] != "")
    forenames, surnames = sheet["forenames"][whole], sheet["surname"][whole]
    sheet["forenames"][whole] = np.array([f"{f} {s}".strip() for f, s in zip(forenames, surnames, strict=True)])
    sheet["surname"][whole] = "-"
    padded = rows % _PADDED == 0
    sheet["gmc_number"][padded] = np.array([f" {number}" for number in sheet["gmc_number"][padded]], dtype=object)
    if len(rows) < _ROWS_FOR_UNREADABLE:
        return sheet
    return joined(sheet, _dental(sheet, len(rows) // _MEDICAL_PER_DENTAL + 1))


def _dental(sheet: Sheet, count: int) -> Sheet:
    dental = taken(sheet, np.arange(count))
    _write(dental, np.full(count, True), _NO_POST | {"alignment": "Dental", "performer_role": "Dental Performer"})
    _write(
        dental,
        np.full(count, True),
        {"performer_type": "Other", "list_status": ListStatus.INCLUDED.written, "prescriber_code": ""},
    )
    # The General Dental Council's numbers have six digits.
    dental["gmc_number"] = numbered(" 9{:05}", np.arange(count))
    return dental
