"""What cannot be seen in a text: taken away before anything is stored or compared."""

import re
import unicodedata
from typing import Literal

#: The soft hyphen, joiners and other zero-width characters, direction marks, variation selectors, the byte
#: order mark. None of them has a width, and every one has been pasted into a web form.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SPACES = re.compile(r"\s+")


def visible(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """The text composed, without what cannot be seen, its runs of white space each one blank."""
    # Removed first: an invisible character between a letter and its accent would keep them apart.
    return _SPACES.sub(" ", unicodedata.normalize(form, _INVISIBLE.sub("", text))).strip()
