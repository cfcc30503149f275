"""One pass over an extract's bytes, before any parser sees them: is this whole, plain UTF-8 text?"""

import codecs
import re
from pathlib import Path

from gpsync.errors import RefusedExtract

_BLOCK = 1 << 20
#: Control characters have no place in an extract; a tab and line ends have.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n") + b"\x7f"
#: U+0080 to U+009F in UTF-8: what is left of a Windows-1252 file that something read as Latin-1.
_CONVERTED = re.compile(rb"\xc2[\x80-\x9f]")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def scan(path: Path, name: str) -> None:
    """Refuse a file that is empty, cut short, binary or in another encoding; `name` is for the sentence.

    A file cut at any byte but a row's end is caught here: its last line has no end, or a quote is left
    open. Memory is one block whatever the size. Raises RefusedExtract.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset, quotes, last = 0, 0, b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if offset == 0:
                _check_start(block, name)
            _check_controls(block, offset, name)
            _decode(decoder, block, offset, name)
            _check_conversion(block, last, offset, name)
            quotes += block.count(b'"')
            offset += len(block)
            last = block[-1:]
    if offset == 0:
        raise RefusedExtract(f"{name} is empty: ask the sender for the whole file.")
    _decode(decoder, b"", offset, name, final=True)
    if last not in (b"\n", b"\r"):
        raise RefusedExtract(f"{name} is cut short: its last line has no end (byte {offset:,}). Ask for it again.")
    if quotes % 2:
        raise RefusedExtract(f"{name} is cut short or damaged: a quotation mark is never closed. Ask for it again.")


def _check_start(block: bytes, name: str) -> None:
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
    except UnicodeDecodeError as error:
        place = offset - len(pending) + error.start + 1
        raise RefusedExtract(f"{name} is not UTF-8 text (byte {place:,}): ask the sender for UTF-8.") from None


def _check_conversion(block: bytes, before: bytes, offset: int, name: str) -> None:
    found = None if block.isascii() else _CONVERTED.search(before + block)
    if found:
        place = offset - len(before) + found.start() + 1
        raise RefusedExtract(f"{name} was converted from the wrong encoding (byte {place:,}): ask for UTF-8.")
