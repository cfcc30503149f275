"""Made-up returned messages, each with what is to be made of it when a mail of the shapes' id was sent."""

import base64
from typing import NamedTuple

from gpsync.rules import ReturnedKind
from tests.unit.bounces.shapes import (
    GENERATION,
    MAIL_ID,
    MARK,
    MESSAGE_ID,
    RECIPIENT,
    RETURN_PATH,
    block,
    dsn,
    per_mail,
    per_recipient,
    plain,
    returned_headers,
    wire,
)

PERMANENT, RETURNED, POLICY = ReturnedKind.PERMANENT, ReturnedKind.RETURNED, ReturnedKind.POLICY
DELAYED, RELAYED = ReturnedKind.DELAYED, ReturnedKind.RELAYED
AUTO_REPLY, FORGED, UNRECOGNISED = ReturnedKind.AUTO_REPLY, ReturnedKind.FORGED, ReturnedKind.UNRECOGNISED
_STRANGER = "f" * 32
_PERSON = "someone@practice.example"
_ASKED = "Name service error for name={} type=A: Host not found"


class Case(NamedTuple):
    name: str
    message: bytes
    kind: ReturnedKind
    code: str | None = None


REPORTS = [
    Case(
        "postfix: no such user",
        dsn(per_recipient("5.1.1", said=f"550 5.1.1 <{RECIPIENT}>: Recipient address rejected: User unknown")),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "postfix: host not found, with the whole mail",
        dsn(
            per_recipient("5.4.4", said=f"Host or domain name not found. {_ASKED.format('surgery.example')}"),
            returned_as="message/rfc822",
            returned=returned_headers() + "\n\nDear Dr Harrow,",
        ),
        PERMANENT,
        "5.4.4",
    ),
    Case(
        "postfix: the mail server of the domain is not found, or our own relay",
        dsn(per_recipient("5.4.4", said=f"Host or domain name not found. {_ASKED.format('relay.example')}")),
        UNRECOGNISED,
        "5.4.4",
    ),
    Case(
        "postfix: the name service gave no answer",
        dsn(
            per_recipient("5.4.4", said=f"Host or domain name not found. {_ASKED.format('surgery.example')}, try again")
        ),
        RETURNED,
        "5.4.4",
    ),
    Case("postfix: bad domain", dsn(per_recipient("5.1.2")), PERMANENT, "5.1.2"),
    Case(
        "postfix: expired in the queue",
        dsn(per_recipient("4.4.7", said="delivery temporarily suspended: connection timed out")),
        RETURNED,
        "4.4.7",
    ),
    Case("postfix: delayed", dsn(per_recipient("4.4.1", action="delayed")), DELAYED, "4.4.1"),
    Case("postfix: relayed", dsn(per_recipient("2.0.0", action="relayed")), RELAYED, "2.0.0"),
    Case("delivered", dsn(per_recipient("2.1.5", action="delivered")), RELAYED, "2.1.5"),
    Case("expanded", dsn(per_recipient("2.0.0", action="expanded (to a list)")), RELAYED, "2.0.0"),
    Case(
        "exchange online: recipient not found",
        dsn(
            per_recipient("5.1.10", said="550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup"),
            sender="Microsoft Outlook <postmaster@tenant.example>",
            extra=f"X-Auto-Response-Suppress: All\nIn-Reply-To: {MESSAGE_ID}\nReferences: {MESSAGE_ID}",
        ),
        PERMANENT,
        "5.1.10",
    ),
    Case(
        "exchange online: turned away at the edge",
        dsn(per_recipient("5.4.1", said="550 5.4.1 Recipient address rejected: Access denied. AS(201806281)")),
        PERMANENT,
        "5.4.1",
    ),
    Case(
        "exchange online: domain does not exist",
        dsn(per_recipient("5.4.310", said="550 5.4.310 DNS domain surgery.example does not exist")),
        PERMANENT,
        "5.4.310",
    ),
    Case(
        "exchange: mailbox full",
        dsn(per_recipient("5.2.2", said="554 5.2.2 STOREDRV.Deliver.Exception: QuotaExceededException")),
        RETURNED,
        "5.2.2",
    ),
    Case("exchange: loop", dsn(per_recipient("5.4.14", said="554 5.4.14 Hop count exceeded")), RETURNED, "5.4.14"),
    Case(
        "exchange: we are not allowed",
        dsn(per_recipient("5.7.1", said="550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized")),
        POLICY,
        "5.7.1",
    ),
    Case("our own address is refused", dsn(per_recipient("5.1.8", said="501 5.1.8 Bad sender")), POLICY, "5.1.8"),
    Case("letter too large", dsn(per_recipient("5.2.3")), POLICY, "5.2.3"),
    Case("mailbox disabled", dsn(per_recipient("5.2.1", said="550 5.2.1 disabled")), UNRECOGNISED, "5.2.1"),
    Case(
        "gmail: no such user",
        dsn(
            per_recipient("5.1.1", said="550-5.1.1 The email account that you tried to reach does not exist."),
            sender="Mail Delivery Subsystem <mailer-daemon@mail.example>",
            extra=f"X-Failed-Recipients: {RECIPIENT}\nIn-Reply-To: {MESSAGE_ID}",
        ),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "gmail: blocked for lack of authentication",
        dsn(per_recipient("5.7.26", said="550-5.7.26 Unauthenticated email is not accepted due to DMARC policy")),
        POLICY,
        "5.7.26",
    ),
    Case(
        "exim: a report whose status says nothing",
        dsn(per_recipient("5.0.0", said="550 No Such User Here"), extra=f"X-Failed-Recipients: {RECIPIENT}"),
        PERMANENT,
        "5.0.0",
    ),
    Case("exim: the words are about us", dsn(per_recipient("5.0.0", said="554 blocked: spam")), POLICY, "5.0.0"),
    Case("exim: the words are about room", dsn(per_recipient("5.0.0", said="552 over quota")), RETURNED, "5.0.0"),
    Case(
        "sendmail: the code is in the answer",
        dsn(per_recipient(None, action="failed", said="550 5.1.1 <...>... User unknown")),
        PERMANENT,
        "5.1.1",
    ),
    Case("status missing altogether", dsn(per_recipient(None)), UNRECOGNISED),
    Case("a code and no word", dsn(per_recipient("5.1.1", said="")), UNRECOGNISED, "5.1.1"),
    Case("a code, and the code again", dsn(per_recipient("5.1.1", said="550 5.1.1")), UNRECOGNISED, "5.1.1"),
    Case(
        "a remark only repeats the code",
        dsn(per_recipient("5.1.1 (bad destination mailbox address)")),
        UNRECOGNISED,
        "5.1.1",
    ),
    Case("action of a private kind", dsn(per_recipient("5.1.1", action="vanished")), UNRECOGNISED, "5.1.1"),
    Case("opensmtpd: action error", dsn(per_recipient("5.1.1", action="error")), PERMANENT, "5.1.1"),
    Case(
        "field names in lower case",
        dsn(
            whole=f"{per_mail()}\n\n{per_recipient('5.1.1')}".replace(RECIPIENT, "@@").lower().replace("@@", RECIPIENT)
        ),
        PERMANENT,
        "5.1.1",
    ),
    Case("parts in base64", dsn(per_recipient("5.1.1"), encoding="base64"), PERMANENT, "5.1.1"),
    Case("parts in quoted-printable", dsn(per_recipient("5.1.1"), encoding="quoted-printable"), PERMANENT, "5.1.1"),
    Case(
        "several recipients, ours failed",
        dsn(per_recipient("2.0.0", action="relayed", to=_PERSON), per_recipient("5.1.1")),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "several recipients, ours is only late",
        dsn(per_recipient("5.1.1", to=_PERSON), per_recipient("4.4.1", action="delayed")),
        DELAYED,
        "4.4.1",
    ),
    Case(
        "an address that stands for two people, one of whom got it",
        dsn(
            f"Original-Recipient: rfc822;{RECIPIENT}\n" + per_recipient("5.1.1", to="one@branch.example"),
            f"Original-Recipient: rfc822;{RECIPIENT}\n"
            + per_recipient("2.0.0", action="delivered", to="two@branch.example"),
        ),
        RELAYED,
        "2.0.0",
    ),
    Case(
        "forwarded to another domain, where nobody is: it is the other address that does not exist",
        dsn(f"Original-Recipient: rfc822;{RECIPIENT}\n" + per_recipient("5.1.1", to="old@home.example")),
        UNRECOGNISED,
        "5.1.1",
    ),
    Case(
        "written anew within the domain: the original recipient counts",
        dsn(f"Original-Recipient: rfc822;{RECIPIENT}\n" + per_recipient("5.1.1", to="harrow.d@surgery.example")),
        PERMANENT,
        "5.1.1",
    ),
    Case("recipient in other letters", dsn(per_recipient("5.1.1", to="D.Harrow@SURGERY.example")), PERMANENT, "5.1.1"),
    Case("recipient in brackets", dsn(per_recipient("5.1.1", to=f"<{RECIPIENT}>")), PERMANENT, "5.1.1"),
    Case("no recipient named", dsn(per_recipient("5.1.1", to=None)), PERMANENT, "5.1.1"),
    Case(
        "a report inside a report: the inner one is about our mail",
        dsn(
            per_recipient("5.7.1", to="archive@practice.example"),
            returned_as="message/rfc822",
            returned=dsn(per_recipient("5.1.1")).decode().replace("\r\n", "\n").replace("cut", "inner"),
        ),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "only the message id tells which mail it was",
        dsn(whole=f"Reporting-MTA: dns; mx.example\n\n{per_recipient('5.1.1')}", to="bounces@pcse.example"),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "only the envelope id tells which mail it was",
        dsn(per_recipient("5.1.1"), to="bounces@pcse.example", returned="Subject: x"),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "only the address it was delivered to tells which mail it was",
        dsn(
            whole=f"Reporting-MTA: dns; mx.example\n\n{per_recipient('5.1.1')}",
            to="undisclosed-recipients:;",
            returned="Subject: x",
            extra=f"Delivered-To: {RETURN_PATH.upper()}",
        ),
        PERMANENT,
        "5.1.1",
    ),
]

_QMAIL = f"""
    Return-Path: <>
    From: MAILER-DAEMON@mx.example
    To: {RETURN_PATH}
    Subject: failure notice
"""
_QMAIL_WORDS = """
    Hi. This is the qmail-send program at mx.example.
    I'm afraid I wasn't able to deliver your message to the following addresses.

    <{recipient}>:
    192.0.2.1 does not like recipient.
    Remote host said: {said}
    Giving up on 192.0.2.1.

    --- Below this line is a copy of the message.

    {returned}
"""


def _qmail(said: str, recipient: str = RECIPIENT) -> bytes:
    words = block(_QMAIL_WORDS)
    returned = returned_headers() + "\n\nsee 4.2.2 of the guidance"
    return plain(_QMAIL, words.format(recipient=recipient, said=said, returned=returned))


_EXIM = f"""
    From: Mail Delivery System <Mailer-Daemon@mx.example>
    To: {RETURN_PATH}
    Auto-Submitted: auto-replied
    X-Failed-Recipients: {RECIPIENT}
    Subject: Mail delivery failed: returning message to sender
"""
_EXIM_WORDS = f"""
    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      {RECIPIENT}
        host mx.surgery.example: Unrouteable address

    ------ This is a copy of the message, including all the headers. ------
"""

OTHER_FORMS = [
    Case("qmail: no such user", _qmail("550 sorry, no mailbox here by that name (#5.1.1)"), PERMANENT, "5.1.1"),
    Case("qmail: refused as spam", _qmail("550 5.7.1 Message rejected as spam"), POLICY, "5.7.1"),
    Case("qmail: no code at all", _qmail("550 unknown user"), PERMANENT),
    Case("qmail: about somebody else", _qmail("550 unknown user", "nobody@surgery.example"), FORGED),
    Case("qmail: codes that disagree", _qmail("550 5.1.1 no user; later 4.4.1 timed out"), RETURNED, "5.1.1"),
    Case(
        "qmail: a network address that begins like a code",
        _qmail("550 5.1.1 no such user (asked 5.7.1.20)"),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "qmail: a mail system that says auto-replied",
        _qmail("550 5.1.1 no such user").replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1),
        PERMANENT,
        "5.1.1",
    ),
    Case("exim without MIME", plain(_EXIM, _EXIM_WORDS), PERMANENT),
    Case(
        "exim without MIME, in the name of a person",
        plain(_EXIM.replace("Mail Delivery System <Mailer-Daemon@mx.example>", "post@mx.example"), _EXIM_WORDS),
        PERMANENT,
    ),
    Case(
        "sendmail without MIME",
        plain(
            f"""
            From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
            To: {RETURN_PATH}
            Subject: Returned mail: User unknown
            """,
            f"""
               ----- The following addresses had permanent fatal errors -----
            <{RECIPIENT}>

               ----- Transcript of session follows -----
            550 5.1.1 <{RECIPIENT}>... User unknown
            """,
        ),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "postfix of old, encoded in base64",
        wire(
            block(f"""
            From: MAILER-DAEMON@mx.example
            To: {RETURN_PATH}
            Subject: failure notice
            Content-Type: text/plain; charset="no-such-charset"
            Content-Transfer-Encoding: base64
            """)
            + "\n\n"
            + base64.encodebytes(
                f"Hi. This is the qmail-send program.\n\n<{RECIPIENT}>:\nsaid: 550 no such user (#5.1.1)\n".encode()
            ).decode()
        ),
        PERMANENT,
        "5.1.1",
    ),
    Case(
        "a warning that is no failure",
        plain(
            f"From: Mailer-Daemon@mx.example\nTo: {RETURN_PATH}\nSubject: Warning: message delayed",
            f"""
            The address to which the message has not yet been delivered is:

              {RECIPIENT}

            No action is required on your part.
            """,
        ),
        DELAYED,
    ),
]


def _reply(headers: str, body: str = "I am on leave until 7 December 2026.") -> bytes:
    return plain(f"From: D Harrow <{RECIPIENT}>\nTo: {RETURN_PATH}\n{headers}", body)


REPLIES = [
    Case(
        "out of office",
        _reply(f"Subject: Automatic reply: Please confirm\nAuto-Submitted: auto-replied\nIn-Reply-To: {MESSAGE_ID}"),
        AUTO_REPLY,
    ),
    Case("out of office by its subject only", _reply("Subject: Out of Office: Please confirm"), AUTO_REPLY),
    Case("out of office, subject encoded", _reply("Subject: =?utf-8?b?T3V0IG9mIG9mZmljZQ==?="), AUTO_REPLY),
    Case("vacation program", _reply("Subject: away\nPrecedence: bulk\nX-Autoreply: yes"), AUTO_REPLY),
    Case("auto-generated notice", _reply("Subject: Ticket 12 opened\nAuto-Submitted: auto-generated"), AUTO_REPLY),
    Case(
        "out of office that quotes a bounce",
        _reply("Subject: Automatic reply: x\nX-Autorespond: x", f"Hi. This is the desk.\n\n<{RECIPIENT}>:\n550 5.1.1"),
        AUTO_REPLY,
    ),
    Case(
        "receipt that the mail was displayed",
        wire(
            block(f"""
            From: {RECIPIENT}
            To: {RETURN_PATH}
            Subject: Read: Please confirm
            Content-Type: multipart/report; report-type=disposition-notification; boundary=cut
            """)
            + f"\n\n--cut\n\nRead.\n--cut\nContent-Type: message/disposition-notification\n\n"
            f"Final-Recipient: rfc822;{RECIPIENT}\nDisposition: manual-action/MDN-sent-manually; displayed\n--cut--\n"
        ),
        AUTO_REPLY,
    ),
]

DISBELIEVED = [
    Case("an id that is not known", dsn(per_recipient("5.1.1")).replace(MAIL_ID.encode(), _STRANGER.encode()), FORGED),
    Case("the right id and a wrong recipient", dsn(per_recipient("5.1.1", to=_PERSON)), FORGED),
    Case(
        "the right id of another generation",
        dsn(per_recipient("5.1.1")).replace(MARK.encode(), f"v1.{MAIL_ID}.{GENERATION + 1}".encode()),
        FORGED,
    ),
    Case("ids that disagree", dsn(per_recipient("5.1.1"), to=f"bounces+v1.{_STRANGER}.1@pcse.example"), FORGED),
    Case(
        "a clear report that names no mail",
        dsn(
            whole=f"Reporting-MTA: dns; mx.example\n\n{per_recipient('5.1.1')}",
            to="bounces@pcse.example",
            returned="Subject: x",
        ),
        UNRECOGNISED,
    ),
    Case("a person who writes", _reply("Subject: Re: Please confirm", "Is this a real message?"), UNRECOGNISED),
    Case(
        "a complaint",
        wire(
            block(f"""
            From: feedback@mail.example
            To: {RETURN_PATH}
            Content-Type: multipart/report; report-type=feedback-report; boundary=cut
            """)
            + "\n\n--cut\n\nA complaint.\n--cut\nContent-Type: message/feedback-report\n\n"
            "Feedback-Type: abuse\n--cut--\n"
        ),
        UNRECOGNISED,
    ),
]

_NEST = 3_000
HOSTILE = [
    Case("nothing", b"", UNRECOGNISED),
    Case("no headers", b"\r\n\r\n550 5.1.1 no such user\r\n", UNRECOGNISED),
    Case("NULs and bytes that are no text", bytes(range(256)) * 400, UNRECOGNISED),
    Case("ten megabytes of one line", b"Subject: " + b"x" * 10_000_000, UNRECOGNISED),
    Case("ten megabytes of lines", b"To: x@y.example\n\n" + b"a@b.example\n" * 800_000, UNRECOGNISED),
    Case(
        "parts in parts in parts",
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(_NEST)),
        UNRECOGNISED,
    ),
    Case(
        "an out of office with parts in parts in parts",
        b"Subject: Out of office\n"
        + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(_NEST)),
        AUTO_REPLY,
    ),
    Case("mails in mails in mails", b"Content-Type: message/rfc822\n\n" * _NEST, UNRECOGNISED),
    Case("a boundary never closed", dsn(per_recipient("5.1.1")).replace(b"--cut--\r\n", b""), PERMANENT, "5.1.1"),
    Case("a boundary never opened", b'Content-Type: multipart/report; boundary="gone"\n\n550 5.1.1\n', UNRECOGNISED),
    Case(
        "a charset with a NUL and a broken boundary",
        b"Content-Type: multipart/mixed; boundary*=a%00b'en'x\n\nx\n",
        UNRECOGNISED,
    ),
    Case("NULs in a report", dsn(per_recipient("5.1.1")).replace(b"Status", b"Sta\0tus"), PERMANENT, "5.1.1"),
    Case("a thousand recipients", dsn(*[per_recipient("5.1.1", to=_PERSON)] * 1000), FORGED),
    Case(
        "lines made for slow patterns",
        b"Subject: x\n\n" + (b"Your message could not be delivered to\n" + b"!" * 900 + b"\n") * 300,
        UNRECOGNISED,
    ),
]

CASES = [*REPORTS, *OTHER_FORMS, *REPLIES, *DISBELIEVED, *HOSTILE]
