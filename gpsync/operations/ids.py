"""Ids of what is new: random, so that nobody can guess one and none occurs twice. Decisions are given them."""

import secrets
import uuid

from gpsync.mails import MailIds


def mail_ids() -> MailIds:
    """Ids for a new mail and its link; the link's has 128 random bits, in hexadecimal digits."""
    return MailIds(mail_id=uuid.uuid4().hex, link_id=secrets.token_hex(16))


def hold_token() -> str:
    """Eight hexadecimal digits that tell a hold from the others of its day."""
    return uuid.uuid4().hex[:8]
