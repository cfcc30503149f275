"""Zip and gzip: one plain CSV comes out, whatever else was put in; and nothing is written anywhere else."""

import gzip
import io
import random
import stat
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gpsync.errors import RefusedExtract
from gpsync.extracts import unpacking
from gpsync.extracts.unpacking import unpack

CSV = b"GMC Ref No,Surname\n" + b"".join(b"%07d,Name%d\n" % (9_000_000 + n, n * n) for n in range(300))
MEMBER = "gmc_register_20261130.csv"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, in memory."""
    memory = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(memory, "w", packing) as archive:
        warnings.simplefilter("ignore", UserWarning)  # of a member twice
        for name, content in members:
            archive.writestr(name, content)
    return memory.getvalue()


def linked(target: str) -> zipfile.ZipInfo:
    """The entry of a symbolic link."""
    link = zipfile.ZipInfo(MEMBER)
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


def flagged(content: bytes, bit: int) -> bytes:
    """The zip with a flag set on its one member, in both places that tell of it."""
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    changed = bytearray(content)
    for place in (local + 6, central + 8):
        (flags,) = struct.unpack_from("<H", changed, place)
        struct.pack_into("<H", changed, place, flags | bit)
    return bytes(changed)


def shifted(content: bytes) -> bytes:
    """The zip whose directory says that the member begins beyond the end of the file."""
    changed = bytearray(content)
    struct.pack_into("<I", changed, content.index(b"PK\x01\x02") + 42, 0x7FFFFFFF)
    return bytes(changed)


def overwritten(content: bytes, offset: int, byte: int) -> bytes:
    changed = bytearray(content)
    changed[offset] = byte
    return bytes(changed)


GOOD = zipped((MEMBER, CSV))
STORED = zipped((MEMBER, CSV), packing=zipfile.ZIP_STORED)
ZEROS = bytes(50 << 20)


@pytest.fixture
def run(tmp_path: Path) -> Callable[[bytes, str], bytes]:
    """A function that unpacks some bytes delivered under a name, and returns what came out.

    Whatever happens, the folder may afterwards hold the packed file and the target and nothing else.
    """

    def run(content: bytes, name: str) -> bytes:
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        packed, target = folder / "packed", folder / "plain"
        packed.write_bytes(content)
        target.unlink(missing_ok=True)
        before = everything(tmp_path)
        try:
            unpack(packed, target, name)
        except RefusedExtract:
            assert everything(tmp_path) == before, "a refused file leaves something behind"
            raise
        assert everything(tmp_path) - before == {target}
        return target.read_bytes()

    return run


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (GOOD, f"{MEMBER}.zip"),
        (GOOD, "gmc_register_20261130.zip"),
        (STORED, f"{MEMBER}.zip"),
        (zipped(("another name.csv", CSV)), f"{MEMBER}.zip"),
        (gzip.compress(CSV), f"{MEMBER}.gz"),
        (gzip.compress(CSV[:1000]) + gzip.compress(CSV[1000:]), f"{MEMBER}.gz"),
    ],
    ids=["zip", "zip without .csv", "stored zip", "zip with another name in it", "gzip", "gzip in two parts"],
)
def test_one_packed_csv_comes_out_as_it_went_in(content, name, run):
    assert run(content, name) == CSV


REFUSED: dict[str, tuple[bytes, str]] = {
    "two members": (zipped((MEMBER, CSV), ("b.csv", CSV)), "holds 2 files, not one"),
    "the same member twice": (zipped((MEMBER, CSV), (MEMBER, CSV)), "holds 2 files, not one"),
    "no member": (zipped(), "holds 0 files, not one"),
    "a folder and a file": (zipped(("in/", b""), ("in/a.csv", CSV)), "holds 2 files, not one"),
    "a folder": (zipped(("in.csv/", b"")), "holds a link or a folder"),
    "a link": (zipped((linked("/etc/passwd"), b"/etc/passwd")), "holds a link or a folder"),
    "a zip in a zip": (zipped(("gmc_register_20261130.csv.zip", GOOD)), "something other than a plain CSV file"),
    "something else": (zipped(("readme.txt", CSV)), "something other than a plain CSV file"),
    "an absolute path": (zipped(("/tmp/gpsync-escape.csv", CSV)), "something other than a plain CSV file"),
    "a path upwards": (zipped(("../../escape.csv", CSV)), "something other than a plain CSV file"),
    "a path of Windows": (zipped(("..\\escape.csv", CSV)), "something other than a plain CSV file"),
    "a drive of Windows": (zipped(("C:escape.csv", CSV)), "something other than a plain CSV file"),
    "a folder in the name": (zipped(("in/a.csv", CSV)), "something other than a plain CSV file"),
    "no name": (zipped(("x", CSV)).replace(b"x", b"\0"), "something other than a plain CSV file"),
    "a start beyond its own end": (shifted(GOOD), "damaged"),
    "encrypted": (flagged(GOOD, 0x1), "encrypted or packed in an unusual way"),
    "packed by bzip2": (zipped((MEMBER, CSV), packing=zipfile.ZIP_BZIP2), "encrypted or packed in an unusual way"),
    "packed by LZMA": (zipped((MEMBER, CSV), packing=zipfile.ZIP_LZMA), "encrypted or packed in an unusual way"),
    "a bomb": (zipped((MEMBER, ZEROS)), "unpacks to more than"),
    "a bomb of bzip2": (zipped((MEMBER, ZEROS), packing=zipfile.ZIP_BZIP2), "encrypted or packed in an unusual way"),
    "a wrong checksum": (overwritten(STORED, STORED.index(b"Name7"), 0x20), "damaged"),
    "damaged in the middle": (overwritten(GOOD, 200, GOOD[200] ^ 0xFF), "damaged"),
    "cut short": (GOOD[:-1], "damaged"),
    "half": (GOOD[: len(GOOD) // 2], "damaged"),
    "empty": (b"", "damaged"),
    "a plain CSV": (CSV, "damaged"),
    "a gzip": (gzip.compress(CSV), "damaged"),
}
REFUSED_GZIP: dict[str, tuple[bytes, str]] = {
    "a bomb": (gzip.compress(ZEROS), "unpacks to more than"),
    "cut short": (gzip.compress(CSV)[:-1], "damaged"),
    "cut in its header": (gzip.compress(CSV)[:5], "damaged"),
    "a wrong checksum": (overwritten(gzip.compress(CSV), -8, 0), "damaged"),
    "damaged in the middle": (overwritten(gzip.compress(CSV), 300, 0x55), "damaged"),
    "something after it": (gzip.compress(CSV) + b"more", "damaged"),
    "a plain CSV": (CSV, "damaged"),
    "a zip": (GOOD, "damaged"),
}


@pytest.mark.parametrize(
    ("content", "expected", "ending"),
    [
        *(pytest.param(*case, ".zip", id=f"zip: {name}") for name, case in REFUSED.items()),
        *(pytest.param(*case, ".gz", id=f"gzip: {name}") for name, case in REFUSED_GZIP.items()),
    ],
)
def test_anything_else_is_refused_and_leaves_nothing_behind(content, expected, ending, run):
    name = f"{MEMBER}{ending}"
    with pytest.raises(RefusedExtract) as caught:
        run(content, name)

    sentence = str(caught.value)
    assert sentence.startswith(name) and expected in sentence
    assert "ask" in sentence.split(": ")[-1].split("; ")[-1] and sentence.endswith(".")
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert not Path("/tmp/gpsync-escape.csv").exists()


def test_an_empty_gzip_is_an_empty_file_for_the_reader_to_refuse(run):
    assert run(gzip.compress(b""), f"{MEMBER}.gz") == b""


def test_a_size_that_a_zip_declares_about_itself_is_not_trusted(run):
    """The directory says 10 bytes; what flows is counted all the same."""
    honest = zipped((MEMBER, ZEROS))
    central = honest.index(b"PK\x01\x02")
    lying = bytearray(honest)
    struct.pack_into("<I", lying, central + 24, 10)

    with pytest.raises(RefusedExtract):
        run(bytes(lying), f"{MEMBER}.zip")


def test_nothing_larger_than_any_register_is_unpacked(run, monkeypatch):
    monkeypatch.setattr(unpacking, "LARGEST", len(CSV) - 1)

    with pytest.raises(RefusedExtract, match="unpacks to more than"):
        run(GOOD, f"{MEMBER}.zip")


@pytest.mark.parametrize("ending", [".zip", ".gz"])
def test_a_bomb_is_stopped_while_it_unpacks(ending, tmp_path):
    packed, target = tmp_path / "packed", tmp_path / "plain"
    packed.write_bytes(zipped((MEMBER, ZEROS)) if ending == ".zip" else gzip.compress(ZEROS))
    tracemalloc.start()
    try:
        with pytest.raises(RefusedExtract):
            unpack(packed, target, f"{MEMBER}{ending}")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8 << 20


def test_a_large_file_is_unpacked_in_pieces(tmp_path):
    """50 MB of noise, which no ratio stops, by a process that is allowed little more memory than it starts with."""
    packed, target = tmp_path / "packed", tmp_path / "plain"
    noise = random.Random(7).randbytes(1 << 20)
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(MEMBER, "w") as out,
    ):
        for _ in range(50):
            out.write(noise)
    script = (
        "import resource, sys; from pathlib import Path; from gpsync.extracts.unpacking import unpack\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"unpack(Path({str(packed)!r}), Path({str(target)!r}), 'x.csv.zip')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    grown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert target.stat().st_size == 50 << 20
    assert int(grown.stdout) < 20_000  # kilobytes


def test_a_fault_of_the_disk_is_not_blamed_on_the_file(tmp_path):
    packed = tmp_path / "packed"
    packed.write_bytes(GOOD)

    with pytest.raises(FileNotFoundError):
        unpack(packed, tmp_path / "no such folder" / "plain", f"{MEMBER}.zip")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full")
def test_a_full_disk_is_not_blamed_on_the_file(tmp_path):
    packed, target = tmp_path / "packed", tmp_path / "plain"
    packed.write_bytes(GOOD)
    target.symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        unpack(packed, target, f"{MEMBER}.zip")


@pytest.mark.parametrize("ending", [".zip", ".gz"])
def test_no_damage_brings_anything_but_a_refusal_or_the_csv(ending, run):
    whole = GOOD if ending == ".zip" else gzip.compress(CSV)
    chance = random.Random(11)
    outcomes = set()
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            # The directory at the end and the header at the start decide most.
            place = chance.choice(
                [chance.randrange(60), len(whole) - 1 - chance.randrange(110), chance.randrange(len(whole))]
            )
            damaged[place] = chance.randrange(256)
        try:
            outcomes.add(run(bytes(damaged), f"{MEMBER}{ending}"))
        except RefusedExtract:
            outcomes.add(None)

    assert outcomes == {None, CSV}
