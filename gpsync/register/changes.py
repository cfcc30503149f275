"""What an extract changes: one extract against what is held, row by row and column by column.

Two steps, because whole rows are only worth fetching where something differs. `partition` works from
keys and row numbers (see `row_hash`); `differences` from the whole rows of those that differ. Both are
pure, and serve every dataset that has a key.

Absence is a state before it is a fact. A doctor whom one full extract does not show may be a glitch of
the sender; a second accepted full without them in a row makes them gone (C-22). A delta's delete row
counts as the first absence (C-23). A quarantined row proves presence and nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.frames import ROW_HASH, Changes, Held, as_text
from gpsync.records import Counts
from gpsync.register.row_hash import row_hashes
from gpsync.rules import Kind


@dataclass(frozen=True)
class Partition:
    """The keys of an extract sorted by what they need.

    `new` and `differing` are positions in the extract's frame: records not held, and held with another row
    number. `missing_once` start an absence, `gone` complete one (key -> its first day), `returned` end one.
    """

    new: pa.Array
    differing: pa.Array
    missing_once: list[str]
    gone: dict[str, str]
    returned: list[str]


def partition(
    incoming: pd.DataFrame, held: Held, key: str, *, kind: Kind, deleted: Collection[str], quarantined: Collection[str]
) -> Partition:
    """Sort the keys of `incoming` (key and `row_hash`, one row for each key) against what is held.

    `deleted` are the keys of a delta's delete rows, `quarantined` those of quarantined rows.
    """
    held_keys, keys = as_text(held.rows[key]), as_text(incoming[key])
    place = pc.index_in(keys, value_set=held_keys)
    stored = pa.array(held.rows[ROW_HASH], pa.int64()).take(place)
    differs = pc.fill_null(pc.not_equal(stored, pa.array(incoming[ROW_HASH], pa.int64())), False)
    if kind is Kind.FULL:
        missing = set(held_keys.filter(_not_shown(place, len(held_keys))).to_pylist()) - set(quarantined)
    else:
        missing = _among(deleted, held_keys)
    present = pa.concat_arrays([keys, pa.array(sorted(quarantined), pa.string())])
    since, confirmed = _open_absences(held.absences, key)
    return Partition(
        new=pc.indices_nonzero(pc.is_null(place)),
        differing=pc.indices_nonzero(differs),
        missing_once=sorted(missing - since.keys()),
        gone={one: since[one] for one in sorted(missing & since.keys() - confirmed) if kind is Kind.FULL},
        returned=sorted(_among(since, present) - set(deleted)),
    )


def _not_shown(place: pa.Array, length: int) -> pa.Array:
    """Which of the held records no row of the extract stands for; `place` says for each row which it stands for.

    Looking the other way round, each held key among the extract's, would build a second table of all keys.
    """
    not_shown = np.ones(length, dtype=bool)
    not_shown[place.drop_null().to_numpy()] = False
    return pa.array(not_shown)


def _among(some: Collection[str], all_keys: pa.Array) -> set[str]:
    """Which of a few keys are among many; the table that is looked into is that of the few."""
    wanted = pa.array(sorted(some), pa.string())
    return set(all_keys.filter(pc.is_in(all_keys, value_set=wanted)).to_pylist())


def _open_absences(absences: pd.DataFrame, key: str) -> tuple[dict[str, str], set[str]]:
    since = dict(zip(absences[key], absences["absent_from"], strict=True))
    return since, set(absences.loc[absences["confirmed_on"].notna(), key])


def differences(
    incoming: pd.DataFrame,
    current: pd.DataFrame,
    parts: Partition,
    key: str,
    tracked: Sequence[str],
    *,
    introduced: Collection[str] = (),
    counts: Counts = Counts(),
) -> Changes:
    """What the extract changes. `incoming` and `current` are whole rows; only those of `parts` are read.

    `introduced` are columns that no earlier extract had: their first values are taken in place, because a
    new column is news about the file and not about 400,000 people (C-15). A column that this extract
    lacks keeps the value that is held. `counts` brings what is already counted.
    """
    columns = [key, *tracked]
    after = _rows(incoming, parts.differing, key).reindex(columns=columns)
    before = current.set_index(key, drop=False).reindex(after.index)[columns]
    absent = [column for column in tracked if column not in incoming.columns]
    after[absent] = before[absent]
    different = {
        column: _differs(before[column], after[column]) for column in tracked if column not in {*absent, *introduced}
    }
    changed = pd.DataFrame(different, index=after.index).any(axis=1) if different else pd.Series(False, after.index)
    opened = pd.concat([_rows(incoming, parts.new, key).reindex(columns=columns), after[changed]])
    return Changes(
        opened=_numbered(opened, tracked),
        replaced=list(after.index[changed]),
        gone=parts.gone,
        refreshed=_numbered(after[~changed], tracked),
        ledger=_ledger(before, after, different, key),
        missing_once=parts.missing_once,
        returned=parts.returned,
        counts=_counted(counts, parts, int(changed.sum())),
    )


def _rows(incoming: pd.DataFrame, positions: pa.Array, key: str) -> pd.DataFrame:
    rows: pd.DataFrame = incoming.iloc[positions.to_numpy()].set_index(key, drop=False)
    return rows


def _differs(before: "pd.Series[str]", after: "pd.Series[str]") -> "pd.Series[bool]":
    return before.fillna("") != after.fillna("")


def _numbered(rows: pd.DataFrame, tracked: Sequence[str]) -> pd.DataFrame:
    return rows.reset_index(drop=True).assign(**{ROW_HASH: row_hashes(rows, tracked)})


def _ledger(
    before: pd.DataFrame, after: pd.DataFrame, different: dict[str, "pd.Series[bool]"], key: str
) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                key: after.index[where],
                "field": column,
                "old_value": before.loc[where, column].to_numpy(),
                "new_value": after.loc[where, column].to_numpy(),
            }
        )
        for column, where in different.items()
        if where.any()
    ]
    columns = [key, "field", "old_value", "new_value"]
    return pd.concat(parts, ignore_index=True).astype("str") if parts else pd.DataFrame(columns=columns, dtype="str")


def _counted(counts: Counts, parts: Partition, changed: int) -> Counts:
    return replace(
        counts,
        new=len(parts.new),
        changed=changed,
        missing_once=len(parts.missing_once),
        gone=len(parts.gone),
        returned=len(parts.returned),
    )
