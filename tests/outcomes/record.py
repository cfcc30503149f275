"""Records what this checkout makes of random stories and of the demo.

python -m tests.outcomes.record --out FOLDER [--stories 2000] [--seed 1] [--no-demo]
"""

import argparse
import math
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.outcomes import demo
from tests.outcomes.product import in_a_hurry
from tests.outcomes.server import empty_database, mail_service
from tests.outcomes.story import tell

#: So many stories are told together, as those of one town.
STORIES_A_TOWN = 20
#: The extracts of every so-many-th town are examined by the gate itself, which takes half of the time.
_GATE_EVERY = 10


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    for old in options.out.glob("*.json"):
        old.unlink()
    if options.demo:
        demo.record(options.out / "demo.json")
    if options.stories:
        towns = math.ceil(options.stories / STORIES_A_TOWN)
        record_towns(range(options.seed, options.seed + towns), options.out, options.processes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.outcomes.record", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stories", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    return parser.parse_args()


def record_towns(seeds: range, out: Path, processes: int = 1) -> None:
    """Tell the stories of these towns, shared out over so many processes, and write a file for each."""
    if processes == 1:
        _record(seeds, out)
        return
    context = multiprocessing.get_context("spawn")
    parts = [seeds[place::processes] for place in range(processes)]
    workers = [context.Process(target=_record, args=(part, out)) for part in parts if part]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit("A process that told stories has failed.")


def _record(seeds: range, out: Path) -> None:
    _forget_settings()
    began = time.monotonic()
    with empty_database() as engine, mail_service() as service:
        for number, seed in enumerate(seeds, start=1):
            folder = Path(tempfile.mkdtemp(prefix="gpsync-town-"))
            with in_a_hurry(gate_too=seed % _GATE_EVERY != 0):
                outcome = tell(seed, STORIES_A_TOWN, engine, service, folder)
            (out / f"town-{seed:05}.json").write_text(outcome.as_json(), encoding="utf-8")
            shutil.rmtree(folder)
            if number % 10 == 0:
                print(f"{number:,} of {len(seeds):,} towns, {time.monotonic() - began:.0f} s", flush=True)


def _forget_settings() -> None:
    for name in [name for name in os.environ if name.startswith("GPSYNC_")]:
        del os.environ[name]


if __name__ == "__main__":
    main()
