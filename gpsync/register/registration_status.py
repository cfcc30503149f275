"""Registration status texts: many spellings, one table.

The feed has carried en dashes and hyphens for the same status (TIS-REFERENCE migration V3.24), and the
GMC's website words licences differently, so texts are folded before they are looked up.
"""

import re
import unicodedata

from gpsync.rules import REGISTRATION_STATUSES, Registration

_DASHES = re.compile(r"[\u002d\u00ad\u058a\u05be\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]")
_SPACES = re.compile(r"\s+")


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _SPACES.sub(" ", _DASHES.sub("-", text)).strip()
    text = re.sub(r"with a licen[cs]e to practi[cs]e|with a licence", "with licence", text)
    return re.sub(r"without (?:a )?licence(?: to practi[cs]e)?", "without licence", text)


_BY_FOLD = {_fold(text): text for text in REGISTRATION_STATUSES}


def canonical_status(text: str) -> str | None:
    """The status's text in `rules.REGISTRATION_STATUSES`, or None for a text that is not known.

    An unknown text is never guessed at: its row is quarantined.
    """
    return _BY_FOLD.get(_fold(text))


def registration_class(status: str | None) -> Registration | None:
    """The class of a canonical status text."""
    return REGISTRATION_STATUSES.get(status) if status else None
