"""The cases that practices approve: joiners, leavers and changes, each a line that grows over the weeks."""

from dataclasses import dataclass, fields

import numpy as np

from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Flags
from gpsync.synthetic.performers import PRINCIPAL, REGISTRAR, SALARIED, TYPES, Assignments, Performers
from gpsync.synthetic.practices import Practices
from gpsync.synthetic.sheets import Sheet, Texts, numbered, texts
from gpsync.synthetic.users import Staff, manager

_NO_TYPE = len(TYPES)
#: How far back closed cases are shown.
_SHOWN_DAYS = 1460
#: Of the posts, how many saw a change of commitment or of type within that time.
_COMMITMENT_CHANGES, _ROLE_CHANGES = 0.06, 0.04
#: A decision that is never taken.
NEVER = 10**9


@dataclass(frozen=True)
class Cases:
    """One element per case. Types are places in `TYPES` (one beyond: blank), dates day numbers.

    A decision counts from its day on and is PENDING before it; a case shows from its submission on.
    `performer` is a place in `Performers`, `approver` one among the practices' staff.
    """

    performer: Numbers
    practice: Numbers
    change: Texts
    from_type: Numbers
    to_type: Numbers
    commitment: Numbers  # 0: blank
    submitted: Numbers
    effective: Numbers
    decision: Texts
    decided: Numbers
    approver: Numbers
    icb: Texts
    icb_decided: Numbers
    closed: Numbers

    def __len__(self) -> int:
        return len(self.performer)


def cases(performer: Performers, post: Assignments, seed: int, end: int) -> Cases:
    """The cases behind every post that began or ended recently, with changes of type and commitment: all correct."""
    rng = np.random.default_rng([seed, 8])
    registrar = performer.type[post.performer] == REGISTRAR
    begun = np.flatnonzero((post.start > end - _SHOWN_DAYS) & ~registrar)
    ended = np.flatnonzero(post.end > 0)
    steady = np.flatnonzero((post.end == 0) & (post.start < end - _SHOWN_DAYS - 60) & ~registrar)
    moved = steady[rng.random(len(steady)) < _ROLE_CHANGES]
    changed = np.setdiff1d(steady[rng.random(len(steady)) < _COMMITMENT_CHANGES], moved)
    past = end - rng.integers(40, _SHOWN_DAYS, len(post))
    parts = [
        _approved(rng, performer, post, begun, "JOIN", post.start[begun]),
        _approved(rng, performer, post, ended, "LEAVE", post.end[ended]),
        _approved(rng, performer, post, moved, "ROLE_CHANGE", past[moved]),
        _approved(rng, performer, post, changed, "COMMITMENT_CHANGE", past[changed]),
    ]
    return together(parts)


def only(cases: Cases, kept: Flags) -> Cases:
    """Some of the cases."""
    return Cases(*(getattr(cases, f.name)[kept] for f in fields(Cases)))


def together(parts: list[Cases]) -> Cases:
    """Several lots of cases as one."""
    return Cases(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Cases)))


def _approved(
    rng: np.random.Generator, performer: Performers, post: Assignments, posts: Numbers, change: str, effective: Numbers
) -> Cases:
    count, who, where = len(posts), post.performer[posts], post.practice[posts]
    type = performer.type[who]
    submitted = effective - rng.integers(20, 40, count)
    decided = submitted + rng.integers(1, 9, count)
    before = np.where(type == PRINCIPAL, SALARIED, PRINCIPAL)
    nothing = np.full(count, _NO_TYPE)
    by_icb = (type == PRINCIPAL) | (change == "ROLE_CHANGE") & (before == PRINCIPAL)
    return Cases(
        performer=who,
        practice=where,
        change=np.full(count, change, dtype=object),
        from_type=before if change == "ROLE_CHANGE" else nothing,
        to_type=type if change in ("JOIN", "ROLE_CHANGE") else nothing,
        commitment=np.where(change == "COMMITMENT_CHANGE", post.commitment[posts], 0),
        submitted=submitted,
        effective=effective,
        decision=np.full(count, "APPROVED", dtype=object),
        decided=decided,
        approver=manager(where),
        icb=np.where(by_icb, "APPROVED", "NOT_REQUIRED").astype(object),
        icb_decided=np.where(by_icb, decided + rng.integers(1, 9, count), 0),
        closed=effective + 2,
    )


def sheet(cases: Cases, numbers: Texts, practice: Practices, staff: Staff, today: int) -> Sheet:
    """The cases known today, as they stand; `numbers` are the GMC numbers of the performers."""
    shown = np.flatnonzero(cases.submitted <= today)
    notified = cases.decision[shown] == "NOT_REQUIRED"
    decided = (cases.decided[shown] <= today) | notified
    answered = decided & ~notified
    by_icb = cases.icb[shown] != "NOT_REQUIRED"
    icb_decided = by_icb & decided & (cases.icb_decided[shown] <= today)
    types = (*TYPES, "")
    commitment = cases.commitment[shown]
    return {
        "case_id": numbered("CAS{:07}", shown + 1),
        "gmc_number": numbers[cases.performer[shown]],
        "practice_code": practice.code[cases.practice[shown]],
        "change_type": cases.change[shown],
        "from_type": texts(types, cases.from_type[shown]),
        "to_type": texts(types, cases.to_type[shown]),
        "commitment": np.where(commitment > 0, numbered("{}", commitment), "").astype(object),
        "submitted_date": written(cases.submitted[shown], "iso"),
        "effective_date": written(cases.effective[shown], "iso"),
        "practice_decision": np.where(decided, cases.decision[shown], "PENDING").astype(object),
        "practice_decision_date": written(np.where(answered, cases.decided[shown], 0), "iso"),
        "decided_by_user_id": np.where(answered, staff.user_id(cases.approver[shown]), "").astype(object),
        "icb_decision": np.where(by_icb & ~icb_decided, "PENDING", cases.icb[shown]).astype(object),
        "icb_decision_date": written(np.where(icb_decided, cases.icb_decided[shown], 0), "iso"),
        "case_status": _status(cases, shown, decided, icb_decided | ~by_icb, today),
    }


def _status(cases: Cases, shown: Numbers, decided: Flags, agreed: Flags, today: int) -> Texts:
    return np.select(
        [cases.closed[shown] <= today, ~decided, ~agreed], ["Closed", "Proposed", "Awaiting NHSE"], "In Progress"
    ).astype(object)
