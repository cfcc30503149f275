"""Ids as people type them: the wrong form is told apart from an id that nothing has."""

import pytest

from gpsync.errors import WrongUse

_WHY = ("--reason", "for a test")
_UNTIL = ("--until", "2026-12-24")


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (("suppress", "123", *_WHY), "a GMC number has seven digits"),
        (("approve", "nothing", *_WHY), "write the id of an extract, such as gmc_register-full-20261130-1a2b3c4d"),
        (("reject", "gmc_register_20261130.csv", *_WHY), "or of a hold, such as"),
        (("resolve", "m-none", "--sent", *_WHY), "a mail's id has 32 digits and letters a to f"),
        (("resolve", "0" * 31 + "g", "--sent", *_WHY), "a mail's id has 32 digits and letters a to f"),
        (("acknowledge", "B02", *_UNTIL, *_WHY), "a mismatch's id has 16 digits and letters a to f"),
        (("returned", "show", "12"), "a message's id is 6 or more digits and letters a to f"),
        (("returned", "settle", "0123456789ab", "twelve", *_WHY), "a message's id is 6 or more"),
        (("mismatches", "--practice", "A8 1001"), "a practice code has three to nine letters and digits"),
        (("replay", "--from", "yesterday"), "write a date as 2026-11-30 or 30/11/2026"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_the_wrong_form_is_told_with_the_form_wanted(gpsync, words, form):
    result = gpsync(*words)

    assert result.exit_code == 2
    assert form in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("why", "9000001"), "look it up in the GMC's register"),
        (("approve", "gmc_register-full-20261130-1a2b3c4d", *_WHY), "`gpsync held` lists what is"),
        (("approve", "mails-20261130-1a2b3c4d", *_WHY), "`gpsync held` lists what is"),
        (("reject", "mails-of-gmc_register-full-20261130-1a2b3c4d", *_WHY), "`gpsync held` lists what is"),
        (("reject", "restored-20261130-120000", *_WHY), "`gpsync held` lists what is"),
        (("resolve", "0" * 32, "--sent", *_WHY), "`gpsync status` lists them"),
        (("acknowledge", "0" * 16, *_UNTIL, *_WHY), "`gpsync mismatches` lists them"),
        (("returned", "show", "0123456789ab"), "`gpsync returned list` lists what waits"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_one_that_nothing_has_is_told_where_to_look_it_up(gpsync, monkeypatch, words, where):
    monkeypatch.setattr("gpsync.operations.staff.acknowledge.LONGEST_DAYS", 10**5)
    error = gpsync(*words).exception

    assert isinstance(error, WrongUse)
    assert where in str(error)
