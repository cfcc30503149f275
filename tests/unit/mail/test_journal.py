"""The journal survives what the database does not see: kills, torn lines, a full disk."""

import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from gpsync.errors import GpsyncError
from gpsync.mail.journal import Entry, Journal, for_certain
from gpsync.mails import Handover
from gpsync.rules import Phase, Verdict

AT = datetime(2026, 11, 30, 9, 0, 0, 123456, tzinfo=UTC)
SENT = Handover(Verdict.SENT, Phase.DOT, 250, "2.0.0", "queue-1")
DEFERRED = Handover(Verdict.DEFERRED, Phase.BODY)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "folder" / "journal")
    yield journal
    journal.close()


def test_what_was_written_down_is_read_again_in_order(journal):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.append("m2", 3, "lease", DEFERRED, AT)

    assert journal.entries() == [Entry("m1", 1, "lease", SENT, AT), Entry("m2", 3, "lease", DEFERRED, AT)]


def test_only_an_answer_to_the_dot_says_that_a_mail_was_handed_over(journal):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.append("m2", 3, "lease", DEFERRED, AT)

    assert [entry.mail_id for entry in for_certain(journal.entries())] == ["m1"]


def test_a_cleared_journal_is_empty_and_can_be_written_to(journal):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.entries()
    journal.clear()
    journal.append("m2", 1, "lease", SENT, AT)

    assert [entry.mail_id for entry in journal.entries()] == ["m2"]


def test_of_what_is_cleared_the_newest_mail_that_was_handed_over_is_kept(journal):
    def clear():
        journal.entries()
        journal.clear()

    assert journal.newest() is None
    journal.append("m1", 1, "lease", SENT, AT)
    journal.append("m2", 3, "lease", DEFERRED, AT)
    assert journal.newest() is None
    clear()
    assert journal.newest() == Entry("m1", 1, "lease", SENT, AT)
    journal.append("m3", 1, "lease", DEFERRED, AT)
    clear()
    clear()
    assert journal.newest() == Entry("m1", 1, "lease", SENT, AT)
    journal.append("m4", 2, "lease", SENT, AT)
    journal.append("m5", 2, "lease", SENT, AT)
    clear()
    assert Journal(journal.path).newest() == Entry("m5", 2, "lease", SENT, AT)
    assert oct(journal.newest_path.stat().st_mode)[-3:] == "600"


def test_it_is_kept_before_anything_is_cleared(journal, monkeypatch):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.entries()

    def cut_off(file, length):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", cut_off)
        with pytest.raises(KeyboardInterrupt):
            journal.clear()

    assert [entry.mail_id for entry in (journal.newest(), *journal.entries())] == ["m1", "m1"]


@pytest.mark.parametrize("text", ["", "{", "{}", "null"])
def test_a_damaged_memory_of_the_newest_mail_is_reported_with_its_place(journal, text):
    journal.newest_path.write_text(text)

    with pytest.raises(GpsyncError, match=r"Line 1 of .*journal-newest\.json is damaged"):
        journal.newest()


def test_what_another_run_wrote_down_meanwhile_is_not_cleared(journal):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.entries()
    other = Journal(journal.path)
    other.append("m2", 1, "lease", SENT, AT)
    other.close()

    journal.clear()

    assert [entry.mail_id for entry in journal.entries()] == ["m1", "m2"]


def test_a_line_torn_anywhere_is_forgotten_and_the_lines_before_it_are_not(tmp_path):
    path = tmp_path / "journal"
    made = Journal(path)
    for mail in ("m1", "m2"):
        made.append(mail, 1, "lease", SENT, AT)
    made.close()
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1

    for length in range(first, len(whole)):
        path.write_bytes(whole[:length])
        journal = Journal(path)
        journal.append("m3", 1, "lease", SENT, AT)
        assert [entry.mail_id for entry in journal.entries()] == ["m1", "m3"]
        journal.close()


@pytest.mark.parametrize("damage", [b"nonsense\n", b"{}\n", b'{"mail_id": "m", "epoch": 1}\n', b"\x00\x00\n"])
def test_a_damaged_journal_is_not_passed_over(journal, damage):
    journal.append("m1", 1, "lease", SENT, AT)
    journal.path.write_bytes(damage + journal.path.read_bytes())

    with pytest.raises(GpsyncError, match=r"Line 1 of .* is damaged"):
        journal.entries()


def test_nobody_else_can_read_it(journal):
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_threads_do_not_mix_their_lines(journal):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: journal.append(f"m{number}", number, "lease", SENT, AT), range(200)))

    assert sorted(entry.epoch for entry in journal.entries()) == list(range(200))


def test_a_line_that_does_not_fit_on_the_disk_leaves_none_behind(journal):
    journal.append("m1", 1, "lease", SENT, AT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size + 10, hard))
    try:
        with pytest.raises(OSError, match="No space left"):
            journal.append("m2", 1, "lease", SENT, AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    journal.append("m3", 1, "lease", SENT, AT)
    assert [entry.mail_id for entry in journal.entries()] == ["m1", "m3"]


def test_what_append_has_returned_from_outlives_the_process(tmp_path):
    program = (
        "import os, signal, sys; from datetime import datetime, UTC; from pathlib import Path;"
        "from gpsync.mail.journal import Journal; from gpsync.mails import Handover; from gpsync.rules import *;"
        "journal = Journal(Path(sys.argv[1]));"
        "journal.append('m1', 1, 'lease', Handover(Verdict.SENT, Phase.DOT, 250), datetime.now(UTC));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "journal"], check=False)

    assert done.returncode == -signal.SIGKILL
    journal = Journal(tmp_path / "journal")
    assert [entry.mail_id for entry in journal.entries()] == ["m1"]
    journal.close()


def test_each_line_is_synced_before_append_returns(journal, monkeypatch):
    synced = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: (synced.append(journal.path.read_bytes()), real(file)))

    journal.append("m1", 1, "lease", SENT, AT)

    assert [line.count(b"\n") for line in synced] == [1]


def test_it_holds_no_address(journal):
    journal.append("m1", 1, "lease", SENT, AT)

    assert b"@" not in journal.path.read_bytes()
