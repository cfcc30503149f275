"""The population of the first night: drawn from a seed, in proportions like the register's."""

from datetime import date
from typing import Any

import numpy as np

from gpsync.rules import Registration
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, day_number
from gpsync.synthetic.doctors import MAIL_STYLES, Population
from gpsync.synthetic.names import TRADITIONS

#: Doctors who qualified this recently are provisionally registered, and have no full registration date.
_PROVISIONAL_DAYS = 365
#: More doctors than this would need numbers that begin with 0.
MOST_DOCTORS = 8_999_999

_LICENSED = words.status_of(Registration.LICENSED)
_PROVISIONAL = words.status_of(Registration.PROVISIONAL)


def population(doctors: int, newcomers: int, seed: int, first_night: date, *, odd_spellings: bool) -> Population:
    """`doctors` people of the first night, and after them `newcomers` who are not in the files yet.

    `odd_spellings` writes some statuses with an en dash, some dates without their leading zero and some
    addresses in capitals. ValueError for more than `MOST_DOCTORS`.
    """
    size = doctors + newcomers
    if not 1 <= size <= MOST_DOCTORS:
        raise ValueError(f"{size} doctors asked for: from 1 to {MOST_DOCTORS} are possible")
    rng = np.random.default_rng([seed, 0])
    columns = _people(rng, size) | _careers(rng, size, doctors, day_number(first_night))
    columns |= _mail(rng, columns["provisional"], day_number(first_night))
    never = np.zeros(size, dtype=bool)
    oddly: dict[str, Any] = {
        "dashed": rng.random(size) < 0.3 if odd_spellings else never,
        "zero_lost": rng.random(size) < 0.02 if odd_spellings else never,
    }
    if not odd_spellings:
        columns["spelling"][:] = 0
    return Population(**columns, **oddly, present=np.arange(size) < doctors, reserved=never.copy())


def _people(rng: np.random.Generator, size: int) -> dict[str, Any]:
    tradition = rng.choice(len(TRADITIONS), size, p=[t.share for t in TRADITIONS])
    gender = np.where(rng.random(size) < 0.003, 2, rng.integers(0, 2, size)).astype(np.int8)
    surname = _within(rng, tradition, [len(t.surnames) for t in TRADITIONS])
    counts = [len(names) for t in TRADITIONS for names in (t.women, t.men)]
    given = _within(rng, 2 * tradition + (gender == 0), counts)
    other = np.where(rng.random(size) < 0.6, 0, 1 + _within(rng, 2 * tradition + (gender == 0), counts))
    return {
        "surname": surname,
        "mail_surname": surname.copy(),
        "given": given,
        "other": other.astype(np.int16),
        "gender": gender,
        "school": rng.integers(0, len(words.SCHOOLS), size, dtype=np.int8),
    }


def _within(rng: np.random.Generator, group: Numbers, sizes: list[int]) -> Numbers:
    """A random member of each one's group, where the groups stand one after the other."""
    starts = np.cumsum([0, *sizes[:-1]])
    # Squaring makes the first names of a group common and the last ones rare, as names are.
    place: Numbers = (starts[group] + rng.random(len(group)) ** 2 * np.array(sizes)[group]).astype(np.int16)
    return place


def _careers(rng: np.random.Generator, size: int, doctors: int, tonight: int) -> dict[str, Any]:
    # Newcomers have just qualified; the others did so within the last 50 years.
    ago = np.where(np.arange(size) < doctors, rng.integers(40, 50 * 365, size), rng.integers(10, 60, size))
    provisional = (tonight - ago).astype(np.int32)
    fresh = ago < _PROVISIONAL_DAYS
    status = rng.choice(len(words.STATUSES), size, p=np.array(words.STATUS_WEIGHTS) / sum(words.STATUS_WEIGHTS))
    status = np.where(fresh, _PROVISIONAL, status).astype(np.int8)
    full = np.where(fresh, 0, provisional + _PROVISIONAL_DAYS)
    path = np.where(ago > 9 * 365, rng.random(size), 1.0)
    gp = np.where(path < 0.26, full + rng.integers(3 * 365, 7 * 365, size), 0)
    specialist = np.where((path > 0.26) & (path < 0.58), full + rng.integers(5 * 365, 8 * 365, size), 0)
    registered = np.array(["Not Registered" not in text for text in words.STATUSES])[status]
    training = registered & (ago < 9 * 365) & (rng.random(size) < 0.7)
    body = np.where(registered & (rng.random(size) < 0.9), rng.integers(1, len(words.BODIES), size), 0)
    specialty = np.where(specialist > 0, rng.integers(1, len(words.SPECIALTIES), size), 0)
    sub = rng.integers(1, len(words.SUB_SPECIALTIES), size)
    return {
        "qualified": (1930 + (provisional - 1) / 365.2425).astype(np.int16),
        "provisional": provisional,
        "full": full.astype(np.int32),
        "specialist": specialist.astype(np.int32),
        "gp": gp.astype(np.int32),
        "fee_due": np.where(registered, tonight + rng.integers(1, 366, size), 0).astype(np.int32),
        "status": status,
        "status_since": np.zeros(size, dtype=np.int32),
        "specialty": specialty.astype(np.int8),
        "sub_specialty": np.where((specialty > 0) & (rng.random(size) < 0.1), sub, 0).astype(np.int8),
        "conditions": registered & (rng.random(size) < 0.002),
        "undertakings": registered & (rng.random(size) < 0.0005),
        "warnings": registered & (rng.random(size) < 0.001),
        "body": body.astype(np.int8),
        "deanery": np.where(training, rng.integers(1, len(words.DEANERIES), size), 0).astype(np.int8),
        "programme": np.where(training, rng.integers(1, len(words.PROGRAMMES), size), 0).astype(np.int8),
        "trainer": np.where((gp > 0) & registered & (rng.random(size) < 0.1), 1, 0).astype(np.int8),
    }


def _mail(rng: np.random.Generator, provisional: Numbers, tonight: int) -> dict[str, Any]:
    size = len(provisional)
    # The last domain is kept free: a mass change moves doctors to it.
    domain = rng.integers(0, len(words.MAIL_DOMAINS) - 1, size)
    mail = 1 + rng.integers(0, MAIL_STYLES, size) * len(words.MAIL_DOMAINS) + domain
    mail = np.where(rng.random(size) < 0.03, 0, mail)
    since = np.maximum(provisional, tonight - rng.integers(30, 8 * 365, size))
    return {
        "mail": mail.astype(np.int8),
        "mail_before": np.zeros(size, dtype=np.int8),
        "spelling": rng.choice(3, size, p=[0.985, 0.005, 0.01]).astype(np.int8),
        "mail_since": np.where(mail > 0, since, 0).astype(np.int32),
    }
