"""Addresses as registers and people write them: to each what the wire gets, or why it gets nothing."""

from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import SMTP

import pytest

from gpsync.letters.letters import Letterhead, Sender, can_be_written
from gpsync.mail_kinds import KINDS
from gpsync.mails import Claim
from gpsync.register.addresses import clean, is_unusual, is_valid
from gpsync.rules import MailKind

#: What becomes of an address that is not written to: it is no address; it is invalid; or it is valid and staff must
#: see to it, because its part before the @ needs a mail service that speaks SMTPUTF8. Unusual: a person must say whom
#: it means.
NONE, INVALID, STAFF, UNUSUAL = "none", "invalid", "staff", "unusual"

_LONG_LOCAL, _LONG_LABEL = "a" * 64, "b" * 63

CORPUS = [
    # As they should be: written to as supplied (C-N2).
    ("ada@doctor.example", "ada@doctor.example"),
    ("Ada.Byron@Doctor.Example", "Ada.Byron@Doctor.Example"),
    ("ADA@DOCTOR.EXAMPLE", "ADA@DOCTOR.EXAMPLE"),
    ("ada+pcse@doctor.example", "ada+pcse@doctor.example"),
    ("o'neil@doctor.example", "o'neil@doctor.example"),
    ("a_b-c.d@mail.doctor.example", "a_b-c.d@mail.doctor.example"),
    ("1@doctor.example", "1@doctor.example"),
    (f"{_LONG_LOCAL}@doctor.example", f"{_LONG_LOCAL}@doctor.example"),
    (f"ada@{_LONG_LABEL}.example", f"ada@{_LONG_LABEL}.example"),
    # What surrounds an address does not belong to it.
    (" ada@doctor.example ", "ada@doctor.example"),
    ("\tada@doctor.example\n", "ada@doctor.example"),
    ("ada@doctor.example\r\n", "ada@doctor.example"),
    ("\ufeffada@doctor.example", "ada@doctor.example"),
    ("ada@doctor.example\u200b", "ada@doctor.example"),
    ("ada\u00a0@doctor.example", INVALID),
    ("<ada@doctor.example>", "ada@doctor.example"),
    ("mailto:ada@doctor.example", "ada@doctor.example"),
    ('"ada@doctor.example"', "ada@doctor.example"),
    ("ada@doctor.example;", "ada@doctor.example"),
    ("ada@doctor.example.", "ada@doctor.example"),
    # Nothing.
    ("", NONE),
    ("   ", NONE),
    ("-", NONE),
    ("n/a", NONE),
    ("None", NONE),
    ("NULL", NONE),
    ("not provided", NONE),
    ("noemail@doctor.example", NONE),
    # Several, or none that can be told.
    ("ada@doctor.example, ben@doctor.example", INVALID),
    ("ada@doctor.example; ben@doctor.example", INVALID),
    ("ada@doctor.example ben@doctor.example", INVALID),
    ("ada@doctor.example/ben@doctor.example", INVALID),
    ("ada@ben@doctor.example", INVALID),
    ("Ada Byron <ada@doctor.example>", INVALID),
    # Written wrongly.
    ("ada", INVALID),
    ("ada@", INVALID),
    ("@doctor.example", INVALID),
    ("ada@doctor", INVALID),
    ("ada@.example", INVALID),
    ("ada@doctor..example", INVALID),
    ("ada@-doctor.example", INVALID),
    ("ada@doctor-.example", INVALID),
    ("ada@doctor.e", INVALID),
    ("ada byron@doctor.example", INVALID),
    (".ada@doctor.example", INVALID),
    ("ada.@doctor.example", INVALID),
    ("a..b@doctor.example", INVALID),
    ('"ada byron"@doctor.example', INVALID),
    ("ada@[127.0.0.1]", INVALID),
    ("ada@127.0.0.1", INVALID),
    (f"{_LONG_LOCAL}a@doctor.example", INVALID),
    (f"ada@{_LONG_LABEL}b.example", INVALID),
    (f"ada@{'.'.join([_LONG_LABEL] * 4)}.example", INVALID),
    # Meant to do harm.
    ("ada@doctor.example\nBcc: eve@doctor.example", INVALID),
    ("ada@doctor.example\r\nRCPT TO:<eve@doctor.example>", INVALID),
    ("ada@doctor.example(\r\n Bcc: eve@doctor.example)", INVALID),
    ("ada\x00@doctor.example", INVALID),
    ("ada@doctor.example\u2028Bcc: eve@doctor.example", INVALID),
    ("ada@doctor.example>SIZE=1", INVALID),
    ("ada@doctor.example%0abcc:eve", INVALID),
    # Beyond ASCII: a domain can be encoded, what stands before the @ cannot.
    ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
    ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
    ("josé@doctor.example", STAFF),
    ("ада@doctor.example", STAFF),
    # Folding would make another address of it, or a mail service might.
    ("m\u00ba.jones@doctor.example", UNUSUAL),
    ("jsmith\u00b2@doctor.example", UNUSUAL),
    ("\ufb01ona@doctor.example", UNUSUAL),
    ("\u212aate@doctor.example", UNUSUAL),
    ("'oneil@doctor.example", UNUSUAL),
    ("ad\u202ea@doctor.example", UNUSUAL),
    ("\u0430da@doctor.example", UNUSUAL),
    ("ada@do\u0441tor.example", UNUSUAL),
    ("ada%ben@doctor.example", UNUSUAL),
    ("doctor!ada@doctor.example", UNUSUAL),
    ("ada|ben@doctor.example", UNUSUAL),
    ("ada/ben@doctor.example", UNUSUAL),
    # Names that belong to nobody.
    ("ada@example.com", INVALID),
    ("ada@localhost", INVALID),
    ("ada@doctor.invalid", INVALID),
    ("ada@doctor.test", INVALID),
]

_STATIONERY = Letterhead(Sender("pcse@nhs.example", "Sender", "", "", "https://pcse.example/verify"))


def _letter(recipient: str):
    sent = datetime(2026, 11, 30, 9, tzinfo=UTC)
    claim = Claim(
        mail_id="0" * 32,
        epoch=1,
        lease_token="",
        kind=MailKind.EMAIL_CHANGE,
        gmc_number="9000001",
        recipient=recipient,
        recipient_key=recipient,
        details={"name": "Ada Byron", "changed_on": "2026-11-16"},
        template=KINDS[MailKind.EMAIL_CHANGE].letter,
        message_id=f"<v1.{'0' * 32}.1@nhs.example>",
        generation=1,
        link_id="0" * 32,
        key_id="own",
        dated_at=sent,
        expires_at=sent + timedelta(hours=72),
        attempts=0,
        first_tried_at=sent,
    )
    return _STATIONERY.write(claim, "https://pcse.example/verify/token")


def _becomes(text: str) -> str:
    address = clean(text)
    if address is None:
        return NONE
    if is_unusual(address):
        return UNUSUAL
    if not is_valid(address):
        return INVALID
    return _letter(address).recipient if can_be_written(address) else STAFF


@pytest.mark.parametrize(("text", "expected"), CORPUS, ids=lambda value: ascii(value)[:40])
def test_an_address_reaches_the_wire_or_has_a_reason_not_to(text, expected):
    assert _becomes(text) == expected


@pytest.mark.parametrize("text", [text for text, expected in CORPUS if "@" in expected], ids=ascii)
def test_a_letter_has_one_recipient_whatever_the_register_says(text):
    outgoing = _letter(clean(text))
    message = BytesParser(policy=SMTP).parsebytes(outgoing.message)

    assert message.get_all("To") == [outgoing.recipient]
    assert "Bcc" not in message
    assert "Cc" not in message


def test_what_cannot_be_written_is_refused_by_the_letter_too():
    for text, expected in CORPUS:
        if expected in (INVALID, STAFF, UNUSUAL) and not can_be_written(text):
            with pytest.raises(ValueError, match="cannot be written"):
                _letter(text)
