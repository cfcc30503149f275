"""The hours of the day in which links go out (C-47): a link that is mailed at night has run out a night earlier."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Self

from gpsync.errors import WrongUse

_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True)
class SendingHours:
    """From the full hour `first` up to, not including, the full hour `last`, by London's clock."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The hours of a text such as `8-18`; `0-24` is the whole day. Raises WrongUse for any other."""
        found = _HOURS.fullmatch(text.strip())
        hours = cls(*map(int, found.groups())) if found else None
        if hours is None or not 0 <= hours.first < hours.last <= 24:
            raise WrongUse("GPSYNC_SEND_HOURS is wrong: write two full hours of a day as 8-18, the earlier one first.")
        return hours

    def include(self, at: time) -> bool:
        """Whether a link may go out at a time of day."""
        return self.first <= at.hour < self.last

    def why_not_now(self, at: time) -> str | None:
        """Why nothing is sent at a time of day, in one sentence, or None."""
        if self.include(at):
            return None
        return f"It is {at:%H:%M} in London: links go out from {self.first}:00 to {self.last}:00 (C-47)."
