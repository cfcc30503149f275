"""One pass over an extract's bytes, before any parser sees them: they must be whole, plain UTF-8 text."""

import codecs
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gpsync.errors import RefusedExtract

_BLOCK = 1 << 20
#: Control characters have no place in an extract; a tab and line ends have.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n") + b"\x7f"
#: U+0080 to U+009F in UTF-8: what is left of a Windows-1252 file that something read as Latin-1.
_CONVERTED = re.compile(rb"\xc2[\x80-\x9f]")
#: How a workbook, new or old, and a zip begin.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_QUOTE = ord('"')
#: For each byte, whether it is allowed beside the quotation marks around a value.
_BESIDE_QUOTES = np.isin(np.arange(256), list(b',\r\n"'))


def scan(path: Path, name: str) -> int:
    """Refuse a file that is empty, cut short, binary or in another encoding; `name` is for the sentence.

    A file cut at any byte but a row's end is caught here: its last line has no end, or a quote is left
    open. Memory is one block whatever the size. Returns the number of line ends. Raises RefusedExtract.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset, quotes, ends, last = 0, 0, 0, b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if offset == 0:
                _check_start(block, name)
            _check_controls(block, offset, name)
            _decode(decoder, block, offset, name)
            _check_conversion(block, last, offset, name)
            quotes += _count(block, b'"')
            ends += _line_ends(block, last)
            offset += len(block)
            last = block[-1:]
    if offset == 0:
        raise RefusedExtract(f"{name} is empty: ask the sender for the whole file.")
    _decode(decoder, b"", offset, name, final=True)
    _check_end(last, quotes, offset, name)
    return ends


def check_quotes(path: Path, name: str) -> None:
    """Refuse a file in which a quotation mark stands where a value neither begins nor ends.

    Parsers take such a mark for part of the value, or for the beginning of one that swallows the rows that follow,
    silently. Raises RefusedExtract.
    """
    quotes, before = 0, b"\n"
    with path.open("rb") as stream:
        marked = stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
        offset = stream.seek(len(codecs.BOM_UTF8) if marked else 0)
        while block := stream.read(_BLOCK):
            while block.endswith(b'"') and (more := stream.read(1)):
                block += more  # the byte after a mark is looked at together with it
            text = np.frombuffer(before + block + b"\n", np.uint8)
            marks = np.flatnonzero(text[1:-1] == _QUOTE) + 1
            stray = _stray(text, marks, quotes % 2)
            if stray is not None:
                raise RefusedExtract(
                    f"{name} has a quotation mark in the middle of a value (byte {offset + stray:,}), "
                    "which can hide rows: ask the sender to quote such values as RFC 4180 has it."
                )
            quotes += len(marks)
            offset += len(block)
            before = block[-1:]


def _stray(text: npt.NDArray[np.uint8], marks: npt.NDArray[np.intp], open_before: int) -> int | None:
    """The place of the first mark that neither opens a value at its start nor closes it at its end."""
    opening, closing = marks[open_before::2], marks[1 - open_before :: 2]
    strays = np.concatenate([opening[~_BESIDE_QUOTES[text[opening - 1]]], closing[~_BESIDE_QUOTES[text[closing + 1]]]])
    return int(strays.min()) if len(strays) else None


def _check_start(block: bytes, name: str) -> None:
    if block.startswith(_WORKBOOKS):
        raise RefusedExtract(f"{name} is a workbook or an archive under another name: ask the sender for CSV UTF-8.")
    if block.startswith(_UTF16_MARKS):
        raise RefusedExtract(f"{name} is UTF-16 text: ask the sender for UTF-8.")


def _check_controls(block: bytes, offset: int, name: str) -> None:
    if len(block.translate(None, _CONTROLS)) == len(block):
        return
    place = offset + next(index for index, byte in enumerate(block) if byte in _CONTROLS) + 1
    raise RefusedExtract(f"{name} holds a control character at byte {place:,}: it is damaged; ask for it again.")


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, offset: int, name: str, *, final: bool = False) -> None:
    pending = decoder.getstate()[0]
    if block.isascii() and not pending and not final:
        return
    try:
        decoder.decode(block, final)
        return
    except UnicodeDecodeError as error:
        place = offset - len(pending) + error.start + 1
    # Raised out here, because that error carries the whole block, which is personal data.
    raise RefusedExtract(f"{name} is not UTF-8 text (byte {place:,}): ask the sender for UTF-8.")


def _check_conversion(block: bytes, before: bytes, offset: int, name: str) -> None:
    found = _CONVERTED.search(before + block) if b"\xc2" in block or before == b"\xc2" else None
    if found:
        place = offset - len(before) + found.start() + 1
        raise RefusedExtract(
            f"{name} was converted from the wrong encoding (byte {place:,}): ask the sender for UTF-8."
        )


def _line_ends(block: bytes, before: bytes) -> int:
    """How many line ends the block holds: LF, CR or both, which count once."""
    returns = _count(block, b"\r")
    pairs = block.count(b"\r\n") if returns else 0
    if before == b"\r" and block.startswith(b"\n"):
        pairs += 1
    return _count(block, b"\n") + returns - pairs


def _count(block: bytes, byte: bytes) -> int:
    # Four times as fast as bytes.count where a byte is frequent.
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == byte[0]))


def _check_end(last: bytes, quotes: int, size: int, name: str) -> None:
    if last == b"\r":
        raise RefusedExtract(
            f"{name} ends with a carriage return alone (byte {size:,}), so it is cut short or has lines of "
            "another system: ask the sender for the whole file with line ends LF or CRLF."
        )
    if last != b"\n":
        raise RefusedExtract(f"{name} is cut short: its last line has no end (byte {size:,}). Ask for it again.")
    if quotes % 2:
        raise RefusedExtract(f"{name} is cut short or damaged: a quotation mark is never closed. Ask for it again.")
