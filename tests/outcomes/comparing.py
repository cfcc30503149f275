"""Two recordings side by side: how much was compared, what differs, and the first differences."""

import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: What must be the same, and what may be worded otherwise.
DATA, WORDS = "data", "words"
#: So many lines of the first difference are shown for each thing that is compared, and so much of each line.
_SHOWN_LINES, _LONGEST_LINE = 12, 200


@dataclass
class Compared:
    """What was compared, by (recording's sort, what): lines on the first side, and those that have no match."""

    lines: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: Counter[tuple[str, str]] = field(default_factory=Counter)
    recordings: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    first: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


def compare(one: Path, other: Path, group: str) -> Compared:
    """Compare a group of lines of two folders of recordings."""
    result = Compared()
    names = sorted({path.name for folder in (one, other) for path in folder.glob("*.json")})
    for name in names:
        before, after = _read(one / name), _read(other / name)
        result.seen.update(before.get("seen", {}) if name.startswith("town") else {})
        _compare(name, before.get(group, {}), after.get(group, {}), result)
    return result


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _compare(name: str, before: dict[str, list[str]], after: dict[str, list[str]], result: Compared) -> None:
    sort = name.partition("-")[0].removesuffix(".json")
    for what in sorted({*before, *after}):
        left, right = before.get(what, []), after.get(what, [])
        result.lines[sort, what] += len(left)
        if left == right:
            continue
        moved = Counter(left), Counter(right)
        # Where the same lines stand in another order, that is a difference too.
        number = max((moved[0] - moved[1]).total(), (moved[1] - moved[0]).total(), 1)
        result.differing[sort, what] += number
        result.recordings[sort, what].add(name)
        if len(result.recordings[sort, what]) == 1:
            lines = [*_diff(f"{name} {what}", left, right)]
            result.first += lines[:_SHOWN_LINES] + (["…"] if len(lines) > _SHOWN_LINES else [])


def _diff(what: str, left: list[str], right: list[str]) -> Iterator[str]:
    lines = [[part for line in side for part in _short(line)] for side in (left, right)]
    yield from difflib.unified_diff(*lines, f"this checkout: {what}", "the other", n=0, lineterm="")


def _short(line: str) -> list[str]:
    """A line's own lines; of a row each value on its own, so that one sees which of them differs."""
    parts = line.replace('", "', '",\n    "').replace(', "', ',\n    "').split("\n")
    return [part[:_LONGEST_LINE] for part in parts]


def table(result: Compared) -> list[str]:
    """How much was compared and differs, a line for each."""
    lines = [f"{'what':<42}{'compared':>12}{'differ':>10}{'in':>8}"]
    for key in sorted(result.lines.keys() | result.differing.keys()):
        sort, what = key
        lines.append(
            f"{f'{sort}: {what}':<42}{result.lines[key]:>12,}{result.differing[key]:>10,}"
            f"{len(result.recordings[key]):>8,}"
        )
    return lines


def reach(seen: Counter[str]) -> list[str]:
    """What the stories reached, by sort."""
    sorts: dict[str, list[str]] = {}
    for name, number in sorted(seen.items()):
        sort, _, value = name.partition(": ")
        sorts.setdefault(sort, []).append(f"{value} {number:,}".strip())
    return [f"  {sort}: {', '.join(values)}" for sort, values in sorts.items()]
