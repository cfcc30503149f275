"""Verification links: how a token is made, and what somebody who shows one may do (C-53). Pure.

A token is worked out from the link and a secret, so that a mail can be written again byte for byte although only
the token's hash is kept: neither the database nor the secret alone gives a link away. A link is bound to one
address, not to its holder, and looking at its page never uses it, because mail scanners look too.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from gpsync.errors import WrongUse
from gpsync.mails import Link
from gpsync.rules import LinkState, Word

#: What a token is for, and the version of how it is made: no other use of a secret gives the same text.
_PURPOSE = "gpsync|v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SHORTEST_SECRET = 32
#: Compared with where no link was found, so that an unknown token costs the same work.
_NO_HASH = "0" * 64


class LinkVerdict(Word):
    """What a token is good for at a moment."""

    USABLE = "usable", "The link can be used; as the answer to its use: the address is verified now."
    CONFIRMED_ALREADY = "confirmed_already", "The link was used before, and the address is still the doctor's."
    USED = "used", "The link was used before, for an address that the doctor no longer has."
    EXPIRED = "expired", "The link ran out before it was used."
    SUPERSEDED = "superseded", "A newer link replaced it, or its address is no longer the doctor's at the GMC."
    REVOKED = "revoked", "The link was withdrawn."
    UNKNOWN = "unknown", "There is no such link."


@dataclass(frozen=True)
class LinkSecrets:
    """The secrets of the links by id: the first makes new links, all of them check.

    A secret is replaced by putting a new one before it. The old one stays until the last of its links has run
    out: without it they are unknown.
    """

    signing_id: str
    _by_id: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The secrets written as `id:secret`, separated by commas. Raises WrongUse, which repeats none of them."""
        found: dict[str, bytes] = {}
        for number, part in enumerate(text.split(","), start=1):
            key_id, _, secret = part.strip().partition(":")
            fault = _fault(key_id, secret, found)
            if fault:
                raise WrongUse(f"GPSYNC_LINK_SECRET is wrong: number {number} {fault}.")
            found[key_id] = _bytes(secret)
        return cls(next(iter(found)), found)

    def secret(self, key_id: str) -> bytes:
        """The secret of this id. Raises WrongUse for an id that is not among them."""
        if key_id not in self._by_id:
            raise WrongUse("A link was made with a secret that GPSYNC_LINK_SECRET no longer holds: add it back.")
        return self._by_id[key_id]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all of them."""
        return frozenset(self._by_id)

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._by_id


def _fault(key_id: str, secret: str, others: Mapping[str, bytes]) -> str:
    """What is wrong with one secret, or nothing."""
    if not secret or not _KEY_ID.fullmatch(key_id):
        return "is not written as id:secret, with an id of letters, digits, - and _"
    if key_id in others:
        return "has the same id as another one"
    if len(secret) < _SHORTEST_SECRET:
        return f"is shorter than {_SHORTEST_SECRET} characters"
    return ""


def make_token(secrets: LinkSecrets, *, key_id: str, link_id: str, generation: int, address_key: str) -> str:
    """The token of a link: 256 bits as 43 characters that a URL may hold; the same for the same arguments.

    Raises WrongUse where the secret is not known.
    """
    address = hashlib.sha256(_bytes(address_key)).hexdigest()
    text = f"{_PURPOSE}|{link_id}|{generation}|{address}"
    digest = hmac.digest(secrets.secret(key_id), text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fingerprint(token: str) -> str:
    """What is kept of a token, whatever it may be: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def _bytes(text: str) -> bytes:
    # A token comes from outside and may hold half a surrogate pair, which plain UTF-8 refuses.
    return text.encode("utf-8", "surrogatepass")


def link_url(base: str, token: str) -> str:
    """The link as it is mailed: it holds the token and nothing else about anybody."""
    return f"{base.rstrip('/')}/{token}"


class LinkLedger(Protocol):
    """What is known of links, and the two things that may be written down about one."""

    def find(self, token_sha256: str) -> Link | None:
        """The link whose token has this hash."""

    def current_key(self, link: Link) -> str | None:
        """The address that the link's holder has now, by its key; None without one."""

    def mark_opened(self, link_id: str, now: datetime) -> None:
        """Write down that an issued link was looked at."""

    def mark_confirmed(self, link: Link, now: datetime) -> bool:
        """Use the link, if it can still be used; of several calls at the same time only one returns True."""


def check(ledger: LinkLedger, token: str, now: datetime, *, secrets: LinkSecrets | None = None) -> LinkVerdict:
    """What the token is good for at `now`; changes nothing.

    With `secrets`, a link is known only if one of them makes this token.
    """
    link = _known(ledger, token, secrets)
    return LinkVerdict.UNKNOWN if link is None else _judged(link, ledger.current_key(link), now)


def record_opening(ledger: LinkLedger, token: str, now: datetime, *, secrets: LinkSecrets | None = None) -> None:
    """Write down that the link's page was looked at, for the first time. Decides nothing."""
    link = _known(ledger, token, secrets)
    if link is not None and link.state is LinkState.ISSUED:
        ledger.mark_opened(link.link_id, now)


def consume(ledger: LinkLedger, token: str, now: datetime, *, secrets: LinkSecrets | None = None) -> LinkVerdict:
    """Use the link at `now`. USABLE is returned to exactly one caller: this call has verified the address."""
    link = _known(ledger, token, secrets)
    if link is None:
        return LinkVerdict.UNKNOWN
    verdict = _judged(link, ledger.current_key(link), now)
    if verdict is not LinkVerdict.USABLE or ledger.mark_confirmed(link, now):
        return verdict
    # Between the look and the deed somebody else used or ended it.
    verdict = check(ledger, token, now, secrets=secrets)
    return LinkVerdict.UNKNOWN if verdict is LinkVerdict.USABLE else verdict


def _known(ledger: LinkLedger, token: str, secrets: LinkSecrets | None) -> Link | None:
    """The token's link: found by hash, so that no comparison of the token itself can be timed."""
    shown = fingerprint(token)
    link = ledger.find(shown)
    is_same = hmac.compare_digest(shown, link.token_sha256 if link else _NO_HASH)
    if link is None or not is_same:
        return None
    return link if secrets is None or _is_made_with(secrets, link, shown) else None


def _is_made_with(secrets: LinkSecrets, link: Link, shown: str) -> bool:
    """Whether one of the secrets makes the token with the hash `shown` for this link and its address."""
    if link.key_id not in secrets:
        return False
    made = make_token(
        secrets,
        key_id=link.key_id,
        link_id=link.link_id,
        generation=link.generation,
        address_key=link.address_key,
    )
    return hmac.compare_digest(shown, fingerprint(made))


_ENDED = {LinkState.SUPERSEDED: LinkVerdict.SUPERSEDED, LinkState.REVOKED: LinkVerdict.REVOKED}


def _judged(link: Link, current_key: str | None, now: datetime) -> LinkVerdict:
    is_current = current_key == link.address_key
    if link.state is LinkState.CONFIRMED:
        return LinkVerdict.CONFIRMED_ALREADY if is_current else LinkVerdict.USED
    if link.state in _ENDED:
        return _ENDED[link.state]
    if link.expires_at is None or now < link.issued_at:
        return LinkVerdict.UNKNOWN  # its mail was not written yet, so nobody can have it
    # Not by the state `expired`: a confirmation may be reported after the link has run out.
    if now >= link.expires_at:
        return LinkVerdict.EXPIRED
    return LinkVerdict.USABLE if is_current else LinkVerdict.SUPERSEDED
