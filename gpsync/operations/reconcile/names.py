"""What the doctors and practices of a report are called, where its readers may see that (GPSYNC_REPORT_NAMES)."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import Connection

from gpsync.mismatches import Mismatch
from gpsync.operations.sources import Source, Sources
from gpsync.reports.names import Names
from gpsync.rules import Dataset
from gpsync.settings import Settings
from gpsync.store import people


def names_of(
    settings: Settings, connection: Connection, sources: Sources, mismatches: Iterable[Mismatch], as_of: date
) -> Names:
    """The names of those whom these mismatches are about; none where the setting does not allow them.

    A doctor is named as the register last did, and where it never did as the newest performers list does.
    """
    if not settings.report_names:
        return Names()
    about = list(mismatches)
    numbers = {one.gmc_number for one in about if one.gmc_number}
    codes = {one.practice_code for one in about if one.practice_code}
    known = people.last_names(connection, numbers)
    unnamed = numbers - set(known)
    performers = sources.newest(connection, Dataset.PERFORMERS_LIST, as_of) if unnamed else None
    practices = sources.newest(connection, Dataset.PRACTICES, as_of) if codes else None
    listed = _named(performers, "gmc_number", ("forenames", "surname"), unnamed)
    return Names({**listed, **known}, _named(practices, "practice_code", ("practice_name",), codes))


def _named(source: Source | None, key: str, parts: tuple[str, ...], wanted: Collection[str]) -> dict[str, str]:
    """The names that an extract, where it was looked at, has for the keys wanted, their parts joined by a space."""
    if source is None:
        return {}
    rows = source.rows[source.rows[key].isin(wanted)]
    names = zip(*(rows[part].fillna("") for part in parts), strict=True)
    return {number: " ".join(filter(None, name)) for number, name in zip(rows[key], names, strict=True)}
