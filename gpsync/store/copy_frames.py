"""Frames in and out of PostgreSQL by COPY, through Arrow; never row by row."""

import io
from collections.abc import Iterable, Mapping

import pandas as pd
import pyarrow as pa
from psycopg import sql
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection

from gpsync.store.copy_records import copy_statement, copying

_BLOCK_ROWS = 50_000


def copy_in(connection: Connection, table: str, frame: pd.DataFrame) -> None:
    """Append the frame's rows to the table of that name, in the connection's transaction. Nulls are nulls."""
    if frame.empty:
        return
    statement = copy_statement(table, list(frame.columns), "WITH (FORMAT csv)")
    with copying(connection, statement) as copy:
        for start in range(0, len(frame), _BLOCK_ROWS):
            block = pa.Table.from_pandas(frame.iloc[start : start + _BLOCK_ROWS], preserve_index=False)
            buffer = io.BytesIO()
            # Quoted values and bare nulls: the two that COPY distinguishes.
            arrow_csv.write_csv(block, buffer, arrow_csv.WriteOptions(include_header=False, quoting_style="needed"))
            copy.write(buffer.getbuffer())


def copy_out(connection: Connection, query: str, types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    """The rows of a query without parameters as a frame; `types` names its columns in order."""
    statement = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv)").format(sql.SQL(query))
    with copying(connection, statement) as copy:
        return _parse(b"".join(copy), types)


def read_pieces(pieces: Iterable[str], types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    """Rows that the server has joined into pieces of comma-separated lines, as a frame."""
    return _parse("\n".join(pieces).encode(), types)


def _parse(text: bytes, types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    if not text:
        empty: pd.DataFrame = pa.schema(list(types.items())).empty_table().to_pandas()
        return empty
    table = arrow_csv.read_csv(
        pa.BufferReader(text),
        read_options=arrow_csv.ReadOptions(column_names=list(types)),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict(types), null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
    )
    frame: pd.DataFrame = table.to_pandas()
    return frame
