"""Messages about files in the inbox that cannot be read or removed."""

from collections.abc import Sequence
from pathlib import Path

from gpsync.extracts.inbox import Waiting
from gpsync.extracts.naming import MANIFEST_SUFFIX, recognise

#: At most this many names are shown of each sort.
_NAMED = 20
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_PATTERN = (
    "An extract is called DATASET_YYYYMMDD.csv, also .csv.gz or .csv.zip, such as gmc_register_20261130.csv "
    "(docs/extracts.md)"
)


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


def _what_to_do(name: str, folder: Path) -> str:
    if (folder / name).is_dir():  # first: a folder may be named like anything
        return "They are folders, into which gpsync does not look: move the extracts out of them."
    if name.endswith(MANIFEST_SUFFIX):
        return "A manifest is called like its file with .manifest.json after it, and the file must be there too."
    if name.lower().endswith(_WORKBOOKS):
        return f"They are workbooks: save each as CSV UTF-8. {_PATTERN}."
    if recognise(name.lower()) is not None:
        return "Extract names are in small letters: rename them."
    return f"{_PATTERN}: rename it, or take it away."


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
