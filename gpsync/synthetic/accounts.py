"""The PCSE Online accounts of performers, whose usernames follow the register's addresses some weeks behind."""

from dataclasses import dataclass

import numpy as np

from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Population, numbers
from gpsync.synthetic.register import addresses
from gpsync.synthetic.sheets import Sheet
from gpsync.synthetic.stories import another_address

#: An account takes up a new address so many days after the register showed it: the window, and some to click.
_LAG_DAYS = 16
#: Accounts that never took up the last change of address.
_STALE = 0.003
_STATUSES = ("Active", "Unverified", "Locked", "Deactivated")
_STATUS_SHARES = (0.93, 0.045, 0.01, 0.015)


@dataclass(frozen=True)
class Accounts:
    """One element per account: the doctor, the code of the username, the day it was verified (0: never)."""

    doctor: Numbers
    mail: Numbers
    stale: np.ndarray
    status: np.ndarray
    verified: Numbers

    def follow(self, people: Population, today: int) -> None:
        """Take up, in place, the addresses that have stood long enough."""
        since, mail = people.mail_since[self.doctor], people.mail[self.doctor]
        due = (since <= today - _LAG_DAYS) & (mail > 0) & (mail != self.mail) & ~self.stale
        self.mail[due] = mail[due]
        self.verified[due & (self.verified > 0)] = since[due & (self.verified > 0)] + _LAG_DAYS - 1

    def sheet(self, people: Population) -> Sheet:
        """The rows as they stand."""
        count = len(self.doctor)
        sent = np.where(self.verified > 0, self.verified - 1, people.mail_since[self.doctor])
        return {
            "gmc_number": numbers(self.doctor).astype(str).astype(object),
            "username_email": np.array(addresses(people, self.doctor, self.mail).to_pylist(), dtype=object),
            "account_status": self.status,
            "verified_date": written(self.verified, "iso"),
            "last_link_sent_date": written(sent, "iso") if count else np.empty(0, dtype=object),
        }


def accounts(people: Population, doctor: Numbers, seed: int, today: int) -> Accounts:
    """An account for every performer with an address; some stale, some of doctors who are not listed."""
    rng = np.random.default_rng([seed, 9])
    listed = doctor[people.mail[doctor] > 0]
    others = np.setdiff1d(np.flatnonzero(people.present & (people.mail > 0) & ~people.reserved), listed)
    unlisted = rng.permutation(others)[: max(1, len(listed) // 500)]
    owner = np.sort(np.concatenate([listed, unlisted]))
    mail = people.mail[owner].astype(np.int64)
    stale = rng.random(len(owner)) < _STALE
    stale[:1] = True
    mail[stale] = another_address(mail[stale], 1)
    status = rng.choice(np.array(_STATUSES, dtype=object), len(owner), p=_STATUS_SHARES)
    verified = np.where(status == "Unverified", 0, today - rng.integers(20, 900, len(owner)))
    return Accounts(owner, mail, stale, status, verified)
