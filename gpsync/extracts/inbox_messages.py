"""Messages about files in the inbox that cannot be read or removed."""

from collections.abc import Sequence
from pathlib import Path

from gpsync.extracts.inbox import Waiting, what_it_is
from gpsync.extracts.naming import MANIFEST_SUFFIX, recognise

#: At most this many names are shown of each sort.
_NAMED = 20
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_PATTERN = (
    "An extract is called DATASET_YYYYMMDD.csv, also .csv.gz or .csv.zip, such as gmc_register_20261130.csv "
    "(docs/extracts.md)"
)

_OTHERS = "They are pipes, sockets or devices, not files: take them away, and put the files themselves there."
_NO_FILES = {
    "a folder": "They are folders, into which gpsync does not look: move the extracts out of them.",
    "a link": "They are links, which gpsync does not follow: put the files themselves there instead.",
}


def inbox_messages(found: Waiting, folder: Path) -> list[str]:
    """A sentence for each sort of file in the inbox that a person must see to, with what to do."""
    sorts: dict[str, list[str]] = {}
    for name in found.unrecognised:
        sorts.setdefault(_what_to_do(name, folder), []).append(name)
    messages = [f"Not an extract, so left in the inbox: {_some(names)}. {do}" for do, names in sorts.items()]
    if found.closed:
        messages.append(
            f"Cannot be read, or not be removed once they are taken: {_some(found.closed)}. Give the account that runs "
            f"gpsync the right to read them and to write in {folder}."
        )
    return messages


def refusals_to_come(found: Waiting) -> list[str]:
    """A sentence for each thing named like an extract that the next sync cannot but refuse, as it is now."""
    messages = []
    for path in (one.path for one in found.arrivals):
        if what := what_it_is(path):
            messages.append(f"{path.name} in the inbox is {what}: put the file itself there instead.")
        elif _is_empty(path):
            messages.append(
                f"{path.name} in the inbox is empty: ask the sender for the whole file, unless it is arriving."
            )
    return messages[:_NAMED]


def _is_empty(path: Path) -> bool:
    try:
        return path.lstat().st_size == 0
    except OSError:
        return False  # it has gone again


def _what_to_do(name: str, folder: Path) -> str:
    # What they are comes first: a folder may be named like anything.
    if what := what_it_is(folder / name):
        return _NO_FILES.get(what, _OTHERS)
    if not name.isprintable():
        return f"Their names hold characters that cannot be shown, here a question mark: rename them. {_PATTERN}."
    if name.endswith(MANIFEST_SUFFIX):
        return "A manifest is called like its file with .manifest.json after it, and the file must be there too."
    if name.lower().endswith(_WORKBOOKS):
        return f"They are workbooks: save each as CSV UTF-8. {_PATTERN}."
    if recognise(name.lower()) is not None:
        return "Extract names are in small letters: rename them."
    return f"{_PATTERN}: rename it, or take it away."


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(map(_printable, names[:_NAMED]))}{more}"


def _printable(name: str) -> str:
    # A name from a shared folder may hold line ends, terminal codes or no text at all.
    return "".join(character if character.isprintable() else "?" for character in name)
