"""How a message of the bounce mailbox is taken apart, and how much of it is looked at."""

import base64
import quopri

import pytest

from gpsync.bounces.parts import clipped, take_apart, values, word
from tests.unit.bounces.shapes import dsn, plain


def multipart(*parts, boundary="cut"):
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n{body}--{boundary}--\n'


def test_the_beginning_is_looked_at_without_nuls_and_without_long_lines():
    assert clipped(b"ab\0c\r\ndefgh\nij", size=12, line=3) == b"abc\ndef\n"
    assert clipped(b"x" * 2_000) == b"x" * 998 + b"\n"
    assert len(clipped(b"x\n" * 9_000).splitlines()) == 8_000
    assert len(clipped((b"x" * 99 + b"\n") * 4_000)) == 256 * 1024 + 1


@pytest.mark.parametrize(("parts", "is_read"), [(39, True), (40, False)])
def test_a_message_of_more_parts_than_any_program_makes_is_read_no_further_than_its_head(parts, is_read):
    message = "Subject: many\n" + multipart(*["CONTENT-TYPE: text/plain\n\nhello"] * parts)

    pieces = take_apart(message.encode())

    assert word(pieces.head, "subject") == "many"
    assert pieces.text.count("hello") == (parts if is_read else 0)
    assert pieces.types == (frozenset({"multipart/mixed", "text/plain"}) if is_read else frozenset())


def test_parts_are_read_in_their_order_at_every_depth():
    inner = multipart("\ntwo", "\nthree", boundary="inner")

    assert take_apart(multipart("\none", inner, "\nfour").encode()).text.split() == ["one", "two", "three", "four"]


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "message/disposition-notification", "x-text/plain"])
def test_what_is_no_text_is_not_read(kind):
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: 7bit"

    assert take_apart(multipart("\none", f"{head}\n\ntwo").encode()).text.split() == ["one"]


def test_so_much_text_is_kept():
    assert len(take_apart(b"Subject: long\n\n" + b"a line of words\n" * 2_000).text) == 16 * 1024


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/global-headers", "message/rfc822"])
def test_what_comes_after_a_returned_mail_is_the_returned_mails(kind):
    back = f"Content-Type: {kind}\n\nMessage-ID: <a@b.example>\nSubject: one\n\n"
    pieces = take_apart(multipart("\nbefore", back, "\nafter").encode())

    assert [values(mail, "Message-ID") for mail in pieces.returned] == [["<a@b.example>"]]
    assert pieces.text.strip() == "before"


@pytest.mark.parametrize(
    ("charset", "written"),
    [
        *((name, "\u00e9") for name in ("utf-8", "ISO-8859-1", "iso-8859-15", "windows-1252")),
        ("iso-8859-2", "\u0142"),
        ("iso-8859-10", "\u0101"),
        ("windows-1251", "\u0436"),
        ("koi8-r", "\u0436"),
        ("iso-2022-jp", "\u3042"),
        ("shift_jis", "\u3042"),
        ("euc-jp", "\u3042"),
        ("euc-kr", "\uac00"),
        ("gb2312", "\u4e2d"),
        ("gbk", "\u4e2d"),
        ("gb18030", "\u4e2d"),
        ("big5", "\u4e2d"),
    ],
)
def test_a_text_is_read_in_its_character_set(charset, written):
    message = f"Content-Type: text/plain; charset={charset}\n\n".encode() + f"so {written}\r\nso".encode(charset)

    assert take_apart(message).text.strip() == f"so {written}\nso"


@pytest.mark.parametrize("charset", ["", "; charset=utf-7", "; charset=punycode", "; charset=nonsense"])
def test_a_text_of_no_likely_character_set_is_read_as_utf_8(charset):
    message = f"Content-Type: text/plain{charset}\n\n\u00e9 ".encode() + b"\xff +AGE-"

    assert take_apart(message).text.strip() == "\u00e9 \ufffd +AGE-"


def test_of_a_page_the_words_are_read():
    page = f"<html><p class='a'>one&amp;two<br>three</p><{'x' * 201}>"
    pieces = take_apart(f"Content-Type: text/html\n\n{page}".encode())

    assert pieces.text.split() == ["one&two", "three", f"<{'x' * 201}>"]
    assert "<p>" in take_apart(b"\n\n<p>").text


def test_so_much_of_a_page_is_read():
    tags = f"<{'x' * 198}>\n" * 326
    words = "y" * (64 * 1024 - len(tags))

    assert take_apart(f"Content-Type: text/html\n\n{tags}{words}z".encode()).text.split() == [words]


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("base64", lambda fields: base64.encodebytes(fields).decode()),
        (" Quoted-Printable ", lambda fields: quopri.encodestring(fields).decode()),
        ("8bit", bytes.decode),
    ],
)
@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
def test_a_reports_fields_are_read_however_they_were_encoded(kind, encoding, encoded):
    fields = "Reporting-MTA: dns; mx.example\n \t\nAction: failed\nDiagnostic-Code: smtp; \u4e0d\n\n\nAction: delayed\n"
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}"

    (report,) = take_apart(multipart(f"{head}\n\n{encoded(fields.encode())}").encode()).reports

    assert [values(block, "Action") for block in report] == [[], ["failed"], ["delayed"]]
    assert values(report[1], "Diagnostic-Code") == ["smtp; \u4e0d"]


def test_a_report_is_one_part_whatever_is_in_it():
    pieces = take_apart(dsn("Action: failed", "Action: delayed"))

    assert len(pieces.reports) == 1
    assert pieces.types == {"multipart/report", "text/plain", "message/delivery-status", "text/rfc822-headers"}


def test_of_a_field_all_values_are_read_or_the_first_as_a_word():
    head = take_apart(plain("Precedence:  Bulk\nPrecedence: list", "Hello.")).head

    assert values(head, "precedence") == ["Bulk", "list"]
    assert (word(head, "PRECEDENCE"), word(head, "X-Other"), values(head, "X-Other")) == ("bulk", "", [])
