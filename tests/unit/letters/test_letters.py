"""The letters: what they say, and the bytes that go over the wire.

A changed word fails the snapshots. Look at it with `gpsync letters preview`, raise the kind's version in `mail_kinds`,
then write the snapshots anew with `RENEW_LETTERS=1 python -m pytest -n0 tests/unit/letters/test_letters.py` and put
the new version and the hash that the failing test prints into _PUBLISHED.
"""

import hashlib
import html
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from gpsync.cli.application import app
from gpsync.errors import WrongUse
from gpsync.letters.letters import Letterhead, Sender, can_be_written, message_id, preview
from gpsync.letters.shown_names import shown_person, shown_practice
from gpsync.letters.wording import bodies, london_time
from gpsync.mail_kinds import KINDS
from gpsync.mails import Claim, Outgoing
from gpsync.rules import MailKind

_SNAPSHOTS = Path(__file__).parent
_RENEW = os.environ.get("RENEW_LETTERS") == "1"
#: The sha256 of what each version writes, for good: a letter that was tried under a version must stay the same.
_PUBLISHED = {
    "email-change-v1": "18fb7612df43eba08b26106c2797afcddd0c88e987db1ca932cafafdc09a0948",
    "first-link-v1": "df86863d64abfd7fcd6d0b8db195d010e48d6c2f4bf9221a0cf5902f76e80dc9",
    "user-v1": "958461044e5e5336fd9953b760aa8964ac02b1c2551b06a0774564b2234c221b",
    "email-change-v2": "be8bff2fcca3db74f6509979764be6ef4773121d80cae76b33fbfc15f831450b",
    "first-link-v2": "355b2f8c1920d98660f6c37424a6ec7e9a89bf0c93edb20223c89ce2e1dec830",
    "user-v2": "268c0e40bce3714e5ded2258aee91946e1a32066d7f1415f054f8a5e7fb3a7a8",
}

SENDER = Sender(
    address="noreply@pcse.example",
    name="Primary Care Support England",
    reply_to="enquiries@pcse.example",
    bounce="bounces@mail.pcse.example",
    link_base_url="https://pcse.example/verify",
)
STATIONERY = Letterhead(SENDER)
URL = f"https://pcse.example/verify/{'Ab3_-' * 8}xyz"
DATED = datetime(2026, 3, 23, 17, 30, tzinfo=UTC)
MAIL_ID = "0123456789abcdef" * 2


def claim(kind: MailKind = MailKind.EMAIL_CHANGE, **changes) -> Claim:
    details = {"name": "Aoife Ní Dhomhnaill", "changed_on": "2026-03-06", "practice": "The Made-up Surgery"}
    given = Claim(
        mail_id=MAIL_ID,
        epoch=1,
        lease_token="lease",
        kind=kind,
        gmc_number="9000001",
        recipient="aoife@doctor.example",
        recipient_key="aoife@doctor.example",
        details=details | changes.pop("details", {}),
        template=KINDS[kind].letter,
        message_id=message_id(MAIL_ID, 1, SENDER.address),
        generation=1,
        link_id="link",
        key_id="k1",
        dated_at=DATED,
        expires_at=DATED + timedelta(hours=72),
        attempts=0,
        first_tried_at=DATED,
    )
    return replace(given, **changes)


def write(one: Claim, sender: Sender = SENDER) -> Outgoing:
    return Letterhead(sender).write(one, URL)


def parsed(outgoing: Outgoing) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(outgoing.message)


def parts(outgoing: Outgoing) -> tuple[str, str]:
    """Text and HTML as a mail program decodes them."""
    message = parsed(outgoing)
    return tuple(message.get_body((one,)).get_content() for one in ("plain", "html"))


# --- Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_to_somebody_made_up_reads_as_it_did(kind, form):
    letter = preview(kind, SENDER)
    path = _SNAPSHOTS / f"{KINDS[kind].template}.{form}"
    now = letter.text if form == "txt" else letter.html
    if _RENEW:
        path.write_text(now, encoding="utf-8", newline="\n")

    assert now == path.read_text(encoding="utf-8"), "if this is meant, see the top of this file"


@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_changes_only_together_with_its_version(kind):
    nameless = {"name": "", "practice": ""}
    letters = [write(one).message for one in (claim(kind), claim(kind, details=nameless))]
    digest = hashlib.sha256(b"".join(letters)).hexdigest()
    version = KINDS[kind].letter

    assert version in _PUBLISHED, f"add {version!r}: {digest!r} to _PUBLISHED"
    assert digest == _PUBLISHED[version], f"raise the version of {version!r}; the new one has {digest!r}"


@pytest.mark.parametrize("kind", MailKind)
def test_text_and_html_say_the_same(kind):
    text, page = parts(write(claim(kind)))
    body = page[page.index("<p", page.index("</h1>")) :]
    words = html.unescape(re.sub(r"<[^>]+>", " ", body)).split()

    assert words == text.split()


@pytest.mark.parametrize(
    ("kind", "details", "sentences"),
    [
        (
            MailKind.EMAIL_CHANGE,
            {},
            ["Dear Aoife Ní Dhomhnaill,", "on or before 6 March 2026", "0161 923 6602", "registered with the GMC."],
        ),
        (MailKind.EMAIL_CHANGE, {"name": " "}, ["Dear doctor,"]),
        (
            MailKind.FIRST_LINK,
            {},
            ["Dear Aoife Ní Dhomhnaill,", "not been verified before", "registered with the GMC."],
        ),
        (MailKind.FIRST_LINK, {"name": ""}, ["Dear doctor,"]),
        (MailKind.USER_LINK, {}, ["Dear Aoife Ní Dhomhnaill,", "as a user at The Made-up Surgery."]),
        (MailKind.USER_LINK, {"name": "", "practice": ""}, ["Dear colleague,", "as a user."]),
    ],
)
def test_a_letter_says_whom_and_what_it_is_about(kind, details, sentences):
    text, _ = parts(write(claim(kind, details=details)))

    assert [one for one in sentences if one not in text] == []


@pytest.mark.parametrize("kind", MailKind)
def test_every_letter_says_what_its_reader_must_know(kind):
    text, _ = parts(write(claim(kind)))
    lines = text.splitlines()

    assert lines[2].startswith("You need to verify your ")
    assert lines[5] == URL
    for sentence in (
        "The link works once and expires at 5:30pm on Thursday 26 March 2026.",
        'If the link has expired, go to PCSE Online and select "Forgotten your login details?".',
        "We will never ask you for your password by email.",
        "email pcse.portalenquiries@nhs.net.",
    ):
        assert sentence in text
    assert lines[-2:] == ["Yours sincerely,", "Primary Care Support England"]


@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_holds_one_link_and_nothing_from_elsewhere(kind):
    outgoing = write(claim(kind))
    text, page = parts(outgoing)
    elements = _elements(page)

    assert re.findall(r"\S*://\S*", text) == [URL]
    assert re.findall(r"://", page) == ["://"] * 2
    assert [attributes["href"] for tag, attributes in elements if "href" in attributes] == [URL]
    assert {tag for tag, _ in elements} <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "h1",
        "p",
        "strong",
        "br",
        "a",
    }
    assert not {name for _, attributes in elements for name in attributes} & {"src", "srcset", "background", "id"}
    assert "url(" not in page and "@import" not in page
    assert elements[0] == ("html", {"lang": "en"})
    assert f"<title>{parsed(outgoing)['Subject']}</title>" in page
    assert b"9000001" not in outgoing.message


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def _elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-03-26T17:30:00+00:00", "5:30pm on Thursday 26 March 2026"),
        ("2026-03-26T17:30:59.999+00:00", "5:30pm on Thursday 26 March 2026"),
        ("2026-03-26T09:00:00+00:00", "9am on Thursday 26 March 2026"),
        ("2026-03-26T09:05:00+00:00", "9:05am on Thursday 26 March 2026"),
        ("2026-03-26T12:00:00+00:00", "midday on Thursday 26 March 2026"),
        ("2026-03-26T12:01:00+00:00", "12:01pm on Thursday 26 March 2026"),
        ("2026-03-26T00:01:00+00:00", "12:01am on Thursday 26 March 2026"),
        # The end of the day that is named: nobody takes the link for a day longer than it lives.
        ("2026-03-27T00:00:00+00:00", "midnight on Thursday 26 March 2026"),
        ("2027-01-01T00:00:30+00:00", "midnight on Thursday 31 December 2026"),
        # Clocks went forward on 29 March 2026 and go back on 25 October.
        ("2026-03-29T00:59:00+00:00", "12:59am on Sunday 29 March 2026"),
        ("2026-03-29T01:00:00+00:00", "2am on Sunday 29 March 2026"),
        ("2026-10-24T23:00:00+00:00", "midnight on Saturday 24 October 2026"),
        ("2026-10-25T12:00:00+00:00", "midday on Sunday 25 October 2026"),
        ("2026-07-01T11:00:00+00:00", "midday on Wednesday 1 July 2026"),
        ("2026-07-01T11:00:00-05:00", "5pm on Wednesday 1 July 2026"),
    ],
)
def test_a_time_is_written_as_people_in_london_read_it(instant, words):
    assert london_time(datetime.fromisoformat(instant)) == words


def test_seventy_two_hours_across_the_clock_change_are_seventy_two_hours():
    sent = datetime(2026, 3, 27, 17, 30, tzinfo=UTC)
    text, _ = parts(write(claim(dated_at=sent, expires_at=sent + timedelta(hours=72))))

    assert "expires at 6:30pm on Monday 30 March 2026" in text


# --- Bytes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ada Example", "Ní Dhomhnaill " * 30, "孔 🩺"])
@pytest.mark.parametrize("kind", MailKind)
def test_a_letter_is_what_the_standard_library_would_have_written(kind, name):
    one = claim(kind, details={"name": name})
    fast, slow = parsed(write(one)), _slowly(one)

    assert sorted(_headers(fast)) == sorted(_headers(slow))
    assert [part.get_content_type() for part in fast.walk()] == [part.get_content_type() for part in slow.walk()]
    assert [part.get_content() for part in fast.iter_parts()] == [part.get_content() for part in slow.iter_parts()]
    assert [part["Content-Type"] for part in fast.iter_parts()] == [part["Content-Type"] for part in slow.iter_parts()]
    assert [part.defects for part in fast.walk()] == [[], [], []]


def _slowly(one: Claim) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER.name, addr_spec=SENDER.address)
    message["To"] = Address(addr_spec=one.recipient)
    message["Subject"] = preview(one.kind, SENDER).subject
    message["Date"] = one.dated_at
    message["Message-ID"] = one.message_id
    message["Reply-To"] = SENDER.reply_to
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    text, page = bodies(one, URL)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    return BytesParser(policy=default).parsebytes(message.as_bytes())


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    return [(name, re.sub(r'boundary="[^"]+"', "boundary", str(value))) for name, value in message.items()]


def test_the_same_claim_and_link_give_the_same_bytes_in_any_process():
    one = claim()

    assert write(one) == write(one)
    assert write(one).message == write(replace(one, epoch=7, attempts=3, lease_token="another")).message
    elsewhere = replace(one, dated_at=DATED.astimezone(timezone(timedelta(hours=1))))
    assert write(elsewhere).message == write(one).message


def test_headers_are_those_of_one_letter_to_one_person_by_a_program():
    message = parsed(write(claim()))

    assert dict(message.items()) == {
        "From": "Primary Care Support England <noreply@pcse.example>",
        "Reply-To": "enquiries@pcse.example",
        "To": "aoife@doctor.example",
        "Subject": "Verify your new email address for PCSE Online",
        "Date": "Mon, 23 Mar 2026 17:30:00 +0000",
        "Message-ID": f"<v1.{MAIL_ID}.1@pcse.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="=_v1.{MAIL_ID}.1"',
    }
    assert len(message.items()) == 10


@pytest.mark.parametrize("kind", MailKind)
def test_exchange_may_still_say_that_nobody_got_the_letter(kind):
    """`All`, `DR` and `NDR` would suppress the reports by which a dead address is known."""
    suppressed = {word.strip() for word in parsed(write(claim(kind)))["X-Auto-Response-Suppress"].split(",")}

    assert suppressed == {"OOF", "AutoReply"}


def test_a_reply_goes_to_the_sender_unless_another_mailbox_is_set():
    assert "Reply-To" not in parsed(write(claim(), replace(SENDER, reply_to="")))


def test_the_envelope_says_which_mail_a_refusal_is_about():
    outgoing = write(replace(claim(), generation=3))

    assert outgoing.sender == f"bounces+v1.{MAIL_ID}.3@mail.pcse.example"
    assert outgoing.envelope_id == f"v1.{MAIL_ID}.3"
    assert outgoing.recipient == "aoife@doctor.example"
    assert write(claim(), replace(SENDER, bounce="")).sender == f"noreply+v1.{MAIL_ID}.1@pcse.example"


def test_without_verp_every_letter_comes_from_the_bounce_mailbox_itself_and_keeps_its_envelope_id():
    plain = replace(SENDER, verp=False)
    outgoing = write(claim(), plain)

    assert outgoing.sender == "bounces@mail.pcse.example"
    assert write(claim(), replace(plain, bounce="")).sender == "noreply@pcse.example"
    assert outgoing.envelope_id == f"v1.{MAIL_ID}.1"
    assert parsed(outgoing)["Message-ID"] == f"<v1.{MAIL_ID}.1@pcse.example>"
    assert outgoing.message == write(claim()).message


def test_without_verp_a_bounce_mailbox_may_have_a_long_name():
    bounce = f"{'b' * 60}@pcse.example"

    assert write(claim(), replace(SENDER, bounce=bounce, verp=False)).sender == bounce


def test_the_longest_mark_leaves_the_envelope_sender_short_enough():
    outgoing = write(replace(claim(), generation=99), replace(SENDER, bounce=f"{'b' * 25}@pcse.example"))

    assert len(outgoing.sender.partition("@")[0]) == 64
    with pytest.raises(WrongUse, match="GPSYNC_MAIL_BOUNCE may have at most 25 characters"):
        Letterhead(replace(SENDER, bounce=f"{'b' * 26}@pcse.example"))


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"address": ""}, "GPSYNC_MAIL_FROM is"),
        ({"address": "a@b.example\r\nBcc: c@d.example"}, "GPSYNC_MAIL_FROM is"),
        ({"address": "a@b.example, c@d.example"}, "GPSYNC_MAIL_FROM is"),
        ({"reply_to": "a b@c.example"}, "GPSYNC_MAIL_REPLY_TO"),
        ({"bounce": "bounces"}, "GPSYNC_MAIL_BOUNCE"),
        ({"name": "PCSE\r\nBcc: c@d.example"}, "GPSYNC_MAIL_FROM_NAME"),
        ({"name": "PCSE\0"}, "GPSYNC_MAIL_FROM_NAME"),
        ({"name": "PCSE\u2028X: y"}, "GPSYNC_MAIL_FROM_NAME"),
    ],
)
def test_a_sender_that_letters_cannot_come_from_is_refused_by_its_setting(changes, setting):
    with pytest.raises(WrongUse, match=setting) as refusal:
        Letterhead(replace(SENDER, **changes))

    assert "d.example" not in str(refusal.value)


def test_a_sender_name_beyond_ascii_is_encoded():
    message = write(claim(), replace(SENDER, name="Gofal Sylfaenol Cŵl")).message

    assert message.isascii()
    assert parsed(Outgoing("", "", "", message))["From"].addresses[0].display_name == "Gofal Sylfaenol Cŵl"


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"message_id": "<a@b>\r\nBcc: c@d.example"}, URL),
        ({"message_id": "<a@b>\0"}, URL),
        ({"message_id": f"<{'a' * 1000}@b>"}, URL),
        ({"mail_id": '"\r\n'}, URL),
        ({"recipient": "a@b.example\r\nBcc: c@d.example"}, URL),
        ({}, "javascript:alert(1)"),
        ({}, "https://pcse.example/a\r\nb"),
        ({}, "https://pcse.example/a b"),
    ],
)
def test_what_no_letter_can_be_of_is_refused_without_naming_it(changes, url):
    with pytest.raises(ValueError) as refusal:
        STATIONERY.write(replace(claim(), **changes), url)

    assert "d.example" not in str(refusal.value) and "pcse" not in str(refusal.value)


# --- Addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("aoife@doctor.example", "aoife@doctor.example"),
        ("Aoife.O'Brien+gp@Doctor.Example", "Aoife.O'Brien+gp@Doctor.Example"),
        ("aoife@bücher.example", "aoife@xn--bcher-kva.example"),
        ("Aoife@BÜCHER.example", "Aoife@xn--bcher-kva.example"),
        ("aoife@faß.example", "aoife@xn--fa-hia.example"),
        ("aoife@例え.example", "aoife@xn--r8jz45g.example"),
        ("a!#$%&'*+/=?^_`{|}~-b@doctor.example", "a!#$%&'*+/=?^_`{|}~-b@doctor.example"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 54}.example", None),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 53}.example", "…"),
    ],
)
def test_an_address_is_written_with_its_domain_in_ascii(address, written):
    assert can_be_written(address) is (written is not None)
    if written is not None:
        outgoing = write(claim(recipient=address))
        written = address if written == "…" else written
        assert outgoing.recipient == written
        assert [str(one) for one in parsed(outgoing)["To"].addresses] == [written]


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "a@", "@b.example", "a", "é@doctor.example", "用户@doctor.example", "ａ@doctor.example",
        "a@b.example\r\nBcc: c@d.example", "a\r\n@b.example", "a@b.example\n", "a\0@b.example", "a@b\0.example",
        "a@b\u2028.example", "a\u0085@b.example", "a\x7f@b.example", "a\t@b.example", "a b@c.example", " a@b.example",
        "a@b.example ", "a@b.example,c@d.example", "a@b.example;c@d.example", "<a@b.example>", "A <a@b.example>",
        '"a b"@c.example', "a@[192.0.2.1]", "a@b@c.example", ".a@b.example", "a.@b.example", "a..b@c.example",
        "a@.example", "a@b..example", "a@-b.example", "a@b-.example", "a@b_c.example", "a@b.example.",
        f"a@{'b' * 64}.example", f"a@{'ü' * 60}.example", "a@\u200b.example", "a@xn--\u00fc.example",
        "(note)a@b.example", "a@b.example(note)", "a:b@c.example", "a\\@b.example", "a@b.example/../c", "a@b c.example",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_not_written_to(address):
    assert not can_be_written(address)


# --- Names, and what is none ------------------------------------------------------------------------

#: Shown as they stand.
_PERSONS = [
    "Ada Byron", "ADA BYRON", "ada byron", "O'Neill-Smith", "Ada O\u2019Neill", "D'Arcy", "'t Hart",
    "N'Golo Kant\u00e9",
    "Jan van der Berg", "Maria del Carmen Garcia de la Torre", "St. John", "Dr Ng", "Prof. Dr. Oak", "Oak Jr.",
    "N\u00ed Dhomhnaill", "\u00d3 S\u00failleabh\u00e1in", "Do An My", "Phone Myint", "Will Call", "May Link",
    "Alexandra Featherstonehaugh-Cholmondeley-Marjoribanks",
    "Wickramasinghe Arachchilage Don Nimal Chandrasiri Perera", "Mohd. Ali bin Abu", "\u5b54\u592b\u5b50",
    "\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "None", "nan",
]  # fmt: skip
_PRACTICES = [
    "The Made-up Surgery", "The Surgery, 12 High Street", "Dr Oak & Partners", "ACKLAM MEDICAL CENTRE", "27 Northgate",
    "A81001", "HOUSE SURGERY (1ST FLOOR)", "DR. OAK'S PRACTICE", "GP+ HUB / OOH", "ROYAL FREE HOSPITAL",
    "WE ARE WITH YOU - NORTH", "DOCTORS ON CALL OOH", "NHS URGENT CARE CENTRE",
]  # fmt: skip
#: Left out whole, of a person as of a practice.
_NO_NAMES = [
    "Sign in at t.co/abc",
    "Dr.Co/evil",
    "Your Bank Is Blocked",
    "The Surgery, call 0207",
    "Send Your Bank Details",
    "Reply With Your PIN",
    "Your NHS pension is suspended, sign in at evil.xyz", "Your pension is suspended", "YOUR PENSION IS SUSPENDED",
    "evil.xyz", "www.evil.example", "see EVIL.COM now", "ada@evil.example", "https://evil.example/x", "evil\u3002xyz",
    "evil\u2024xyz", "\uff45\uff56\uff49\uff4c\uff0e\uff58\uff59\uff5a", "evil dot com", "Call 0300 123 4567",
    "0300 1234567", "Please call", "Click here", "Verify now", "Password", "Y\u043eur password", "Ada!", "Who?",
    "Ada; Ben", "Note: Ada", "Bcc: x", "<script>alert(1)</script>", '"><img src=x>', "'><svg onload=alert(1)>",
    "</p></div></body></html>", "<!--", "-->", "<![CDATA[x]]>", "<base href=/x>", "&lt;b&gt;", "&#60;b&#62;", "{{7*7}}",
    "{{ url }}", "{% raw %}", "{# x #}", "${7*7}", "%s%n", "<%= 7*7 %>", "file:/etc/passwd", "../../etc/passwd",
    "=?utf-8?q?=0D=0ABcc:?=", "=0D=0A=2E=0D=0A", "--=_v1", ".", "..", "`id`", "'; DROP TABLE outbox; --", "a=b=",
    "\\r\\n", "\U0001f469\U0001f3fd", "x" * 5000, "\u00e9" * 5000, "a " * 3000 + "b", "One Two " * 7, "Stopping. Pay",
    "Ada\nBcc: x", "Ada\r\n.\r\nMAIL FROM:<x>", "Ada\x1b[31mX", "This is free today", "\r\n.\r\n", "\r\n",
]  # fmt: skip
#: No person is called so, and practices are.
_NO_PERSONS = [
    "Oak 7",
    "Oak & Ash",
    "Oak, Ada",
    "Oak (Ash)",
    "Oak/Ash",
    "NHS",
    "Urgent",
    "From the start",
    "from a bank you know well",
]
_NO_PRACTICES = ["The Surgery @ Oak", "Surgery E82613", "Oak 1234 5678", "Oak_Ash", "Oak: Ash"]
#: Changed before it is shown: what the letter holds instead.
_CLEANED = [
    ("Ada\rX", "Ada X"),
    ("Ada\0X", "AdaX"),
    ("Ada\u2028X\u2029Y", "Ada X Y"),
    ("Ada\u0085X\x0bY\x0cZ", "Ada X Y Z"),
    ("Ada\u202eelpmaxE", "AdaelpmaxE"),
    ("Ada\u200b\ufeffX", "AdaX"),
    ("A\ud800da", "Ada"),
    ("Ada\U000e0041", "Ada"),
    ("e\u0301", "\u00e9"),
    ("  Ada \t X ", "Ada X"),
    # Otherwise a mail program makes a link of it.
    ("A.N.Other", "A. N. Other"),
    ("St.John", "St. John"),
    ("J.Ng", "J. Ng"),
    ("t.co", "t. co"),
]


@pytest.mark.parametrize("name", _PERSONS, ids=ascii)
def test_a_persons_name_stays_whole(name):
    text, page = parts(write(claim(details={"name": name})))

    assert text.splitlines()[0] == f"Dear {name},"
    assert f"Dear {name}," in html.unescape(page)


@pytest.mark.parametrize("practice", _PRACTICES, ids=ascii)
def test_a_practices_name_stays_whole(practice):
    text, page = parts(write(claim(MailKind.USER_LINK, details={"practice": practice})))

    assert f"as a user at {practice}." in text
    assert f"as a user at {practice}." in html.unescape(page)


@pytest.mark.parametrize(
    "words",
    ["Sign In At Evil Xyz", "Send Bank Details", "Call Barclays Fraud Team", "Reply With PIN", "You Owe Tax", "BANK"],
)
def test_a_persons_name_is_no_sentence_in_capitals(words):
    assert shown_person(words) == ""


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("words", _NO_NAMES, ids=range(len(_NO_NAMES)))
def test_a_letter_carries_no_strangers_words(words, kind):
    outgoing = write(claim(kind, details={"name": words, "practice": words}))

    assert outgoing.message == write(claim(kind, details={"name": "", "practice": ""})).message


@pytest.mark.parametrize("words", _NO_PERSONS)
def test_what_only_practices_are_called_is_no_persons_name(words):
    assert (shown_person(words), bool(shown_practice(words))) == ("", True)


@pytest.mark.parametrize("words", _NO_PRACTICES)
def test_what_reads_like_a_code_or_an_address_is_no_practices_name(words):
    assert shown_practice(words) == ""


@pytest.mark.parametrize(("name", "left"), _CLEANED, ids=range(len(_CLEANED)))
def test_a_name_loses_what_cannot_be_seen_and_is_no_link(name, left):
    outgoing = write(claim(MailKind.USER_LINK, details={"name": name}))

    assert shown_person(name) == left
    assert parts(outgoing)[0].splitlines()[0] == f"Dear {left},"
    assert _headers(parsed(outgoing)) == _headers(parsed(write(claim(MailKind.USER_LINK))))


@pytest.mark.parametrize(
    ("words", "is_name"),
    [("Ab " * 26 + "Ab", False), ("A" * 80, True), ("A" * 81, False), ("Ab " * 9, True), ("Ab " * 10, False)],
)
def test_a_name_has_so_many_characters_and_words(words, is_name):
    assert bool(shown_person(words)) is is_name


@pytest.mark.parametrize(
    ("digits", "is_name"), [("1234", True), ("12345", False), ("123 456", True), ("1234 567", False)]
)
def test_a_practice_has_the_digits_of_a_house(digits, is_name):
    assert bool(shown_practice(f"The Surgery {digits}")) is is_name


_PIECES = st.sampled_from(
    [
        "\r",
        "\n",
        "\r\n",
        ".",
        "\r\n.\r\n",
        "\0",
        "\t",
        " ",
        "=",
        "é",
        "\u2028",
        "\u0085",
        "\ud800",
        "\u202e",
        "👩🏽",
        "<",
        "&",
    ]
)


@settings(deadline=None)
@given(name=st.text(max_size=120) | st.lists(_PIECES | st.text(max_size=40), max_size=30).map("".join))
def test_whatever_the_name_the_bytes_are_fit_for_the_wire(name):
    outgoing = STATIONERY.write(claim(details={"name": name}), URL)
    lines = outgoing.message.split(b"\r\n")
    body = lines[lines.index(b"") :]

    assert outgoing.message.isascii() and outgoing.message.endswith(b"\r\n")
    assert b"\0" not in outgoing.message
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998 and max(map(len, body)) <= 76
    text, page = parts(outgoing)
    assert text.splitlines()[0] == f"Dear {shown_person(name) or 'doctor'},"
    assert f"Dear {shown_person(name) or 'doctor'}," in html.unescape(page)
    for shown in (shown_person, shown_practice):
        assert shown(shown(name)) == shown(name)


# --- The command ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ([], MailKind.EMAIL_CHANGE),
        (["--kind", "first-link"], MailKind.FIRST_LINK),
        (["--kind", "user-link"], MailKind.USER_LINK),
    ],
)
def test_the_command_shows_a_letter_of_this_installation(arguments, kind, monkeypatch, tmp_path):
    from gpsync.cli import letters  # noqa: F401 - adds its command

    monkeypatch.setenv("GPSYNC_MAIL_FROM", SENDER.address)
    monkeypatch.setenv("GPSYNC_LINK_BASE_URL", "https://elsewhere.example/v/")
    page = tmp_path / "letter.html"
    done = CliRunner().invoke(app, ["letters", "preview", *arguments, "--html", str(page)], catch_exceptions=False)
    letter = preview(kind, replace(SENDER, bounce="", reply_to="", link_base_url="https://elsewhere.example/v"))

    assert done.exit_code == 0
    assert f"Subject: {letter.subject}\n" in done.stdout
    assert "From: Primary Care Support England <noreply@pcse.example>\n" in done.stdout
    assert letter.text in done.stdout
    assert page.read_text(encoding="utf-8") == letter.html


def test_a_page_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    from gpsync.cli import letters  # noqa: F401 - adds its command

    with pytest.raises(WrongUse, match="cannot be written"):
        CliRunner().invoke(
            app, ["letters", "preview", "--html", str(tmp_path / "no" / "x.html")], catch_exceptions=False
        )
