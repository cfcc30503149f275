"""Which values read like text that was converted between encodings once too often."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.extracts.mistranslation import mistranslated

#: Letters of names in the United Kingdom, Ireland, Europe and Vietnam, and the quotation marks of a word processor.
_LETTERS = "áàâäãåçéèêëíîïñóòôöõøúùûüýÿŵŷćčđęłńőřśšţżžÁÀÂÄÃÅÇÉÈÊËÍÎÏÑÓÒÔÖÕØÚÙÛÜÝŴŶŠŽßæœðþ’‘“”–ạếợửữỳ"


def rows_of(*names):
    found = mistranslated(pa.table({"surname": pa.array(names, pa.string())}), GMC_REGISTER)
    return found.get("surname", [])


@pytest.mark.parametrize("letter", _LETTERS)
def test_every_letter_that_was_read_as_windows_1252_is_found(letter):
    written = letter.encode().decode("cp1252", errors="ignore")

    if len(written) == len(letter.encode()):  # five bytes are no letter there; they make no valid file
        assert rows_of(f"A{written}b", f"{written} Smith") == [1, 2]


@pytest.mark.parametrize("letter", [one for one in _LETTERS if one.encode()[1] >= 0xA0])
def test_and_every_one_that_was_read_as_latin_1(letter):
    assert rows_of(f"A{letter.encode().decode('latin-1')}b") == [1]


@pytest.mark.parametrize(
    "name",
    [
        "JosÃ©",
        "JosÃ© and Siân",
        "MartÃ\u00adnez",
        "VoilÃ\u00a0 Smith",
        "Ð˜Ð²Ð°Ð½",
        "Jos\ufffd",
        "Ren&eacute;",
        "O&#39;Neill",
        "Smith &amp; Jones",
        "Oâ€™Neill",
    ],
)
def test_these_are_found(name):
    assert rows_of("Ash", name) == [2]


@pytest.mark.parametrize(
    "name",
    [
        "José",
        "Siân",
        "Ångström",
        "Ãngela",
        "JOÃO",
        "IRMÃ",
        "RENÉ’S SURGERY",
        "“CAFÉ” LANE",
        "ÎLE-DE-FRANCE",
        "Ñíguez",
        "Đặng",
        "Ψυχή",
        "Иван",
        "Smith & Jones",
        "R&D",
        "M & S;",
        "Â",
        "GÂR–WEN",
        "mº.jones",
        "½ Acre",
    ],
)
def test_real_names_are_not(name):
    assert rows_of(name) == []


#: Letters that Windows-1252 has where a letter of UTF-8 goes on stand beside `Â` to `Å` in no language.
_OF_NAMES = [one for one in _LETTERS if one.isalpha() and one not in "ŠŽšžœ"] + list("abcdefgh -'.")


@given(st.text(st.sampled_from(_OF_NAMES), max_size=12))
def test_a_name_of_letters_that_was_converted_rightly_is_left_alone(name):
    assert rows_of(name) == []


def test_columns_are_told_apart_and_numbers_and_dates_are_not_looked_at():
    table = pa.table(
        {"gmc_number": ["Ã©"], "gp_register_date": ["Ã©"], "email": ["josÃ©@b.example"], "surname": ["Ash"]}
    )

    assert mistranslated(table, GMC_REGISTER) == {"email": [1]}
