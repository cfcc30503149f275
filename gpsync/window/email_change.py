"""A new email change: its dates, and an id that is the same wherever and whenever it is worked out."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from gpsync.records import EmailChange
from gpsync.register.addresses import is_unusual, key
from gpsync.rules import ChangeKind, ChangeState
from gpsync.window.timeline import Calendar

#: An address as it is compared, and as it is written.
Address = tuple[str, str]


def new_change(
    gmc_number: str, old: Address | None, new: Address, on: date, calendar: Calendar, window_days: int
) -> EmailChange:
    """The change that begins on `on`, the date of the first extract that shows the new address."""
    old_key, old_email = old or (None, None)
    previous = calendar.before(on)
    return EmailChange(
        change_id=change_id(gmc_number, old_key, new[0], on),
        gmc_number=gmc_number,
        kind=ChangeKind.CHANGED if old_key else ChangeKind.FIRST_EMAIL,
        old_email=old_email,
        new_email=new[1],
        new_key=new[0],
        change_date=on,
        earliest_possible=previous + timedelta(days=1) if previous else None,
        due_date=on + timedelta(days=window_days),
        state=ChangeState.WAITING,
    )


def change_id(gmc_number: str, old_key: str | None, new_key: str, change_date: date) -> str:
    """The same change has the same id whenever and wherever it is worked out (C-0.6).

    Once an address is kept as a hash only (C-55) the id is made of the hash, and reveals nothing of the address.
    """
    image = "\x1f".join((gmc_number, old_key or "", new_key, change_date.isoformat()))
    return hashlib.sha256(image.encode()).hexdigest()[:16]


def is_corrected(change: EmailChange, email: str | None) -> bool:
    """Whether the change's address, which may be another one than it looks like, is written plainly now (C-N1, C-25).

    What would be mailed from now on has not stood yet, although both compare as the same.
    """
    return email is not None and is_unusual(change.new_email) and not is_unusual(email)


def readdressed(change: EmailChange, old_email: str | None, new: Address) -> EmailChange:
    """The change with its addresses written in another way, in plain or as hashes, and the id that goes with them."""
    new_key, new_email = new
    own_id = change_id(change.gmc_number, key(old_email) if old_email else None, new_key, change.change_date)
    return replace(change, change_id=own_id, old_email=old_email, new_email=new_email, new_key=new_key)
