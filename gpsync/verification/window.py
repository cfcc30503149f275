"""The 14-day window: which email changes a doctor's history makes, and where each stands.

A fold over one doctor's moments. The result is a pure function of the accepted extracts in the order of
their dates, so a late extract, a replay or a second run gives the same changes (rule C-0.7). At most one
change of a doctor is open at a time. Rule numbers are those of `docs/rules.md`.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from gpsync import rules
from gpsync.records import Doctor, EmailChange
from gpsync.register.addresses import is_valid
from gpsync.rules import ChangeKind, ChangeReason, ChangeState, Registration
from gpsync.verification.timeline import Calendar, Moment, Presence, began_in_baseline, is_quarantined, moments


def email_changes(doctor: Doctor, calendar: Calendar, *, window_days: int = rules.WINDOW_DAYS) -> list[EmailChange]:
    """Every email change in the doctor's history, oldest first, as it stands after the newest extract.

    A change that nothing stops is WAITING; `state_on` tells on which days it is due. Whether others share
    the address is not one doctor's history: see `sharing`.
    """
    fold = _Fold(doctor.gmc_number, calendar, window_days)
    timeline = moments(doctor)
    for number, moment in enumerate(timeline):
        if number == 0 and began_in_baseline(doctor, calendar):
            fold.begin(moment)
        else:
            fold.see(moment)
    return fold.finish(quarantined=is_quarantined(doctor, calendar))


def state_on(change: EmailChange, day: date) -> ChangeState:
    """The change's state on `day`: waiting becomes due when the window has passed, day 14 included (C-0.5)."""
    if change.state is ChangeState.WAITING and day >= change.due_date:
        return ChangeState.DUE
    return change.state


@dataclass
class _Fold:
    """What has been understood of a doctor up to a moment.

    `standing` is the last address that needs no link: the baseline's. `changes` are all so far; only the
    last but for reopened ones can be `open`. `left` remembers when each address was last given up.
    """

    gmc_number: str
    calendar: Calendar
    window_days: int
    standing: tuple[str, str] | None = None
    key: str | None = None
    email: str | None = None
    presence: Presence = Presence.PRESENT
    registration: Registration | None = None
    suspended_since: date | None = None
    has_died: bool = False
    was_removed: bool = False
    open: str | None = None
    blank_since: date | None = None
    before_blank: str | None = None
    left: dict[str, date] = field(default_factory=dict)
    changes: dict[str, EmailChange] = field(default_factory=dict)

    def begin(self, moment: Moment) -> None:
        """Take a baseline moment as it stands: no change, nobody is mailed (C-1)."""
        self._register(moment)
        self.key, self.email = moment.key, moment.email
        if moment.key is not None and moment.email is not None:
            self.standing = (moment.key, moment.email)

    def see(self, moment: Moment) -> None:
        """Fold in the next moment: first who the doctor is now, then the address."""
        self.presence = moment.presence
        if moment.presence is Presence.GONE:
            return
        restored = self._register(moment)
        if restored and self.open is None and moment.key is not None:
            self._restart(moment)
        elif moment.key == self.key:
            self._respell(moment)
        elif moment.key is None:
            self._blank(moment.on)
        else:
            self._change(moment)

    def finish(self, *, quarantined: bool) -> list[EmailChange]:
        """All changes, the open one with what holds it after the newest extract."""
        if self.open is not None:
            self._set(self.open, *self._standing_of_open(quarantined=quarantined))
        return sorted(self.changes.values(), key=lambda change: change.change_date)

    # --- who the doctor is -------------------------------------------------------------------------

    def _register(self, moment: Moment) -> bool:
        """Take in the registration; whether it starts the address's window anew (C-18, C-19)."""
        self.registration = moment.registration
        if moment.registration is Registration.DECEASED:
            self.has_died, self.suspended_since = True, None
            return False
        restored, self.was_removed = self.was_removed, moment.registration in rules.NOT_REGISTERED
        if moment.registration is Registration.SUSPENDED:
            self.suspended_since = self.suspended_since or moment.on
            return restored
        if self.suspended_since and moment.on > _months_after(self.suspended_since, rules.SUSPENSION_MONTHS):
            self._end(ChangeState.CANCELLED, ChangeReason.HOLD_EXPIRED)
            restored = True
        self.suspended_since = None
        if moment.registration in rules.NOT_REGISTERED:
            self._end(ChangeState.CANCELLED, ChangeReason.NOT_REGISTERED)
            return False
        return restored

    def _restart(self, moment: Moment) -> None:
        """A doctor restored with an address that never got its link has a new window from today."""
        if moment.key != self.key:
            self._leave(moment.on)
        self.key, self.email, self.before_blank, self.blank_since = moment.key, moment.email, None, None
        if self.standing is None or self.key != self.standing[0]:
            self._start(moment)

    # --- the address -------------------------------------------------------------------------------

    def _respell(self, moment: Moment) -> None:
        """The same address in another spelling is no change; the newest spelling is mailed (C-3)."""
        self.email = moment.email
        if self.open is not None and moment.email is not None:
            self.changes[self.open] = replace(self.changes[self.open], new_email=moment.email)

    def _blank(self, on: date) -> None:
        """No address any more: nothing can be sent, least of all to the old one (C-6)."""
        self._leave(on)
        self.blank_since, self.before_blank = on, self.open
        self._end(ChangeState.CANCELLED, ChangeReason.EMAIL_REMOVED)

    def _change(self, moment: Moment) -> None:
        self._leave(moment.on)
        before_blank, blank_since = self.before_blank, self.blank_since
        self.key, self.email, self.before_blank, self.blank_since = moment.key, moment.email, None, None
        if self._is_glitch(before_blank, blank_since, moment):
            self._reopen(before_blank, moment)
        elif self.standing is not None and moment.key == self.standing[0]:
            self._end(ChangeState.CANCELLED, ChangeReason.REVERTED)
        elif (earlier := self._unfinished(moment)) is not None:
            self._end(ChangeState.CANCELLED, ChangeReason.REVERTED)
            self._reopen(earlier, moment)
        else:
            self._end(ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE)
            self._start(moment)

    def _leave(self, on: date) -> None:
        if self.key is not None:
            self.left[self.key] = on
        self.key = self.email = None

    def _is_glitch(self, change_id: str | None, since: date | None, moment: Moment) -> bool:
        """Whether a blank of one extract and three days at most broke into the same address (C-7)."""
        if change_id is None or since is None or self.changes[change_id].new_key != moment.key:
            return False
        short = (moment.on - since).days <= rules.GLITCH_DAYS
        return short and self.calendar.between(since, moment.on) == 1

    def _unfinished(self, moment: Moment) -> str | None:
        """The superseded change to this address, if the doctor comes back to it in time (C-9)."""
        latest = next((one for one in reversed(self.changes.values()) if one.new_key == moment.key), None)
        if latest is None or latest.state is not ChangeState.SUPERSEDED:
            return None
        away = moment.on - self.left[latest.new_key]
        return latest.change_id if away.days <= rules.RETURN_DAYS else None

    # --- changes -----------------------------------------------------------------------------------

    def _start(self, moment: Moment) -> None:
        if moment.key is None or moment.email is None:
            return
        old_key, old_email = self.standing or (None, None)
        previous = self.calendar.before(moment.on)
        change = EmailChange(
            change_id=_change_id(self.gmc_number, old_key, moment.key, moment.on),
            gmc_number=self.gmc_number,
            kind=ChangeKind.CHANGED if old_key else ChangeKind.FIRST_EMAIL,
            old_email=old_email,
            new_email=moment.email,
            new_key=moment.key,
            change_date=moment.on,
            earliest_possible=previous + timedelta(days=1) if previous else None,
            due_date=moment.on + timedelta(days=self.window_days),
            state=ChangeState.WAITING,
        )
        self._open(change)

    def _open(self, change: EmailChange) -> None:
        """Make it the open change; for a doctor who is not registered it ends at once (C-18)."""
        self.changes[change.change_id] = change
        self.open = change.change_id
        if self.registration in rules.NOT_REGISTERED:
            self._end(ChangeState.CANCELLED, ChangeReason.NOT_REGISTERED)

    def _reopen(self, change_id: str | None, moment: Moment) -> None:
        if change_id is None or moment.email is None:
            return
        earlier = self.changes[change_id]
        self._open(replace(earlier, state=ChangeState.WAITING, reason=None, new_email=moment.email))

    def _end(self, state: ChangeState, reason: ChangeReason) -> None:
        if self.open is not None:
            self._set(self.open, state, reason)
            self.open = None

    def _set(self, change_id: str, state: ChangeState, reason: ChangeReason | None) -> None:
        self.changes[change_id] = replace(self.changes[change_id], state=state, reason=reason)

    def _standing_of_open(self, *, quarantined: bool) -> tuple[ChangeState, ChangeReason | None]:
        """What stops the open change after the newest extract, most decisive first."""
        change = self.changes[self.open or ""]
        if self.has_died:
            still_dead = self.registration is Registration.DECEASED
            if still_dead:
                return ChangeState.CANCELLED, ChangeReason.DECEASED
            return ChangeState.HELD, ChangeReason.DECEASED_REVERSED
        if self.suspended_since and self._suspended_too_long(self.suspended_since):
            return ChangeState.CANCELLED, ChangeReason.HOLD_EXPIRED
        holds = (
            (self.presence is Presence.GONE, ChangeReason.NOT_IN_REGISTER),
            (quarantined, ChangeReason.DATA_QUALITY),
            (self.suspended_since is not None, ChangeReason.SUSPENDED),
            (not is_valid(change.new_email), ChangeReason.INVALID_EMAIL),
            (self._is_churn(change), ChangeReason.EMAIL_CHURN),
        )
        reason = next((reason for applies, reason in holds if applies), None)
        return (ChangeState.HELD, reason) if reason else (ChangeState.WAITING, None)

    def _suspended_too_long(self, since: date) -> bool:
        newest = self.calendar.newest
        return newest is not None and newest > _months_after(since, rules.SUSPENSION_MONTHS)

    def _is_churn(self, change: EmailChange) -> bool:
        """Whether it is the third change, or a later one, within 30 days (C-13)."""
        first = change.change_date - timedelta(days=rules.CHURN_DAYS)
        recent = [one for one in self.changes.values() if first <= one.change_date <= change.change_date]
        return len(recent) >= rules.CHURN_CHANGES


def _months_after(day: date, months: int) -> date:
    """The same day of the month so many months on; the month's last day where it has none such."""
    years, month = divmod(day.month - 1 + months, 12)
    start = date(day.year + years, month + 1, 1)
    following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return min(start.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _change_id(gmc_number: str, old_key: str | None, new_key: str, change_date: date) -> str:
    """The same change has the same id whenever and wherever it is worked out (C-0.6)."""
    image = "\x1f".join((gmc_number, old_key or "", new_key, change_date.isoformat()))
    return hashlib.sha256(image.encode()).hexdigest()[:16]
