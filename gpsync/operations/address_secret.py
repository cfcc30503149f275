"""The secret of keyed hashes, of addresses above all: the setting's, or one of this installation's own (C-55).

It is never replaced: with another one no hash could be recognised, and every acknowledgement would end.
"""

import secrets
from collections.abc import Callable
from functools import cache

from gpsync.errors import WrongUse
from gpsync.operations.context import Context
from gpsync.operations.installation_secrets import kept_secret
from gpsync.register.pseudonyms import compared_hash, pseudonym

_FILE = "address-secret"
_SHORTEST = 32


def pseudonyms(context: Context) -> Callable[[str], str]:
    """What makes the hash of an address. The secret is read, or made, when the first one is asked for.

    That raises WrongUse for a setting that is too short to be a secret.
    """
    secret = _secret_of(context)
    return lambda address: pseudonym(secret(), address)


def compared_hashes(context: Context) -> Callable[[str], str]:
    """What makes the hash of a value that mismatches are compared by. Reads the secret as `pseudonyms` does."""
    secret = _secret_of(context)
    return lambda text: compared_hash(secret(), text)


def _secret_of(context: Context) -> Callable[[], bytes]:
    @cache
    def secret() -> bytes:
        return _secret(context).encode()

    return secret


def _secret(context: Context) -> str:
    given = context.settings.address_secret
    if given is None:
        return kept_secret(context.settings.home_folder / _FILE, secrets.token_urlsafe(48))
    if len(given.get_secret_value()) < _SHORTEST:
        raise WrongUse(f"GPSYNC_ADDRESS_SECRET is shorter than {_SHORTEST} characters: set a longer one.")
    return given.get_secret_value()
