"""What all sources say of the doctors who may be mailed, and which of their addresses something stops."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from gpsync.letters.letters import can_be_written
from gpsync.mails import Person
from gpsync.records import AddressPeriod, EmailChange, Verification
from gpsync.rules import ChangeReason, ChangeState
from gpsync.verification.eligibility import Block, DoctorEvidence, Listing, Policy, block_of
from gpsync.verification.listing import Listed
from gpsync.window.sharing import is_handed_on

_NOT_LISTED: Listed = (Listing.ABSENT, None)


@dataclass(frozen=True)
class Evidence:
    """What the sources say of some doctors, as of a day; each mapping is by GMC number unless it says otherwise."""

    as_of: date
    people: Mapping[str, Person]
    listed: Mapping[str, Listed]
    #: By address key: the doctors whose usable account has it as its username.
    users: Mapping[str, frozenset[str]]
    #: By address key: the stretches in which doctors' records showed it.
    periods: Mapping[str, list[AddressPeriod]]
    verified: Mapping[str, list[Verification]]
    suppressed: Collection[str]
    possible_duplicates: Collection[str]
    #: By address key: the registered doctors whose current record shows it.
    registered_with: Mapping[str, Collection[str]]
    #: The events that a person has decided against.
    refused: Collection[str]
    #: Doctor and address of the mails of which nobody knows whether they went out.
    in_doubt: Collection[tuple[str, str]]
    #: Dates of register extracts in which too many addresses changed and that nobody has decided about.
    mass_dates: Collection[date] = field(default=())
    #: Dates of those about whose changes a person has decided that they are not to be mailed.
    refused_dates: Collection[date] = field(default=())
    #: The address with which a doctor's account may be verified, where the accounts do not say.
    perhaps_verified: Mapping[str, str] = field(default_factory=dict)

    def of(self, gmc_number: str, key: str, change_date: date | None = None) -> DoctorEvidence:
        """What is known of one doctor, with regard to an address."""
        person = self.people.get(gmc_number)
        listing, listing_from = self.listed.get(gmc_number, _NOT_LISTED)
        verified = self.verified.get(gmc_number, [])
        return DoctorEvidence(
            registration=person.registration if person else None,
            listing=listing,
            key=person.key if person else key,
            listing_from=listing_from,
            is_on_gp_register=person.is_on_gp_register if person else False,
            is_absent=person.is_absent if person else True,
            is_suppressed=key in self.suppressed,
            verified_key=self.perhaps_verified.get(gmc_number) or (verified[-1].key if verified else None),
            is_reused=self._is_reused(gmc_number, key),
            has_possible_duplicate=gmc_number in self.possible_duplicates,
            is_mass=change_date in self.mass_dates,
            has_unknown=(gmc_number, key) in self.in_doubt,
        )

    def is_refused(self, change: EmailChange) -> bool:
        """Whether a person has decided against mailing about a change, or about all that came with its extract."""
        return change.change_id in self.refused or change.change_date in self.refused_dates

    def of_addresses(self) -> Self:
        """The same for addresses that no extract has just brought: what was decided about one says nothing of them."""
        return replace(self, mass_dates=(), refused_dates=())

    def _is_reused(self, gmc_number: str, key: str) -> bool:
        """Whether another doctor's account has the address, or one gave it up shortly before (C-27)."""
        is_used = bool(self.users.get(key, frozenset()) - {gmc_number})
        return is_used or is_handed_on(gmc_number, self.periods.get(key, ()), self.as_of)


def find_blocks(changes: Iterable[EmailChange], evidence: Evidence, policy: Policy) -> dict[str, Block]:
    """What stops each of these changes that something stops, by change id.

    What the doctor's own evidence says comes first; then a person's decision against it, an address that several
    registered doctors show (C-26), and one to which no letter can be addressed.
    """
    found = {change.change_id: _block(change, evidence, policy) for change in changes}
    return {change_id: block for change_id, block in found.items() if block is not None}


def _block(change: EmailChange, evidence: Evidence, policy: Policy) -> Block | None:
    facts = evidence.of(change.gmc_number, change.new_key, change.change_date)
    block = block_of(change, facts, policy, evidence.as_of)
    if block is not None:
        return block
    if evidence.is_refused(change):
        return Block(ChangeState.HELD, ChangeReason.REFUSED)
    if len(evidence.registered_with.get(change.new_key, ())) > 1:
        return Block(ChangeState.HELD, ChangeReason.SHARED_EMAIL)
    return None if can_be_written(change.new_email) else Block(ChangeState.HELD, ChangeReason.INVALID_EMAIL)
