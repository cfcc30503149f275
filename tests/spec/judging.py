"""Drawn tables about one day: who of those whose window has passed may be mailed, and whether anybody is.

Who may be mailed, as of Monday 16 March 2026: a line for each doctor whose change to address B is due. `register`
is their registration, or `none`; `list` their standing on the performers list, with the day a withdrawal takes
effect; `besides` whatever else is known of them or set for the installation, separated by commas.

Whether anything is sent: a line for each day, with the dates of the newest register, the one before it, the
newest list and the last mailout; a blank means none. The outcome is `sends`, or the rule that forbids it. Where
the chain of deltas matters the columns are the days of the fulls and those of the deltas, separated by commas; the
list is of the day itself, and the outcome names the missing day too.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from gpsync.records import AddressPeriod, EmailChange
from gpsync.rules import Audience, ChangeKind, ChangeState, Kind, Registration
from gpsync.settings import Settings
from gpsync.verification.delta_chain import missing_days
from gpsync.verification.eligibility import DoctorEvidence, Listing, Policy, block_of
from gpsync.verification.gates import Dates, Gates, why_not_today
from gpsync.verification.sending_hours import SendingHours
from gpsync.window.sharing import is_handed_on
from tests.spec.drawing import read_table

DAY = date(2026, 3, 16)
B = "b@doctor.example"
CHANGE = EmailChange(
    "c1", "9000001", ChangeKind.CHANGED, "a@doctor.example", B, B, date(2026, 3, 2), None, DAY, ChangeState.WAITING
)

#: What the words under `besides` stand for: of the doctor, and of the installation.
_KNOWN: dict[str, dict[str, object]] = {
    "on the GP Register": {"is_on_gp_register": True},
    "missing from the newest register": {"is_absent": True},
    "now at address C": {"key": "c@doctor.example"},
    "now without address": {"key": None},
    "on the suppression list": {"is_suppressed": True},
    "verified with B": {"verified_key": B},
    "verified with A": {"verified_key": "a@doctor.example"},
    "B used by another account": {"is_reused": True},
    "another number alike": {"has_possible_duplicate": True},
    "mass change": {"is_mass": True},
    "answer lost": {"has_unknown": True},
}
_SET: dict[str, dict[str, object]] = {
    "AUDIENCE=gp_register": {"audience": Audience.GP_REGISTER},
    "AUDIENCE=everyone": {"audience": Audience.EVERYONE},
    "HOLD_UNLICENSED=true": {"hold_unlicensed": True},
}
#: Followed by a day: when another doctor, and when this one, showed address B no more and for the first time.
_GIVEN_UP, _TAKEN = "B given up by another on ", "taken "
#: How the register writes address B.
_WRITTEN = {"B is no address": "b@@doctor.example", "B may be another address": "\u1d47@doctor.example"}


@dataclass(frozen=True)
class DayCase:
    """One or more rules, drawn as a table about a day. `first` heads the column of the lines' names."""

    rule: str
    title: str
    because: str
    first: str
    table: str


def judged(table: str) -> list[tuple[str, str, str]]:
    """For each line of a table of doctors: its name, the outcome drawn, and the outcome worked out."""
    return [(who, cells["outcome"], _outcome(cells)) for who, cells in read_table(table)]


def _outcome(cells: dict[str, str]) -> str:
    besides = [word.strip() for word in cells["besides"].split(",") if word.strip()]
    policy = Policy(**{name: value for word in besides for name, value in _SET.get(word, {}).items()})
    change = next((replace(CHANGE, new_email=email) for word, email in _WRITTEN.items() if word in besides), CHANGE)
    unknown = {word for word in besides if not word.startswith((_GIVEN_UP, _TAKEN))} - {*_SET, *_KNOWN, *_WRITTEN}
    assert not unknown, f"{unknown} means nothing in a drawn table"
    block = block_of(change, _standing(cells, besides), policy, DAY)
    return f"{block.state}({block.reason})" if block else "may be mailed"


def _standing(cells: dict[str, str], besides: list[str]) -> DoctorEvidence:
    listing, _, since = cells["list"].partition(" from ")
    registration = None if cells["register"] == "none" else Registration(cells["register"])
    standing = DoctorEvidence(registration, Listing(listing), B if registration else None, day(since))
    known = {name: value for word in besides for name, value in _KNOWN.get(word, {}).items()}
    return replace(standing, **({"is_reused": True} if _is_handed_on(besides) else {}), **known)


def _is_handed_on(besides: list[str]) -> bool:
    """Whether C-27 sees an address that changed hands, of the doctors drawn under `besides`."""
    days = {start: day(word) for word in besides for start in (_GIVEN_UP, _TAKEN) if word.startswith(start)}
    taken = days.get(_TAKEN) or CHANGE.change_date
    mine = [AddressPeriod(CHANGE.gmc_number, B, Registration.LICENSED, taken, None)]
    others = [AddressPeriod("9000002", B, Registration.LICENSED, date(2026, 1, 1), days[_GIVEN_UP])] if days else []
    return is_handed_on(CHANGE.gmc_number, [*mine, *others], DAY)


def gated(table: str, gates: Gates) -> list[tuple[str, str, str]]:
    """For each line of a table of days: its name, the outcome drawn, and the outcome worked out."""
    return [(label, cells["outcome"], _gate(label, cells, gates)) for label, cells in read_table(table)]


def _gate(label: str, cells: dict[str, str], gates: Gates) -> str:
    on, _, at = label.removesuffix(" confirmed").partition(" at ")
    as_of = day(on)
    assert as_of is not None
    gates = replace(gates, confirm_gap=label.endswith(" confirmed"))
    if "deltas" in cells:
        return _chain(as_of, cells, gates)
    why = why_not_today(as_of, _dates(cells), gates)
    if at:
        why = why or SendingHours.parse(Settings.model_fields["send_hours"].default).why_not_now(time.fromisoformat(at))
    return "sends" if why is None else _rule(why)


def _dates(cells: dict[str, str]) -> Dates:
    return Dates(*(day(cells[name]) for name in ("register", "register before", "list", "last mailout")))


def _chain(as_of: date, cells: dict[str, str], gates: Gates) -> str:
    setting = cells["besides"]
    assert setting in ("", "DELTA_GAP_WAITS=false"), f"{setting} means nothing in a drawn table"
    drawn = ((Kind.DELTA, cells["deltas"]), (Kind.FULL, cells["fulls"]))
    positions = [(on, kind) for kind, days in drawn for text in days.split(",") if (on := day(text))]
    register = sorted(on for on, _ in positions if on <= as_of)
    missing = next(iter(missing_days(positions, as_of)), None)
    dates = Dates(register[-1], register[-2], listed=as_of, missing_delta=missing)
    why = why_not_today(as_of, dates, replace(gates, delta_gap_waits=not setting))
    if why is None:
        return "sends"
    return f"{_rule(why)} for {missing.day} {missing:%b}" if missing else _rule(why)


def _rule(why: str) -> str:
    return why.rpartition("(")[2].removesuffix(").")


def day(text: str) -> date | None:
    """A day of 2026 as it is drawn, such as `Mon 16 Mar` or `17 Mar`."""
    return datetime.strptime(f"{' '.join(text.split()[-2:])} 2026", "%d %b %Y").date() if text else None
