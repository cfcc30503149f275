"""A number for each row that changes when a tracked column does.

The nightly comparison reads back this number and not 400,000 whole rows. Bump VERSION when its making
changes: rows then differ by number alone, are compared column by column once, and take the new number
without a version or a change being recorded.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.frames import as_text

VERSION = 1
#: Rows hashed at a time, because each becomes a Python string on the way.
_BLOCK = 50_000
#: A control character; extracts with control characters are refused, so no value can contain it.
_SEPARATOR = "\x1f"


def row_hashes(frame: pd.DataFrame, columns: Sequence[str]) -> npt.NDArray[np.int64]:
    """One 64-bit number for each row, over the named columns in this order.

    A column that the frame lacks counts as blank, so an extract that never had an optional column keeps
    its numbers.
    """
    blank = pa.scalar("", pa.string())
    hashes = np.empty(len(frame), dtype=np.uint64)
    for start in range(0, len(frame), _BLOCK):
        block = frame.iloc[start : start + _BLOCK]
        parts = [as_text(block[column]) if column in block.columns else blank for column in columns]
        images = pc.binary_join_element_wise(*parts, _SEPARATOR, null_handling="replace", null_replacement="")
        values = images.to_numpy(zero_copy_only=False)
        hashes[start : start + _BLOCK] = pd.util.hash_array(
            values, hash_key=f"gpsync-row-hash{VERSION:1d}", categorize=False
        )
    return hashes.view(np.int64)
