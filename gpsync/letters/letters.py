"""The letters with which a link is mailed: complete messages, and how they are addressed (C-46).

A letter depends on its claim and its link alone, so a second attempt writes the same bytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime

from gpsync.errors import WrongUse
from gpsync.letters.mime import ascii_address, assemble, shared_headers
from gpsync.letters.wording import bodies
from gpsync.link_tokens import link_url
from gpsync.mail_kinds import KINDS
from gpsync.mails import Claim, Outgoing
from gpsync.rules import LINK_HOURS, MailKind

__all__ = ["Letterhead", "Preview", "Sender", "can_be_written", "message_id", "preview"]

#: What returned mail is matched by; envelope, headers and boundary can hold it as it is.
_MAIL_ID = re.compile(r"[0-9a-f]{32}")
#: What is before the @ may have 64 octets (RFC 5321, 4.5.3.1.1); 39 are the mail's mark in the bounce address.
_BOUNCE_LOCAL_OCTETS = 25
#: What Exchange is not to send back ([MS-OXCMAIL] 2.1.3.2.20). `All` would suppress what says that nobody got the mail.
_NO_ANSWERS = "OOF, AutoReply"
#: As long as a real token.
_OPENS_NOTHING = "a-made-up-link-that-opens-nothing-012345678"


@dataclass(frozen=True)
class Sender:
    """Whom letters come from: address and shown name, and where answers and (`bounce`) refusals go.

    Without `bounce` refusals go to the address; without `reply_to` answers do. With `verp` each mail has a bounce
    address of its own, which names it.
    """

    address: str
    name: str
    reply_to: str
    bounce: str
    link_base_url: str
    verp: bool = True


@dataclass(frozen=True)
class Preview:
    """A letter to a made-up person, with the headers that a mail program shows."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


class Letterhead:
    """What every letter shares, built once. Raises WrongUse for a sender that letters cannot come from."""

    def __init__(self, sender: Sender) -> None:
        address = _mailbox(sender.address, "GPSYNC_MAIL_FROM")
        bounce = _mailbox(sender.bounce or address, "GPSYNC_MAIL_BOUNCE")
        if sender.verp and len(bounce.rpartition("@")[0]) > _BOUNCE_LOCAL_OCTETS:
            raise WrongUse(
                f"GPSYNC_MAIL_BOUNCE may have at most {_BOUNCE_LOCAL_OCTETS} characters before the @, because each "
                "mail's id "
                "is added to them: set a shorter one."
            )
        self._bounce, self._verp = bounce, sender.verp
        shared: dict[str, str | Address] = {"From": _named(sender.name, address)}
        if sender.reply_to:
            shared["Reply-To"] = _mailbox(sender.reply_to, "GPSYNC_MAIL_REPLY_TO")
        shared |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": _NO_ANSWERS, "MIME-Version": "1.0"}
        self._shared = {kind: shared_headers({**shared, "Subject": KINDS[kind].subject}) for kind in MailKind}

    def write(self, claim: Claim, url: str) -> Outgoing:
        """The letter, complete with its envelope. Raises ValueError for a claim or URL that no letter can be of."""
        recipient = ascii_address(claim.recipient)
        if recipient is None:
            raise ValueError("this address cannot be written to: ask can_be_written first")
        envelope_id = _envelope_id(claim.mail_id, claim.generation)
        text, html = bodies(claim, url)
        own = {
            "To": recipient,
            "Date": format_datetime(claim.dated_at.astimezone(UTC)),
            "Message-ID": claim.message_id,
        }
        message = assemble(self._shared[claim.kind], own, f"=_{envelope_id}", text, html)
        return Outgoing(self._bounce_address(envelope_id), recipient, envelope_id, message)

    def _bounce_address(self, envelope_id: str) -> str:
        if not self._verp:
            return self._bounce
        local, _, domain = self._bounce.rpartition("@")
        return f"{local}+{envelope_id}@{domain}"


def can_be_written(recipient: str) -> bool:
    """Whether a letter can be addressed to it: a domain beyond ASCII can be encoded, a local part cannot."""
    return ascii_address(recipient) is not None


def message_id(mail_id: str, generation: int, sender_address: str) -> str:
    """The Message-ID of a mail, at the domain it comes from. Raises WrongUse if that is no address."""
    domain = _mailbox(sender_address, "GPSYNC_MAIL_FROM").rpartition("@")[2]
    return f"<{_envelope_id(mail_id, generation)}@{domain}>"


def preview(kind: MailKind, sender: Sender) -> Preview:
    """The letter of a kind to somebody made up, with a link that opens nothing."""
    claim = _made_up_claim(kind, sender.address)
    url = link_url(sender.link_base_url, _OPENS_NOTHING)
    outgoing = Letterhead(sender).write(claim, url)
    headers = BytesHeaderParser(policy=SMTP).parsebytes(outgoing.message)
    shown = {name: str(value) for name, value in headers.items() if name not in ("MIME-Version", "Content-Type")}
    text, html = bodies(claim, url)
    return Preview(KINDS[kind].subject, text, html, {"Return-Path": f"<{outgoing.sender}>", **shown})


def _mailbox(address: str, setting: str) -> str:
    written = ascii_address(address)
    if written is None:
        raise WrongUse(f"{setting} is not an address that letters can carry: set it to one like name@example.org.")
    return written


def _named(name: str, address: str) -> Address:
    if not name.isprintable():
        raise WrongUse("GPSYNC_MAIL_FROM_NAME holds a control character: write it on one line.")
    return Address(name, addr_spec=address)


def _envelope_id(mail_id: str, generation: int) -> str:
    if not _MAIL_ID.fullmatch(mail_id):
        raise ValueError("a mail's id is 32 hexadecimal digits")
    return f"v1.{mail_id}.{generation}"


def _made_up_claim(kind: MailKind, sender_address: str) -> Claim:
    sent = datetime(2026, 3, 23, 17, 30, tzinfo=UTC)
    mail_id = "0" * 32
    return Claim(
        mail_id=mail_id,
        epoch=1,
        lease_token="",
        kind=kind,
        gmc_number=None,
        recipient="aoife@doctor.example",
        recipient_key="aoife@doctor.example",
        details={"name": "Aoife Ní Dhomhnaill", "changed_on": "2026-03-06", "practice": "Made-up Surgery"},
        template=KINDS[kind].letter,
        message_id=message_id(mail_id, 1, sender_address),
        generation=1,
        link_id=mail_id,
        key_id="made-up",
        dated_at=sent,
        expires_at=sent + timedelta(hours=LINK_HOURS),
        attempts=0,
        first_tried_at=sent,
    )
