"""The extracts around very many changed addresses: who is on the list, has an account, or stops a mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

_REGISTER = "GMC Ref No,Surname,Given Name,Year Of Qualification,GP Register Date,Registration Status,Email Address"
_LIST = (
    "Alignment,GMC Ref No,Forenames,Surname,Performer Role,List Status,Status Effective Date,NHSE Region,"
    "Practice Code,Assignment Start Date,Assignment End Date"
)
_ACCOUNTS = "GMC Ref No,Username Email,Account Status,Verified Date"
_USERS = "User ID,Practice Code,Full Name,Email,Role,Account Status,Revoked Date"
#: Further doctors for each that changed, whose address stays.
_OTHERS = 1 / 9


@dataclass
class Extracts:
    """Doctors 9000000 …: the first `changes` of them take new addresses, the even ones a week before the odd ones."""

    changes: int
    random: Random

    def __post_init__(self) -> None:
        self._doctors = self.changes + int(self.changes * _OTHERS)
        draw = self.random.random
        #: What stops some of the mails: their status, that they are not listed, or an address that others have too.
        self._status = ["Suspended" if draw() < 0.01 else "Registered with Licence" for _ in range(self._doctors)]
        self._listed = [_listing(draw()) for _ in range(self._doctors)]
        self._shared = [draw() < 0.005 for _ in range(self._doctors)]
        self._account = [draw() for _ in range(self._doctors)]

    def _email(self, number: int, lots: int) -> str:
        if number >= self.changes or number % 2 >= lots:
            return f"d{number}@doctor.example"
        return f"shared{number // 400}@doctor.example" if self._shared[number] else f"d{number}.new@doctor.example"

    def register(self, lots: int) -> str:
        """The whole register after none, one or both of the lots of changes."""
        rows = (
            f"{9_000_000 + one},Surname{one % 977},Given,2001,2010-01-01,{self._status[one]},{self._email(one, lots)}"
            for one in range(self._doctors)
        )
        return _file(_REGISTER, rows)

    def weekly(self) -> dict[str, str]:
        """The other extracts of a week."""
        return {
            "performers_list": self.performers(),
            "pcse_accounts": self._accounts(),
            "practice_users": self._users(),
        }

    def performers(self, *, removed: bool = False) -> str:
        """The performers list; with a tenth of the doctors removed from it, or before that."""
        rows = (
            f"Medical,{9_000_000 + one},Given,Surname{one % 977},GP Performer,"
            f"{'Removed' if removed and one % 10 == 4 else listed},,LONDON COMMISSIONING REGION,"
            f"A{one % 7000:05},2015-04-01,{'2020-01-01' if one == 0 else ''}"
            for one, listed in enumerate(self._listed)
            if listed
        )
        return _file(_LIST, rows)

    def _accounts(self) -> str:
        """Most doctors have an account under their address of before, some are verified, with the new one even."""
        rows = (
            f"{9_000_000 + one},{self._email(one, 2 if draw < 0.05 else 0)},"
            f"{'Active' if draw < 0.4 else 'Unverified'},{'2024-01-01' if draw < 0.3 else ''}"
            for one, draw in enumerate(self._account)
            if draw < 0.85
        )
        return _file(_ACCOUNTS, rows)

    def _users(self) -> str:
        rows = (
            f"U{one:06},A{one % 7000:05},Pat Ash,u{one}@surgery.example,Organisation Administrator,"
            f"{'Unverified' if one % 500 == 0 else 'Active'},{'2024-01-01' if one % 50 == 1 else ''}"
            for one in range(max(2, self.changes // 3))
        )
        return _file(_USERS, rows)


def _listing(draw: float) -> str | None:
    """How the list shows a doctor: mostly included, some removed, some not at all."""
    if draw < 0.05:
        return None
    return "Removed" if draw < 0.08 else "Included"


def _file(headings: str, rows: Iterable[str]) -> str:
    return "\n".join([headings, *rows]) + "\n"
