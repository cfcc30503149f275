"""What cannot be seen in a text, and what looks like something else: taken away to compare, or shown to people."""

import re
import unicodedata
from typing import Literal

#: The soft hyphen, joiners and other zero-width characters, direction marks, variation selectors, the byte
#: order mark. None of them has a width, and every one has been pasted into a web form.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SPACES = re.compile(r"\s+")
#: Written together in one word, so they count as one script.
_EAST_ASIAN = frozenset({"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
_FIRST_WORD = re.compile(r"[A-Z]+")


def visible(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """The text composed, without what cannot be seen, its runs of white space each one blank."""
    # Removed first: an invisible character between a letter and its accent would keep them apart.
    return _SPACES.sub(" ", unicodedata.normalize(form, _INVISIBLE.sub("", text))).strip()


def is_stand_in(character: str) -> bool:
    """Whether composing a text puts another character in this one's place, such as K for the Kelvin sign."""
    decomposed = unicodedata.decomposition(character)
    return bool(decomposed) and not decomposed.startswith("<") and " " not in decomposed


def scripts(text: str) -> set[str]:
    """The scripts that the letters and digits of a text belong to: `{"LATIN"}`. Digits 0 to 9 belong to none.

    By the names that Unicode gives characters, of which the first word is the script.
    """
    found = set()
    for character in unicodedata.normalize("NFKC", text):
        if character.isalnum() and not (character.isascii() and character.isdigit()):
            word = _FIRST_WORD.match(unicodedata.name(character, ""))
            found.add(word.group() if word else "UNNAMED")
    return {"EAST ASIAN" if word in _EAST_ASIAN else word for word in found - {"MODIFIER"}}


def unambiguous(text: str) -> str:
    """The text for a person who must see what is in it: whatever may be taken for something else as `<U+202E>`.

    Letters of the Latin script and digits stay, with or without accents, and visible ASCII does.
    """
    return "".join(one if _is_plain(one) else f"<U+{ord(one):04X}>" for one in text)


def one_line(text: str) -> str:
    """The text as one line: whatever could move a cursor or forge a line is shown as `<U+001B>`."""
    return " ".join("".join(one if one.isspace() else shown(one) for one in text).split())


def shown(text: str) -> str:
    """The text with line ends and tabs as they are, and whatever else cannot be seen as `<U+001B>`."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in "\n\t" else f"<U+{ord(one):04X}>" for one in text)


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    # A compatibility form, such as a superscript two or a ligature, is another character once it is normalised.
    is_itself = unicodedata.normalize("NFKC", character) == character
    return is_itself and character.isalnum() and scripts(character) <= {"LATIN"}
