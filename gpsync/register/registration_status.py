"""Registration status texts: many spellings, one table.

The feed has carried en dashes and hyphens for the same status (TIS-REFERENCE migration V3.24), and the
GMC's website words licences differently, so texts are folded before they are looked up.
"""

import re
import unicodedata

from gpsync.register.characters import visible
from gpsync.rules import REGISTRATION_STATUSES, Registration

#: Characters that serve as a dash and are none by Unicode's account: soft hyphen, hyphen bullet, minus signs.
_DASHES_TOO = "\u00ad\u02d7\u2043\u2212\u2796"
_LICENCE = re.compile(r"\b(with|without) (?:a )?licen[cs]e(?: to practi[cs]e)?\b")


def _fold(text: str) -> str:
    # Dashes first: the soft hyphen counts as invisible everywhere else.
    dashed = "".join("-" if _is_dash(character) else character for character in text)
    return _LICENCE.sub(r"\1 licence", visible(dashed, "NFKC").casefold())


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in _DASHES_TOO


_BY_FOLD = {_fold(text): text for text in REGISTRATION_STATUSES}


def canonical_status(text: str) -> str | None:
    """The status's text in `rules.REGISTRATION_STATUSES`, or None for a text that is not known.

    An unknown text is never guessed at: its row is quarantined.
    """
    return _BY_FOLD.get(_fold(text))


def registration_class(status: str | None) -> Registration | None:
    """The class of a canonical status text."""
    return REGISTRATION_STATUSES.get(status) if status else None
