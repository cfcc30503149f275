"""Compares what this checkout and another one make of the demo and of random stories.

    python -m tests.outcomes OTHER_CHECKOUT [--stories 2000] [--seed 1] [--no-demo] [--keep FOLDER]

Each checkout records with the Python of its own .venv. Ends with 0 where all that must be the same is, else with 1.
Sentences for people may differ: they are shown, and change nothing.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.outcomes.comparing import DATA, WORDS, compare, reach, table

_HERE = Path(__file__).parents[2]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="gpsync-outcomes-") as made:
        folder = options.keep or Path(made)
        folders = [folder / "this", folder / "other"]
        for checkout, out in zip((_HERE, options.other.resolve()), folders, strict=True):
            _record(checkout, out, options)
        sys.exit(tell_of(*folders))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.outcomes", description=__doc__)
    parser.add_argument("other", type=Path, metavar="OTHER_CHECKOUT")
    parser.add_argument("--stories", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Keep the recordings there.")
    return parser.parse_args()


def _record(checkout: Path, out: Path, options: argparse.Namespace) -> None:
    """Record in a checkout; one that fails ends everything."""
    python = checkout / ".venv/bin/python"
    began = time.monotonic()
    command = [python, "-W", "ignore", "-m", "tests.outcomes.record", "--out", out, "--stories", options.stories]
    command += ["--seed", options.seed, "--processes", options.processes, *([] if options.demo else ["--no-demo"])]
    out.mkdir(parents=True, exist_ok=True)
    log_path = out.with_suffix(".log")
    with log_path.open("w", encoding="utf-8") as log:
        done = subprocess.run([str(part) for part in command], cwd=checkout, stdout=log, stderr=log, check=False)
    if done.returncode:
        sys.exit(f"Recording in {checkout} failed:\n{log_path.read_text(encoding='utf-8')[-3000:]}")
    print(f"{checkout}: recorded in {time.monotonic() - began:.0f} s", flush=True)


def tell_of(one: Path, other: Path) -> int:
    """Print the comparison; returns the exit status."""
    data, words = compare(one, other, DATA), compare(one, other, WORDS)
    print("\nWhat the stories reached:", *reach(data.seen), sep="\n")
    print("\nMust be the same:", *table(data), sep="\n")
    print("\nWorded for people, may differ:", *table(words), sep="\n")
    if words.first:
        print("\nFirst differences of words:", *words.first, sep="\n")
    if data.first:
        print("\nFirst differences:", *data.first, sep="\n")
    print("\nThe outcomes differ." if data.differing else "\nThe outcomes are the same.")
    return 1 if data.differing else 0


if __name__ == "__main__":
    main()
