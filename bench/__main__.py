"""`make bench`: every figure as one table. Everything is measured in this run, in turn, on this machine.

    python -m bench [--doctors 400000] [--runs 3] [--large 4000000]

Each run takes gpsync and then each peer, so that the machine's mood falls on all alike; medians are quoted.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

from bench.data import two_nights
from bench.server import tcp_server

_HERE = Path(__file__).parent
_WORK = _HERE / ".work"
#: The phases of gpsync that do what the peers do too.
_SHARED = ("read", "read what is held", "compare", "apply", "commit")
_PEER_PYTHON = _HERE / ".peers" / "bin" / "python"


def main() -> None:
    options = _options()
    nights = two_nights(_WORK / f"{options.doctors}", options.doctors)
    large = two_nights(_WORK / f"{options.large}", options.large) if options.large else None
    shutil.rmtree(_WORK / "postgres", ignore_errors=True)
    with tcp_server(_WORK / "postgres") as server:
        results: dict[str, list[dict]] = {}
        for number in range(options.runs):
            for result in _one_round(nights, server, number, peers=not options.no_peers):
                results.setdefault(result["peer"], []).append(result)
        _print_table(options.doctors, results)
        if large:
            result = _ours(large, server, f"large_{options.large}")
            _print_scaling(options.doctors, results["gpsync"], options.large, result)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--doctors", type=int, default=400_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--large", type=int, default=4_000_000, help="0 leaves the large register out")
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


def _one_round(nights: tuple[Path, Path], server: str, number: int, *, peers: bool) -> Iterator[dict]:
    yield _ours(nights, server, f"ours_{number}")
    if peers:
        for script, *option in (["run_dlt.py", "parquet"], ["run_dlt.py", "csv"], ["run_dbt.py"]):
            yield _run([_PEER_PYTHON, _HERE / "peers" / script, *nights, f"{server}/postgres", *option])
        if number == 0:
            # dlt's own default is so slow that once is enough.
            yield _run([_PEER_PYTHON, _HERE / "peers" / "run_dlt.py", *nights, f"{server}/postgres", "insert_values"])


def _ours(nights: tuple[Path, Path], server: str, name: str) -> dict:
    _make_database(server, name)
    return _run([sys.executable, "-m", "bench.our_night", *nights, f"{server}/{name}", _WORK / "home"])


def _make_database(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")


def _run(command: Iterable[object]) -> dict:
    words = [str(word) for word in command]
    print(f"… {' '.join(Path(word).name for word in words[1:4])}", file=sys.stderr, flush=True)
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, cwd=_HERE.parent)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _print_table(doctors: int, results: dict[str, list[dict]]) -> None:
    ours = median(result["seconds"] for result in results["gpsync"])
    print(f"\nSecond night of {doctors:,} doctors, 47 columns and the address, 0.5 % of addresses changed, 0.1 % gone")
    print(f"{'':28} {'median s':>9} {'min':>6} {'max':>6} {'peak MB':>8} {'changed':>8}  against gpsync")
    for name, runs in results.items():
        seconds = [run["seconds"] for run in runs]
        peak = max(run["peak_mb"] for run in runs)
        ratio = f"{median(seconds) / ours:.2f}" if name != "gpsync" else ""
        row = f"{median(seconds):9.2f} {min(seconds):6.2f} {max(seconds):6.2f} {peak:8.0f} {runs[0]['changed']:8,}"
        print(f"{name:28} {row}  {ratio}")
    print("\ngpsync's phases, median s")
    for phase in results["gpsync"][0]["phases"]:
        print(f"  {phase:20} {median(run['phases'][phase] for run in results['gpsync']):6.2f}")
    shared = sum(median(run["phases"][phase] for run in results["gpsync"]) for phase in _SHARED)
    print("Peers keep the columns and compare; they check nothing, archive nothing and list no changed values.")
    print(f"gpsync's part of that ({', '.join(_SHARED)}): {shared:.2f} s; against it, in the order above:", end=" ")
    others = [name for name in results if name != "gpsync"]
    print(", ".join(f"{median(run['seconds'] for run in results[name]) / shared:.1f}" for name in others) or "no peers")


def _print_scaling(doctors: int, small: list[dict], large_doctors: int, large: dict) -> None:
    base = median(run["seconds"] for run in small)
    print(f"\n{large_doctors:,} doctors: {large['seconds']:.2f} s, {large['peak_mb']:,.0f} MB;", end=" ")
    print(f"{large['seconds'] / base:.1f} times the time of {doctors:,}")
    for phase, seconds in large["phases"].items():
        print(f"  {phase:20} {seconds:6.2f}")


if __name__ == "__main__":
    main()
