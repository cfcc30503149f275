"""Mails a second into smtp-sink: gpsync with the full outbox on PostgreSQL, and peers, in the same run.

    python -m bench.mail [--mails 3000] [--large 100000] [--runs 3]

Needs smtp-sink and smtp-source of Debian's postfix package; both talk on loopback only. Every round takes gpsync
and then each peer, with the same letter, so that the machine's mood falls on all alike; medians are quoted.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import psycopg

from bench.mail_sink import Sink, is_there, smtp_sink, tool
from bench.server import tcp_server

_WORK = Path(__file__).parent / ".work"
_POSTGRES, _LETTER = _WORK / "postgres_mail", _WORK / "letter.eml"
_CONNECTIONS = (1, 2, 4, 8)
_SMALL = 1_000
#: Mails a second that are promised, with one connection and with several.
_TARGET, _TARGET_OF_SEVERAL = 300, 500
_BARE = "smtp-source, 1 connection"


def main() -> None:
    options = _options()
    if not is_there():
        sys.exit("smtp-sink and smtp-source are missing: Debian has them in its package postfix.")
    shutil.rmtree(_POSTGRES, ignore_errors=True)
    with tcp_server(_POSTGRES) as server:
        planning = _plan(server, options.mails)
        results: dict[str, list[dict]] = {}
        for _ in range(options.runs):
            for name, result in _one_round(server, options.mails):
                results.setdefault(name, []).append(result)
        _print_table(options.mails, results)
        _print_steps(_ours(server, options.mails, 1, "--steps"))
        _print_planning(options.mails, planning)
        if options.large:
            _print_memory(_SMALL, options.large, server)
    shutil.rmtree(_POSTGRES)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mail", description=__doc__)
    parser.add_argument("--mails", type=int, default=3_000)
    parser.add_argument("--large", type=int, default=100_000, help="0 leaves the large outbox out")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def _one_round(server: str, mails: int) -> Iterator[tuple[str, dict]]:
    for connections in _CONNECTIONS:
        yield f"gpsync, {connections} connection{'s' * (connections > 1)}", _ours(server, mails, connections)
    yield _BARE, _smtp_source(mails, 1)
    yield "smtp-source, 16 connections", _smtp_source(mails, 16)
    yield "yagmail, one kept connection", _yagmail("kept", mails)
    yield "yagmail, its own send()", _yagmail("send", mails)


def _plan(server: str, mails: int) -> dict:
    """Fill an outbox of so many mails, of which every run gets a copy."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_planned(mails)}")
        connection.execute(f"CREATE DATABASE {_planned(mails)}")
    return _run("bench.mail_ours", "plan", f"{server}/{_planned(mails)}", mails, _LETTER)


def _planned(mails: int) -> str:
    return f"planned_{mails}"


def _ours(server: str, mails: int, connections: int, *options: str) -> dict:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS mailing WITH (FORCE)")
        connection.execute(f"CREATE DATABASE mailing TEMPLATE {_planned(mails)}")
        connection.execute("CHECKPOINT")
    with tempfile.TemporaryDirectory(dir=_WORK) as home:
        database = _database_cpu_seconds()
        found = _taken(
            mails,
            lambda sink: _run("bench.mail_ours", "send", f"{server}/mailing", home, sink.port, connections, *options),
        )
        return found | {"database_seconds": _database_cpu_seconds() - database}


def _database_cpu_seconds() -> float:
    """What the server's sessions have used that have ended."""
    pid = (_POSTGRES / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / 100


def _smtp_source(mails: int, connections: int) -> dict:
    # It ends lines by itself.
    letter = _WORK / "letter.txt"
    letter.write_bytes(_LETTER.read_bytes().replace(b"\r\n", b"\n"))

    def run(sink: Sink) -> dict:
        command = [str(tool("smtp-source")), "-d", "-s", str(connections), "-m", str(mails), "-F", str(letter)]
        start = time.perf_counter()
        subprocess.run([*command, f"127.0.0.1:{sink.port}"], check=True)
        return {"seconds": time.perf_counter() - start}

    return _taken(mails, run)


def _yagmail(kind: str, mails: int) -> dict:
    return _taken(mails, lambda sink: _run("bench.mail_peers", kind, sink.port, mails, _LETTER))


def _taken(mails: int, measure: Callable[[Sink], dict]) -> dict:
    """Measure with a sink that must have got every mail once."""
    with smtp_sink() as sink:
        result = measure(sink)
        return result | {"mails": mails, "connections": sink.taken(mails)}


def _run(module: str, *words: object) -> dict:
    command = [sys.executable, "-m", module, *map(str, words)]
    print(f"… {module} {words[0]}", file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=_WORK.parent.parent)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _print_table(mails: int, results: dict[str, list[dict]]) -> None:
    bare = median(_speeds(results[_BARE]))
    print(f"\n{mails:,} mails of {_LETTER.stat().st_size:,} bytes into smtp-sink")
    heads = f"{'mails/s':>8} {'min':>7} {'max':>7} {'logins':>6} {'CPU ms':>6} {'database':>8} {'peak MB':>7}"
    print(f"{'':29} {heads} {'smtp-source':>11}  promised")
    for name, runs in results.items():
        speeds = _speeds(runs)
        row = f"{median(speeds):8,.0f} {min(speeds):7,.0f} {max(speeds):7,.0f} {runs[0]['connections']:6,} "
        row += f"{_each(runs, 'cpu_seconds'):>6} {_each(runs, 'database_seconds'):>8} {_most(runs, 'peak_mb'):>7}"
        print(f"{name:29} {row} {bare / median(speeds):11.1f}  {_promise(name, median(speeds))}".rstrip())
    print("CPU and database: ms of processor time for each mail, of the sender and of the server's sessions.")
    print("smtp-source: how many times as fast its one connection is.")
    print("Peers keep no outbox, no journal and no send log.")


def _speeds(runs: list[dict]) -> list[float]:
    return [run["mails"] / run["seconds"] for run in runs]


def _each(runs: list[dict], name: str) -> str:
    return f"{median(1000 * run[name] / run['mails'] for run in runs):.2f}" if name in runs[0] else ""


def _most(runs: list[dict], name: str) -> str:
    return f"{max(run[name] for run in runs):.0f}" if name in runs[0] else ""


def _promise(name: str, speed: float) -> str:
    if not name.startswith("gpsync"):
        return ""
    target = _TARGET if name == "gpsync, 1 connection" else _TARGET_OF_SEVERAL
    return f">= {target} {'kept' if speed >= target else 'MISSED'}"


def _print_steps(result: dict) -> None:
    mails, steps = result["mails"], result["steps"]
    whole = sum(steps.values())
    print(f"\nWhere a mail's time goes with one connection ({1000 * whole / mails:.2f} ms), us and share")
    for name, seconds in sorted(steps.items(), key=lambda one: -one[1]):
        print(f"  {name:26} {1e6 * seconds / mails:6.0f} {100 * seconds / whole:5.1f} %")


def _print_planning(mails: int, planning: dict) -> None:
    print(f"\nplanned: {mails:,} mails in {planning['seconds']:.2f} s ({mails / planning['seconds']:,.0f} mails/s)")


def _print_memory(small: int, large: int, server: str) -> None:
    print("\nmemory of the process that sends, one connection")
    peaks = []
    for mails in (small, large):
        planning = _plan(server, mails)
        result = _ours(server, mails, 1)
        peaks.append(result["peak_mb"])
        print(
            f"  {mails:9,} mails: peak {result['peak_mb']:.1f} MB ({result['before_mb']:.1f} before the first), "
            f"{mails / result['seconds']:,.0f} mails/s; planned in {planning['seconds']:.1f} s"
        )
    print(f"  the {large // small} times larger outbox takes {peaks[1] - peaks[0]:+.1f} MB")


if __name__ == "__main__":
    main()
