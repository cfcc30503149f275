"""The shapes in which mail systems return mail. Every address and id is made up."""

import base64
from textwrap import dedent

MAIL_ID = "0123456789abcdef0123456789abcdef"
GENERATION = 1
RECIPIENT = "d.harrow@surgery.example"
MARK = f"v1.{MAIL_ID}.{GENERATION}"
RETURN_PATH = f"bounces+{MARK}@pcse.example"
MESSAGE_ID = f"<{MARK}@pcse.example>"


def wire(text: str) -> bytes:
    """Text as it arrives: without the test's indentation, lines ended by CR LF."""
    return dedent(text).lstrip("\n").replace("\n", "\r\n").encode()


def block(text: str) -> str:
    return dedent(text).strip("\n")


def returned_headers(message_id: str = MESSAGE_ID, to: str = RECIPIENT) -> str:
    return block(f"""
        Return-Path: <{RETURN_PATH}>
        From: Primary Care Support England <noreply@pcse.example>
        To: {to}
        Subject: Please confirm your email address
        Message-ID: {message_id}
        Date: Mon, 30 Nov 2026 09:00:00 +0000
        MIME-Version: 1.0
        Content-Type: text/plain; charset="utf-8"
    """)


def per_mail(envelope_id: str = MARK, name: str = "Original-Envelope-Id") -> str:
    return f"Reporting-MTA: dns; mx.example\n{name}: {envelope_id}\nArrival-Date: Mon, 30 Nov 2026 09:00:02 +0000"


#: What is said beside a code where a test names no words: the address does not exist by both.
_USUAL = {"5.1.1": "550 5.1.1 User unknown", "5.1.2": "550 5.1.2 Host unknown"}


def per_recipient(
    status: str | None, *, action: str | None = "failed", said: str | None = None, to: str | None = RECIPIENT
) -> str:
    """The fields about one recipient; `said` is the answer, "" for none at all, None for the usual one."""
    said = _USUAL.get(status or "") if said is None else said
    fields = {
        "Final-Recipient": f"rfc822; {to}" if to else None,
        "Action": action,
        "Status": status,
        "Diagnostic-Code": f"smtp; {said}" if said else None,
    }
    return "\n".join(f"{name}: {value}" for name, value in fields.items() if value is not None)


def dsn(
    *blocks: str,
    to: str = RETURN_PATH,
    sender: str = "MAILER-DAEMON@mx.example (Mail Delivery System)",
    words: str = "This is the mail system at host mx.example.\n\nYour message could not be delivered.",
    whole: str | None = None,
    returned: str | None = None,
    returned_as: str = "text/rfc822-headers",
    encoding: str | None = None,
    extra: str = "",
) -> bytes:
    """A delivery report by RFC 3464, whose fields are `whole`, or one block for the mail and then `blocks`."""
    fields = whole if whole is not None else "\n\n".join([per_mail(), *blocks])
    if encoding == "base64":
        fields = base64.encodebytes(fields.encode()).decode().strip()
        words = base64.encodebytes(words.encode()).decode().strip()
    transfer = f"\nContent-Transfer-Encoding: {encoding}" if encoding else ""
    parts = [
        f"Content-Type: text/plain; charset=us-ascii\nContent-Description: Notification{transfer}\n\n{words}\n",
        f"Content-Type: message/delivery-status{transfer}\n\n{fields}\n",
        f"Content-Type: {returned_as}\n\n{returned if returned is not None else returned_headers()}\n",
    ]
    top = block(f"""
        Return-Path: <>
        From: {sender}
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="cut"
    """)
    extra = f"{extra}\n" if extra else ""
    return wire(extra + top + "\n\n" + "".join(f"--cut\n{part}\n" for part in parts) + "--cut--\n")


def plain(headers: str, body: str) -> bytes:
    """A message of one part."""
    return wire(block(headers) + "\n\n" + block(body) + "\n")
