"""What a file's name and its manifest say about it."""

import json
import re
from contextlib import suppress
from datetime import date, datetime

from gpsync.errors import RefusedExtract
from gpsync.extracts.layouts import LAYOUTS
from gpsync.records import Manifest
from gpsync.rules import Dataset, Kind

MANIFEST_SUFFIX = ".manifest.json"

_DATED = re.compile(
    r"(?P<dataset>[a-z_]+?)(?P<delta>_delta)?_(?P<date>[0-9]{8})\.csv(?P<packing>\.gz|\.zip)?", re.ASCII
)
#: Reports such as the ODS's. Without a date in its name, a manifest or the modification date gives one.
_REPORTS = {layout.report: dataset for dataset, layout in LAYOUTS.items() if layout.report}
_REPORT = re.compile(
    rf"(?P<report>{'|'.join(_REPORTS)})(?P<suffix>[A-Za-z0-9_-]*)\.csv(?P<packing>\.gz|\.zip)?", re.ASCII
)
_REPORT_DATE = re.compile(r"[_-]?(?P<year>[0-9]{4})(?P<mark>[_-]?)(?P<month>[0-9]{2})(?P=mark)(?P<day>[0-9]{2})")


def recognise(name: str) -> tuple[Dataset, Kind, date | None] | None:
    """The dataset, kind and date that a file name declares, or None when it is no extract's name.

    The date is None for a report whose name carries none. A zip may also be called `<name>.zip`.
    """
    name = _as_csv(name)
    report = _REPORT.fullmatch(name)
    if report:
        return _REPORTS[report["report"]], Kind.FULL, _report_date(report["suffix"])
    match = _DATED.fullmatch(name)
    if match is None or match["dataset"] not in set(Dataset):
        return None
    dataset = Dataset(match["dataset"])
    kind = Kind.DELTA if match["delta"] else Kind.FULL
    if kind is Kind.DELTA and not LAYOUTS[dataset].delta_columns:
        return None
    as_of = _date(match["date"])
    return (dataset, kind, as_of) if as_of else None


def check_name(name: str) -> None:
    """Raises RefusedExtract for a report whose name goes on with something that is no date.

    An addition to the name has a meaning; the modification date would be taken instead.
    """
    report = _REPORT.fullmatch(_as_csv(name))
    if report and report["suffix"] and _report_date(report["suffix"]) is None:
        raise RefusedExtract(
            f"{name} has {report['suffix']!r} after '{report['report']}', which is not a date: name it "
            f"{report['report']}_YYYYMMDD.csv, or {report['report']}.csv and say its date in a manifest."
        )


def _as_csv(name: str) -> str:
    return f"{name.removesuffix('.zip')}.csv.zip" if name.endswith(".zip") and not name.endswith(".csv.zip") else name


def _report_date(suffix: str) -> date | None:
    found = _REPORT_DATE.fullmatch(suffix)
    return _date(found["year"] + found["month"] + found["day"]) if found else None


def _date(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a date, not an instant
    except ValueError:
        return None


def parse_manifest(text: str, name: str) -> Manifest:
    """The manifest of the file called `name`.

    Raises RefusedExtract when the text is not a manifest of that file.
    """
    manifest = None
    # Not chained: the error would carry the text, whoever wrote it.
    with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fields = json.loads(text)
        manifest = Manifest(
            file=fields["file"],
            size=_whole(fields.get("bytes")),
            sha256=fields["sha256"].lower() if fields.get("sha256") else None,
            rows=_whole(fields.get("rows")),
            as_of=date.fromisoformat(fields["as_of"]) if fields.get("as_of") else None,
        )
    if manifest is None:
        raise RefusedExtract(
            f"{name}{MANIFEST_SUFFIX} is not a manifest (file, bytes, sha256, rows, as_of): "
            "ask the sender for a correct one, or remove it."
        )
    if manifest.file != name:
        raise RefusedExtract(f"{name}{MANIFEST_SUFFIX} describes another file: ask the sender for the right one.")
    return manifest


def _whole(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError
