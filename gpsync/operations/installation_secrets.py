"""Secrets that no setting gives: made the first time, and kept under HOME."""

import os
from pathlib import Path


def kept_secret(path: Path, made: str) -> str:
    """What the file holds; it is written with `made` if it is not there, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(made)
        file.flush()
        os.fsync(descriptor)
    return made
