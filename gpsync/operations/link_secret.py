"""The secrets that links are made with: the settings', or one of this installation's own."""

import secrets

from gpsync.link_tokens import LinkSecrets
from gpsync.operations.context import Context
from gpsync.operations.installation_secrets import kept_secret

_FILE = "link-secret"


def link_secrets(context: Context) -> LinkSecrets:
    """The secrets of this installation. Raises WrongUse for a setting that cannot be read."""
    given = context.settings.link_secret
    if given is not None:
        return LinkSecrets.parse(given.get_secret_value())
    return LinkSecrets.parse(kept_secret(context.settings.home_folder / _FILE, f"own:{secrets.token_urlsafe(48)}"))
