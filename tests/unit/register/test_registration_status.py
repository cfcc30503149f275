"""Registration status texts: every spelling met in the feed finds its class, and nothing is guessed."""

import sys
import unicodedata

import pytest

from gpsync.register.registration_status import canonical_status, registration_class
from gpsync.rules import REGISTRATION_STATUSES, Registration

DASHES = [chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Pd"]


@pytest.mark.parametrize("text", REGISTRATION_STATUSES)
def test_every_text_of_the_table_is_its_own_spelling(text):
    assert canonical_status(text) == text
    assert canonical_status(f"  {text.upper().replace(' ', chr(0xA0) * 2)} ") == text
    assert registration_class(text) is REGISTRATION_STATUSES[text]


@pytest.mark.parametrize("dash", [*DASHES, *"\N{MINUS SIGN}\N{SOFT HYPHEN}\N{HYPHEN BULLET}\u02d7\u2796"], ids=ascii)
def test_every_dash_is_a_dash(dash):
    assert canonical_status(f"Not Registered {dash} Deceased") == "Not Registered - Deceased"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Registered with a licence to practise", Registration.LICENSED),
        ("Registered with a license to practice", Registration.LICENSED),
        ("Registered with licence to practise", Registration.LICENSED),
        ("Registered without a licence to practise", Registration.UNLICENSED),
        ("Registered without a license to practice", Registration.UNLICENSED),
        ("Registered without licence", Registration.UNLICENSED),
        ("Provisionally registered with a licence to practise", Registration.PROVISIONAL),
        ("Provisionally registered without a licence to practise", Registration.PROVISIONAL_UNLICENSED),
        ("Temporary registration with a licence to practise", Registration.TEMPORARY),
        ("Not Registered \N{EN DASH} Erased after Fitness to Practise panel hearing", Registration.ERASED),
        ("Regis\N{ZERO WIDTH SPACE}tered with Licence\N{ZERO WIDTH NO-BREAK SPACE}", Registration.LICENSED),
    ],
)
def test_the_wordings_of_the_website_are_known(text, expected):
    assert registration_class(canonical_status(text)) is expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        ("Registered", "says nothing of a licence"),
        ("Registered with a restricted licence", "a licence of another kind"),
        ("Registered with Licences", "more than the word"),
        ("Not Registered Deceased", "no dash"),
        ("Not Registered X Deceased", "a letter for a dash"),
        ("Not Registered - ", "no reason"),
        ("Not Registered â\u20ac\N{LEFT DOUBLE QUOTATION MARK} Deceased", "read in the wrong encoding"),
        ("with Licence", "half a text"),
    ],
)
def test_a_text_that_is_not_known_is_never_guessed_at(text, reason):
    assert canonical_status(text) is None, reason
    assert registration_class(canonical_status(text)) is None
