"""The secrets that links are made with: the settings', or one of this installation's own."""

import os
import secrets
from pathlib import Path

from flows.desk import Desk
from gpsync.verification.links import LinkSecrets

_FILE = "link-secret"


def link_secrets(desk: Desk) -> LinkSecrets:
    """The secrets of this installation. Raises WrongUse for a setting that cannot be read."""
    given = desk.settings.link_secret
    return LinkSecrets.parse(given.get_secret_value() if given else _own(desk.settings.home_folder / _FILE))


def _own(path: Path) -> str:
    """The secret kept under HOME, made the first time; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = f"own:{secrets.token_urlsafe(48)}"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(made)
        file.flush()
        os.fsync(descriptor)
    return made
