"""Who holds which role in PCSE Online at which practice."""

from dataclasses import dataclass

import numpy as np

from gpsync.rules import AccountStatus
from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Flags
from gpsync.synthetic.names import GIVEN_NAMES, SURNAMES, fold
from gpsync.synthetic.practices import Practices
from gpsync.synthetic.sheets import Dealer, Sheet, Texts, joined, numbered, taken, texts

MANAGER, ADMINISTRATOR, NOMINATOR = "PL Practice Manager", "PL Organisation Administrator", "CQC Registered Manager"
#: The roles at every practice, and which of its five people holds each.
_ROLES = (
    (NOMINATOR, 0),
    (ADMINISTRATOR, 1),
    ("Main Contact", 1),
    ("GPP Practice User Administrator", 1),
    (ADMINISTRATOR, 2),
    (MANAGER, 3),
    ("GPP Joiner & Leaver", 3),
    (MANAGER, 4),
)
_PEOPLE = 5
#: The share of the practices that each fault happens to; at least one of them.
_SHARE = 0.004


@dataclass(frozen=True)
class Staff:
    """The people of the practices: five for each, in a row. Dates are day numbers."""

    surname: Numbers
    given: Numbers
    granted: Numbers

    def user_id(self, people: Numbers) -> Texts:
        """User IDs of people by their places."""
        return numbered("U{:07}", people + 1)

    def full_name(self, people: Numbers) -> Texts:
        """`Given Surname` of each."""
        return _pairs("{} {}", texts(GIVEN_NAMES, self.given[people]), texts(SURNAMES, self.surname[people]))

    def email(self, people: Numbers) -> Texts:
        """Addresses that nobody shares: each holds its owner's place."""
        given, surname = texts(GIVEN_NAMES, self.given[people]), texts(SURNAMES, self.surname[people])
        local = _pairs("{}.{}", np.array([*map(fold, given)], object), np.array([*map(fold, surname)], object))
        return _pairs("{}{}@surgery.example", local, people + 1)


def _pairs(form: str, first: Texts, second: Texts | Numbers) -> Texts:
    return np.array([form.format(a, b) for a, b in zip(first, second, strict=True)], dtype=object)


def staff(practice: Practices, seed: int, today: int) -> Staff:
    """Five people for every practice."""
    rng = np.random.default_rng([seed, 7])
    count = len(practice) * _PEOPLE
    return Staff(
        surname=rng.integers(0, len(SURNAMES), count),
        given=rng.integers(0, len(GIVEN_NAMES), count),
        # Long enough ago for every case that they have decided.
        granted=today - rng.integers(8 * 365, 9 * 365, count),
    )


def manager(practice: Numbers) -> Numbers:
    """The person who approves changes at each practice."""
    return practice * _PEOPLE + 3


def sheet(staff: Staff, practice: Practices, today: int) -> tuple[Sheet, Numbers]:
    """The roles as they should be, with the practice (its place) of each row."""
    where = np.repeat(np.arange(len(practice)), len(_ROLES))
    holder = where * _PEOPLE + np.tile([person for _, person in _ROLES], len(practice))
    role = np.tile(np.array([role for role, _ in _ROLES], dtype=object), len(practice))
    nominated = role == ADMINISTRATOR
    rows: Sheet = {
        "user_id": staff.user_id(holder),
        "practice_code": practice.code[where],
        "full_name": staff.full_name(holder),
        "email": staff.email(holder),
        "role": role,
        "account_status": np.full(len(where), AccountStatus.ACTIVE.written, dtype=object),
        "granted_date": written(
            np.where(role == NOMINATOR, staff.granted[holder] - 2 * 365, staff.granted[holder]), "iso"
        ),
        "revoked_date": np.full(len(where), "", dtype=object),
        "nominated_by_user_id": np.where(nominated, staff.user_id(where * _PEOPLE), "").astype(object),
        "linked_gmc_number": np.full(len(where), "", dtype=object),
        "last_login_date": written(today - holder % 25, "iso"),
    }
    return rows, where


def newcomer(staff: Staff, practice: Practices, today: int) -> Sheet:
    """A new administrator of the first practice, whose account waits for its link."""
    place = np.array([len(staff.granted)])
    return {
        "user_id": staff.user_id(place),
        "practice_code": practice.code[:1],
        "full_name": np.array(["Robin Newcomer"], dtype=object),
        "email": np.array(["robin.newcomer@surgery.example"], dtype=object),
        "role": np.array([ADMINISTRATOR], dtype=object),
        "account_status": np.array([AccountStatus.UNVERIFIED.written], dtype=object),
        "granted_date": written(np.array([today]), "iso"),
        "revoked_date": np.array([""], dtype=object),
        "nominated_by_user_id": staff.user_id(np.array([0])),
        "linked_gmc_number": np.array([""], dtype=object),
        "last_login_date": np.array([""], dtype=object),
    }


def spoil(sheet: Sheet, where: Numbers, dealer: Dealer, gps: tuple[Texts, Texts]) -> Sheet:
    """Give some practices faulty roles; `gps` are GMC numbers and addresses of GPs, one for each practice.

    Returns the sheet with a few rows more.
    """
    five, moved = dealer.deal(_SHARE), dealer.deal(_SHARE)
    added = [_fifth_administrators(sheet, where, five), _at_the_next(sheet, where, moved)]
    _revoke(sheet, np.isin(where, dealer.deal(_SHARE)) & (sheet["role"] == MANAGER))
    _revoke(sheet, np.isin(where, dealer.deal(_SHARE)) & (sheet["role"] == ADMINISTRATOR))
    single = np.isin(where, dealer.deal(_SHARE)) & (sheet["role"] == ADMINISTRATOR)
    _revoke(sheet, single & (np.cumsum(single) % 2 == 0))
    sheet["nominated_by_user_id"][np.isin(where, dealer.deal(_SHARE))] = ""
    off = np.isin(where, dealer.deal(_SHARE)) & (sheet["role"] == MANAGER)
    sheet["account_status"][off] = AccountStatus.DEACTIVATED.written
    _share_a_login(sheet, where, dealer.deal(_SHARE))
    _staff_address_of_a_gp(sheet, where, dealer.deal(_SHARE), gps[1])
    approving = np.isin(where, dealer.deal(_SHARE)) & (sheet["role"] == MANAGER)
    sheet["linked_gmc_number"][approving] = gps[0][where[approving]]
    for rows in added:
        sheet = joined(sheet, rows)
    return sheet


def _fifth_administrators(sheet: Sheet, where: Numbers, practices: Numbers) -> Sheet:
    """Three people more, the practice's others, as administrators beside the two."""
    others = np.isin(sheet["role"], [NOMINATOR, MANAGER]) & np.isin(where, practices)
    rows = taken(sheet, np.flatnonzero(others))
    rows["role"][:] = ADMINISTRATOR
    first = sheet["role"] == NOMINATOR
    nominators = dict(zip(sheet["practice_code"][first], sheet["user_id"][first], strict=True))
    rows["nominated_by_user_id"] = np.array([nominators[code] for code in rows["practice_code"]], dtype=object)
    return rows


def _at_the_next(sheet: Sheet, where: Numbers, practices: Numbers) -> Sheet:
    """Managers who work at the next practice too, under the same address."""
    rows = taken(sheet, np.flatnonzero((sheet["role"] == MANAGER) & np.isin(where, practices)))
    codes = sheet["practice_code"][:: len(_ROLES)]
    following = dict(zip(codes, np.roll(codes, -1), strict=True))
    rows["practice_code"] = np.array([following[code] for code in rows["practice_code"]], dtype=object)
    return rows


def _revoke(sheet: Sheet, rows: Flags) -> None:
    sheet["revoked_date"][rows] = sheet["last_login_date"][rows]


def _share_a_login(sheet: Sheet, where: Numbers, practices: Numbers) -> None:
    """The two managers of a practice with one mailbox between them."""
    for practice in practices:
        managers = (where == practice) & (sheet["role"] == MANAGER)
        sheet["email"][managers] = f"office{practice + 1}@surgery.example"


def _staff_address_of_a_gp(sheet: Sheet, where: Numbers, practices: Numbers, addresses: Texts) -> None:
    """Main contacts whose address is, at the GMC, a GP's."""
    contacts = np.isin(where, practices) & (sheet["role"] == "Main Contact")
    sheet["email"][contacts] = addresses[where[contacts]]
