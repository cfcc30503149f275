"""GP practices that do not exist."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.sheets import Dealer, Sheet, Texts, numbered, texts
from gpsync.synthetic.words import PLACES

#: The seven regions of NHS England: code and name.
REGIONS = (
    ("Y56", "LONDON"),
    ("Y58", "SOUTH WEST"),
    ("Y59", "SOUTH EAST"),
    ("Y60", "MIDLANDS"),
    ("Y61", "EAST OF ENGLAND"),
    ("Y62", "NORTH WEST"),
    ("Y63", "NORTH EAST AND YORKSHIRE"),
)
REGION_NAMES = tuple(f"{name} COMMISSIONING REGION" for _, name in REGIONS)
_FORMS = ("{} Medical Centre", "{} Surgery", "The {} Practice", "{} Health Centre, Mill Lane")
#: One practice for so many doctors, and at least five.
_DOCTORS_PER_PRACTICE = 50
#: Fewer practices than this show a closed one only.
_ENOUGH = 8


@dataclass(frozen=True)
class Practices:
    """One element per practice; dates are day numbers, `region` a place in `REGIONS`."""

    code: Texts
    name: Texts
    region: Numbers
    opened: Numbers
    closed: Numbers
    status: Texts  # A active, C closed, D dormant
    setting: Texts  # 4: a GP practice
    successor: Texts

    def __len__(self) -> int:
        return len(self.code)


def practices(doctors: int, seed: int, today: int) -> Practices:
    """The practices of a register of so many doctors: a few have closed, lie dormant or are no GP practice."""
    rng = np.random.default_rng([seed, 3])
    count = max(5, doctors // _DOCTORS_PER_PRACTICE)
    code = numbered("Z{}", np.arange(10001, 10001 + count))
    practice = Practices(
        code=code,
        name=_names(rng, count),
        region=rng.integers(0, len(REGIONS), count),
        opened=today - rng.integers(3 * 365, 40 * 365, count),
        closed=np.zeros(count, dtype=np.int64),
        status=np.full(count, "A", dtype=object),
        setting=np.full(count, "4", dtype=object),
        successor=np.full(count, "", dtype=object),
    )
    _spoil(practice, Dealer(rng, np.arange(count)), today)
    return practice


def _names(rng: np.random.Generator, count: int) -> Texts:
    place, form = rng.integers(0, len(PLACES), count), rng.integers(0, len(_FORMS), count)
    return np.array([_FORMS[f].format(PLACES[p]).upper() for f, p in zip(form, place, strict=True)], dtype=object)


def _spoil(practice: Practices, dealer: Dealer, today: int) -> None:
    closed = dealer.deal(0.01)
    practice.status[closed] = "C"
    practice.closed[closed] = today - 45
    practice.successor[closed] = practice.code[(closed + 1) % len(practice)]
    if len(practice) >= _ENOUGH:
        practice.status[dealer.deal(0.005)] = "D"
        practice.setting[dealer.deal(0.005)] = "9"


def sheet(practice: Practices) -> Sheet:
    """The rows of the practices extract, dates as the ODS writes them."""
    number = np.arange(len(practice))
    postcode: Any = zip((number % 98 + 1).tolist(), (number % 9 + 1).tolist(), strict=True)
    return {
        "practice_code": practice.code,
        "practice_name": practice.name,
        "region_code": texts(tuple(code for code, _ in REGIONS), practice.region),
        # No postcode begins with ZZ but the pseudo-postcodes.
        "postcode": np.array([f"ZZ{out} {inward}AB" for out, inward in postcode], dtype=object),
        "open_date": written(practice.opened, "yyyymmdd"),
        "close_date": written(practice.closed, "yyyymmdd"),
        "status": practice.status,
        "icb_code": numbered("QZ{}", practice.region + 1),
        "prescribing_setting": practice.setting,
        "successor_code": practice.successor,
    }
