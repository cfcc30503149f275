"""CSV files and their manifests on disk: complete when they appear, the same bytes for the same rows."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: What a cell may not hold without quotes.
_SPECIAL = (b",", b'"', b"\n", b"\r")
#: Of a truncated file this much is left, as a share of its bytes, give or take a row.
_LEFT = 0.6


def write_extract(
    path: Path,
    as_of: date,
    batches: Iterable[pa.RecordBatch],
    *,
    manifest: bool,
    cut: bool = False,
    quoted: bool = False,
) -> Path:
    """Write text columns as CSV (UTF-8, LF, quotes where needed) and, if wished, `<file>.manifest.json` after it.

    `quoted` puts every value into quotes and ends lines in CRLF, as Windows programs do.

    The file is written under a hidden name in the same folder and renamed, so that it is never seen half
    written. `cut` then loses its end in the middle of a row, while the manifest describes the whole.
    `batches` hold one table in pieces: strings, no nulls. Returns `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.part")
    with hidden.open("w+b") as file:
        digest, rows = _write_rows(file, batches, quoted)
        size = file.tell()
        if cut:
            _cut(file, size)
    hidden.replace(path)
    if manifest:
        described = {"file": path.name, "bytes": size, "sha256": digest, "rows": rows, "as_of": as_of.isoformat()}
        _write_manifest(path, json.dumps(described, indent=2) + "\n")
    return path


def _write_rows(file: BinaryIO, batches: Iterable[pa.RecordBatch], quoted: bool) -> tuple[str, int]:
    digest, rows = hashlib.sha256(), 0
    for batch in batches:
        headings = b"" if rows else _heading_row(batch, quoted)
        for piece in (headings, _lines(batch, quoted)):
            digest.update(piece)
            file.write(piece)
        rows += batch.num_rows
    return digest.hexdigest(), rows


def _write_manifest(path: Path, text: str) -> None:
    manifest = path.with_name(f"{path.name}.manifest.json")
    hidden = manifest.with_name(f".{manifest.name}.part")
    hidden.write_text(text, encoding="utf-8")
    hidden.replace(manifest)


def _heading_row(batch: pa.RecordBatch, quoted: bool) -> bytes:
    names = pa.array(batch.schema.names)
    cells = _all_quoted(names) if quoted else _quoted(names)
    return ",".join(cells.to_pylist()).encode() + _line_end(quoted).encode()


def _line_end(quoted: bool) -> str:
    return "\r\n" if quoted else "\n"


def _lines(batch: pa.RecordBatch, quoted: bool) -> memoryview:
    """The CSV lines of a batch, each with its newline: what the joined strings' own memory holds.

    pyarrow's CSV writer is faster still, but it quotes either every text or none.
    """
    *most, last = (_all_quoted(column) if quoted else _quoted(column) for column in batch.columns)
    ended = pc.binary_join_element_wise(last, _line_end(quoted), "")
    joined = pc.binary_join_element_wise(*most, ended, ",")
    _, offsets, data = joined.buffers()
    end = int(np.frombuffer(offsets, dtype=np.int32)[len(joined)])
    return memoryview(data)[:end]


def _all_quoted(column: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")


def _quoted(column: pa.StringArray) -> pa.StringArray:
    # Nearly every column is free of special characters, which its memory shows at once.
    data = column.buffers()[2]
    if data is None or not any(special in data.to_pybytes() for special in _SPECIAL):
        return column
    inside = pc.replace_substring(column, '"', '""')
    return pc.if_else(
        pc.match_substring_regex(column, '[",\r\n]'), pc.binary_join_element_wise('"', inside, '"', ""), column
    )


def _cut(file: BinaryIO, size: int) -> None:
    """Cut after the first few bytes of the row that follows the place where the file is to end."""
    file.seek(int(size * _LEFT))
    file.readline()
    file.truncate(file.tell() + len("9000001,O'B"))
