"""What the doctors and practices of a report are called, where its readers may see that (GPSYNC_REPORT_NAMES)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Connection

from gpsync.extracts.archive import Archive, archive_in
from gpsync.mismatches import Mismatch
from gpsync.records import ExtractRecord
from gpsync.reports.names import Names
from gpsync.rules import Dataset
from gpsync.settings import Settings
from gpsync.store import extracts, people


def names_of(settings: Settings, connection: Connection, mismatches: Iterable[Mismatch], as_of: date) -> Names:
    """The names of those whom these mismatches are about; none where the setting does not allow them.

    A doctor is named as the register last did, and where it never did as the newest performers list does.
    """
    if not settings.report_names:
        return Names()
    about = list(mismatches)
    numbers = {one.gmc_number for one in about if one.gmc_number}
    codes = {one.practice_code for one in about if one.practice_code}
    where = archive_in(settings.home_folder, settings.archive_folder)
    performers = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, as_of)[:1]
    practices = extracts.newest_two(connection, Dataset.PRACTICES, as_of)[:1]
    known = people.last_names(connection, numbers)
    listed = _in_extract(where, performers, "gmc_number", ("forenames", "surname"), numbers - set(known))
    return Names({**listed, **known}, _in_extract(where, practices, "practice_code", ("practice_name",), codes))


def _in_extract(
    where: Archive, found: Sequence[ExtractRecord], key: str, parts: tuple[str, ...], wanted: Collection[str]
) -> dict[str, str]:
    """The names that the extract, where there is one, has for the keys wanted, their parts joined by a space."""
    if not found or not wanted:
        return {}
    rows = where.read_rows(found[0], [key, *parts])
    rows = rows[rows[key].isin(wanted)]
    names = zip(*(rows[part].fillna("") for part in parts), strict=True)
    return {number: " ".join(filter(None, name)) for number, name in zip(rows[key], names, strict=True)}
