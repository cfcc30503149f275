"""Personal names for comparison: accents, hyphens, apostrophes, case, order and titles do not count."""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache

_APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u2032\uff07]")
_WORD = re.compile(r"[^\W_]+")
#: Letters that are no plain letter with an accent, so decomposing them does not help. Case is folded before.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_TITLES = frozenset({"dr", "doctor", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame"})


class Agreement(Enum):
    """How the name on the list fits the name on the register."""

    SAME = auto()
    DIFFERENT = auto()  # some of it fits
    UNRELATED = auto()  # none of it does


@lru_cache(maxsize=50_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded. `O'Brien` is one word and `Bell-Marsden` two; a lone `-` has none."""
    plain = _APOSTROPHES.sub("", name).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", plain)
    return tuple(_WORD.findall("".join(one for one in letters if not unicodedata.combining(one))))


def untitled(name: Sequence[str]) -> tuple[str, ...]:
    """The words without titles; a name that is nothing but a title keeps it."""
    return tuple(word for word in name if word not in _TITLES) or tuple(name)


def agreement(forenames: str, surname: str, family: str, given: str) -> Agreement:
    """How a name on the list (`forenames`, `surname`) fits one on the register (`family` name, `given` ones).

    Every word of the list's surname must be among the register's names. Where the list has none, because the whole
    name is in the forenames, every word of the register's family name must be there. A forename that differs is no
    disagreement. Where one side parts a word that the other writes as one (`Mac Allister`), they agree.
    """
    listed, whole = untitled(words(surname)), untitled(words(forenames) + words(surname))
    register, names = words(family) or words(given), words(family) + words(given)
    sought, among = (listed, names) if listed else (register, whole)
    if sought and (set(sought) <= set(among) or "".join(sought) in _runs(among)):
        return Agreement.SAME
    # A single letter is an initial, or the O of O Brien: it makes nobody a relation.
    common = {word for word in set(whole) & set(names) if len(word) > 1}
    return Agreement.DIFFERENT if common or not whole else Agreement.UNRELATED


def _runs(name: Sequence[str]) -> set[str]:
    """Neighbouring words of a name written as one."""
    return {"".join(name[start:end]) for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
