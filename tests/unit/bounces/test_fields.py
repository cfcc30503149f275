"""What each field of a returned message is good for: who it is about, which of our mails, and what became of it."""

import base64

import pytest

from gpsync.bounces.verdict import Mailed, Reference, read, verdict
from gpsync.rules import MailState, ReturnedKind
from tests.unit.bounces.corpus import CASES
from tests.unit.bounces.shapes import GENERATION, MAIL_ID, MARK, MESSAGE_ID, RECIPIENT, RETURN_PATH, dsn, plain

DELAYED, PERMANENT, POLICY = ReturnedKind.DELAYED, ReturnedKind.PERMANENT, ReturnedKind.POLICY
RELAYED, RETURNED, UNRECOGNISED = ReturnedKind.RELAYED, ReturnedKind.RETURNED, ReturnedKind.UNRECOGNISED
FORGED = ReturnedKind.FORGED
NOWHERE, DAEMON = "bounces@pcse.example", "MAILER-DAEMON@mx.example"
FAILED = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
OTHER = "ben@surgery.example"


def report(*blocks, words="It was not delivered.", **values):
    return dsn(whole="\n\n".join(["Reporting-MTA: dns; mx.example", *blocks]), words=words, **values)


def judged(message, recipient=RECIPIENT):
    notice = verdict(read(message), Mailed(MAIL_ID, GENERATION, recipient, MailState.SENT))
    return notice.kind, notice.status_code


@pytest.mark.parametrize(
    ("field", "kind", "code"),
    [
        ("Action: delayed", DELAYED, None),
        ("Action: Relayed ", RELAYED, None),
        ("Status: 4.4.7", RETURNED, "4.4.7"),
        (f"Final-Recipient: rfc822; {RECIPIENT}", UNRECOGNISED, None),
        ("Remote-MTA: dns; mx.surgery.example", UNRECOGNISED, None),
    ],
)
def test_a_block_is_about_somebody_by_any_of_three_fields(field, kind, code):
    message = report(field)

    assert judged(message) == (kind, code)
    assert read(message).notices[0].is_report is ("Remote" not in field)


@pytest.mark.parametrize("name", ["Original-Recipient", "Final-Recipient", "X-Actual-Recipient"])
@pytest.mark.parametrize(
    "written",
    ["rfc822; {}", "rfc822;<{}>", "{}", "X-Local; {}, and others", "utf-8; {}", "cyd@surgery.example; {}"],
)
def test_a_recipient_is_named_in_any_of_three_fields(name, written):
    others = (one for one in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient") if one != name)
    fields = [f"{name}: {written.format(RECIPIENT)}", *(f"{other}: rfc822; {OTHER}" for other in others), FAILED]
    message = report("\n".join(fields))

    assert judged(message) == (PERMANENT, "5.1.1")
    assert judged(message, OTHER) == (PERMANENT, "5.1.1")
    assert judged(message, "cyd@surgery.example") == (ReturnedKind.FORGED, None)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("Original-Recipient: rfc822; {0}\nFinal-Recipient: rfc822; {0}", PERMANENT),
        ("Original-Recipient: rfc822; {0}\nFinal-Recipient: rfc822; d@surgery.example", PERMANENT),
        ("Original-Recipient: rfc822; {0}\nFinal-Recipient: rfc822; d@elsewhere.example", UNRECOGNISED),
        ("Original-Recipient: rfc822; d@relay.example@surgery.example\nFinal-Recipient: rfc822; {0}", PERMANENT),
        ("Original-Recipient: rfc822; {0}", PERMANENT),
        ("Final-Recipient: rfc822; {0}", PERMANENT),
        ("Final-Recipient: rfc822; {0}\nX-Actual-Recipient: rfc822; d@elsewhere.example", PERMANENT),
    ],
)
def test_an_address_to_which_it_was_forwarded_is_another_one(fields, kind):
    assert judged(report(f"{fields.format(RECIPIENT)}\n{FAILED}"))[0] is kind


@pytest.mark.parametrize(
    ("asked", "named", "kind"),
    [
        ("surgery.example", True, PERMANENT),
        ("Surgery.Example.", True, PERMANENT),
        ("mx.surgery.example", True, UNRECOGNISED),
        ("relay.example", True, UNRECOGNISED),
        ("relay.example", False, PERMANENT),
    ],
)
def test_a_host_that_is_not_found_says_something_of_its_own_addresses_only(asked, named, kind):
    said = f"Diagnostic-Code: smtp; Host not found. Name service error for name={asked} type=A: Host not found"
    who = f"Final-Recipient: rfc822; {RECIPIENT}\n" if named else ""

    assert judged(report(f"{who}Action: failed\n{said}"))[0] is kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (f"<{RECIPIENT}>: User unknown\n<{OTHER}>: over quota", PERMANENT),
        (f"<{OTHER}>: User unknown\n<{RECIPIENT}>: over quota", RETURNED),
        (f"{RECIPIENT.upper()}: over quota\n{OTHER}: User unknown", RETURNED),
        ("User unknown", UNRECOGNISED),
    ],
)
def test_of_several_recipients_the_line_of_the_letter_counts_that_names_one(words, kind):
    blocks = [f"Final-Recipient: rfc822; {one}\nAction: failed" for one in (OTHER, RECIPIENT)]

    assert judged(report(*blocks, words=words))[0] is kind
    assert judged(report(blocks[1], words="User unknown"))[0] is PERMANENT


@pytest.mark.parametrize(("others", "kind"), [(19, PERMANENT), (20, UNRECOGNISED)])
def test_the_letter_is_read_for_so_many_recipients_and_no_more(others, kind):
    numbered = [f"{number}@surgery.example" for number in range(others)]
    blocks = [f"Final-Recipient: rfc822; {one}\nAction: failed" for one in (*numbered, RECIPIENT)]

    assert judged(report(*blocks, words=f"{RECIPIENT}: User unknown"))[0] is kind


@pytest.mark.parametrize(
    "header",
    [
        f"Delivered-To: {RETURN_PATH}",
        f"X-Original-To: {RETURN_PATH}",
        f"Envelope-To: <{RETURN_PATH.upper()}>",
        f"To: {RETURN_PATH}",
        f"To: ann@practice.example, {RETURN_PATH}",
        f"In-Reply-To: {MESSAGE_ID}",
        f"References: <a@b.example> {MESSAGE_ID}",
    ],
)
def test_a_mail_is_named_in_the_head_by_what_only_it_carried(header):
    assert read(plain(f"From: {DAEMON}\n{header}", "Hello.")).references == {Reference(MAIL_ID, GENERATION)}


@pytest.mark.parametrize(
    "header",
    [
        f"From: {RETURN_PATH}",
        f"Subject: {MESSAGE_ID}",
        f"To: {MARK}@pcse.example",
        f"In-Reply-To: {RETURN_PATH}",
        f"Delivered-To: {MESSAGE_ID}",
        f"Message-ID: {MESSAGE_ID}",
        f"X-Original-To: bounces+v1.{MAIL_ID}.1234567@pcse.example",
        f"X-Original-To: bounces+v1.{MAIL_ID[1:]}.1@pcse.example",
    ],
)
def test_whatever_else_looks_like_a_mail_of_ours_names_none(header):
    assert read(plain(f"{header}\nX-Nothing: said", "Hello.")).references == frozenset()


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        (f"Message-ID: {MESSAGE_ID}", True),
        (f"> > message-id:{MESSAGE_ID}", True),
        (f"X-Microsoft-Original-Message-ID: {MESSAGE_ID}", True),
        (f"X-Google-Original-Message-ID: {MESSAGE_ID}", True),
        (f"In-Reply-To: {MESSAGE_ID}", False),
        (f"It is Message-ID: {MESSAGE_ID}", False),
        (f"X-Other-Message-ID: {MESSAGE_ID}", False),
    ],
)
def test_a_mail_is_named_in_words_by_its_header(line, is_named):
    found = read(plain(f"From: {DAEMON}\nTo: {NOWHERE}", f"Your message came back.\n\n{line}\n")).references

    assert found == ({Reference(MAIL_ID, GENERATION)} if is_named else frozenset())


@pytest.mark.parametrize(
    ("written", "is_named"), [(MARK, True), (f" <{MARK.upper()}> ", True), (f"x{MARK}", False), (f"{MARK}x", False)]
)
def test_a_mail_is_named_in_a_report_by_its_envelope(written, is_named):
    message = report(f"Original-Envelope-Id: {written}\nAction: delayed", to=NOWHERE, returned="Subject: none")

    assert read(message).references == ({Reference(MAIL_ID, GENERATION)} if is_named else frozenset())


_SAID = {PERMANENT, POLICY, DELAYED, RELAYED, RETURNED}


@pytest.mark.parametrize("case", [case for case in CASES if case.kind in _SAID], ids=lambda case: case.name)
def test_no_report_is_believed_of_a_mail_that_is_not_known(case):
    returned = read(case.message)

    assert all(notice.is_report for notice in returned.notices)
    assert verdict(returned, None).kind is (ReturnedKind.FORGED if returned.references else UNRECOGNISED)


@pytest.mark.parametrize(("subject", "kind"), [("Automatic reply", ReturnedKind.AUTO_REPLY), ("Hello", UNRECOGNISED)])
def test_what_is_no_report_is_what_it_is_whether_or_not_the_mail_is_known(subject, kind):
    message = plain(f"From: ann@practice.example\nTo: {RETURN_PATH}\nSubject: {subject}", "Thank you.")

    assert judged(message) == (kind, None)
    assert verdict(read(message), None).kind is kind


def _qmail(recipient, padding=""):
    """A letter in a form that the library knows, from somebody who is not known for a mail system."""
    body = f"Hi. This is the qmail-send program at mx.example.\n\n{padding}<{recipient}>:\n"
    head = f"From: ann@practice.example\nTo: {RETURN_PATH}\nSubject: Hello\nContent-Type: text/plain; charset=utf-8\n\n"
    return f"{head}{body}User unknown".encode()


@pytest.mark.parametrize(("length", "is_read"), [(199, True), (200, True), (201, False)])
def test_so_much_of_a_line_is_read_for_a_form_of_its_own(length, is_read):
    recipient = "x" * (length - len("<@surgery.example>:")) + "@surgery.example"

    assert read(_qmail(recipient)).notices[0].recipients == ({recipient} if is_read else set())


@pytest.mark.parametrize(("length", "is_read"), [(16_383, True), (16_384, True), (16_385, False)])
def test_so_much_of_a_letter_is_read_for_a_form_of_its_own(length, is_read):
    line = "\u00e9" * 49 + "\n"
    begun = len(_qmail(RECIPIENT).partition(b"\n\n")[2].removesuffix(b"\nUser unknown"))
    lines, rest = divmod(length - begun, len(line.encode()))
    padding = line * lines + "x" * (rest - 1) + "\n"

    assert bool(read(_qmail(RECIPIENT, padding)).notices[0].recipients) is is_read


@pytest.mark.parametrize(("length", "is_read"), [(200, True), (201, False)])
def test_so_much_of_a_failed_recipient_is_read(length, is_read):
    recipient = "x" * (length - len("@surgery.example")) + "@surgery.example"
    message = plain(f"From: {DAEMON}\nTo: {RETURN_PATH}\nX-Failed-Recipients: {recipient}", "User unknown")

    assert (recipient in read(message).notices[0].recipients) is is_read


_TWENTY = " ".join(f"{number}@surgery.example" for number in range(20))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (f"<{RECIPIENT}> User unknown", PERMANENT),
        (f"<{RECIPIENT}>: User unknown", PERMANENT),
        (f"{RECIPIENT}: User unknown", PERMANENT),
        (f"{RECIPIENT}, User unknown.", PERMANENT),
        (f"<{RECIPIENT}> over quota", RETURNED),
        (f"<{RECIPIENT}> User unknown. No action is required", DELAYED),
        (f"{RECIPIENT} was not happy", UNRECOGNISED),
        ("User unknown", UNRECOGNISED),
        (f"User unknown\n\n--- Original message ---\nTo: {RECIPIENT}", UNRECOGNISED),
        (f"<{RECIPIENT}> sorry\n\nReceived: from mx.example\nUser unknown", UNRECOGNISED),
        (f"<{RECIPIENT}> sorry\n\nSubject: User unknown", UNRECOGNISED),
        (f"{_TWENTY.partition(' ')[2]} <{RECIPIENT}> User unknown", PERMANENT),
        (f"{_TWENTY} <{RECIPIENT}> User unknown", FORGED),
    ],
)
def test_a_mail_system_in_no_known_form_is_understood_by_an_address_and_a_reason(words, kind):
    head = f"From: {DAEMON}\nTo: {RETURN_PATH}\nSubject: Hello"

    assert judged(plain(head, words))[0] is kind
    assert verdict(read(plain(head, words)), None).kind is (UNRECOGNISED if kind is UNRECOGNISED else FORGED)
    assert judged(plain(head.replace(DAEMON, "ann@practice.example"), words))[0] is UNRECOGNISED


def test_failed_recipients_that_cannot_be_read_are_those_that_the_words_name():
    head = f"From: ann@practice.example\nTo: {RETURN_PATH}\nX-Failed-Recipients: jos\u00e9@surgery.example"

    assert judged(plain(head, f"<{RECIPIENT}> User unknown")) == (PERMANENT, None)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("From: ann@practice.example\nX-Mailer: <SMTP32 v6>", f"Unknown user: {RECIPIENT}"),
        ("From: ann@aol.com", f"Your mail to the following recipients could not be delivered\n{RECIPIENT}\n\n"),
        ("From: ann@practice.example", f"Hi. This is the qmail-send program\n\n<{RECIPIENT}>:"),
    ],
)
def test_a_form_of_its_own_is_known_by_head_and_words_also_where_these_are_encoded(header, words):
    encoded = base64.encodebytes(f"{words}\nUser unknown\n".encode()).decode()
    head = f"{header}\nTo: {RETURN_PATH}\nContent-Type: text/plain\nContent-Transfer-Encoding: base64"

    assert judged(plain(head, encoded)) == (PERMANENT, None)


@pytest.mark.parametrize(
    ("said", "code"), [("", None), (" 4.4.1", "4.4.1"), (" 4.4.1 4.4.7", "4.4.1"), (" 2.0.0 4.4.7", "4.4.7")]
)
def test_a_mail_that_is_still_tried_has_the_first_code_of_a_form_of_its_own(said, code):
    words = f"<{RECIPIENT}> User unknown. It has not yet been delivered{said}"

    assert judged(plain(f"From: ann@practice.example\nTo: {RETURN_PATH}", words)) == (DELAYED, code)
