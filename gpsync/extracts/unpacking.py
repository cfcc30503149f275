"""Zip and gzip, opened with care: one plain member, bounded in size, its name never used for a path."""

import errno
import gzip
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from gpsync.errors import RefusedExtract
from gpsync.rules import LARGEST_FILE

#: A file that unpacks to more than this is no extract.
LARGEST = LARGEST_FILE
#: CSV of names and dates packs to about a tenth; a hundredth is a bomb.
LARGEST_RATIO = 100
_BLOCK = 1 << 20
#: Ways of packing that zipfile unpacks in bounded pieces; the others it expands a block at a time into memory.
_STREAMED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
#: What the standard library raises on files that are not what they seem.
_DAMAGE = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def unpack(packed: Path, target: Path, name: str) -> None:
    """Write the CSV inside `packed` to `target`; `name` is the delivered name, which shows the packing.

    Raises RefusedExtract for anything but one whole, unencrypted, reasonably packed CSV.
    """
    try:
        _unpack(packed, target, name)
        return
    except RefusedExtract:
        target.unlink(missing_ok=True)
        raise
    except _DAMAGE as error:
        target.unlink(missing_ok=True)
        # The disk's fault, not the file's; EINVAL is a zip that points to before its own beginning.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
    raise RefusedExtract(f"{name} is damaged or not what its name says: ask for it again.")


def _unpack(packed: Path, target: Path, name: str) -> None:
    size = packed.stat().st_size
    if not name.endswith(".zip"):
        with gzip.open(packed) as stream:
            _pour(stream, target, size, name)
        return
    with zipfile.ZipFile(packed) as archive, archive.open(_only_member(archive, name)) as stream:
        _pour(stream, target, size, name)


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) != 1:
        raise RefusedExtract(f"{name} holds {len(members)} files, not one: ask for one extract in each zip.")
    member = members[0]
    # Not member.is_dir(), which fails on a name without a character.
    if member.filename.endswith("/") or stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedExtract(f"{name} holds a link or a folder, not a file: ask for it again.")
    if not member.filename.endswith(".csv") or set("/\\:") & set(member.filename):
        raise RefusedExtract(f"{name} holds something other than a plain CSV file: ask for it again.")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _STREAMED:
        raise RefusedExtract(f"{name} is encrypted or packed in an unusual way: ask for an ordinary zip.")
    return member


def _pour(stream: IO[bytes] | gzip.GzipFile, target: Path, packed_size: int, name: str) -> None:
    # Counted while it flows: the sizes that a zip declares about itself cannot be trusted.
    limit = min(LARGEST, max(packed_size, 1) * LARGEST_RATIO)
    poured = 0
    with target.open("wb") as plain:
        while block := stream.read(_BLOCK):
            poured += len(block)
            if poured > limit:
                raise RefusedExtract(f"{name} unpacks to more than {limit:,} bytes: not an extract; ask the sender.")
            plain.write(block)
