"""What is kept of an address that is no longer used: a keyed hash (C-55).

The same address always gives the same hash, so the event history keeps its sense: who changed when, and whether
an address that comes back was there before. Without the secret nobody can find an address by trying.
"""

import hmac

from gpsync.register.addresses import key
from gpsync.rules import HASHED

_PURPOSE = "gpsync|address|v1|"
_COMPARED = "gpsync|compared|v1|"
#: 128 bits.
_DIGITS = 32


def pseudonym(secret: bytes, address: str) -> str:
    """The keyed hash of an address, whichever way it is spelled; one that is hashed stays as it is."""
    if is_pseudonym(address):
        return address
    image = (_PURPOSE + key(address)).encode("utf-8", "surrogatepass")
    return HASHED + hmac.digest(secret, image, "sha256").hex()[:_DIGITS]


def compared_hash(secret: bytes, text: str) -> str:
    """The keyed hash of a value that is compared from night to night and may not be stored.

    It shows whether two values are the same and nothing else; that of an address is another one than its pseudonym.
    """
    return hmac.digest(secret, (_COMPARED + text).encode("utf-8", "surrogatepass"), "sha256").hex()[:_DIGITS]


def is_pseudonym(address: str | None) -> bool:
    """Whether only the hash of an address is left. No address that can be mailed looks like that."""
    return address is not None and address.startswith(HASHED)
