"""The PCSE Online accounts of performers, whose usernames follow the register's addresses some weeks behind."""

from dataclasses import dataclass

import numpy as np

from gpsync.rules import AccountStatus
from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Flags, Population, numbers
from gpsync.synthetic.register import addresses
from gpsync.synthetic.scenario import AccountShares
from gpsync.synthetic.sheets import Sheet, Texts
from gpsync.synthetic.stories import another_address

#: An account takes up a new address so many days after the register showed it: the window, a sending day, and
#: some days until the doctor clicks. Changes of the last three weeks are thus still open.
_LAG_DAYS = 24
#: Accounts for each of doctors not on the list.
_UNLISTED = 0.002
#: In the order of the shares.
_STATUSES = np.array(
    [
        AccountStatus.ACTIVE.written,
        AccountStatus.UNVERIFIED.written,
        AccountStatus.LOCKED.written,
        AccountStatus.DEACTIVATED.written,
    ],
    dtype=object,
)


@dataclass(frozen=True)
class Accounts:
    """One element per account: the doctor's place in the population, the day it was verified (0: never).

    `mailed` says whether the unverified were ever sent a link.
    """

    doctor: Numbers
    username: Texts
    stale: Flags
    status: Texts
    verified: Numbers
    mailed: bool

    def follow(self, people: Population, today: int) -> None:
        """Take up, in place, the addresses that have stood long enough."""
        since = people.mail_since[self.doctor]
        current = _texts(people, self.doctor)
        due = (since <= today - _LAG_DAYS) & (current != "") & (current != self.username) & ~self.stale
        self.username[due] = current[due]
        known = due & (self.verified > 0)
        self.verified[known] = since[known] + _LAG_DAYS - 1

    def sheet(self, people: Population) -> Sheet:
        """The rows as they stand."""
        unused = people.mail_since[self.doctor] if self.mailed else 0
        sent = np.where(self.verified > 0, self.verified - 1, unused)
        return {
            "gmc_number": numbers(self.doctor).astype(str).astype(object),
            "username_email": self.username,
            "account_status": self.status,
            "verified_date": written(self.verified, "iso"),
            "last_link_sent_date": written(sent, "iso"),
        }


def accounts(people: Population, listed: Numbers, seed: int, today: int, shares: AccountShares) -> Accounts:
    """An account for every performer with an address, and a few of doctors who are not on the list."""
    rng = np.random.default_rng([seed, 9])
    others = np.setdiff1d(np.flatnonzero(people.present & (people.mail > 0) & ~people.reserved), listed)
    owner = np.sort(np.concatenate([listed, rng.permutation(others)[: max(1, int(len(listed) * _UNLISTED))]]))
    # Usernames are unique: of doctors who share an address, one has an account.
    username, first = np.unique(_texts(people, owner).astype(str), return_index=True)
    kept = np.sort(first[np.char.find(username, "@") > 0])
    owner, username = owner[kept], _texts(people, owner[kept])
    stale = rng.random(len(owner)) < shares.stale
    stale[:1] = True
    before = another_address(np.maximum(people.mail[owner[stale]].astype(np.int64), 1), 1)
    username[stale] = addresses(people, owner[stale], before).to_pylist()
    by_status = (shares.active, shares.unverified, shares.locked, shares.deactivated)
    status = rng.choice(_STATUSES, len(owner), p=by_status)
    verified = np.where(status == AccountStatus.UNVERIFIED.written, 0, today - rng.integers(20, 900, len(owner)))
    return Accounts(owner, username, stale, status, verified, shares.mailed)


def _texts(people: Population, doctors: Numbers) -> Texts:
    return np.array(addresses(people, doctors).to_pylist(), dtype=object)
