"""By which headers an answer tells that a program wrote it, and which parts of a report hold what was returned."""

import pytest

from gpsync.bounces.verdict import Reference, read, verdict
from gpsync.rules import ReturnedKind
from tests.unit.bounces.shapes import GENERATION, MAIL_ID, RETURN_PATH, dsn, per_recipient, plain

AUTO_REPLY, UNRECOGNISED = ReturnedKind.AUTO_REPLY, ReturnedKind.UNRECOGNISED
PERSON, DAEMON = "d.harrow@surgery.example", "MAILER-DAEMON@mx.example"


@pytest.mark.parametrize(
    ("header", "sender", "kind"),
    [
        ("X-Nothing: said", PERSON, UNRECOGNISED),
        ("Precedence: first-class", PERSON, UNRECOGNISED),
        ("Auto-Submitted: no", PERSON, UNRECOGNISED),
        ("Precedence: bulk", PERSON, AUTO_REPLY),
        ("Precedence: junk", PERSON, AUTO_REPLY),
        ("Precedence: list", PERSON, AUTO_REPLY),
        ("Precedence: List ", PERSON, AUTO_REPLY),
        ("Precedence: auto_reply", PERSON, AUTO_REPLY),
        ("Auto-Submitted: auto-generated", PERSON, AUTO_REPLY),
        ("Auto-Submitted: Auto-Replied", PERSON, AUTO_REPLY),
        ("X-Autoreply: yes", PERSON, AUTO_REPLY),
        ("X-Autorespond: yes", PERSON, AUTO_REPLY),
        ("X-Auto-Reply: yes", PERSON, AUTO_REPLY),
        ("X-Auto-Reply: yes", DAEMON, AUTO_REPLY),
        ("Precedence: auto_reply", DAEMON, AUTO_REPLY),
        # Mail systems say so of their reports too: a person must look at what cannot be read.
        ("Precedence: bulk", DAEMON, UNRECOGNISED),
        ("Auto-Submitted: auto-replied", DAEMON, UNRECOGNISED),
        ("Auto-Submitted: auto-generated", DAEMON, UNRECOGNISED),
    ],
)
def test_a_program_says_that_it_wrote_an_answer(header, sender, kind):
    message = plain(f"From: {sender}\nTo: {RETURN_PATH}\nSubject: Hello\n{header}", "Thank you.")

    assert read(message).kind is kind


@pytest.mark.parametrize("returned_as", ["text/rfc822-headers", "message/global-headers", "message/rfc822"])
def test_what_was_returned_is_read_in_every_form(returned_as):
    whole = f"Reporting-MTA: dns; mx.example\n\n{per_recipient('5.1.1')}"
    report = dsn(whole=whole, to="bounces@pcse.example", returned_as=returned_as)

    assert read(report).references == {Reference(MAIL_ID, GENERATION)}


@pytest.mark.parametrize(("said", "kind"), [("yes", AUTO_REPLY), ("", UNRECOGNISED)])
def test_an_automatic_answer_that_names_no_mail_is_one_all_the_same(said, kind):
    header = f"X-Autoreply: {said}" if said else "X-Nothing: said"
    message = plain(f"From: {PERSON}\nTo: bounces@pcse.example\nSubject: Hello\n{header}", "Thank you.")

    assert verdict(read(message), None).kind is kind


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("message/feedback-report", UNRECOGNISED),
        ("message/disposition-notification", AUTO_REPLY),
        ("message/x-other", AUTO_REPLY),
    ],
)
def test_a_complaint_is_for_a_person_although_a_program_passed_it_on(part, kind):
    message = plain(
        f"""
        From: {PERSON}
        To: {RETURN_PATH}
        Subject: Hello
        Precedence: bulk
        Content-Type: multipart/report; boundary="cut"
        """,
        f"""
        --cut
        Content-Type: {part}

        Feedback-Type: abuse
        --cut--
        """,
    )

    assert read(message).kind is kind


@pytest.mark.parametrize("header", ["X-Autoreply: yes", "Precedence: auto_reply", "Auto-Submitted: auto-replied"])
def test_who_names_the_recipients_that_failed_is_a_mail_system(header):
    head = f"From: {PERSON}\nTo: {RETURN_PATH}\nSubject: Automatic reply\n{header}"
    failed = "X-Failed-Recipients: ben@surgery.example"

    assert read(plain(head, "ben@surgery.example: User unknown")).kind is AUTO_REPLY
    assert read(plain(f"{head}\n{failed}", "ben@surgery.example: User unknown")).kind is ReturnedKind.PERMANENT


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Automatic reply: Please confirm", AUTO_REPLY),
        ("AUTO-REPLY", AUTO_REPLY),
        ("Autoresponse", AUTO_REPLY),
        ("[Auto response] hello", AUTO_REPLY),
        ("Automated answer", AUTO_REPLY),
        ("Re: Out of the office", AUTO_REPLY),
        ("out-of-office", AUTO_REPLY),
        ("On annual leave", AUTO_REPLY),
        ("study leave until May", AUTO_REPLY),
        ("Away from my desk", AUTO_REPLY),
        ("=?utf-8?q?Out_of_office?=", AUTO_REPLY),
        ("=?utf-8?q?Out_of_office_=FF?=", AUTO_REPLY),
        ("=?utf-8?q?R=C3=A9_?= annual leave", UNRECOGNISED),
        ("Is this an automatic reply?", UNRECOGNISED),
        ("The office", UNRECOGNISED),
    ],
)
@pytest.mark.parametrize("sender", [PERSON, DAEMON])
def test_a_subject_tells_that_somebody_is_away(subject, kind, sender):
    assert read(plain(f"From: {sender}\nTo: {RETURN_PATH}\nSubject: {subject}", "Thank you.")).kind is kind
