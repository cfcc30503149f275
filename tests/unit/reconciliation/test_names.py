"""What does not count in a name: titles, accents, apostrophes."""

import pytest

from gpsync.reconciliation.names import Agreement, agreement

#: Letters that are not written the same everywhere, each with the plain one.
_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "é": "e", "ñ": "n", "ü": "u",
}  # fmt: skip


@pytest.mark.parametrize("title", ["Dr", "Doctor", "Mr", "Mrs", "Ms", "Miss", "Mx", "Prof", "Professor", "Sir", "Dame"])
def test_a_title_is_no_name(title):
    assert agreement("Asha", f"{title} Example", "Example", "Asha") is Agreement.SAME
    assert agreement(f"{title.upper()}. Asha Example", "-", "Example", "Asha") is Agreement.SAME
    assert agreement("Ben", f"{title} Oak", "Example", "Asha") is Agreement.UNRELATED


@pytest.mark.parametrize(("letter", "plain"), list(_LETTERS.items()))
def test_a_letter_is_the_plain_one_in_either_case(letter, plain):
    for written in (letter, letter.upper()):
        assert agreement("Asha", f"B{written}rn", f"b{plain}rn", "Asha") is Agreement.SAME


@pytest.mark.parametrize("mark", "'`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u2032\uff07")
def test_an_apostrophe_parts_no_name(mark):
    assert agreement("Asha", f"O{mark}Brien", "OBrien", "Asha") is Agreement.SAME
