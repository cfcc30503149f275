"""Which of many texts are among many others."""

import pandas as pd
import pyarrow.compute as pc

from gpsync.frames import as_text


def among(texts: "pd.Series[str]", others: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether each text is one of the others; a blank never is.

    `Series.isin` turns each of the others into a scalar of its own, which takes 100 times as long when they are many.
    """
    found = pc.is_in(as_text(texts), value_set=as_text(others), skip_nulls=True)
    return pd.Series(found.to_numpy(zero_copy_only=False), texts.index)
