"""Values that were converted between encodings once too often, found before a letter greets with them.

UTF-8 that was read as Windows-1252 and written as UTF-8 again is valid UTF-8: `José` has become `JosÃ©`. What was lost
on the way stands as U+FFFD, what a web page escaped as `&eacute;`. Looked for in the text as supplied, because tidying
takes away half of some pairs (`Ã` and a soft hyphen were an `í`).
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gpsync.extracts.layouts import Layout, Type

#: The letters and signs that Windows-1252 shows for the bytes 80 to BF, which continue a letter in UTF-8.
_CONTINUES = "[\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
#: In front of one of those, `Â` to `Å` stood for a Latin letter (U+0080 to U+017F). A real name may have another
#: letter before a quotation mark or a dash (`RENÉ’S`), so those count only where two such pairs follow each other.
_PATTERN = "|".join(
    (
        f"[ÂÃÄÅ]{_CONTINUES}",
        f"(?:[Æ-ß]{_CONTINUES}){{2}}",
        f"â[€‚„†ˆ‰]{_CONTINUES}",
        f"[à-ï]{_CONTINUES}[\u00a0-\u00bf]",
        f"ð{_CONTINUES}{{3}}",
        "\ufffd",
        "&(?:[A-Za-z]{2,8}|#[0-9]{2,6}|#x[0-9A-Fa-f]{2,6});",
    )
)
#: A row's key, its column, and its value.
Value = tuple[str, str, str]

_WRITTEN = (Type.TEXT, Type.EMAIL, Type.CODE, Type.STATUS)


def mistranslated(table: pa.Table, layout: Layout) -> dict[str, list[int]]:
    """For each column of text that has such values, the numbers of their rows, counted from 1."""
    found = {}
    for column in layout.columns:
        if column.type in _WRITTEN and column.name in table.column_names:
            hits = pc.match_substring_regex(table[column.name], _PATTERN)
            rows = pc.indices_nonzero(pc.fill_null(hits, False)).to_pylist()
            if rows:
                found[column.name] = [row + 1 for row in rows]
    return found


def values_in(rows: pd.DataFrame, layout: Layout, found: Mapping[str, Sequence[int]]) -> list[Value]:
    """The values that were found, each with its row's key and its column.

    `rows` have a `row_number`; `found` names the numbers of the rows in question by column.
    """
    return [
        value
        for column, numbers in found.items()
        for value in _values(rows[rows["row_number"].isin(numbers)], layout, column)
    ]


def known_values(before: pd.DataFrame, layout: Layout, columns: Iterable[str]) -> set[Value]:
    """The values that these columns of earlier rows had, each with its row's key and its column."""
    return {value for column in columns if column in before.columns for value in _values(before, layout, column)}


def _values(rows: pd.DataFrame, layout: Layout, column: str) -> list[Value]:
    parts = [rows[name].fillna("") for name in layout.key if name in rows.columns]
    keys = ("|".join(map(str, key)) for key in zip(*parts, strict=True))
    return [(key, column, str(text)) for key, text in zip(keys, rows[column], strict=True) if pd.notna(text)]
