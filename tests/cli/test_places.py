"""Places that cannot be written: which setting or option names them, and nothing else is blamed on them."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpsync.errors import WrongUse
from gpsync.writing import writing_to

_NIGHTLY = [
    ("sync",),
    ("nightly",),
    ("reconcile",),
    ("replay",),
    ("purge",),
    ("bounces", "/nowhere"),
    ("db", "upgrade"),
]
_LOOKING = [
    ("status",),
    ("held",),
    ("runs",),
    ("mismatches",),
    ("why", "9000001"),
    ("returned", "list"),
    ("db", "check"),
]


def _named(place: Path) -> str:
    return f"GPSYNC_HOME is {place}: that is not a folder"


@pytest.mark.parametrize("words", [*_NIGHTLY, *_LOOKING, ("whoami",), ("settings",)], ids=" ".join)
def test_a_home_that_is_a_file_is_named(gpsync, monkeypatch, tmp_path, words):
    place = tmp_path / "file"
    place.touch()
    monkeypatch.setenv("GPSYNC_HOME", str(place))

    error = gpsync(*words).exception
    assert isinstance(error, WrongUse)
    assert _named(place) in str(error)


@pytest.mark.parametrize("is_embedded", [True, False], ids=["embedded", "server"])
@pytest.mark.parametrize("words", [("sync",), ("reconcile",), ("replay",), ("purge",)], ids=" ".join)
def test_a_home_that_cannot_be_made_is_named(gpsync, monkeypatch, words, is_embedded):
    monkeypatch.setenv("GPSYNC_HOME", "/proc/x")
    if is_embedded:
        monkeypatch.delenv("GPSYNC_DATABASE_URL")

    error = gpsync(*words).exception
    assert isinstance(error, WrongUse)
    cannot_be_made = "GPSYNC_HOME is /proc/x: No such file or directory. Name another folder"
    starts_none = is_embedded and words != ("sync",)
    assert ("There is no installation in /proc/x" if starts_none else cannot_be_made) in str(error)


@pytest.mark.parametrize("words", [("sync",), ("replay",)], ids=" ".join)
def test_a_home_in_which_nothing_can_be_written_is_named(gpsync, context, monkeypatch, words):
    home = context.settings.home_folder
    home.mkdir(parents=True, exist_ok=True)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != home and access(path, mode))

    error = gpsync(*words).exception
    assert isinstance(error, WrongUse)
    assert f"GPSYNC_HOME is {home}: nothing can be written there" in str(error)


def test_an_inbox_that_is_a_file_is_reported(gpsync, context):
    context.settings.home_folder.mkdir(parents=True, exist_ok=True)
    context.settings.inbox_folder.touch()

    for words in (("sync",), ("status",)):
        error = gpsync(*words).exception
        assert isinstance(error, WrongUse)
        assert f"There is no inbox {context.settings.inbox_folder}, or it is no folder" in str(error)


def test_a_report_that_cannot_be_put_anywhere_is_reported(gpsync, monkeypatch):
    monkeypatch.setenv("GPSYNC_REPORTS", "/proc/x")

    error = gpsync("reconcile").exception
    assert isinstance(error, WrongUse)
    assert "GPSYNC_REPORTS is /proc/x" in str(error)
    assert json.loads(gpsync("runs", "--json").stdout)["runs"] == []


@pytest.mark.parametrize("format", ["json", "csv", "html", "xlsx"])
@pytest.mark.parametrize("place", ["/dev/full", "/proc/x"])
def test_a_listing_that_cannot_be_written_is_reported(gpsync, format, place):
    error = gpsync("mismatches", "--format", format, "--output", place).exception

    assert isinstance(error, WrongUse)
    assert f"{place} cannot be written" in str(error)


@pytest.mark.parametrize("words", [("settings",), ("whoami", "--json"), ("--version",)], ids=" ".join)
def test_a_full_disk_behind_standard_output_is_a_sentence(words):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-c", "from gpsync.command_line import main; main()", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert "What standard output leads to cannot be written (No space left on device)" in done.stderr
    assert "Traceback" not in done.stderr and "OSError" not in done.stderr


@pytest.mark.parametrize(
    ("error", "is_blamed"),
    [
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.ENOENT, "none", "/there"), True),
        (OSError(errno.ENOENT, "none", "/there/out/file.csv"), True),
        (OSError(errno.EACCES, "closed", "/elsewhere/file.csv"), False),
        (OSError(errno.ECONNREFUSED, "refused"), False),
        (OSError(errno.EACCES, "closed", "/there/outside"), False),
    ],
    ids=["full", "above", "inside", "elsewhere", "connection", "beside"],
)
def test_only_what_is_about_the_place_is_blamed_on_it(error, is_blamed):
    with pytest.raises(WrongUse if is_blamed else OSError), writing_to(Path("/there/out")):
        raise error
