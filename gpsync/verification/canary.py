"""When the rest of a first mailout may be released: its first mails must have gone out and had time to be seen. Pure.

A first mail that will never go out (cancelled, held, refused because its address does not exist) says nothing about
those that wait, and another of the batch takes its place. One that somebody must look at first does not.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from gpsync.london import in_london
from gpsync.mails import FirstMail
from gpsync.rules import MailState

_ON_THE_WAY = (MailState.PENDING, MailState.CLAIMED, MailState.IN_DOUBT, MailState.DEFERRED)
_TO_BE_PUT_RIGHT = (MailState.POLICY_HELD, MailState.DEAD)
#: What is said of a mail that is still on its way, and of one whose link was not used yet.
NOT_SENT, WAITING, CONFIRMED = "not sent yet", "sent and not answered yet", "confirmed"


def replacements(mails: Sequence[FirstMail], wanted: int) -> int:
    """How many more first mails are needed so that `wanted` of them show something."""
    return max(0, wanted - sum(not _is_silent(mail) for mail in mails))


def outcomes(mails: Sequence[FirstMail]) -> dict[str, int]:
    """What became of the first mails, the most frequent first: how many are confirmed, bounced, unknown and so on."""
    return dict(Counter(outcome(mail) for mail in mails).most_common())


def outcome(mail: FirstMail) -> str:
    """What became of a first mail, in a word."""
    if mail.is_confirmed:
        return CONFIRMED
    if mail.state in _ON_THE_WAY:
        return NOT_SENT
    return WAITING if mail.state is MailState.SENT else str(mail.state)


def why_not_yet(mails: Sequence[FirstMail], wanted: int, held: int, now: datetime, hours: int) -> str | None:
    """Why the `held` mails may not be released yet, in one sentence, or None.

    `wanted` first mails were to be seen to work; `hours` is how long that takes after the last was sent.
    """
    if not held:
        return None
    on_the_way = sum(mail.state in _ON_THE_WAY for mail in mails)
    if on_the_way:
        return f"{on_the_way:,} of the {len(mails):,} first mails have not gone out yet."
    wrong = sum(mail.state in _TO_BE_PUT_RIGHT for mail in mails)
    if wrong:
        return f"{wrong:,} of the first mails were refused: fix the cause, then `gpsync resolve` each of them."
    sent = [mail.sent_at for mail in mails if mail.sent_at is not None]
    missing = min(replacements(mails, wanted), held)
    if missing:
        return f"{missing:,} of the first mails will not go out: the next mailout sends others of the batch instead."
    if not sent:
        return "Nobody knows whether any of the first mails went out: `gpsync resolve` them first."
    # The mails of a made-up day are dated by it; they went out now at the latest.
    ready = min(max(sent), now) + timedelta(hours=hours)
    if now < ready:
        at = f"{in_london(ready):%Y-%m-%d %H:%M}"
        return f"The last of the first mails must have been out for {hours:,} hours: release the rest from {at} on."
    return None


def _is_silent(mail: FirstMail) -> bool:
    never_taken = mail.state is MailState.BOUNCED and mail.sent_at is None
    return mail.state in (MailState.CANCELLED, MailState.HELD) or never_taken
