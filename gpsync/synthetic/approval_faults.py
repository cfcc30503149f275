"""Approval cases with faults, one kind after the other, dated in days before the last night."""

from dataclasses import dataclass

import numpy as np

from gpsync.synthetic.approvals import NEVER, Cases
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.performers import PRINCIPAL, SALARIED, TYPES, Assignments, Performers
from gpsync.synthetic.sheets import Dealer
from gpsync.synthetic.users import manager

#: The share of the performers that each sort of fault happens to; at least one of them.
_SHARE = 0.0002
_NO_TYPE = len(TYPES)


@dataclass(frozen=True)
class Fault:
    """One case of a GP with one post; days count from the last night, negative is before it.

    `fresh` takes a GP whose post began recently, and counts from its start instead. `elsewhere` puts the
    case at the practice after the GP's own. `unauthorised` has someone decide who is no manager there.
    """

    change: str
    submitted: int
    effective: int
    decision: str = "PENDING"
    decided: int | None = None
    icb: str = "NOT_REQUIRED"
    elsewhere: bool = False
    fresh: bool = False
    unauthorised: bool = False


#: Each line: the cases of one GP. They were submitted on many days, so that no week adds too many at once.
FAULTS: tuple[tuple[Fault, ...], ...] = (
    (Fault("JOIN", -20, -15, elsewhere=True),),  # approval overdue
    (Fault("JOIN", -45, -35, elsewhere=True),),  # long overdue, and its date has passed
    (Fault("LEAVE", -40, -25, "APPROVED", -36),),  # approved, but never applied
    (Fault("ROLE_CHANGE", -50, -20, "APPROVED", -45, "PENDING"),),  # the ICB takes its time
    (Fault("JOIN", -30, 0, "REJECTED", -20, fresh=True),),  # rejected, yet the post is on the list
    (Fault("JOIN", -40, -10, "REJECTED", -30, elsewhere=True),),  # rejected, and left at that
    (Fault("JOIN", -59, 10, elsewhere=True), Fault("JOIN", -56, 12, elsewhere=True)),  # asked twice
    (Fault("JOIN", -68, 20, elsewhere=True), Fault("LEAVE", -65, 22, elsewhere=True)),  # cannot both be
    (Fault("JOIN", -30, 12, "APPROVED", -20, fresh=True),),  # the list shows another date
    (Fault("JOIN", -10, -400, elsewhere=True),),  # from before this pension year
    (Fault("COMMITMENT_CHANGE", -30, 20, "APPROVED", -20, unauthorised=True),),  # decided by nobody entitled
    (Fault("WITHDRAW", -60, -10, "NOT_REQUIRED"),),  # should be off the list by now
    (Fault("RETIRE_24H", -50, -35, "NOT_REQUIRED"),),
    (Fault("JOIN", -5, 25, elsewhere=True),),  # waiting, and in order
)
#: For doctors whose registration bars them: a change nobody should approve, and one that is not allowed.
BARRED: tuple[tuple[Fault, ...], ...] = (
    (Fault("ROLE_CHANGE", -75, 14),),
    (Fault("WITHDRAW", -75, 15, "NOT_REQUIRED"),),
)


def faulty(
    performer: Performers, post: Assignments, practices: int, steady: Dealer, fresh: Dealer, end: int
) -> list[Cases]:
    """Cases for GPs whose posts the two dealers deal, and for every barred doctor with a post."""
    parts = []
    for faults in FAULTS:
        posts = (fresh if faults[0].fresh else steady).deal(_SHARE)
        parts += [_lot(fault, performer, post, posts, practices, end) for fault in faults]
    barred = np.flatnonzero((performer.trusted[post.performer] == 0) & (post.end == 0))
    for part, faults in enumerate(BARRED):
        parts += [_lot(fault, performer, post, barred[part::2], practices, end) for fault in faults]
    return parts


def _lot(fault: Fault, performer: Performers, post: Assignments, posts: Numbers, practices: int, end: int) -> Cases:
    count, who = len(posts), post.performer[posts]
    where = (post.practice[posts] + fault.elsewhere) % practices
    since = post.start[posts] if fault.fresh else np.full(count, end)
    type, nothing = performer.type[who], np.full(count, _NO_TYPE)
    other = np.where(type == PRINCIPAL, SALARIED, PRINCIPAL)
    role = fault.change == "ROLE_CHANGE"
    never = np.full(count, NEVER)
    return Cases(
        performer=who,
        practice=where,
        change=np.full(count, fault.change, dtype=object),
        from_type=type if role else nothing,
        to_type=other if role else type if fault.change == "JOIN" else nothing,
        commitment=np.full(count, 33 if fault.change == "COMMITMENT_CHANGE" else 0),
        submitted=since + fault.submitted,
        effective=since + fault.effective,
        decision=np.full(count, fault.decision, dtype=object),
        decided=never if fault.decided is None else since + fault.decided,
        # Two places before the manager stands a user administrator, who may not decide.
        approver=manager(where) - 2 * fault.unauthorised,
        icb=np.full(count, fault.icb, dtype=object),
        icb_decided=never,
        closed=since + fault.decided if fault.decision == "REJECTED" and fault.decided is not None else never,
    )
