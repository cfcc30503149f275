"""A peer's command line, and the one line of JSON that it answers with."""

import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arguments:
    """The command line: two nights' files, the server by TCP, and a peer's own option."""

    night1: Path
    night2: Path
    url: str
    option: str


def arguments(default: str = "") -> Arguments:
    """NIGHT1.csv NIGHT2.csv POSTGRES_URL [OPTION], or an exit that says so."""
    if len(sys.argv) not in (4, 5):
        name = Path(sys.argv[0]).name
        sys.exit(f"usage: {name} NIGHT1.csv NIGHT2.csv postgresql://user@127.0.0.1:PORT/database [OPTION]")
    return Arguments(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) == 5 else default)


def peak_mb() -> float:
    """The most memory, in MB, that this process or the largest of its finished children has held.

    The server's own memory is not in it.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(_own_peak_kb(), children) / 1024, 1)


def report(peer: str, version: str, seconds: float, phases: dict[str, float], peak: float, counts: dict) -> None:
    """Prints the second night's result; times are wall seconds, memory is MB."""
    phases = {name: round(value, 3) for name, value in phases.items()}
    result = {"peer": peer, "version": version, "seconds": round(seconds, 3), "phases": phases, "peak_mb": peak}
    print(json.dumps(result | counts), flush=True)


def _own_peak_kb() -> int:
    # `ru_maxrss` only where there is nothing better: it starts at the size of the process that started this one.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
