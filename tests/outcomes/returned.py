"""Messages that come back for a letter: reports of mail systems, answers, and what nobody can read."""

from email import message_from_bytes, policy
from random import Random

#: Status, and what the receiving side said.
_REPORTS = (
    ("failed", "5.1.1", "550 5.1.1 User unknown"),
    ("failed", "5.1.1", "550 5.1.1 User unknown"),
    ("failed", "5.2.2", "552 5.2.2 Mailbox full"),
    ("failed", "5.7.1", "554 5.7.1 Message refused as spam"),
    ("failed", "4.4.7", "450 4.4.7 Message expired"),
    ("delayed", "4.4.1", "450 4.4.1 No answer from host"),
    ("delivered", "2.0.0", "250 2.0.0 ok"),
)


def message(random: Random, letter: bytes) -> bytes | None:
    """Something that comes back for a letter; None for a message that cannot be opened."""
    sort = random.choices(("report", "answer", "riddle", "forged", "closed"), (12, 2, 3, 1, 1))[0]
    if sort == "closed":
        return None
    found = message_from_bytes(letter, policy=policy.default)
    message_id, to = str(found["Message-ID"]), str(found["To"])
    mark = message_id.strip("<>").partition("@")[0]
    if sort == "answer":
        return _wire(f"From: {to}\nTo: a@b.example\nSubject: Out of office\nAuto-Submitted: auto-replied\n"
                     f"In-Reply-To: {message_id}\n\nI am away.\n")  # fmt: skip
    if sort == "riddle":
        return _wire(
            f"From: {to}\nTo: a@b.example\nSubject: Undelivered\nX-Mail: {mark}\n\nThis did not go anywhere.\n"
        )
    if sort == "forged":
        to = "somebody.else@gp.example"
    return _report(random, mark, message_id, to)


def _report(random: Random, mark: str, message_id: str, to: str) -> bytes:
    action, status, said = random.choice(_REPORTS)
    return _wire(f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: bounces@pcse.example
Subject: Delivery report
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

A report.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Original-Envelope-Id: {mark}

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--cut
Content-Type: text/rfc822-headers

From: pcse.noreply@nhs.example
To: {to}
Message-ID: {message_id}

--cut--
""")


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
