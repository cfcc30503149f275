"""The outbox: mails from the day they are planned to the day they are settled.

Everything that may happen to a mail is named here; which moves are allowed is said in
`verification.mail_states`. Every move goes through `moves.move`, so that each is logged.
"""

from gpsync.store.outbox.bounces import BOUNCES, HandedOverMail, bounce, give_back, lock_mail, mark_arrived, note
from gpsync.store.outbox.claims import Swept, claim, ready, release, release_lease, soonest, sweep, sweep_all, under_way
from gpsync.store.outbox.decisions import cancel, counts, mark_replaced, oldest_in_doubt, resolve
from gpsync.store.outbox.guards import LEASE_LOST, LETTER_CHANGED, NEWER_EXTRACT, REVOKED_LINK, why_withdrawn
from gpsync.store.outbox.planning import plan
from gpsync.store.outbox.releasing import appoint, let_go
from gpsync.store.outbox.sending import (
    MailPosition,
    hold_altered,
    hold_altered_waiting,
    intend,
    position_of,
    positions_for_certain,
    record,
    settle,
    state_after,
    withdraw,
)

__all__ = [
    "BOUNCES",
    "LEASE_LOST",
    "LETTER_CHANGED",
    "NEWER_EXTRACT",
    "REVOKED_LINK",
    "HandedOverMail",
    "MailPosition",
    "Swept",
    "appoint",
    "bounce",
    "cancel",
    "claim",
    "counts",
    "give_back",
    "hold_altered",
    "hold_altered_waiting",
    "intend",
    "let_go",
    "lock_mail",
    "mark_arrived",
    "mark_replaced",
    "note",
    "oldest_in_doubt",
    "plan",
    "position_of",
    "positions_for_certain",
    "ready",
    "record",
    "release",
    "release_lease",
    "resolve",
    "settle",
    "soonest",
    "state_after",
    "sweep",
    "sweep_all",
    "under_way",
    "why_withdrawn",
    "withdraw",
]
