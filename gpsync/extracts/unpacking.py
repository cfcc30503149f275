"""Zip and gzip, opened with care: one plain member, bounded in size, its name never used for a path."""

import gzip
import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from gpsync.errors import RefusedExtract

#: The whole register is about 150 MB; a file that unpacks to more than this is no extract.
LARGEST = 2 * 1024**3
#: CSV of names and dates packs to about a tenth; a hundredth is a bomb.
LARGEST_RATIO = 100
_BLOCK = 1 << 20


def unpack(packed: Path, target: Path, name: str) -> None:
    """Write the CSV inside `packed` to `target`; `name` is the delivered name, which tells the packing.

    Raises RefusedExtract for anything but one whole, unencrypted, reasonably packed CSV.
    """
    try:
        if name.endswith(".zip"):
            with zipfile.ZipFile(packed) as archive:
                member = _only_member(archive, name)
                with archive.open(member) as stream:
                    _pour(stream, target, packed.stat().st_size, name)
        else:
            with gzip.open(packed) as stream:
                _pour(stream, target, packed.stat().st_size, name)
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the file's
        raise RefusedExtract(f"{name} is damaged, encrypted or not what its name says: ask for it again.") from error


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) != 1:
        raise RefusedExtract(f"{name} holds {len(members)} files, not one: ask for one extract in each zip.")
    member = members[0]
    if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedExtract(f"{name} holds a link or a folder, not a file: ask for it again.")
    if not member.filename.endswith(".csv") or set("/\\:") & set(member.filename):
        raise RefusedExtract(f"{name} holds something else than a plain CSV file: ask for it again.")
    return member


def _pour(stream: IO[bytes], target: Path, packed_size: int, name: str) -> None:
    # Counted while it flows: the sizes that a zip declares about itself cannot be trusted.
    limit = min(LARGEST, max(packed_size, 1) * LARGEST_RATIO)
    poured = 0
    with target.open("wb") as plain:
        while block := stream.read(_BLOCK):
            poured += len(block)
            if poured > limit:
                raise RefusedExtract(f"{name} unpacks to more than {limit:,} bytes: not an extract; ask the sender.")
            plain.write(block)
