"""Reading which links were used, from the portal: a CSV file, all of it or nothing."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gpsync.errors import WrongUse
from gpsync.extracts.headings import letters
from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.link_tokens import LinkVerdict, consume
from gpsync.operations.context import Context
from gpsync.operations.ingest.apply import rework_email_changes
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.run_record import recorded_run
from gpsync.register.characters import visible
from gpsync.rules import RunKind
from gpsync.store.links import Ledger

#: The column with the token, or with the link that ends with it; the portal has one of the two. Headings are
#: compared by their letters, as those of extracts are.
_TOKEN_HEADINGS = ("token", "link")
_INSTANT_HEADING = "confirmed at"
#: So much of a heading that is not known is repeated.
_HEADING_LENGTH = 40
#: The portal's clock may be ahead of ours by so much.
_CLOCKS_DIFFER = timedelta(minutes=5)
#: Rows that report nothing wrong: the link is used, by this row or before it.
_TAKEN = (LinkVerdict.USABLE, LinkVerdict.CONFIRMED_ALREADY, LinkVerdict.USED)


@dataclass(frozen=True)
class _Row:
    """A row of the file, counted as a spreadsheet does: the headings are row 1."""

    number: int
    token: str = field(repr=False)
    confirmed_at: datetime


@dataclass
class Confirmed:
    """What became of each row of a file: its number and the verdict on its link, in the order of the file."""

    rows: list[tuple[int, LinkVerdict]] = field(default_factory=list)

    @property
    def by_verdict(self) -> dict[LinkVerdict, int]:
        """How many rows had each verdict; USABLE are those that verified an address now."""
        verdicts = [verdict for _, verdict in self.rows]
        return {verdict: verdicts.count(verdict) for verdict in LinkVerdict if verdict in verdicts}

    @property
    def not_taken(self) -> dict[LinkVerdict, list[int]]:
        """The numbers of the rows whose link verified nothing, then or before, by why."""
        found: dict[LinkVerdict, list[int]] = {}
        for number, verdict in self.rows:
            if verdict not in _TAKEN:
                found.setdefault(verdict, []).append(number)
        return found

    @property
    def needs_a_person(self) -> bool:
        """Whether some rows were not taken."""
        return bool(self.not_taken)

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""
        by_verdict = {f"links {verdict}": number for verdict, number in self.by_verdict.items()}
        return {
            "rows": len(self.rows),
            "links confirmed": by_verdict.pop(f"links {LinkVerdict.USABLE}", 0),
        } | by_verdict


def confirm_file(context: Context, path: Path) -> Confirmed:
    """Use the links that a file of the portal names, each at the time the portal says, or now where it says none.

    A time between a link's making and its end counts even if it is reported later. The same file twice changes
    nothing. Raises WrongUse, and takes nothing in, for a file that cannot be read as a whole.
    """
    now = context.now()
    rows = list(_read(path, now))
    secrets = link_secrets(context)
    confirmed = Confirmed()
    with recorded_run(context, RunKind.LINKS_CONFIRM, context.today, confirmed), context.engine.begin() as connection:
        ledger = Ledger(connection, recorded_at=now)
        verdicts = [(row.number, consume(ledger, row.token, row.confirmed_at, secrets=secrets)) for row in rows]
        confirmed.rows += verdicts
        rework_email_changes(connection, context, GMC_REGISTER, set())
    return confirmed


def _read(path: Path, now: datetime) -> Iterator[_Row]:
    """The file's rows. Raises WrongUse with the first thing that is wrong; it never repeats what the file holds."""
    rows = _records(path)
    _, names = next(rows)
    token, instant = _columns(path, names)
    for number, values in rows:
        if not values:
            continue  # an empty line, as many files end with
        if len(values) != len(names):
            wrong = f"has another number of columns ({len(values)}) than the headings ({len(names)})"
            raise _refused(path, f", row {number}, {wrong}: ask the portal's team for the file again")
        if any(value.strip() for name, value in zip(names, values, strict=True) if not name.strip()):
            raise _refused(path, f", row {number}, has a value in a column without a heading: give the column one")
        instant_text = values[instant].strip() if instant is not None else ""
        yield _Row(number, _token(values[token]), _instant(path, number, instant_text, now) if instant_text else now)


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The file's records with their numbers, from 1."""
    cannot = _refused(path, " cannot be read: name a file that is there and that you may read")
    if not path.is_file():  # a pipe, for one, may never end
        raise cannot
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise cannot from None
    except UnicodeDecodeError:
        raise _refused(path, " is not UTF-8: ask the portal's team for it as UTF-8") from None
    if not text.strip():
        raise _refused(path, " is empty: ask the portal's team for it again")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, values in enumerate(reader, start=1):
            yield number, values
    except csv.Error:
        raise _refused(path, f", row {number + 1}, is not CSV: ask the portal's team for the file again") from None


def _columns(path: Path, headings: Sequence[str]) -> tuple[int, int | None]:
    """Where the token and the instant stand.

    Without an instant another column is refused: it may be the time under a name that is not known, and "now" would
    be taken for every link.
    """
    names = [letters(heading) for heading in headings]
    if len(headings) == 1 and ";" in headings[0]:
        raise _refused(path, " is separated by semicolons: save it as CSV with commas")
    tokens = [place for place, name in enumerate(names) if name in _TOKEN_HEADINGS]
    if len(tokens) != 1:
        raise _refused(path, ", row 1, must have one column headed 'token' or 'link': ask the portal's team for it")
    instants = [place for place, name in enumerate(names) if name == letters(_INSTANT_HEADING)]
    if len(instants) > 1:
        raise _refused(path, f", row 1, has several columns headed '{_INSTANT_HEADING}': leave one of them")
    other = next((name for place, name in enumerate(headings) if place != tokens[0] and name.strip()), None)
    if not instants and other is not None:
        problem = f", row 1, has a column {other.strip()[:_HEADING_LENGTH]!r} that is not known"
        raise _refused(path, f"{problem}: head the time of use '{_INSTANT_HEADING}', or leave the column out")
    return tokens[0], instants[0] if instants else None


def _token(text: str) -> str:
    """The token in a cell, which may hold the whole link: what stands after the last slash.

    A spreadsheet may have put an apostrophe before it, and a page or a mail what cannot be seen evidence it.
    """
    return visible(text).strip(" '\"<>").rstrip("/").rpartition("/")[2]


def _instant(path: Path, number: int, text: str, now: datetime) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
        instant = parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        example = "2026-11-30T09:15:00Z"
        raise _refused(path, f", row {number}, has a time that cannot be read: it must be written as {example}")
    if instant > now + _CLOCKS_DIFFER:
        raise _refused(path, f", row {number}, has a time that is still to come: ask the portal's team about its clock")
    return min(instant, now)


def _refused(path: Path, why: str) -> WrongUse:
    return WrongUse(f"{path}{why}. Nothing was taken in.")
