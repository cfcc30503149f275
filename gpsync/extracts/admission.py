"""Whether an extract may take the place that its date gives it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from gpsync.records import Extract, ExtractRecord


@dataclass(frozen=True)
class Place:
    """What is known about an extract's date: today's, how old one may be in days, and what is there already.

    `taken` is the extract accepted for the date. `is_forgotten`: addresses of that time are kept as hashes only.
    """

    today: date
    oldest_days: int
    taken: ExtractRecord | None
    is_forgotten: bool


def why_not_admitted(extract: Extract, place: Place, *, is_revision: bool) -> str | None:
    """Why the extract is refused, in a sentence, or None: a date that cannot be, or one that is taken."""
    name, as_of = extract.file_name, extract.as_of
    if as_of > place.today:
        return f"{name} is dated {as_of}, in the future: ask the sender for the right date."
    if as_of < place.today - timedelta(days=place.oldest_days):
        return (
            f"{name} is dated {as_of}, over {place.oldest_days} days ago: "
            "it is too old to take; raise GPSYNC_OLDEST_EXTRACT_DAYS if it is meant."
        )
    if place.is_forgotten:
        kept = "addresses of that time are kept as hashes only"
        return f"{name} is dated {as_of}, and {kept}: it is too old to take (C-55)."
    if place.taken is not None and not is_revision:
        return (
            f"{name} differs from the extract already accepted for {as_of} "
            f"({place.taken.extract.extract_id}): if it is a revision, put it into the inbox again and run "
            "`gpsync sync --replace --reason WHY`."
        )
    return None
