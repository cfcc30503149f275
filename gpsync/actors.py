"""Who acts, and whether two who act are two people.

An actor is an account that something outside gpsync confirms: the kernel today. A person is an actor whom the
setting PEOPLE names. Whoever brings identities of another kind adds a source and makes actors of them; nothing else
changes.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from gpsync.errors import WrongUse
from gpsync.rules import ActorSource

#: The highest number that an account can have; the next one stands for "none".
_HIGHEST_UID = 2**32 - 2
_FORM = "write uid:name, separated by commas, such as 1001:j.harrow,1002:a.oak (`id -u` prints a uid)"


@dataclass(frozen=True)
class Actor:
    """Who does something. `name` is for readers, `account` (`uid:1001`) is what the kernel confirms.

    `is_person` says whether PEOPLE names the account; where it does not, `doubt` is the sentence that says why the
    actor counts as nobody.
    """

    name: str
    source: ActorSource
    account: str = ""
    is_person: bool = False
    doubt: str = ""


#: Who acts where no person does.
PROGRAM = Actor("gpsync", ActorSource.PROGRAM, doubt="The program itself is not a person.")


def parse_people(text: str) -> dict[int, str]:
    """The people of the setting PEOPLE by uid. Raises WrongUse for a text of another form, or a uid that stands twice.

    One person may have several accounts.
    """
    people: dict[int, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        number, _, name = (part.strip() for part in entry.partition(":"))
        if not (number.isascii() and number.isdigit() and int(number) <= _HIGHEST_UID and _is_name(name)):
            raise WrongUse(f"GPSYNC_PEOPLE, at {entry!r}: {_FORM}.")
        if people.setdefault(int(number), name) != name:
            raise WrongUse(f"GPSYNC_PEOPLE names two people for uid {number}: leave the one whose account it is.")
    return people


def _is_name(text: str) -> bool:
    """Whether a text can be shown as a name: printable, and no account's number."""
    return bool(text) and text.isprintable() and not text.casefold().startswith("uid:")


def account_of(uid: int) -> str:
    """An account of this machine as it is kept."""
    return f"uid:{uid}"


def on_record(name: str, account: str, people: Mapping[int, str]) -> Actor:
    """The actor whom a row names by `name` and `account`; a person if PEOPLE gives that account that name."""
    is_person = any(account == account_of(uid) and _same(name, known) for uid, known in people.items())
    return Actor(name, ActorSource.ACCOUNT, account, is_person, "" if is_person else f"{name} is not in GPSYNC_PEOPLE.")


def same_person(first: Actor, second: Actor) -> bool:
    """Whether two actors may be one human being: they share a name, in whatever case, or an account."""
    return _same(first.name, second.name) or (first.account != "" and first.account == second.account)


def are_two_people(first: Actor | None, second: Actor | None) -> bool:
    """Whether both are people whom PEOPLE names, and different ones; what every rule about two people asks."""
    if first is None or second is None or not (first.is_person and second.is_person):
        return False
    return not same_person(first, second)


def _same(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
