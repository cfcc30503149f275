"""The inbox: what is taken for an extract, when it is whole, and what is no file at all."""

import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from gpsync.errors import NotWhole, RefusedExtract
from gpsync.extracts import inbox
from gpsync.extracts.inbox import Received, check_manifest, clear, look, receive
from gpsync.extracts.inbox_messages import inbox_messages, refusals_to_come
from gpsync.london import LONDON
from gpsync.records import Arrival
from gpsync.rules import Dataset, Kind

NAME = "gmc_register_20261130.csv"
MANIFEST = f"{NAME}.manifest.json"
CONTENT = b"GMC Ref No,Surname\n9000001,Ash\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty inbox."""
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def put(folder: Path) -> Callable[..., Path]:
    """A function that delivers the content and, if any is given, fields of a manifest; `age` in seconds."""

    def put(content: bytes = CONTENT, *, name: str = NAME, age: float = 3600, **fields: object) -> Path:
        path = folder / name
        path.write_bytes(content)
        if fields:
            describe(path, json.dumps({"file": name} | fields), age=age)
        aged(path, age)
        return path

    return put


@pytest.fixture
def take(folder: Path, tmp_path: Path) -> Callable[..., Received]:
    """A function that receives the one arrival of the inbox, and fails rather than wait for ever."""

    def take(settle: float = 0) -> Received:
        (arrival,) = look(folder).arrivals
        return receive(arrival, tmp_path / "work", settle)

    return take


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def describe(path: Path, text: str, *, age: float = 3600) -> Path:
    manifest = path.with_name(path.name + ".manifest.json")
    manifest.write_text(text, encoding="utf-8")
    aged(manifest, age)
    return manifest


def test_extracts_come_by_date_and_a_days_delta_before_its_full(folder):
    names = [
        "gmc_register_20261130.csv",
        "gmc_register_delta_20261130.csv",
        "practices_20261129.csv",
        "gmc_register_20261201.csv.gz",
        "gmc_register_delta_20261128.csv.zip",
    ]
    for name in names:
        (folder / name).touch()

    found = look(folder)

    assert [(arrival.dataset, arrival.kind, arrival.as_of.day) for arrival in found.arrivals] == [
        (Dataset.GMC_REGISTER, Kind.DELTA, 28),
        (Dataset.PRACTICES, Kind.FULL, 29),
        (Dataset.GMC_REGISTER, Kind.DELTA, 30),
        (Dataset.GMC_REGISTER, Kind.FULL, 30),
        (Dataset.GMC_REGISTER, Kind.FULL, 1),
    ]
    assert found.unrecognised == ()


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("notes.txt", "notes.txt"),
        ("gmc_register_20261131.csv", "gmc_register_20261131.csv"),
        ("gmc_register_20261130.csv\n", "gmc_register_20261130.csv?"),
        ("evil\nFROM: x; rm -rf ~.csv", "evil?FROM: x; rm -rf ~.csv"),
        ("\x1b[2Jhidden.csv", "?[2Jhidden.csv"),
        ("right\u202etfel.csv", "right?tfel.csv"),
        ("Ní.csv", "Ní.csv"),
    ],
)
def test_a_name_that_nobody_knows_is_reported_and_left(name, reported, folder):
    (folder / name).touch()

    found = look(folder)

    assert (found.arrivals, found.unrecognised) == ((), (name,))
    (message,) = inbox_messages(found, folder)
    assert message.startswith(f"Not an extract, so left in the inbox: {reported}. ")
    assert ("rename them" in message) == (name != reported) and message.isprintable()
    assert (folder / name).exists()


def test_a_name_that_is_no_text_is_reported(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv")).touch()

    (message,) = inbox_messages(look(folder), folder)
    assert "in the inbox: ??.csv. Their names hold characters that cannot be shown" in message


@pytest.mark.parametrize("name", ["novem\nber", f"{NAME}\x1b", os.fsdecode(b"\xff"), NAME, "november"])
def test_a_folder_is_called_one_whatever_its_name(name, folder):
    (folder / name).mkdir()

    (message,) = inbox_messages(look(folder), folder)
    assert "They are folders" in message and "rename" not in message


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path.symlink_to("nowhere"), "They are links"),
        (lambda path: path.symlink_to("/"), "They are links"),
        (os.mkfifo, "They are pipes"),
        (lambda path: a_socket(path), "They are pipes"),
    ],
    ids=["link", "link to a folder", "pipe", "socket"],
)
def test_what_is_no_file_and_not_named_like_an_extract_is_told_what_it_is(make, expected, folder):
    make(folder / "november.csv")

    (message,) = inbox_messages(look(folder), folder)
    assert f"november.csv. {expected}" in message


def test_what_can_only_be_refused_is_told_before_it_is(folder, put):
    put()
    (folder / "gmc_register_20261101.csv").symlink_to("nowhere")
    os.mkfifo(folder / "gmc_register_20261102.csv")
    a_socket(folder / "gmc_register_20261103.csv")
    put(b"", name="gmc_register_20261104.csv")

    link, pipe, socket_, empty = refusals_to_come(look(folder))
    assert link == "gmc_register_20261101.csv in the inbox is a link: put the file itself there instead."
    assert "20261102.csv in the inbox is a pipe" in pipe and "20261103.csv in the inbox is a socket" in socket_
    assert "20261104.csv in the inbox is empty: ask the sender" in empty


def test_hidden_files_and_manifests_are_passed_over(folder):
    (folder / ".gmc_register_20261130.csv.part").touch()
    (folder / ".cache").mkdir()
    (folder / MANIFEST).touch()

    assert look(folder) == inbox.Waiting((), ())


def test_a_folder_is_a_stranger_for_extracts_in_it_are_not_taken(folder):
    (folder / "november").mkdir()

    assert look(folder) == inbox.Waiting((), ("november",))


def test_a_folder_with_the_name_of_an_extract_is_a_stranger(folder):
    (folder / NAME).mkdir()

    assert look(folder) == inbox.Waiting((), (NAME,))


def test_a_report_without_a_date_in_its_name_has_the_day_it_was_written(folder):
    path = folder / "epraccur.csv"
    path.touch()
    stamp = datetime(2026, 7, 1, 0, 30, tzinfo=LONDON).timestamp()
    os.utime(path, (stamp, stamp))

    assert [arrival.as_of for arrival in look(folder).arrivals] == [date(2026, 7, 1)]


def test_an_inbox_that_is_not_there_is_made_for_its_owner_alone(tmp_path):
    assert look(tmp_path / "new").arrivals == ()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_file_is_copied_and_fingerprinted(put, take):
    path = put()

    received = take()

    assert (received.extract.size, received.extract.sha256) == (len(CONTENT), DIGEST)
    assert received.path.read_bytes() == CONTENT and path.read_bytes() == CONTENT
    assert received.path.stat().st_mode & 0o777 == 0o600


def test_a_manifest_that_agrees_lets_a_fresh_file_be_taken_at_once(put, take):
    put(age=0, bytes=len(CONTENT), sha256=DIGEST.upper(), rows=1, as_of="2026-11-30")
    start = time.monotonic()

    received = take(settle=30)

    assert time.monotonic() - start < 5
    check_manifest(received)
    assert received.arrival.manifest.rows == 1


def test_a_manifest_of_windows_may_begin_with_a_byte_order_mark(put, take):
    describe(put(), "\ufeff" + json.dumps({"file": NAME, "bytes": len(CONTENT)}))

    assert take().arrival.manifest.size == len(CONTENT)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"bytes": len(CONTENT) + 1},
            rf"has {len(CONTENT)} bytes that are not those .* declares \({len(CONTENT) + 1}\)",
        ),
        ({"sha256": "0" * 64}, "that are not those its manifest declares: it is cut short or changed; ask"),
        ({"bytes": len(CONTENT), "sha256": DIGEST[:-1]}, "not those its manifest declares"),
        ({"as_of": "2026-11-29"}, "dated 2026-11-30 by its name and 2026-11-29 by its manifest: ask the sender"),
    ],
    ids=["size", "fingerprint", "half a fingerprint", "date"],
)
def test_a_manifest_that_does_not_agree_is_a_refusal(fields, expected, put, take):
    put(**fields)
    received = take()

    with pytest.raises(RefusedExtract, match=expected):
        check_manifest(received)


def test_the_manifest_dates_a_report_whose_name_does_not(put, take):
    put(name="epraccur.csv", as_of="2026-11-01")

    received = take()
    check_manifest(received)

    assert received.extract.as_of == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not JSON", "is not a manifest"),
        ("", "is not a manifest"),
        ('{"file": "gmc_register_20261129.csv"}', "describes another file"),
        (f'{{"file": "{NAME}"}}' + " " * 60_000, None),
        (f'{{"file": "{NAME}"}}' + " " * 100_000, "is not a manifest"),
    ],
    ids=["no JSON", "empty", "of another file", "long", "too long"],
)
def test_a_manifest_is_read_in_full_or_refused(text, expected, put, take):
    describe(put(), text)

    if expected is None:
        assert take().arrival.manifest.file == NAME
        return
    with pytest.raises(RefusedExtract, match=expected):
        take()


def test_a_manifest_still_being_written_is_waited_for(put, take):
    path = put()
    describe(path, '{"file": "gmc_reg', age=0)

    with pytest.raises(NotWhole, match="is taken by the next run"):
        take(settle=60)
    assert path.exists()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_manifest_that_is_no_file_is_not_passed_over(kind, put, take, folder):
    put()
    manifest = folder / MANIFEST
    {"link": lambda: manifest.symlink_to("/dev/null"), "pipe": lambda: os.mkfifo(manifest), "folder": manifest.mkdir}[
        kind
    ]()

    with pytest.raises(RefusedExtract, match="put the file itself into the inbox"):
        take()


def test_a_fresh_file_whose_manifest_tells_of_more_is_left_for_the_next_run(put, take, tmp_path):
    path = put(CONTENT[:-5], age=0, bytes=len(CONTENT))

    with pytest.raises(NotWhole):
        take(settle=60)
    assert path.exists()
    assert list((tmp_path / "work").iterdir()) == []


def test_an_old_file_whose_manifest_tells_of_more_is_cut_short(put, take):
    put(CONTENT[:-5], age=100, bytes=len(CONTENT))

    with pytest.raises(RefusedExtract, match="cut short or changed"):
        check_manifest(take(settle=60))


def growing(path: Path) -> threading.Thread:
    """Someone who writes a line every twentieth of a second, for one second."""

    def write() -> None:
        for _ in range(20):
            with path.open("ab") as stream:
                stream.write(b"9000002,Elm\n")
            time.sleep(0.05)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def test_a_file_that_grows_is_left_for_the_next_run(put, take, tmp_path):
    path = put(age=0)
    writer = growing(path)

    with pytest.raises(NotWhole, match="still arriving: it is taken by the next run"):
        take(settle=0.9)
    writer.join()

    assert path.exists()
    assert list((tmp_path / "work").iterdir()) == []


def test_a_file_that_changes_while_it_is_copied_is_left_for_the_next_run(put, take, tmp_path, monkeypatch):
    path = put()
    pour = inbox._pour

    def slow(source: int, copy: Path, largest: int) -> tuple[int, str]:
        done = pour(source, copy, largest)
        with path.open("ab") as stream:
            stream.write(b"9000002,Elm\n")
        return done

    monkeypatch.setattr(inbox, "_pour", slow)
    with pytest.raises(NotWhole):
        take()
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("age", "settle", "least", "most"),
    [(3600, 0.5, 0, 0.3), (0.3, 0.6, 0.2, 0.55), (0, 0, 0, 0.3), (-1_000_000, 0.3, 0.25, 0.6)],
    ids=["long since settled", "nearly settled", "nothing to settle", "written in the future"],
)
def test_a_file_that_rests_is_taken_as_soon_as_it_has_settled(age, settle, least, most, put, take):
    put(age=age)
    start = time.monotonic()

    take(settle=settle)

    assert least <= time.monotonic() - start < most + 0.3


def a_link(path: Path) -> None:
    (path.parent.parent / "elsewhere.csv").write_bytes(CONTENT)
    path.symlink_to(path.parent.parent / "elsewhere.csv")


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may not be longer than 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


NO_FILES: dict[str, Callable[[Path], None]] = {
    "a link to a file": a_link,
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a folder": lambda path: path.symlink_to("/"),
    "a pipe": os.mkfifo,
    "a socket": a_socket,
}


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file_is_refused_at_once_and_not_followed(make, folder, take, tmp_path):
    make(folder / NAME)
    start = time.monotonic()

    with pytest.raises(
        RefusedExtract,
        match=r"gmc_register_20261130\.csv is a (link|pipe|socket): put the file itself into the inbox",
    ):
        take(settle=10)

    assert time.monotonic() - start < 1
    assert list((tmp_path / "work").iterdir()) == []


def test_a_device_is_refused_at_once(folder, take):
    try:
        os.mknod(folder / NAME, 0o600 | 0o020000, os.makedev(1, 5))  # what /dev/zero is
    except PermissionError:
        pytest.skip("only root may make a device")

    with pytest.raises((RefusedExtract, NotWhole)):
        take()


def test_a_file_that_has_gone_again_is_no_fault(put, folder, tmp_path):
    path = put()
    (arrival,) = look(folder).arrivals
    path.unlink()

    with pytest.raises(NotWhole, match="No such file or directory"):
        receive(arrival, tmp_path / "work", 0)


def test_a_file_that_may_not_be_read_is_left_and_not_rejected(put, take, monkeypatch):
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = put()
    monkeypatch.setattr(inbox.os, "open", denied)
    with pytest.raises(NotWhole, match=r"cannot be opened \(Permission denied\): it is left for the next run"):
        take()
    assert path.exists()


def test_clearing_takes_the_file_and_its_manifest_away(put, folder):
    put(bytes=1)
    (folder / "other.csv").touch()

    clear(look(folder).arrivals[0])

    assert [path.name for path in folder.iterdir()] == ["other.csv"]
    clear(Arrival(folder / NAME, Dataset.GMC_REGISTER, Kind.FULL, date(2026, 11, 30), None))


def test_clearing_removes_a_link_and_not_what_it_points_to(folder, tmp_path):
    a_link(folder / NAME)

    clear(look(folder).arrivals[0])

    assert list(folder.iterdir()) == []
    assert (tmp_path / "elsewhere.csv").read_bytes() == CONTENT


def test_a_file_that_took_the_place_of_the_received_one_stays(put, take, folder):
    path = put(bytes=len(CONTENT))
    received = take()
    path.with_name("new").write_bytes(CONTENT + b"9000002,Elm\n")
    path.with_name("new").replace(path)

    clear(received.arrival, received.mark)

    assert path.exists() and (folder / MANIFEST).exists()
    received = receive(look(folder).arrivals[0], folder.parent / "work", 0)
    clear(received.arrival, received.mark)
    assert list(folder.iterdir()) == []
