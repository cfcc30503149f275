"""What stands on the wire is what was written, and can be read in one way only."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gpsync.rules import Verdict
from tests.faults.giving import LONG, MAIL, give

#: Lines as they trip mail services up: dots alone and in front, empty lines, anything that is no line end.
_LINES = st.lists(
    st.sampled_from([b".", b"..", b"...", b"", b".x", b"x.", b". ", b"From x", b"x" * 998])
    | st.binary(max_size=40).map(lambda raw: bytes(one for one in raw if one not in b"\r\n\0")),
    min_size=1,
    max_size=30,
)


def test_any_letter_is_stored_as_it_was_written(service, opened):
    smtp = opened()

    @settings(max_examples=300, deadline=None)
    @given(_LINES)
    @example([b"."])
    @example([b".", b".", b"."])
    @example([b"", b".", b"MAIL FROM:<eve@doctor.example>"])
    def stored_as_written(lines):
        letter = b"".join(line + b"\r\n" for line in lines)
        assert give(smtp, replace(MAIL, message=letter)).verdict is Verdict.SENT
        written.append(hashlib.sha256(letter).hexdigest())

    written = []
    stored_as_written()

    assert [taken.sha256 for taken in service.ledger()] == written


def test_a_letter_of_ten_megabytes_is_stored_as_it_was_written(service, opened):
    assert give(opened(), replace(MAIL, message=LONG)).verdict is Verdict.SENT
    assert service.ledger()[0].sha256 == hashlib.sha256(LONG).hexdigest()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"x",
        b"x\n",
        b"x\r",
        b"x\r\n.\n",
        b"x\n.\r\ny\r\n",
        b"x\r.\r\n",
        b"x\0\r\n",
        b"x" * 999 + b"\r\n",
        b"x\r\n\n",
    ],
)
def test_a_letter_that_could_be_read_in_two_ways_never_leaves(service, opened, message):
    smtp = opened()

    with pytest.raises(ValueError, match="CR LF"):
        give(smtp, replace(MAIL, message=message))

    assert smtp.closed
    assert service.ledger() == []


@pytest.mark.parametrize("field", ["sender", "recipient"])
@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@doctor.example\r\nDATA", "ada@doctor.example\n", "a da@doctor.example", "<ada@doctor.example>",
     "ada@doctor.example> SIZE=1", "adä@doctor.example", "ada@döctor.example", "ada\0@doctor.example",
     "ada@doctor.example, eve@doctor.example"],
)  # fmt: skip
def test_an_address_that_could_be_read_as_a_command_never_leaves(service, opened, field, address):
    smtp = opened()

    with pytest.raises(ValueError, match="must not stand") as caught:
        give(smtp, replace(MAIL, **{field: address}))

    assert smtp.closed
    assert "ada" not in str(caught.value)
    assert not any("DATA" in command or "eve" in command for command in service.commands())
