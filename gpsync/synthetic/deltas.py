"""Delta extracts of the register: only what changed since the night before."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from gpsync.rules import Dataset, DeltaAction
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.doctors import Flags, Population
from gpsync.synthetic.files import write_extract
from gpsync.synthetic.register import batch
from gpsync.synthetic.registers import Register
from gpsync.synthetic.scenario import Rates, calendar

#: The hour at which the register's nightly export runs.
_PROCESSED = "02:15:00"


def synthesise_deltas(
    directory: Path,
    *,
    doctors: int,
    nights: int,
    seed: int,
    last_night: date,
    rates: Rates = Rates(),
    traps: bool = True,
    manifests: bool = True,
) -> list[Path]:
    """Write the delta of every register night but the first; returns the paths in the order of their dates.

    They belong to the full extracts that `writing.synthesise` writes for the same arguments, and lead from
    each to the next, with the odd cells but without the traps of single nights. ValueError as there.
    """
    register = Register(doctors, nights, seed, calendar(nights, last_night), rates, traps)
    before: Population | None = None
    paths = []
    for night in register.play():
        if before is not None:
            path = directory / f"{Dataset.GMC_REGISTER}_delta_{night.night:%Y%m%d}.csv"
            paths.append(
                write_extract(path, night.night, [delta(before, night.people, night.night)], manifest=manifests)
            )
        before = night.people.copy()
    return paths


def delta(before: Population, after: Population, night: date) -> pa.RecordBatch:
    """The rows that lead from one night's people to the next: register columns, `Action` and `Date Processed`.

    A doctor who left stands with the values held last.
    """
    changed = before.present & after.present & _differs(before, after)
    parts = [
        _rows(after, np.flatnonzero(after.present & ~before.present), DeltaAction.INSERT, night),
        _rows(after, np.flatnonzero(changed), DeltaAction.UPDATE, night),
        _rows(before, np.flatnonzero(before.present & ~after.present), DeltaAction.DELETE, night),
    ]
    return pa.Table.from_batches(parts).combine_chunks().to_batches()[0]


def _differs(before: Population, after: Population) -> Flags:
    differs = np.zeros(len(after), dtype=bool)
    for column in (f.name for f in fields(Population) if f.name != "odd"):
        differs |= getattr(before, column) != getattr(after, column)
    for heading in before.odd.keys() | after.odd.keys():
        then, now = before.odd.get(heading, {}), after.odd.get(heading, {})
        differs[[doctor for doctor in then.keys() | now.keys() if then.get(doctor) != now.get(doctor)]] = True
    return differs


def _rows(people: Population, rows: Numbers, action: DeltaAction, night: date) -> pa.RecordBatch:
    shown = batch(people, rows)
    stamp = f"{night.isoformat()} {_PROCESSED}"
    return shown.append_column("Action", pa.repeat(str(action), len(rows))).append_column(
        "Date Processed", pa.repeat(stamp, len(rows))
    )
