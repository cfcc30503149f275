"""Everything around the register: practices, performers, their cases, the practices' users, the accounts."""

import numpy as np
import pyarrow as pa

from gpsync.extracts.layouts import LAYOUTS
from gpsync.rules import Dataset
from gpsync.synthetic import approval_faults, approvals, performer_faults, performers, performers_list, practices, users
from gpsync.synthetic.accounts import accounts
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.doctors import Population, numbers
from gpsync.synthetic.performer_faults import sound
from gpsync.synthetic.public_list import public
from gpsync.synthetic.register import addresses
from gpsync.synthetic.scenario import AccountShares
from gpsync.synthetic.sheets import Dealer, Sheet, Texts, batch, joined


class Surroundings:
    """The world the doctors of a register work in, as its five extracts show it week by week.

    All is settled at the start, as seen from `end`, the last night; a week only shows how far things have
    come. What the weeks add is what happened in the register meanwhile.
    """

    def __init__(
        self,
        people: Population,
        doctors: int,
        seed: int,
        today: int,
        end: int,
        *,
        traps: bool,
        shares: AccountShares = AccountShares(),
        public_list: bool = False,
    ) -> None:
        self._people, self._seed, self._first, self._traps = people, seed, today, traps
        self._public_list = public_list
        self._practices = practices.practices(doctors, seed, today)
        self._performers = performers.performers(people, seed, today)
        self._posts = performers.assignments(self._performers, self._practices, seed, end)
        self._staff = users.staff(self._practices, seed, today)
        self._accounts = accounts(people, self._performers.doctor, seed, today, shares)
        self._cases = self._all_cases(end)

    def batch(self, dataset: Dataset, today: int) -> pa.RecordBatch:
        """One extract of today, a day number, other than the register."""
        if self._public_list and dataset is Dataset.PERFORMERS_LIST:
            return public(self._performers_list(today))
        write = {
            Dataset.PERFORMERS_LIST: self._performers_list,
            Dataset.PRACTICE_APPROVALS: self._approvals,
            Dataset.PRACTICES: lambda _: practices.sheet(self._practices),
            Dataset.PRACTICE_USERS: self._users,
            Dataset.PCSE_ACCOUNTS: self._pcse_accounts,
        }[dataset]
        return batch(LAYOUTS[dataset], write(today))

    def _dealt(self) -> tuple[Numbers, Numbers]:
        """Performers with one post, halved: those whom the list gets wrong, and those whose cases go wrong.

        Performers who begin during the nights are in neither half, so that new posts are not taken for wrong ones.
        """
        beginning = self._posts.performer[self._posts.shown > self._first]
        settled = np.setdiff1d(sound(self._performers, self._posts)[0], beginning)
        single = np.random.default_rng([self._seed, 10]).permutation(settled)
        return single[::2], single[1::2]

    def _all_cases(self, end: int) -> approvals.Cases:
        posts, rng = self._posts, np.random.default_rng([self._seed, 11])
        usual = approvals.cases(self._performers, posts, self._seed, end)
        open_ones = np.isin(posts.performer, self._dealt()[1]) & (posts.end == 0)
        steady = Dealer(rng, np.flatnonzero(open_ones & ~np.isin(posts.performer, usual.performer)))
        # Posts old enough that the rejection, or the date that differs, is known on the first night.
        fresh = Dealer(rng, np.flatnonzero(open_ones & (posts.start > end - 300) & (posts.start < self._first - 20)))
        wrong = approval_faults.faulty(self._performers, posts, len(self._practices), steady, fresh, end)
        # A performer with a faulty case has no other case; and some posts have no case at all.
        unasked = posts.performer[(posts.shown > self._first) & (posts.shown <= end)][:1]
        spoken_for = np.concatenate([unasked, *(part.performer for part in wrong)])
        return approvals.together([approvals.only(usual, ~np.isin(usual.performer, spoken_for)), *wrong])

    def _performers_list(self, today: int) -> Sheet:
        sheet, rows = performers_list.sheet(self._people, self._performers, self._posts, self._practices, today)
        dealer = Dealer(np.random.default_rng([self._seed, 12]), self._dealt()[0])
        performer_faults.spoil(sheet, rows, self._performers, self._posts, dealer, self._seed)
        return performer_faults.quirks(sheet, rows) if self._traps else sheet

    def _approvals(self, today: int) -> Sheet:
        known = numbers(self._performers.doctor).astype(str).astype(object)
        sheet = approvals.sheet(self._cases, known, self._practices, self._staff, today)
        # The oldest case names a doctor whom no list knows: a slip of the pen.
        sheet["gmc_number"][np.argsort(sheet["submitted_date"], kind="stable")[:1]] = "9999998"
        return sheet

    def _users(self, today: int) -> Sheet:
        sheet, where = users.sheet(self._staff, self._practices, today)
        active = np.flatnonzero(self._practices.status == "A")
        spoilt = users.spoil(sheet, where, Dealer(np.random.default_rng([self._seed, 13]), active), self._gps())
        if today == self._first:
            return spoilt
        return joined(spoilt, users.newcomer(self._staff, self._practices, self._first + 1))

    def _gps(self) -> tuple[Texts, Texts]:
        """The GMC number and the address of one GP of each practice, best of one with a case; else of the first GP."""
        gp = np.zeros(len(self._practices), dtype=np.int64)
        gp[self._posts.practice] = self._posts.performer
        gp[self._cases.practice] = self._cases.performer
        if not len(self._performers):
            nobody = np.full(len(gp), "", dtype=object)
            return nobody, nobody
        order = self._performers.doctor[gp]
        known = numbers(order).astype(str).astype(object)
        return known, np.array(addresses(self._people, order).to_pylist(), dtype=object)

    def _pcse_accounts(self, today: int) -> Sheet:
        self._accounts.follow(self._people, today)
        return self._accounts.sheet(self._people)
