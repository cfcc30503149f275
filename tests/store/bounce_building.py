"""A mail that was handed over, with its link and its change, straight in the database; and what comes back of it."""

from datetime import UTC, date, datetime

from gpsync.rules import ChangeState, MailState
from tests.unit.bounces.shapes import GENERATION, MAIL_ID, MESSAGE_ID, RECIPIENT, dsn, per_recipient

SENT_AT = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
ENDS_AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
GONE = dsn(per_recipient("5.1.1"))
LATE = dsn(per_recipient("4.4.7", action="delayed"))
FULL = dsn(per_recipient("4.2.2", said="452 4.2.2 mailbox full"))


def link_row(link_state):
    return {
        "link_id": "l1",
        "kind": "EMAIL_CHANGE",
        "event_id": "c1",
        "holder": "gp 9000001",
        "gmc_number": "9000001",
        "address_key": RECIPIENT,
        "generation": GENERATION,
        "key_id": "k1",
        "token_sha256": "0" * 64,
        "state": link_state,
        "issued_at": SENT_AT,
        "expires_at": ENDS_AT,
    }


def mail_row(state, **other):
    return {
        "mail_id": MAIL_ID,
        "idem_key": "i1",
        "kind": "EMAIL_CHANGE",
        "event_id": "c1",
        "holder": "gp 9000001",
        "generation": GENERATION,
        "change_id": "c1",
        "gmc_number": "9000001",
        "link_id": "l1",
        "recipient": RECIPIENT,
        "recipient_key": RECIPIENT,
        "details": {},
        "template": "email-change-v1",
        "due_date": date(2026, 11, 27),
        "message_id": MESSAGE_ID,
        "dated_at": SENT_AT,
        "state": state,
        "attempts": 1,
        "next_at": SENT_AT,
        "epoch": 3,
        "queued_at": SENT_AT,
        "sent_at": SENT_AT if state == MailState.SENT else None,
        "requested_by": "",
        "rank": 2,
        "requested_reason": "",
    } | other


def change_row(state):
    return {
        "change_id": "c1",
        "gmc_number": "9000001",
        "kind": "CHANGED",
        "new_email": RECIPIENT,
        "new_key": RECIPIENT,
        "change_date": date(2026, 11, 13),
        "due_date": date(2026, 11, 27),
        "state": state,
        "reason": "UNKNOWN_OUTCOME" if state == ChangeState.HELD else None,
    }
