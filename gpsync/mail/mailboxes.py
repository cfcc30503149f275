"""Mailboxes that bounces return to: a Maildir, a folder of .eml files, or one on an IMAP server.

Of every message only the first mebibyte is read: bounces are small, and anybody can send us a large one.
Nothing is ever deleted.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from gpsync.errors import GpsyncError, WrongUse
from gpsync.mail.imap import open_imap
from gpsync.mail.tokens import Tokens

#: What is read of a message, in bytes. Its hash is made of this, so it must never change.
READ_BYTES = 1024 * 1024

_FLAGS = ":2,"
_SEEN = "S"


@dataclass(frozen=True)
class Message:
    """A message's beginning, or None where it cannot be opened, how to mark it as read, and where it lies.

    `name` stays what it is when a message is marked, or moved by a mail server.
    """

    content: bytes | None = field(repr=False)
    mark_read: Callable[[], None]
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Mailbox:
    """The new messages of a mailbox, in a fixed order, and their number."""

    size: int
    messages: Iterable[Message]


def is_on_a_server(source: str) -> bool:
    """Whether `source` names a mailbox on a server, or should."""
    return "://" in source


def open_mailbox(
    source: str, password: SecretStr | None = None, ca_file: Path | None = None, tokens: Tokens | None = None
) -> AbstractContextManager[Mailbox]:
    """The mailbox that `source` names: a folder, or `imaps://user@host/INBOX`.

    The password or the tokens, and the certificates to trust, are for IMAP. Raises WrongUse for a source that is
    none, and GpsyncError for one that cannot be read.
    """
    if is_on_a_server(source):
        return _server(source, password, ca_file, tokens)
    return _folder(Path(source).expanduser())


@contextmanager
def _folder(folder: Path) -> Iterator[Mailbox]:
    is_maildir = _is_maildir(folder)
    places = [folder / "new", folder / "cur"] if is_maildir else [folder]
    wanted = _is_new if is_maildir else _is_eml
    files = [path for place in places for path in _files(place)]
    paths = [path for path in files if wanted(path)]
    if files and not paths and not is_maildir:
        raise WrongUse(
            f"{folder} is no mailbox: it lacks the folders new and cur of a Maildir, and holds no .eml file."
        )
    mark = _move_to_cur if is_maildir else _leave
    yield Mailbox(len(paths), (Message(_beginning(path), partial(mark, path), _name(folder, path)) for path in paths))


def _name(folder: Path, path: Path) -> str:
    """A file's place, without what a Maildir says by its name and its folder."""
    return str(folder.absolute() / path.name.partition(_FLAGS)[0])


def _is_maildir(folder: Path) -> bool:
    try:
        return (folder / "new").is_dir() and (folder / "cur").is_dir()
    except OSError:
        return False  # listing it says what is wrong


def _files(folder: Path) -> list[Path]:
    """The regular files of a folder by name: never a link, a pipe or anything hidden."""
    try:
        entries = [Path(entry) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        raise WrongUse(f"There is no folder {folder}: name a Maildir or a folder of .eml files.") from None
    except NotADirectoryError:
        raise WrongUse(f"{folder} is not a folder: name a Maildir or a folder of .eml files.") from None
    except OSError as error:
        raise WrongUse(f"The folder {folder} cannot be read: {error.strerror}.") from None
    return sorted(path for path in entries if not path.name.startswith("."))


def _is_eml(path: Path) -> bool:
    return path.suffix.lower() == ".eml"


def _is_new(path: Path) -> bool:
    """Whether nobody has read it. A mail server may have moved it to `cur` unread."""
    return _SEEN not in path.name.rpartition(_FLAGS)[2] if _FLAGS in path.name else True


def _beginning(path: Path) -> bytes | None:
    try:
        # It may have been exchanged for a link or a pipe since the folder was listed.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read(READ_BYTES) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def _leave(path: Path) -> None:
    """A file stays where and as it is: the database knows that it was read."""


def _move_to_cur(path: Path) -> None:
    """Where a Maildir keeps what has been read, with the flag that says so."""
    name, _, flags = path.name.partition(_FLAGS)
    read = path.parent.parent / "cur" / f"{name}{_FLAGS}{''.join(sorted({*flags, _SEEN}))}"
    try:
        path.rename(read)
    except FileNotFoundError:
        return  # a mail program was quicker
    except OSError as error:
        raise GpsyncError(f"A message cannot be moved to {read.parent}: {error.strerror}.") from None


@contextmanager
def _server(source: str, password: SecretStr | None, ca_file: Path | None, tokens: Tokens | None) -> Iterator[Mailbox]:
    with open_imap(source, password, ca_file, tokens, READ_BYTES) as account:
        messages = (
            Message(account.read(uid), partial(account.mark_read, uid), f"{source} UID {uid}") for uid in account.unread
        )
        yield Mailbox(len(account.unread), messages)
