"""What a rule returns: findings, before they become mismatches."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from gpsync.register.addresses import key as address_key
from gpsync.register.characters import visible
from gpsync.rules import Code, Owner, Severity

#: The evidence of a value whose column the extract does not have, or leaves blank in every row.
NOT_KNOWN = "not known"
#: The evidence, yes or no, that the doctor works at a practice today, where that makes a mismatch worse.
AT_WORK = "assigned"


class Shown(str):
    """Evidence as people may see it, of a value of which it does not show all: `whole` is what is compared.

    Masked addresses and long lists are such. The whole is kept as a keyed hash only.
    """

    __slots__ = ("whole",)
    whole: str

    def __new__(cls, text: str, whole: str) -> "Shown":
        """The text to be shown, and the whole of what it stands for."""
        one = super().__new__(cls, text)
        one.whole = whole
        return one


@dataclass(frozen=True)
class Finding:
    """One mismatch, as one rule sees it on one day.

    `key` distinguishes it from every other finding of the same code, whatever day it is: numbers and codes joined
    by `|`, never an address. `evidence` holds the compared values by field name, for people and for noticing
    that they changed; addresses in it are masked (`masked_address`); a value of which not all is shown is a `Shown`.
    `severity` and `owner` are given where they differ from the catalogue's. `summary` is one sentence without
    addresses.

    A finding about a group has a key that no member's coming or going changes. `members` are the whole groups, by the
    evidence field that shows them. `formerly` is the key that such a finding had while it named its members.
    """

    code: Code
    key: str
    summary: str
    gmc_number: str | None = None
    practice_code: str | None = None
    case_id: str | None = None
    user_id: str | None = None
    severity: Severity | None = None
    owner: Owner | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    formerly: str | None = None

    @property
    def mismatch_id(self) -> str:
        """The same for the same disagreement every night: 16 hexadecimal digits of its code and key."""
        return _id(self.code, self.key)

    @property
    def former_id(self) -> str | None:
        """The id that it had before its key stopped naming its members."""
        return None if self.formerly is None else _id(self.code, self.formerly)


def _id(code: Code, key: str) -> str:
    return hashlib.sha256(f"{code}\x1f{key}".encode()).hexdigest()[:16]


def masked_address(address: str | None) -> str:
    """Enough of an address to recognise it and too little to use it: `a***@d***.example`."""
    if not address:
        return ""
    local, _, domain = visible(address).partition("@")
    name, _, ending = domain.rpartition(".")
    masked = f"{local[:1]}***@{name[:1]}***.{ending}" if ending else f"{local[:1]}***"
    return Shown(masked, address_key(address))
