"""What an extract changes: one extract against what is held, row by row and column by column.

Two steps, because whole rows are only worth fetching where something differs. `partition` works from
keys and row numbers (see `row_hash`); `differences` from the whole rows of those that differ. Both are
pure, and serve every dataset that has a key.

Absence is a state before it is a fact. A doctor whom one full extract does not show may be a glitch of
the sender; a second accepted full without him in a row makes him gone (C-22). A delta's delete row
counts as the first absence (C-23). A quarantined row proves presence and nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.frames import ROW_HASH, Changes, Held
from gpsync.records import Counts
from gpsync.register.row_hash import row_hashes
from gpsync.rules import Kind

@dataclass(frozen=True)
class Partition:
    """The keys of an extract sorted by what they need.

    `differing` are held with another row number; `new` are not held. `missing_once` start an absence,
    `gone` complete one (key -> first day of the absence), `returned` end one.
    """

    new: pd.Index
    differing: pd.Index
    missing_once: pd.Index
    gone: dict[str, str]
    returned: pd.Index


def partition(
    incoming: pd.DataFrame, held: Held, key: str, *, kind: Kind, deleted: Collection[str], quarantined: Collection[str]
) -> Partition:
    """Sort the keys of `incoming` (key and `row_hash`, one row for each key) against what is held.

    `deleted` are the keys of a delta's delete rows, `quarantined` those of rows set aside.
    """
    held_keys, keys = pa.array(held.rows[key], pa.string()), pa.array(incoming[key], pa.string())
    place = pc.index_in(keys, value_set=held_keys)
    stored = pa.array(held.rows[ROW_HASH], pa.int64()).take(place)
    differs = pc.not_equal(stored, pa.array(incoming[ROW_HASH], pa.int64()))
    if kind is Kind.FULL:
        present = pa.concat_arrays([keys, pa.array(sorted(quarantined), pa.string())])
        missing = set(held_keys.filter(pc.invert(pc.is_in(held_keys, value_set=present))).to_pylist())
    else:
        present = keys
        missing = set(deleted)
    open_absences = dict(zip(held.absences[key], held.absences["absent_from"], strict=True))
    confirmed = set(held.absences.loc[held.absences["confirmed_on"].notna(), key])
    ends = set(present.to_pylist()) | set(quarantined) if open_absences else set()
    is_held = set(held_keys.to_pylist()) if kind is Kind.DELTA else missing
    return Partition(
        new=_index(keys.filter(pc.is_null(place))),
        differing=_index(keys.filter(pc.fill_null(differs, False))),
        missing_once=pd.Index(sorted((missing & is_held) - set(open_absences)), dtype="str"),
        gone={
            one: open_absences[one]
            for one in sorted(missing & set(open_absences))
            if one not in confirmed and kind is Kind.FULL
        },
        returned=pd.Index(sorted((set(open_absences) & ends) - set(deleted)), dtype="str"),
    )


def _index(keys: pa.Array) -> pd.Index:
    return pd.Index(keys.to_pandas(), dtype="str")


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
    incoming = incoming.set_index(key, drop=False)
    after = incoming.loc[parts.differing].reindex(columns=[key, *tracked])
    before = current.set_index(key, drop=False).reindex(parts.differing)[[key, *tracked]]
    absent = [column for column in tracked if column not in incoming.columns]
    after[absent] = before[absent]
    different = {
        column: _differs(before[column], after[column]) for column in tracked if column not in {*absent, *introduced}
    }
    changed = pd.DataFrame(different, index=after.index).any(axis=1) if different else pd.Series(False, after.index)
    opened = pd.concat([incoming.loc[parts.new].reindex(columns=[key, *tracked]), after[changed]])
    return Changes(
        opened=_numbered(opened, tracked),
        replaced=list(after.index[changed]),
        gone=parts.gone,
        refreshed=_numbered(after[~changed], tracked),
        ledger=_ledger(before, after, different, key),
        missing_once=list(parts.missing_once),
        returned=list(parts.returned),
        counts=_counted(counts, parts, int(changed.sum())),
    )


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
