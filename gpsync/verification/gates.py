"""Whether links go out today at all: what a mailout checks before it looks at any doctor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from gpsync import rules
from gpsync.bank_holidays import is_bank_holiday
from gpsync.verification.sending_days import sending_day
from gpsync.working_days import working_days_between


@dataclass(frozen=True)
class Dates:
    """The dates of what a mailout would go by; None where there is none.

    `register` and `before_register` are the two newest accepted register extracts, `listed` the newest
    performers list, `last_run` the newest date for which a mailout was run, `missing_delta` the first working day
    that is missing in the chain of deltas. `audience_not_known` says why the newest extracts do not say who is to be
    mailed.
    """

    register: date | None
    before_register: date | None = None
    listed: date | None = None
    last_run: date | None = None
    missing_delta: date | None = None
    audience_not_known: str | None = None


@dataclass(frozen=True)
class Gates:
    """What the settings and the person who starts a mailout allow.

    `needs_list`: whether the audience is taken from the performers list. `confirm_gap`: a person accepts the register
    although there was a gap before it. `delta_gap_waits`: whether a missing delta stops the mailout.
    """

    weekdays: Collection[int]
    register_fresh_working_days: int = rules.REGISTER_FRESH_WORKING_DAYS
    list_fresh_days: int = rules.LIST_FRESH_DAYS
    needs_list: bool = True
    confirm_gap: bool = False
    delta_gap_waits: bool = True


def why_not_today(as_of: date, dates: Dates, gates: Gates) -> str | None:
    """Why nothing is sent on a day, in one sentence, or None. What waits stays as it is.

    A day on which nothing is ever sent is named before what a person would have to fix.
    """
    return (
        _goes_back(as_of, dates)
        or _no_sending_day(as_of, gates)
        or _stale_register(as_of, dates, gates)
        or _stale_list(as_of, dates, gates)
        or dates.audience_not_known
        or _missing_delta(dates, gates)
        or _gap(dates, gates)
    )


def _goes_back(as_of: date, dates: Dates) -> str | None:
    """C-42: a clock that went back would send what was judged by older extracts."""
    if dates.last_run is None or as_of >= dates.last_run:
        return None
    return f"The mailout was last run as of {dates.last_run}, after {as_of}: check the clock, or the date given (C-42)."


def _stale_register(as_of: date, dates: Dates, gates: Gates) -> str | None:
    """C-35, the register's half, in working days of England."""
    if dates.register is None:
        return "No register extract has been accepted yet: take one in first (C-35)."
    if dates.register > as_of:
        return f"The newest register is of {dates.register}, after {as_of}: check the date given (C-42)."
    age, allowed = working_days_between(dates.register, as_of), gates.register_fresh_working_days
    if age <= allowed:
        return None
    return f"The newest register is of {dates.register}, {age} working days old; at most {allowed} are allowed (C-35)."


def _stale_list(as_of: date, dates: Dates, gates: Gates) -> str | None:
    """C-35, the list's half, in calendar days. An audience that is not taken from the list needs none."""
    if not gates.needs_list:
        return None
    if dates.listed is None:
        return "No performers list has been accepted yet: take one in first (C-35)."
    if dates.listed > as_of:
        return f"The newest performers list is of {dates.listed}, after {as_of}: check the date given (C-42)."
    age, allowed = (as_of - dates.listed).days, gates.list_fresh_days
    if age <= allowed:
        return None
    return f"The newest performers list is of {dates.listed}, {age} days old; at most {allowed} are allowed (C-35)."


def _missing_delta(dates: Dates, gates: Gates) -> str | None:
    """C-41: what the missing delta said (a death, an address taken back) is in no other extract.

    So `confirm_gap` does not lift it. After a long silence a person can look at what the newest extract shows;
    what a missing delta would have shown nobody can look at. Only a sender who leaves out days without changes
    makes gaps that mean nothing, and that is a setting, not a decision of one night.
    """
    if dates.missing_delta is None or not gates.delta_gap_waits:
        return None
    return (
        f"No register extract of {dates.missing_delta} was accepted, so the deltas after it are incomplete: take in "
        "the missing delta or the next full extract, or set GPSYNC_DELTA_GAP_WAITS=false (C-41)."
    )


def _gap(dates: Dates, gates: Gates) -> str | None:
    """C-34: nobody knows what the register said in a long gap before its newest extract."""
    if dates.register is None or dates.before_register is None or gates.confirm_gap:
        return None
    gap = (dates.register - dates.before_register).days
    if gap <= rules.GAP_DAYS:
        return None
    return (
        f"No register came between {dates.before_register} and {dates.register}, {gap} days: "
        "look at its changes, then confirm with --confirm-gap (C-34)."
    )


def _no_sending_day(as_of: date, gates: Gates) -> str | None:
    """C-47: a link must not run out over a weekend or a bank holiday."""
    next_day = sending_day(as_of, gates.weekdays)
    if next_day == as_of:
        return None
    why = "a bank holiday in England" if is_bank_holiday(as_of) else "not a sending day"
    return f"{as_of} is {why}: links go out on {next_day} (C-47)."
