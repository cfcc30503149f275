"""Cases that went wrong, one sort after the other, told in days before the last night."""

from dataclasses import dataclass

import numpy as np

from gpsync.synthetic.approvals import NEVER, Cases
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.performers import PRINCIPAL, SALARIED, TYPES, Assignments, Performers
from gpsync.synthetic.sheets import Dealer
from gpsync.synthetic.users import manager

#: The share of the performers that each sort of fault happens to; at least one of them.
_SHARE = 0.0005
_NO_TYPE = len(TYPES)


@dataclass(frozen=True)
class Fault:
    """One case of a GP with one post; days count from the last night, negative is before it.

    `elsewhere` puts it at the practice after the GP's own. `from_start` counts the effective date from the
    start of the GP's post instead. `unauthorised` has someone decide it who is no manager of the practice.
    """

    change: str
    submitted: int
    effective: int
    decision: str = "PENDING"
    decided: int | None = None
    icb: str = "NOT_REQUIRED"
    icb_decided: int | None = None
    elsewhere: bool = False
    from_start: bool = False
    unauthorised: bool = False


#: Each line: the cases of one GP.
FAULTS: tuple[tuple[Fault, ...], ...] = (
    (Fault("JOIN", -20, -15, elsewhere=True),),  # approval overdue
    (Fault("JOIN", -45, -35, elsewhere=True),),  # long overdue, and its date has passed
    (Fault("LEAVE", -40, -25, "APPROVED", -36),),  # approved, but never applied
    (Fault("ROLE_CHANGE", -50, -20, "APPROVED", -45, "PENDING"),),  # the ICB takes its time
    (Fault("JOIN", -30, 0, "REJECTED", -20, from_start=True),),  # rejected, yet the post is on the list
    (Fault("JOIN", -40, -10, "REJECTED", -30, elsewhere=True),),  # rejected, and left at that
    (Fault("JOIN", -9, 10, elsewhere=True), Fault("JOIN", -6, 12, elsewhere=True)),  # asked twice
    (Fault("JOIN", -8, 20, elsewhere=True), Fault("LEAVE", -5, 22, elsewhere=True)),  # cannot both be
    (Fault("JOIN", -60, 12, "APPROVED", -50, from_start=True),),  # the list shows another date
    (Fault("JOIN", -10, -400, elsewhere=True),),  # from before this pension year
    (Fault("COMMITMENT_CHANGE", -30, 20, "APPROVED", -20, unauthorised=True),),  # decided by nobody entitled
    (Fault("WITHDRAW", -60, -10, "NOT_REQUIRED", -60),),  # should be off the list by now
    (Fault("RETIRE_24H", -50, -35, "NOT_REQUIRED", -50),),
    (Fault("JOIN", -5, 25, elsewhere=True),),  # waiting, and in order
)
#: For doctors whose registration bars them: a change nobody should approve, and one that is not allowed.
BARRED: tuple[tuple[Fault, ...], ...] = ((Fault("ROLE_CHANGE", -7, 14),), (Fault("WITHDRAW", -7, 60),))


def faulty(performer: Performers, post: Assignments, practices: int, dealer: Dealer, end: int) -> list[Cases]:
    """Cases for GPs dealt by `dealer`, which holds places of posts, and for every barred doctor with a post."""
    parts = [_lot(fault, performer, post, posts, practices, end) for posts, fault in _dealt(dealer)]
    barred = np.flatnonzero((performer.trusted[post.performer] == 0) & (post.end == 0))
    for part, faults in enumerate(BARRED):
        parts += [_lot(fault, performer, post, barred[part::2], practices, end) for fault in faults]
    return parts


def _dealt(dealer: Dealer) -> list[tuple[Numbers, Fault]]:
    dealt = []
    for faults in FAULTS:
        posts = dealer.deal(_SHARE)
        dealt += [(posts, fault) for fault in faults]
    return dealt


def _lot(fault: Fault, performer: Performers, post: Assignments, posts: Numbers, practices: int, end: int) -> Cases:
    count, who = len(posts), post.performer[posts]
    where = (post.practice[posts] + fault.elsewhere) % practices
    type = performer.type[who]
    other = np.where(type == PRINCIPAL, SALARIED, PRINCIPAL)
    approver = manager(where) - 2 * fault.unauthorised
    role = fault.change == "ROLE_CHANGE"
    to_type = other if role else type if fault.change == "JOIN" else np.full(count, _NO_TYPE)
    return Cases(
        performer=who,
        practice=where,
        change=np.full(count, fault.change, dtype=object),
        from_type=type if role else np.full(count, _NO_TYPE),
        to_type=to_type,
        commitment=np.full(count, 33 if fault.change == "COMMITMENT_CHANGE" else 0),
        submitted=np.full(count, end + fault.submitted),
        effective=post.start[posts] + fault.effective if fault.from_start else np.full(count, end + fault.effective),
        decision=np.full(count, fault.decision, dtype=object),
        decided=np.full(count, NEVER if fault.decided is None else end + fault.decided),
        approver=approver,
        icb=np.full(count, fault.icb, dtype=object),
        icb_decided=np.full(count, NEVER if fault.icb_decided is None else end + fault.icb_decided),
        closed=np.full(count, NEVER if fault.decision != "REJECTED" else end),
    )
