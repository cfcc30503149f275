"""A letter's form on the wire (C-46): headers, a text and an HTML part, ASCII only, every line ended by CR LF.

The standard library's message builds what many letters share, once. A letter's own headers and parts are few and
of a known form, so they are written directly: building a whole message for each letter takes ten times as long.
"""

import binascii
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import idna

#: Words of visible ASCII, one blank between them: nothing in it can end a header or begin another.
_HEADER = re.compile(r"[!-~]+(?: [!-~]+)*")
#: RFC 5322, 2.1.1, without the line end.
_LINE_OCTETS = 998

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
#: RFC 5321, 4.5.3.1.3: a path of 256 with its two angle brackets.
_ADDRESS_OCTETS = 254


def ascii_address(address: str) -> str | None:
    """The address as header and envelope have it: its domain in ASCII, what is before the @ untouched.

    None where that is impossible: a local part beyond ASCII, which the mail service may not take (SMTPUTF8); a
    quoted one; anything that could be more than one address; more than 254 octets.
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    written = f"{local}@{domain}"
    return written if len(written) <= _ADDRESS_OCTETS and _ADDRESS.fullmatch(written) else None


def shared_headers(headers: Mapping[str, str | Address]) -> bytes:
    """Headers that many letters have in common, encoded where they need it. Raises ValueError for a control."""
    message = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        # The library refuses line ends only.
        if not str(value).isprintable():
            raise ValueError(f"the header {name} holds a control character")
        message[name] = value
    return message.as_bytes().removesuffix(b"\r\n")


def assemble(shared: bytes, own: Mapping[str, str], boundary: str, text: str, html: str) -> bytes:
    """The whole message. `own` are the letter's own headers, visible ASCII; raises ValueError if they are not.

    `boundary` must begin with `=_`, which quoted-printable never writes, so it stands in no part.
    """
    own = {**own, "Content-Type": f'multipart/alternative; boundary="{boundary}"'}
    head = "".join(_header(name, value) for name, value in own.items())
    start, end = f"--{boundary}\r\n".encode("ascii"), f"--{boundary}--\r\n".encode("ascii")
    parts = (start, _part("plain", text), start, _part("html", html), end)
    return b"".join((shared, head.encode("ascii"), b"\r\n", *parts))


def _header(name: str, value: str) -> str:
    line = f"{name}: {value}"
    if not _HEADER.fullmatch(value) or len(line) > _LINE_OCTETS:
        raise ValueError(f"the header {name} is too long or not all visible ASCII")
    return f"{line}\r\n"


def _part(subtype: str, text: str) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    # The last line end belongs to the boundary that follows.
    return head.encode("ascii") + _quoted_printable(text) + b"\r\n"


def _quoted_printable(text: str) -> bytes:
    # Given CR LF, the encoder also ends its soft breaks by CR LF. It would leave a lone CR as it is: there is none
    # after `splitlines`, which knows every character that ends a line.
    lines = "".join(f"{line}\r\n" for line in text.splitlines())
    return binascii.b2a_qp(lines.encode())
