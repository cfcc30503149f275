"""What a run of the mailout is asked to do."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class MailoutRequest:
    """The day that a mailout is about, and what a person wants of it.

    Only a `live` one sends. `first_links` also mails those who were there before the first extract;
    `confirm_gap`: a person accepts the register although there was a gap before it.
    """

    as_of: date
    live: bool = False
    first_links: bool = False
    confirm_gap: bool = False

    def is_kept(self, today: date) -> bool:
        """Whether what the run finds out is kept: not what a rehearsal says of another day."""
        return self.live or self.as_of == today
