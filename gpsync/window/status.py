"""Who the doctor is, moment by moment: on the register or not, suspended, dead."""

from dataclasses import dataclass
from datetime import date, timedelta

from gpsync import rules
from gpsync.rules import ChangeReason, Registration
from gpsync.window.timeline import Moment, Presence


@dataclass
class Status:
    """What the register has shown of a doctor up to a moment, the address apart."""

    presence: Presence = Presence.PRESENT
    registration: Registration | None = None
    suspended_since: date | None = None
    has_died: bool = False
    was_removed: bool = False

    def take_in(self, moment: Moment) -> tuple[ChangeReason | None, bool]:
        """Take in a moment that shows the doctor.

        Returns why the change that waits ends here, or None, and whether the address's window starts again
        (C-18, C-19).
        """
        self.registration = moment.registration
        if self.is_dead:
            self.has_died, self.suspended_since = True, None
            return None, False
        restored, self.was_removed = self.was_removed, self.is_removed
        if moment.registration is Registration.SUSPENDED:
            self.suspended_since = self.suspended_since or moment.on
            return None, restored
        expired, self.suspended_since = self.suspended_too_long(moment.on), None
        if self.is_removed:
            return ChangeReason.HOLD_EXPIRED if expired else ChangeReason.NOT_REGISTERED, False
        return ChangeReason.HOLD_EXPIRED if expired else None, restored or expired

    @property
    def is_dead(self) -> bool:
        """Whether the newest record says that the doctor has died."""
        return self.registration is Registration.DECEASED

    @property
    def is_removed(self) -> bool:
        """Whether the newest record says that the doctor is no longer registered."""
        return self.registration in rules.NOT_REGISTERED

    @property
    def is_barred(self) -> bool:
        """Whether nothing may be sent now, whatever the address."""
        return self.has_died or self.suspended_since is not None or self.presence is Presence.GONE

    def suspended_too_long(self, on: date) -> bool:
        """Whether a suspension that lasts until `on` has lasted over twelve months (C-19)."""
        since = self.suspended_since
        return since is not None and on > _months_after(since, rules.SUSPENSION_MONTHS)


def _months_after(day: date, months: int) -> date:
    """The same day of the month so many months on; the month's last day where it is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    start = date(day.year + years, month + 1, 1)
    following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return min(start.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))
