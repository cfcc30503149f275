"""Who of the doctors whose change waits may be mailed, by what all sources say of them (C-16 to C-31, C-39)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from gpsync.mails import Person
from gpsync.records import EmailChange
from gpsync.register.addresses import is_unusual, is_valid
from gpsync.rules import NOT_REGISTERED, Audience, ChangeReason, ChangeState, ListStatus, Registration


class Listing(StrEnum):
    """What the performers list says of a doctor: one of its words, or the value used where it says none of them."""

    INCLUDED = ListStatus.INCLUDED
    CONDITIONS = ListStatus.CONDITIONS
    SUSPENDED = ListStatus.SUSPENDED
    REMOVED = ListStatus.REMOVED
    WITHDRAWN = ListStatus.WITHDRAWN
    DECEASED = ListStatus.DECEASED
    #: The list does not show them.
    ABSENT = "absent"
    #: A word that nobody knows.
    UNKNOWN = "unknown"


#: No performers, as far as is known.
_NOT_LISTED = frozenset({Listing.ABSENT, Listing.UNKNOWN})


@dataclass(frozen=True)
class DoctorEvidence:
    """What is known of one doctor on the day they are judged.

    `registration` and `key`, the address, are as the register shows them now; None where it holds no such doctor.
    `listing_from` is the day on which a withdrawal or removal takes effect, where it is given. `verified_key`
    is the address their account was verified with last. `is_reused`: another doctor's account uses the
    address, or another doctor gave it up shortly before (C-27). `has_possible_duplicate`: another number looks like
    the same doctor (C-31). `is_mass`: the change came with an extract in which too many changed, and nobody has
    released it (C-39). `is_absent`: the newest full does not show them (C-22). `has_unknown`: nobody knows
    whether a mail to this address went out (C-44).
    """

    registration: Registration | None
    listing: Listing
    key: str | None
    listing_from: date | None = None
    is_on_gp_register: bool = False
    is_absent: bool = False
    is_suppressed: bool = False
    verified_key: str | None = None
    is_reused: bool = False
    has_possible_duplicate: bool = False
    is_mass: bool = False
    has_unknown: bool = False


@dataclass(frozen=True)
class Policy:
    """What an installation decides itself: whom it mails, and whether doctors without a full licence wait."""

    audience: Audience = Audience.PERFORMERS
    hold_unlicensed: bool = False


@dataclass(frozen=True)
class Block:
    """Why a change may not be mailed: its state instead of waiting, and the reason."""

    state: ChangeState
    reason: ChangeReason


def block_of(change: EmailChange, facts: DoctorEvidence, rules: Policy, as_of: date) -> Block | None:
    """What blocks the doctor's link on a day, or None.

    The most decisive first: the dead; those who are not registered or have left the list; an address that is
    not theirs any more, that they have verified already or that must not be mailed; those who are not meant to be
    mailed at all; then whatever a later extract or a person can clear. A practice's own mailbox blocks nothing
    (C-29).
    """
    blocks = (
        *_ended(change, facts, as_of),
        *_suppressed(change, facts, rules),
        *_held(change, facts, rules),
    )
    return next((Block(state, reason) for applies, state, reason in blocks if applies), None)


_Rule = tuple[bool, ChangeState, ChangeReason]


def _ended(change: EmailChange, facts: DoctorEvidence, as_of: date) -> tuple[_Rule, ...]:
    dead = facts.registration is Registration.DECEASED or facts.listing is Listing.DECEASED
    is_on_register = facts.registration is not None
    return (
        (dead, ChangeState.CANCELLED, ChangeReason.DECEASED),
        (facts.registration in NOT_REGISTERED, ChangeState.CANCELLED, ChangeReason.NOT_REGISTERED),
        (_has_left_list(facts, as_of), ChangeState.CANCELLED, ChangeReason.OFF_LIST),
        (is_on_register and facts.key is None, ChangeState.CANCELLED, ChangeReason.EMAIL_REMOVED),
        (is_on_register and facts.key != change.new_key, ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE),
    )


def _has_left_list(facts: DoctorEvidence, as_of: date) -> bool:
    """Whether they are off the list by now: a withdrawal may still be to come (C-21)."""
    if facts.listing is Listing.WITHDRAWN:
        return facts.listing_from is None or facts.listing_from <= as_of
    return facts.listing is Listing.REMOVED


def _suppressed(change: EmailChange, facts: DoctorEvidence, rules: Policy) -> tuple[_Rule, ...]:
    return (
        (facts.verified_key == change.new_key, ChangeState.SUPPRESSED, ChangeReason.ALREADY_VERIFIED),
        (facts.is_suppressed, ChangeState.SUPPRESSED, ChangeReason.SUPPRESSION_LIST),
        (not _is_meant(facts, rules), ChangeState.SUPPRESSED, ChangeReason.NOT_A_PERFORMER),
    )


def _is_meant(facts: DoctorEvidence, rules: Policy) -> bool:
    """Whether they are of the audience (C-16). The suspended are performers: their links wait."""
    if rules.audience is Audience.PERFORMERS:
        return facts.listing not in _NOT_LISTED
    return rules.audience is Audience.EVERYONE or facts.is_on_gp_register


def _held(change: EmailChange, facts: DoctorEvidence, rules: Policy) -> tuple[_Rule, ...]:
    suspended = facts.registration is Registration.SUSPENDED or facts.listing is Listing.SUSPENDED
    no_licence = rules.hold_unlicensed and facts.registration is not Registration.LICENSED
    reasons = (
        (facts.has_unknown, ChangeReason.UNKNOWN_OUTCOME),
        (facts.is_absent or facts.registration is None, ChangeReason.NOT_IN_REGISTER),
        (suspended, ChangeReason.SUSPENDED),
        (is_unusual(change.new_email), ChangeReason.UNUSUAL_ADDRESS),
        (not is_valid(change.new_email), ChangeReason.INVALID_EMAIL),
        (facts.has_possible_duplicate, ChangeReason.IDENTITY),
        (facts.is_reused, ChangeReason.ADDRESS_REUSED),
        (facts.is_mass, ChangeReason.MASS_CHANGE),
        (no_licence, ChangeReason.NO_LICENCE),
    )
    return tuple((applies, ChangeState.HELD, reason) for applies, reason in reasons)


def due_with_listing(change: EmailChange, included_since: date | None) -> EmailChange:
    """The change, due at the earliest on the date of the first list extract that shows the doctor as included.

    `included_since` is None where the first list ever read shows them, or where the list does not count.
    """
    if included_since is None:
        return change
    return replace(change, due_date=max(change.due_date, included_since))


def possible_duplicates(people: Iterable[Person]) -> frozenset[str]:
    """The GMC numbers that share names, year of qualification and address with another one (C-31).

    One of them may be an old number, such as L and six digits: which one holds is for a person to say. A year that the
    register does not give cannot distinguish anybody.
    """
    alike: dict[tuple[str, str, str], dict[str, str]] = {}
    for one in people:
        if one.identity_key is not None:
            given, surname, year, key = one.identity_key
            alike.setdefault((given, surname, key), {})[one.gmc_number] = year
    return frozenset(
        number for years in alike.values() for number, year in years.items() if _has_duplicate(number, years)
    )


def _has_duplicate(number: str, years: Mapping[str, str]) -> bool:
    others = {year for other, year in years.items() if other != number}
    return bool(others) and (not years[number] or "" in others or years[number] in others)
