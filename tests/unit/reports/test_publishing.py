import os
import threading
from contextlib import contextmanager
from datetime import date

import pytest

from gpsync.errors import GpsyncError
from gpsync.reports.publishing import publish

_YESTERDAY, _TODAY = date(2026, 3, 4), date(2026, 3, 5)
_NAMES = ("page.html", "report.csv")
_OPERATIONS = (
    "chmod", "close", "fsync", "lstat", "mkdir", "open", "readlink", "rename", "replace", "rmdir", "scandir", "listdir",
    "stat", "symlink", "unlink",
)  # fmt: skip


def _files(content):
    return {name: lambda path: path.write_text(content * 1_000) for name in _NAMES}


def _shown(path):
    """The content of a whole report; anything missing or torn fails."""
    found = {path.joinpath(name).read_text() for name in _NAMES}
    assert len(found) == 1
    (text,) = found
    assert len(text) == 1_000
    return text[0]


class Killed(BaseException):
    """The process ends here: nothing after it is done any more."""


@contextmanager
def _ends_at(step, monkeypatch, error):
    """Every operation on files from this one on raises the error; yields the list of those that were made."""
    made = []

    def guarded(name):
        real = getattr(os, name)

        def operation(*values, **named):
            made.append(name)
            if len(made) >= step:
                raise error
            return real(*values, **named)

        return operation

    with monkeypatch.context() as patch:
        for name in _OPERATIONS:
            patch.setattr(os, name, guarded(name))
        yield made


def test_files_are_published_under_their_day_and_as_the_latest(tmp_path):
    where = publish(tmp_path / "reports", _TODAY, _files("a"))

    assert tmp_path / "reports" / "2026-03-05" == where
    assert "a" == _shown(where) == _shown(tmp_path / "reports" / "latest")
    assert (tmp_path / "reports" / "latest").readlink().name == "2026-03-05"
    assert sorted(p.name for p in where.parent.iterdir() if not p.name.startswith(".")) == ["2026-03-05", "latest"]


def test_the_next_day_leaves_the_day_before(tmp_path):
    publish(tmp_path, _YESTERDAY, _files("a"))
    publish(tmp_path, _TODAY, _files("b"))

    assert tuple(_shown(tmp_path / name) for name in ("2026-03-04", "2026-03-05", "latest")) == ("a", "b", "b")


def test_the_same_day_again_replaces_it(tmp_path):
    for content in "abc":
        publish(tmp_path, _TODAY, _files(content))

    assert "c" == _shown(tmp_path / "2026-03-05") == _shown(tmp_path / "latest")
    # This edition and the one before it, which somebody may still be reading.
    assert len([path for path in tmp_path.iterdir() if path.name.startswith(".2026")]) == 2


def test_an_older_day_again_does_not_become_the_latest(tmp_path):
    publish(tmp_path, _TODAY, _files("b"))
    publish(tmp_path, _YESTERDAY, _files("a"))

    assert (_shown(tmp_path / "2026-03-04"), _shown(tmp_path / "latest")) == ("a", "b")


@pytest.mark.parametrize("target", ["2026-03-09", "elsewhere"])
def test_a_latest_that_leads_nowhere_is_put_right(tmp_path, target):
    (tmp_path / "latest").symlink_to(target)
    publish(tmp_path, _TODAY, _files("a"))

    assert _shown(tmp_path / "latest") == "a"


def test_a_failing_writer_leaves_yesterday_and_nothing_else(tmp_path):
    publish(tmp_path, _YESTERDAY, _files("a"))
    before = sorted(tmp_path.iterdir())

    def fails(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, _TODAY, {**_files("b"), "report.xlsx": fails})

    assert before == sorted(tmp_path.iterdir())
    assert _shown(tmp_path / "latest") == "a"


@pytest.mark.parametrize("error", [Killed(), OSError(28, "No space left on device")], ids=["killed", "disk full"])
@pytest.mark.parametrize("first", [_YESTERDAY, _TODAY], ids=["next day", "same day again"])
def test_ended_at_any_step_the_latest_is_whole_and_the_next_run_clears_up(tmp_path, monkeypatch, first, error):
    step, done, shown = 0, False, []
    while not done:
        step += 1
        folder = tmp_path / str(step)
        publish(folder, first, _files("a"))
        with _ends_at(step, monkeypatch, error):
            try:
                publish(folder, _TODAY, _files("b"))
                done = True
            except type(error):
                pass
        shown.append(_shown(folder / "latest"))
        assert shown[-1] == "b" or _shown(folder / first.isoformat()) == "a"
        today = folder / _TODAY.isoformat()
        assert not today.exists() or _shown(today) in "ab"
        publish(folder, _TODAY, _files("c"))
        publish(folder, _TODAY, _files("d"))
        assert _shown(folder / "latest") == "d"
        hidden = [path.name for path in folder.iterdir() if path.name.startswith(".")]
        # Today's edition, the one before it and, where there is one, yesterday's.
        assert 2 + (first != _TODAY) == len(hidden)

    # More than thirty places to end at, and once the new report is shown it stays shown.
    assert step > 30 and shown == sorted(shown)
    assert {"a", "b"} == set(shown)


def test_files_are_safe_on_the_disk_before_anything_points_to_them(tmp_path, monkeypatch):
    with _ends_at(10_000, monkeypatch, Killed()) as made:
        publish(tmp_path, _TODAY, _files("a"))

    linked = [place for place, name in enumerate(made) if name == "replace"]
    synced = [place for place, name in enumerate(made) if name == "fsync"]
    # Two files, the edition and the folder come first; the folder again after each of the two links.
    assert len([place for place in synced if place < linked[0]]) == 4
    assert [
        len([place for place in synced if begin < place < end])
        for begin, end in zip(linked, [*linked[1:], len(made)], strict=True)
    ] == [1, 1]


def test_somebody_who_reads_meanwhile_always_finds_a_whole_report(tmp_path):
    publish(tmp_path, _TODAY, _files("a"))
    done, faults, reads = threading.Event(), [], []

    def read():
        while not done.is_set():
            try:
                for name in ("latest", "2026-03-05"):
                    reads.append(_shown((tmp_path / name).resolve(strict=True)))
            except Exception as fault:
                faults.append(fault)

    reader = threading.Thread(target=read)
    reader.start()
    for content in "bcdefghij" * 5:
        publish(tmp_path, _TODAY, _files(content))
        # Whoever still read the edition before has finished by the second of these: the next run may sweep it up.
        finished = len(reads) + 2
        while len(reads) < finished and not faults:
            pass
    done.set()
    reader.join()

    assert faults == [] and len(reads) >= 90


def test_days_that_were_deleted_by_hand_go_for_good(tmp_path):
    publish(tmp_path, _YESTERDAY, _files("a"))
    (tmp_path / "2026-03-04").unlink()
    publish(tmp_path, _TODAY, _files("b"))

    assert len([path for path in tmp_path.iterdir() if path.name.startswith(".2026")]) == 1


def test_nothing_that_gpsync_did_not_make_is_removed(tmp_path):
    others = [tmp_path / ".hidden", tmp_path / "notes", tmp_path / ".2026-03-04"]
    for other in others:
        other.mkdir()
    publish(tmp_path, _TODAY, _files("a"))

    assert all(other.is_dir() for other in others)


@pytest.mark.parametrize("name", ["2026-03-05", "latest"])
def test_a_folder_in_the_place_of_a_link_is_left_alone(tmp_path, name):
    (tmp_path / name).mkdir()

    with pytest.raises(GpsyncError, match="move it away"):
        publish(tmp_path, _TODAY, _files("a"))

    assert [name] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["../outside", "sub/page.html", "/tmp/outside"])
def test_a_file_outside_the_folder_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="plain file name"):
        publish(tmp_path / "reports", _TODAY, {name: lambda path: path.write_text("a")})

    assert list((tmp_path / "reports").iterdir()) == []


def test_whoever_may_read_the_folder_may_read_the_report(tmp_path):
    tmp_path.chmod(0o750)

    assert publish(tmp_path, _TODAY, _files("a")).stat().st_mode & 0o777 == 0o750
    assert publish(tmp_path / "new", _TODAY, _files("a")).stat().st_mode & 0o777 == 0o700


def test_the_folder_can_be_moved(tmp_path):
    publish(tmp_path / "here", _TODAY, _files("a"))
    (tmp_path / "here").rename(tmp_path / "there")

    assert _shown(tmp_path / "there" / "latest") == "a"
