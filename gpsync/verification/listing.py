"""What the performers list says of doctors who are to be mailed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import pandas as pd

from gpsync.reconciliation.listed import folded
from gpsync.reconciliation.membership import among
from gpsync.records import EmailChange
from gpsync.rules import ACTIVE_ON_LIST, ListStatus
from gpsync.verification.eligibility import Listing, due_with_listing

#: Of several rows of one doctor that disagree, the one that counts: what blocks most surely comes first, but a
#: doctor who is still included anywhere has not left.
_DECISIVE = (
    Listing.DECEASED,
    Listing.SUSPENDED,
    Listing.INCLUDED,
    Listing.CONDITIONS,
    Listing.WITHDRAWN,
    Listing.REMOVED,
    Listing.UNKNOWN,
)

_BY_WORD = {str(status): Listing(str(status)) for status in ListStatus}

#: A doctor's status on the list, and the day it takes effect, where the list says it.
Listed = tuple[Listing, date | None]


def listings(performers: pd.DataFrame, doctors: Collection[str]) -> dict[str, Listed]:
    """The status of each of these doctors whom the list shows; `performers` are the rows of one list extract."""
    rows = performers[["gmc_number", "alignment", "list_status", "status_effective_date"]].astype("str")
    rows = rows[among(rows["gmc_number"], pd.Series(list(doctors), dtype="str"))]
    rows = rows[folded(rows["alignment"]) == "medical"]
    found: dict[str, Listed] = {}
    columns = (rows["gmc_number"], folded(rows["list_status"]), rows["status_effective_date"])
    for gmc_number, word, effective in zip(*columns, strict=True):
        listing = _BY_WORD.get(word, Listing.UNKNOWN)
        listed = (listing, date.fromisoformat(effective) if isinstance(effective, str) else None)
        other = found.get(gmc_number)
        found[gmc_number] = listed if other is None else min(other, listed, key=lambda one: _DECISIVE.index(one[0]))
    return found


def included(performers: pd.DataFrame, doctors: Collection[str]) -> frozenset[str]:
    """Which of these doctors the list includes, with conditions or without."""
    found = listings(performers, doctors)
    return frozenset(one for one, (listing, _) in found.items() if str(listing) in ACTIVE_ON_LIST)


def listed_numbers(performers: pd.DataFrame) -> frozenset[str]:
    """Every GMC number on the list."""
    return frozenset(performers["gmc_number"].dropna())


def since_when(lists: Mapping[date, frozenset[str]], gmc_number: str) -> date | None:
    """The date of the list that first included a doctor without a break until the newest; None if all do.

    `lists` says whom each list includes, by its date, the newest first.
    """
    since = None
    for on, numbers in lists.items():
        if gmc_number not in numbers:
            return since
        since = on
    return None


def due_when_listed(changes: Iterable[EmailChange], lists: Mapping[date, frozenset[str]]) -> list[EmailChange]:
    """The changes, those of doctors who came onto the list after their window due on that day (C-16).

    `lists` is as `since_when` takes it; empty where the list does not count.
    """
    return [due_with_listing(one, since_when(lists, one.gmc_number)) for one in changes]
