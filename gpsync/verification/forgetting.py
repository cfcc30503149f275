"""What is left of a mail once the addresses it names are kept as hashes only (C-55)."""

from collections.abc import Mapping
from dataclasses import replace

from gpsync.mails import KeptMail
from gpsync.records import EmailChange
from gpsync.register.addresses import key
from gpsync.verification.triggers import about_address
from gpsync.window.email_change import readdressed


def without_addresses(mail: KeptMail, hashes: Mapping[str, str]) -> KeptMail:
    """The mail with the hashes instead of the addresses that there is a hash for, given by key.

    Its event has the id that it would have had, had the addresses been hashed when it arose: the window's
    rules, which see the same hashes, work out the same id, so nothing that was mailed is taken for unmailed.
    """
    own = hashes.get(mail.recipient_key)
    change = _change(mail.change, hashes) if mail.change else None
    event_id = mail.event_id
    if change is not None:
        event_id = change.change_id
    elif own is not None:
        event_id = about_address(event_id, own)
    return replace(
        mail, event_id=event_id, recipient=own or mail.recipient, recipient_key=own or mail.recipient_key, change=change
    )


def _change(change: EmailChange, hashes: Mapping[str, str]) -> EmailChange:
    old = hashes.get(key(change.old_email), change.old_email) if change.old_email else None
    new = hashes.get(change.new_key)
    return readdressed(change, old, (new, new) if new else (change.new_key, change.new_email))
