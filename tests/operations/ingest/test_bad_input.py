"""Files that should never change anything, through the whole intake: what a refusal leaves behind, and what it says."""

import errno
import gzip
import io
import json
import os
import re
import socket
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select, text

from gpsync import progress
from gpsync.extracts import inbox
from gpsync.extracts.inbox_messages import inbox_messages
from gpsync.operations.context import Context
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.settle import Revision
from gpsync.records import ExtractRecord
from gpsync.rules import Outcome, QuarantineReason
from gpsync.store.tables import metadata
from tests.factories import LICENSED, register_line
from tests.unit.extracts.test_reading import CANARIES, CANARY, GOOD, HEADER, REFUSED, ROWS, row_ends, whole

DAY, BEFORE = date(2026, 11, 30), date(2026, 11, 27)
NAME = f"gmc_register_{DAY:%Y%m%d}.csv"
#: What a sentence tells its reader to do.
_ADVICE = re.compile(
    r"(?:^|[:;.,] |, or )(?:if it is a revision, )?(?:ask|put|run|raise|remove)\b[^.]*(?:\.[a-z]+)?[^.]*\.$", re.I
)


def doctor(number: int, surname: str = "Ash", *, status: str = LICENSED, email: str | None = None) -> str:
    return register_line(number, surname=surname, given="Bo", status=status, email=email)


class Heard:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def step(self, what: str, done: int, total: int) -> None:
        self.lines.append(what)

    def phase(self, name: str) -> None:
        """Of no interest here."""

    def part(self, what: str, done: int, total: int) -> None:
        """Of no interest here."""


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Everything that the run says."""
    listener = Heard()
    with progress.listening(listener):
        yield listener


@pytest.fixture
def night(context: Context, drop: Callable[..., Path]) -> Callable[..., ExtractRecord]:
    """A function that drops rows as the register of a day and takes them in."""

    def night(rows: list[str], day: date = DAY, **options: str) -> ExtractRecord:
        drop(day, rows, **options)
        return take_all(context)[-1]

    return night


@pytest.fixture
def deliver(context: Context) -> Callable[..., Path]:
    """A function that puts bytes into the inbox under a name, with a manifest if any fields are given."""

    def deliver(content: bytes | str, name: str = NAME, **fields: object) -> Path:
        context.settings.inbox_folder.mkdir(parents=True, exist_ok=True)
        path = context.settings.inbox_folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if fields:
            path.with_name(f"{name}.manifest.json").write_text(json.dumps({"file": name} | fields))
        return path

    return deliver


def take_all(context: Context) -> list[ExtractRecord | None]:
    return [take_in(context, arrival) for arrival in inbox.look(context.settings.inbox_folder).arrivals]


def stored(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for those that only say what was delivered and when something ran."""
    with context.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in ("extract", "run")
        }


def asked(context: Context, query: str) -> list[tuple[object, ...]]:
    with context.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def inbox_names(context: Context) -> list[str]:
    return sorted(path.name for path in context.settings.inbox_folder.iterdir())


def leftovers(context: Context) -> list[Path]:
    """What lies in the work folder, and what was begun in the archive and not ended."""
    hidden = [
        path for path in context.settings.home_folder.rglob(".*") if path.parent.name in ("archive", "rejected", "held")
    ]
    return [*context.work.rglob("*"), *hidden]


def assert_refused(
    context: Context, entry: ExtractRecord | None, content: bytes, expected: str, name: str = NAME
) -> None:
    """The record, the sentence and the files that a refusal leaves."""
    assert entry is not None and entry.outcome is Outcome.REJECTED
    assert expected in entry.reason
    assert entry.reason.startswith(name)
    assert _ADVICE.search(entry.reason), f"does not end with what to do: {entry.reason}"
    folder = context.archive.rejected / entry.extract.extract_id
    kept = {path.name for path in folder.iterdir()} - {f"{name}.manifest.json"}
    assert kept == {name, f"{name}.reason.json"}
    assert (folder / name).read_bytes() == content
    written = (folder / f"{name}.reason.json").read_text()
    assert json.loads(written)["reason"] == entry.reason
    recorded = asked(context, f"SELECT outcome, reason FROM extract WHERE extract_id = '{entry.extract.extract_id}'")
    assert recorded == [("rejected", entry.reason)]
    assert inbox_names(context) == []
    assert leftovers(context) == []
    assert [word for word in CANARIES if word in f"{entry!r} {written}".casefold()] == []


def packed(*members: tuple[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return memory.getvalue()


def test_every_faulty_file_leaves_a_reason_and_its_bytes_and_changes_nothing(context, night, deliver, heard):
    night([doctor(1), doctor(2, email="old@doctor.example")], BEFORE)
    before = stored(context)

    for content, expected in REFUSED.values():
        content = content.encode() if isinstance(content, str) else content
        deliver(content)
        assert_refused(context, take_all(context)[0], content, expected)
        assert stored(context) == before

    assert before["doctor"] and before["extract_check"]
    assert [line for line in heard.lines if any(word in line.casefold() for word in CANARIES)] == []
    assert len([line for line in heard.lines if line.startswith("Rejected: ")]) == len(REFUSED)


def test_a_cut_file_is_always_refused_when_a_manifest_tells_of_the_whole(context, night, deliver):
    night([doctor(1), doctor(2)], BEFORE)
    before, content = stored(context), whole()

    for offset in sorted({*range(0, len(content), 97), *row_ends(content), len(content) - 1} - {len(content)}):
        deliver(content[:offset], bytes=len(content), rows=len(ROWS))
        assert_refused(context, take_all(context)[0], content[:offset], "that are not those its manifest declares")
    assert stored(context) == before


def test_a_cut_file_without_a_manifest_is_refused_but_at_a_rows_end(context, night, deliver):
    night([doctor(1), doctor(2)], BEFORE)
    before, content = stored(context), whole()

    for offset in sorted({*range(0, len(content), 97), len(content) - 1} - row_ends(content)):
        deliver(content[:offset])
        assert_refused(context, take_all(context)[0], content[:offset], "")
    assert stored(context) == before


def test_a_file_cut_at_a_rows_end_is_held_because_rows_are_missing(context, night):
    night([doctor(number) for number in range(100)], BEFORE)
    history = history_of(context)

    entry = night([doctor(number) for number in range(60)])

    assert entry.outcome is Outcome.HELD
    assert history_of(context) == history


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"bytes": 5}, f"has {len(GOOD):,} bytes that are not those its manifest declares (5)"),
        ({"sha256": "ab" * 32}, "bytes that are not those its manifest declares"),
        ({"rows": 3}, "has 2 rows, its manifest declares 3: ask the sender for the whole file"),
        ({"as_of": "2026-11-29"}, "is dated 2026-11-30 by its name and 2026-11-29 by its manifest"),
        ({"rows": "two"}, ".manifest.json is not a manifest"),
        ({"file": "gmc_register_20261129.csv"}, ".manifest.json describes another file"),
    ],
    ids=["size", "fingerprint", "rows", "date", "no manifest", "another file"],
)
def test_a_manifest_that_disagrees_refuses_the_file(fields, expected, context, deliver):
    deliver(GOOD, **fields)

    assert_refused(context, take_all(context)[0], GOOD.encode(), expected)
    assert not any(stored(context).values())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DAY + timedelta(days=1), "is dated 2026-12-01, in the future: ask the sender for the right date"),
        (date(9999, 12, 31), "is dated 9999-12-31, in the future"),
        (DAY - timedelta(days=367), "is dated 2025-11-28, over 366 days ago"),
        (date(1999, 1, 1), "is dated 1999-01-01, over 366 days ago"),
    ],
)
def test_a_date_that_cannot_be_is_refused(day, expected, context, deliver):
    name = f"gmc_register_{day:%Y%m%d}.csv"
    deliver(GOOD, name)

    assert_refused(context, take_all(context)[0], GOOD.encode(), expected, name)


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=366)])
def test_today_and_a_year_ago_can_be(day, night):
    assert night([doctor(1)], day).outcome is Outcome.ACCEPTED


def test_other_bytes_for_a_date_that_is_taken_are_refused_unless_a_person_says_so(context, night, deliver):
    night([doctor(1)])
    before = stored(context)
    deliver(GOOD)

    assert_refused(context, take_all(context)[0], GOOD.encode(), "differs from the extract already accepted")
    assert stored(context) == before
    deliver(GOOD)
    (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
    assert take_in(context, arrival, Revision("ada", "corrected")).outcome is Outcome.ACCEPTED


def test_the_same_bytes_again_are_nothing_to_do(context, night):
    first = night([doctor(1)])
    before = stored(context)

    again = night([doctor(1)])

    assert again.extract == first.extract and again.outcome is Outcome.ACCEPTED
    assert (stored(context), inbox_names(context), leftovers(context)) == (before, [], [])


def test_a_row_without_a_number_is_quarantined_and_the_rest_is_taken(context, night):
    entry = night([*(doctor(one) for one in range(98)), f",{CANARY}", "Total rows,98,,,"])

    assert entry.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert [row.row_number for row in entry.quarantined if row.reason is QuarantineReason.BAD_KEY] == [99, 100]
    assert asked(context, "SELECT count(*) FROM doctor") == [(98,)]


def test_more_rows_without_a_number_than_are_believable_hold_the_file(night):
    entry = night([*(doctor(one) for one in range(97)), *(f",{CANARY}{one}" for one in range(3))])

    assert entry.outcome is Outcome.HELD


@pytest.mark.parametrize("place", range(5), ids=HEADER.split(","))
@pytest.mark.parametrize("length", [6_000, 200_000])
def test_a_long_value_stops_nobody_but_its_own_row(context, night, place, length):
    cells = doctor(98).split(",")
    cells[place] = "9" * length
    entry = night([*(doctor(one) for one in range(98)), ",".join(cells)])

    assert entry.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert QuarantineReason.TOO_LONG in {row.reason for row in entry.quarantined}
    assert {row.row_number for row in entry.quarantined} == {99}
    assert asked(context, "SELECT count(*) FROM doctor") == [(98,)]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (packed(("a.csv", b"x"), ("b.csv", b"x")), f"{NAME}.zip", "holds 2 files, not one"),
        (packed(("../../escape.csv", GOOD.encode())), f"{NAME}.zip", "something other than a plain CSV file"),
        (packed((NAME, bytes(50 << 20))), f"{NAME}.zip", "unpacks to more than"),
        (gzip.compress(bytes(50 << 20)), f"{NAME}.gz", "unpacks to more than"),
        (gzip.compress(GOOD.encode())[:-3], f"{NAME}.gz", "is damaged"),
        (packed((NAME, GOOD.encode()[:-1])), f"{NAME}.zip", "last line has no end"),
        (packed((NAME, packed((NAME, GOOD.encode())))), f"{NAME}.zip", "is a workbook or an archive"),
    ],
    ids=["two members", "a path", "a bomb", "a bomb of gzip", "cut gzip", "cut inside", "a zip called CSV in a zip"],
)
def test_a_faulty_package_is_refused_and_nothing_of_it_stays_unpacked(
    content, name, expected, context, deliver, tmp_path
):
    deliver(content, name)

    assert_refused(context, take_all(context)[0], content, expected, name)
    assert not any(stored(context).values())
    assert list(tmp_path.rglob("escape*")) == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (packed((NAME, GOOD.encode())), f"{NAME}.zip"),
        (packed(("register.csv", GOOD.encode())), NAME.replace(".csv", ".zip")),
        (gzip.compress(GOOD.encode()), f"{NAME}.gz"),
    ],
)
def test_a_packed_file_is_taken_and_kept_as_it_came(content, name, context, deliver):
    deliver(content, name)

    (entry,) = take_all(context)

    assert entry.outcome is Outcome.ACCEPTED and entry.counts.rows == 2
    assert (context.archive.accepted_folder / entry.extract.extract_id / name).read_bytes() == content
    assert leftovers(context) == []


@contextmanager
def nothing_waits(folder: Path) -> Iterator[None]:
    """Fail instead of waiting for ever: who reads from a pipe in this folder after 2 seconds is let go."""
    late: list[Path] = []

    def let_go() -> None:
        for path in folder.rglob("*"):
            if path.is_fifo():
                late.append(path)
                os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))

    timer = threading.Timer(2, let_go)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    assert late == [], "something waited for a pipe"


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe"])
def test_what_is_no_file_is_moved_away_unopened(kind, context, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(GOOD)
    path = context.settings.inbox_folder / NAME
    path.parent.mkdir(parents=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to(secret if kind == "link" else tmp_path / "nowhere")

    with nothing_waits(tmp_path):
        (entry,) = take_all(context)

    assert entry.outcome is Outcome.REJECTED
    what = "a pipe" if kind == "pipe" else "a link"
    assert entry.reason == f"{NAME} is {what}: put the file itself into the inbox."
    assert inbox_names(context) == []
    assert secret.read_text() == GOOD
    assert not any(stored(context).values())


def test_an_unknown_name_and_a_folder_stay_where_they_are(context, deliver):
    deliver(GOOD, "register of november.csv")
    (context.settings.inbox_folder / "sent").mkdir()

    assert inbox.look(context.settings.inbox_folder) == inbox.Waiting((), ("register of november.csv", "sent"))
    assert take_all(context) == []
    assert inbox_names(context) == ["register of november.csv", "sent"]


def test_a_file_that_is_still_arriving_is_left_for_the_next_run(context, deliver, heard):
    waiting = Context(context.settings.model_copy(update={"settle_seconds": 60.0}), context.engine, context.now)
    deliver(GOOD[:-9], bytes=len(GOOD))

    assert take_all(waiting) == [None]
    assert inbox_names(context) == [NAME, f"{NAME}.manifest.json"]
    assert heard.lines == [f"{NAME} is still arriving: it is taken by the next run."]
    assert asked(context, "SELECT * FROM extract") == [] and leftovers(context) == []
    deliver(GOOD, bytes=len(GOOD))
    assert take_all(waiting)[0].outcome is Outcome.ACCEPTED


# --- Quarantined rows ------------------------------------------------------------------------------

#: Enough good rows for one or two bad ones to be under the 2 % that hold a file.
MANY = range(10, 210)


def history_of(context: Context) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in stored(context).items() if name not in ("extract_check", "quarantined_row")}


def current(context: Context, number: int) -> list[tuple[object, ...]]:
    columns = "surname, email, registration_class, valid_from"
    return asked(
        context, f"SELECT {columns} FROM doctor WHERE gmc_number = '{9_000_000 + number}' AND valid_to IS NULL"
    )


BAD_ROWS: dict[str, tuple[list[str], QuarantineReason, set[int]]] = {
    "conflicting duplicates": ([doctor(1), doctor(1, "Elm")], QuarantineReason.CONFLICTING_DUPLICATE, {1, 2}),
    "three copies, two of them alike": (
        [doctor(1), doctor(1, "Elm"), doctor(1)],
        QuarantineReason.CONFLICTING_DUPLICATE,
        {1, 2},
    ),
    "an unknown status": (
        [doctor(1, status="Registered with a Restricted Licence")],
        QuarantineReason.UNKNOWN_STATUS,
        {1},
    ),
    "a blank status": ([doctor(1, status="")], QuarantineReason.UNKNOWN_STATUS, {1}),
    "a blank name": ([doctor(1, "\u200b ")], QuarantineReason.NO_NAME, {1}),
}


@pytest.mark.parametrize(("rows", "reason", "numbers"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_quarantined_doctor_keeps_yesterdays_record_and_is_not_absent(rows, reason, numbers, context, night):
    good = [doctor(number) for number in MANY]
    night([doctor(1, "Yesterday"), *good], BEFORE)

    entry = night([*rows, *good])

    assert entry.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert {(row.row_number, row.key, row.reason) for row in entry.quarantined} == {
        (number, "9000001", reason) for number in numbers
    }
    assert current(context, 1) == [("Yesterday", "d1@doctor.example", "LICENSED", BEFORE)]
    assert asked(context, "SELECT * FROM absence") == []
    assert asked(context, "SELECT DISTINCT key FROM quarantined_row") == [("9000001",)]


@pytest.mark.parametrize("number", ["900001", "90000011", "9000O01", "=9000001", "GMC", "L12345"])
def test_a_number_that_is_none_is_quarantined(number, context, night):
    good = [doctor(one) for one in MANY]

    entry = night([f"{number},Ash,Bo,Suspended,a@doctor.example", *good])

    assert [(row.row_number, row.reason) for row in entry.quarantined] == [(1, QuarantineReason.BAD_KEY)]
    assert len(asked(context, "SELECT * FROM doctor")) == len(MANY)


def test_dates_in_every_form_are_read_and_a_nonsense_date_sets_its_row_aside(context, night):
    header = f"{HEADER},PR Date,GP Register Date"
    forms = ["05071978", "5071978", "1978-07-05", "19780705", "5 July 1978", "05/07/1978", ""]
    rows = [f"{doctor(number)},{form},30 April 2012" for number, form in enumerate(forms)]
    good = [f"{doctor(number)},," for number in MANY]

    entry = night([*rows, f"{doctor(9)},soon,", *good], header=header)

    assert [(row.row_number, row.key, row.reason) for row in entry.quarantined] == [
        (len(forms) + 1, "9000009", QuarantineReason.UNREADABLE_DATE)
    ]
    dates = asked(
        context, "SELECT pr_date, gp_register_date FROM doctor WHERE gmc_number < '9000009' ORDER BY gmc_number"
    )
    assert dates == [(date(1978, 7, 5), date(2012, 4, 30))] * 6 + [(None, date(2012, 4, 30))]


def test_exact_duplicates_are_dropped_and_counted(context, night):
    good = [doctor(number) for number in MANY]

    entry = night([*good, doctor(10), doctor(11), doctor(10)])

    assert (entry.counts.rows, entry.counts.exact_duplicates, entry.counts.quarantined) == (len(MANY) + 3, 3, 0)
    assert len(asked(context, "SELECT * FROM doctor")) == len(MANY)


@pytest.mark.parametrize(("bad", "outcome"), [(4, Outcome.ACCEPTED_WITH_WARNINGS), (5, Outcome.HELD)])
def test_more_than_two_in_a_hundred_rows_quarantined_hold_the_file(bad, outcome, context, night):
    """Of 200 rows: 4 are 2 %, 5 are more."""
    night([doctor(number) for number in range(200)], BEFORE)
    before = history_of(context)

    entry = night([doctor(number, "New", status="Odd" if number < bad else "Suspended") for number in range(200)])

    assert (entry.outcome, entry.counts.quarantined) == (outcome, bad)
    assert (history_of(context) == before) is (outcome is Outcome.HELD)
    assert inbox_names(context) == [] and leftovers(context) == []


def test_odd_names_and_addresses_survive_the_whole_way(context, night):
    names = [
        "NA",
        "Null",
        "None",
        "nan",
        "O'Brien",
        "Ní Dhomhnaill",
        "Ni\u0301 Dhomhnaill",
        "\u00a0Fenwick\u200b",
        "-",
        "李",
    ]
    rows = [doctor(number, name, email=f" <D{number}@Bücher.example>\u200b") for number, name in enumerate(names)]

    assert night(rows).outcome is Outcome.ACCEPTED

    expected = ["NA", "Null", "None", "nan", "O'Brien", "Ní Dhomhnaill", "Ní Dhomhnaill", "Fenwick", "-", "李"]
    assert asked(context, "SELECT surname, email, email_key FROM doctor ORDER BY gmc_number") == [
        (name, f"D{number}@Bücher.example", f"d{number}@xn--bcher-kva.example") for number, name in enumerate(expected)
    ]


@pytest.mark.parametrize("again", ["Ni\u0301 Dhomhnaill", "\u00a0Ní  Dhomhnaill\u200b"])
def test_another_spelling_of_the_same_thing_is_no_change(again, context, night):
    night([doctor(1, "Ní Dhomhnaill", status="Not Registered - Deceased")], BEFORE)

    entry = night([doctor(1, again, status="not registered \N{EN DASH} deceased", email="d1@doctor.example\u00a0")])

    assert (entry.outcome, entry.counts.changed) == (Outcome.ACCEPTED, 0)
    assert asked(context, "SELECT * FROM field_change") == []


def test_an_unknown_column_is_accepted_with_a_note(context, night):
    entry = night([f"{doctor(1)},secret"], header=f"{HEADER},Foo")

    assert entry.outcome is Outcome.ACCEPTED_WITH_WARNINGS
    assert entry.notes == ("1 column is not known and was ignored: 'Foo'.",)
    assert asked(context, "SELECT notes FROM extract") == [(list(entry.notes),)]
    assert "secret" not in str(stored(context))


def test_no_reason_of_a_held_file_shows_a_value(context, night, heard):
    night([doctor(number) for number in range(100)], BEFORE)

    entry = night(
        [f"9000777,{CANARY}", *(doctor(number, email=f"canary{number}@secret.example") for number in range(50))]
    )

    assert entry.outcome is Outcome.HELD
    assert [word for word in CANARIES if word in f"{entry.reason} {heard.lines}".casefold()] == []


@pytest.fixture
def elsewhere(context, memory):
    """The context with its inbox on another file system than everything else."""
    return replace(context, settings=context.settings.model_copy(update={"inbox": memory / "inbox"}))


@pytest.fixture
def shared(context, memory):
    """The context with inbox and archive together on another file system than its home."""
    places = {"inbox": memory / "inbox", "archive": memory / "archive"}
    return replace(context, settings=context.settings.model_copy(update=places))


@pytest.fixture
def memory():
    """A folder on another file system than that of the tests."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev:
        pytest.skip("no second file system: /dev/shm is none")
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    # Its whole path may be longer than a socket's name can be.
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("x")


@pytest.mark.parametrize("where", ["context", "elsewhere", "shared"])
@pytest.mark.parametrize("make", [_pipe, _socket, _link, _loop, _folder])
@pytest.mark.parametrize("name", ["gmc_register_20261127.csv.manifest.json", "gmc_register_20261126.csv"])
def test_what_is_no_file_is_refused_wherever_it_lies_and_blocks_nothing_behind_it(request, where, make, name):
    at = request.getfixturevalue(where)
    folder = at.settings.inbox_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gmc_register_20261127.csv").write_text(GOOD, encoding="utf-8")
    make(folder / name)
    (folder / NAME).write_text(GOOD.replace("9000777", "9000779"), encoding="utf-8")

    entries = {entry.extract.file_name: entry.outcome for entry in take_all(at)}

    # A folder with an extract's name is not one, and is reported as unrecognised.
    spoiled = "gmc_register_20261127.csv" if name.endswith(".json") else name
    expected = dict.fromkeys(["gmc_register_20261127.csv", NAME], Outcome.ACCEPTED)
    expected |= {} if make is _folder and spoiled == name else {spoiled: Outcome.REJECTED}
    assert entries == expected
    assert {path.name for path in folder.iterdir()} == ({name} if make is _folder else set())
    assert leftovers(at) == []


def test_a_manifest_is_kept_as_it_was_read_whatever_its_name_stands_for_by_then(context, deliver, monkeypatch):
    path = deliver(GOOD, rows=2)
    beside = path.with_name(f"{NAME}.manifest.json")
    read = beside.read_bytes()
    poured = inbox._pour

    def swapped(*given):
        beside.unlink()
        beside.symlink_to("/etc/passwd")
        return poured(*given)

    monkeypatch.setattr(inbox, "_pour", swapped)
    (entry,) = take_all(context)

    kept = context.archive.accepted_folder / entry.extract.extract_id / beside.name
    assert entry.outcome is Outcome.ACCEPTED
    assert not kept.is_symlink() and kept.read_bytes() == read


def test_a_file_that_is_too_large_is_refused_unread_and_stays_until_somebody_has_seen_to_it(context, deliver):
    at = replace(context, settings=context.settings.model_copy(update={"largest_file": 1 << 20}))
    huge = deliver(GOOD)
    with huge.open("ab") as file:
        file.truncate(6 << 30)
    deliver(GOOD.replace("9000777", "9000779"), name="gmc_register_20261127.csv")

    taken, refused = take_all(at)
    assert (refused.outcome, taken.outcome) == (Outcome.REJECTED, Outcome.ACCEPTED)
    assert "6,442,450,944 bytes, more than the 1,048,576 of GPSYNC_LARGEST_FILE" in refused.reason
    assert huge.stat().st_size == 6 << 30
    assert sum(path.stat().st_size for path in at.settings.home_folder.rglob("*") if path != huge) < 1 << 20

    (again,) = take_all(at)
    assert again.extract.extract_id == refused.extract.extract_id
    assert asked(at, "SELECT count(*) FROM extract WHERE outcome = 'rejected'") == [(1,)]


# --- inboxes that are not ours ---


@pytest.fixture
def unwritable(monkeypatch, context):
    """An inbox from which nothing can be removed, as root sees one on a read-only file system."""
    folder = context.settings.inbox_folder

    def refuse(self, *_args, **_kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: False if Path(path) == folder else real(path, mode))
    return lambda: monkeypatch.setattr(Path, "unlink", refuse)


def test_an_inbox_from_which_nothing_can_be_removed_blocks_nothing(context, drop, heard, unwritable):
    drop(date(2026, 11, 3), ["9000001,Oak,Ann,Registered with Licence,ann@doctor.example"])
    drop(date(2026, 11, 4), ["9000001,Oak,Ann,Registered with Licence,ann@new.example"])
    found = inbox.look(context.settings.inbox_folder)
    unwritable()

    for _ in range(2):
        outcomes = [take_in(context, arrival).outcome for arrival in found.arrivals]
        assert set(outcomes) == {Outcome.ACCEPTED}

    assert found.closed == ("gmc_register_20261103.csv", "gmc_register_20261104.csv")
    assert any("was taken, but cannot be removed from" in line and "Read-only" in line for line in heard.lines)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_extract_that_we_may_not_read_wants_a_person(context, drop):
    drop(date(2026, 11, 3), ["9000001,Oak,Ann,Registered with Licence,ann@doctor.example"]).chmod(0)

    assert inbox.look(context.settings.inbox_folder).closed == ("gmc_register_20261103.csv",)


def test_a_name_as_long_as_names_can_be_is_rejected_and_blocks_nothing(context, night):
    name = f"epraccur{'A' * 238}.csv"
    context.settings.inbox_folder.mkdir(parents=True)
    (context.settings.inbox_folder / name).write_text("x,y\n1,2\n")

    (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
    entry = take_in(context, arrival)

    assert entry.outcome is Outcome.REJECTED
    assert not (context.settings.inbox_folder / name).exists()


@pytest.mark.parametrize(
    ("name", "age", "is_reported"),
    [
        ("practices_20261127.manifest.json", 0, True),  # of a file that is called so without .csv
        ("practices_20261127.csv.manifest.json", 0, False),  # its file may still come
        ("practices_20261127.csv.manifest.json", 601, True),
    ],
)
def test_a_manifest_without_its_file_is_reported(context, name, age, is_reported):
    folder = context.settings.inbox_folder
    folder.mkdir(parents=True)
    (folder / name).write_text("{}")
    then = time.time() - age
    os.utime(folder / name, (then, then))

    assert inbox.look(folder).unrecognised == ((name,) if is_reported else ())
    assert bool(inbox_messages(inbox.look(folder), folder)) == is_reported


@pytest.mark.parametrize("column", ["surname", "a column that is not kept"])
def test_a_row_larger_than_what_is_parsed_at_once_is_quarantined_alone(column, context, drop):
    """A block is 4 MiB: 9 MB in one cell lie over three of them."""
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Remarks"
    rows = [f"{doctor(number)}," for number in range(200)]
    huge = "x" * 9_000_000
    rows[100] = f"{doctor(100, huge)}," if column == "surname" else f"{doctor(100)},{huge}"
    drop(DAY, rows, header=header)

    (entry,) = take_all(context)

    # Nothing is left of a value that is too long, so this doctor has no name either.
    expected = {QuarantineReason.TOO_LONG, QuarantineReason.NO_NAME} if column == "surname" else set()
    assert (entry.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS), entry.counts.rows) == (True, 200)
    assert {row.reason for row in entry.quarantined} == expected
