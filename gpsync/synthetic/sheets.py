"""The datasets other than the register, as sheets of texts in the columns of their layouts."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gpsync.extracts.layouts import Layout
from gpsync.synthetic.days import Numbers

#: A column of texts, without nulls.
Texts = NDArray[np.object_]
#: Columns by the names of a layout, all of one length.
Sheet = dict[str, Texts]


def batch(layout: Layout, sheet: Sheet) -> pa.RecordBatch:
    """A sheet under the first spelling of each heading; columns the sheet does not hold are blank."""
    rows = len(next(iter(sheet.values())))
    blank = np.full(rows, "", dtype=object)
    arrays = [pa.array(sheet.get(column.name, blank), pa.string()) for column in layout.columns]
    return pa.RecordBatch.from_arrays(arrays, names=[column.headings[0] for column in layout.columns])


def texts(words: tuple[str, ...], places: Numbers) -> Texts:
    """The word at each place."""
    return np.array(words, dtype=object)[places]


def numbered(form: str, values: Numbers) -> Texts:
    """Each number in a format such as `U{:05}`."""
    write: Callable[[int], str] = form.format
    return np.array([write(value) for value in values.tolist()], dtype=object)


def joined(first: Sheet, second: Sheet) -> Sheet:
    """The rows of two sheets with the same columns, one after the other."""
    return {name: np.concatenate([first[name], second[name]]) for name in first}


def taken(sheet: Sheet, rows: Numbers) -> Sheet:
    """A copy of some rows."""
    return {name: column[rows] for name, column in sheet.items()}


class Dealer:
    """Deals things out to faults, each at most once, so that every fault can be seen by itself.

    A quarter is never dealt: most of what a small demonstration shows should be in order.
    """

    def __init__(self, rng: np.random.Generator, things: Numbers) -> None:
        self._deck = rng.permutation(things)[: len(things) * 3 // 4]
        self._all = len(things)

    def deal(self, share: float) -> Numbers:
        """About `share` of all things, at least one; none when too few are left."""
        count = max(1, round(self._all * share))
        dealt, self._deck = self._deck[:count], self._deck[count:]
        return np.sort(dealt)
