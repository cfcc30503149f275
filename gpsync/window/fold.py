"""The 14-day window: which email changes a doctor's history makes, and the state of each.

A fold over one doctor's moments, the send log among them. The result is a pure function of the accepted extracts in the
order of their dates, the mails handed over and the verifications, so a late extract, a replay or a second run gives the
same changes (rule C-0.7). At most one change of a doctor is open at a time. Rule numbers are those of `docs/rules.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from gpsync import rules
from gpsync.records import Doctor, EmailChange, Mailing, Verification
from gpsync.rules import HANDED_OVER_STATES, ChangeReason, ChangeState
from gpsync.window.email_change import Address, is_corrected, new_change
from gpsync.window.outcome import outcome
from gpsync.window.send_log import as_sent, events_of, handed_over_on
from gpsync.window.status import Status
from gpsync.window.timeline import Calendar, Moment, Presence, began_in_baseline, is_quarantined

#: A link that went out, whether it arrived or came back undelivered, may turn out to have been early (C-36).
_MAY_BE_EARLY = (ChangeState.SENT, ChangeState.RETURNED)


def email_changes(doctor: Doctor, calendar: Calendar, *, window_days: int = rules.WINDOW_DAYS) -> list[EmailChange]:
    """Every email change in the doctor's history, oldest first, in its state after the newest extract.

    A change that nothing stops is WAITING; `state_on` says on which days it is due. Whether others share
    the address is not one doctor's history: see `sharing`.
    """
    fold = _Fold(doctor.gmc_number, calendar, window_days)
    is_baseline = began_in_baseline(doctor, calendar)
    for event in events_of(doctor):
        if isinstance(event, Mailing):
            fold.mailed(event)
        elif isinstance(event, Verification):
            fold.verified_as(event.key)
        elif is_baseline:
            fold.begin(event)
            is_baseline = False
        else:
            fold.see(event)
    return fold.finish(doctor.mailings, quarantined=is_quarantined(doctor, calendar))


def state_on(change: EmailChange, day: date) -> ChangeState:
    """The change's state on `day`.

    Waiting becomes due when the window has passed, day 14 included (C-0.5); a link has run out after its day (C-51).
    """
    if change.state is ChangeState.WAITING and day >= change.due_date:
        return ChangeState.DUE
    if change.state is ChangeState.SENT and change.expires_on is not None and day > change.expires_on:
        return ChangeState.UNVERIFIED_EXPIRED
    return change.state


@dataclass
class _Fold:
    """What has been understood of a doctor up to a moment.

    `settled` is the last address that needs no link: the baseline's or a verified one. `settled_or_mailed` are the
    addresses that needed no link or were sent one, the newest last; `account` is the key verified last. `changes`
    are all so far; `open` is the one that waits, `sent` the one whose link is out, and at most one of the two
    is there. `mailed_ids` are all that were ever sent. `left` remembers when each address was last given up,
    `path` the last three addresses that were shown, the newest last and blanks left out.
    """

    gmc_number: str
    calendar: Calendar
    window_days: int
    status: Status = field(default_factory=Status)
    settled: Address | None = None
    settled_or_mailed: list[Address] = field(default_factory=list)
    account: str | None = None
    key: str | None = None
    email: str | None = None
    path: tuple[str, ...] = ()
    open: str | None = None
    sent: str | None = None
    blank_since: date | None = None
    before_blank: str | None = None
    left: dict[str, date] = field(default_factory=dict)
    changes: dict[str, EmailChange] = field(default_factory=dict)
    mailed_ids: set[str] = field(default_factory=set)

    def begin(self, moment: Moment) -> None:
        """Take a baseline moment as it is: no change, nobody is mailed (C-1)."""
        self.status.take_in(moment)
        self._show(moment)
        self._stand()

    def see(self, moment: Moment) -> None:
        """Fold in the next moment: first who the doctor is now, then the address."""
        self.status.presence = moment.presence
        if moment.presence is Presence.GONE:
            return
        ending, restored = self.status.take_in(moment)
        if ending is not None:
            self._end(ChangeState.CANCELLED, ending)
        if restored and self.open is None:
            self._restart(moment)
        elif moment.key == self.key:
            self._respell(moment)
        elif moment.key is None:
            self._blank(moment.on)
        else:
            self._change(moment)

    def finish(self, mailings: Iterable[Mailing], *, quarantined: bool) -> list[EmailChange]:
        """All changes, the open one with what holds it after the newest extract."""
        mails = {mailing.change.change_id: mailing.state for mailing in mailings}
        for change_id in filter(None, (self.open, self.sent)):
            change, mail = self.changes[change_id], mails.get(change_id)
            found = outcome(
                change, self.changes.values(), self.status, self.calendar, quarantined=quarantined, mail=mail
            )
            # A link that has gone out has gone out, whatever came after; it can only be asked for again.
            if change_id == self.open or (found[0] is ChangeState.QUEUED and mail not in HANDED_OVER_STATES):
                self._set(change_id, *found)
        return sorted(self.changes.values(), key=lambda change: change.change_date)

    # --- the send log ------------------------------------------------------------------------------

    def mailed(self, mailing: Mailing) -> None:
        """A mail was handed over: its change is from now on as it was planned (C-36)."""
        sent, waiting = as_sent(mailing), self.changes.get(self.open or "")
        if sent.state in _MAY_BE_EARLY and self._is_early(waiting, mailing):
            sent = replace(sent, reason=ChangeReason.SENT_EARLY)
        if waiting is not None and waiting.new_key == sent.new_key:
            del self.changes[waiting.change_id]
            self.open = None
        self.mailed_ids.add(sent.change_id)
        if self.path and sent.new_key == self.path[-1]:
            if self.sent != sent.change_id:
                self._end_sent(ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE)
            self.sent = sent.change_id
            self.settled_or_mailed.append((sent.new_key, sent.new_email))
        self.changes.pop(sent.change_id, None)
        self.changes[sent.change_id] = sent
        if self.account == sent.new_key:
            self.verified_as(self.account)

    def _is_early(self, waiting: EmailChange | None, mailing: Mailing) -> bool:
        """Whether what is known by now says that the mail was not to go out on its day (C-36)."""
        planned, before = mailing.change, self.changes.get(mailing.change.change_id)
        if planned.change_id in self.mailed_ids and before is not None:
            return before.reason is ChangeReason.SENT_EARLY
        if waiting is None or waiting.new_key != planned.new_key or self.status.is_barred:
            return True
        return waiting.change_date > planned.change_date and waiting.due_date > handed_over_on(mailing)

    def verified_as(self, key: str) -> None:
        """The account came to be verified with an address, by a link or otherwise (C-11, C-28)."""
        self.account = key
        if self.sent is not None and (change := self.changes[self.sent]).new_key == key:
            early = change.reason if change.reason is ChangeReason.SENT_EARLY else None
            self._end_sent(ChangeState.VERIFIED, early)
            self._stand(change)
        elif key == self.key:
            self._end(ChangeState.SUPPRESSED, ChangeReason.ALREADY_VERIFIED)
            self._stand()

    # --- the address -------------------------------------------------------------------------------

    def _restart(self, moment: Moment) -> None:
        """A doctor restored with an unverified address has a new window from today (C-18, C-19); without one, none."""
        if moment.key != self.key:
            self._leave(moment.on)
        self._show(moment)
        if self._is_settled(moment):
            self._go_back()
        else:
            self._start(moment)

    def _respell(self, moment: Moment) -> None:
        """The same address in another spelling is no change; the newest spelling is mailed (C-3)."""
        self.email = moment.email
        if self.open is None or moment.email is None:
            return
        if is_corrected(self.changes[self.open], moment.email):
            self._end(ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE)
            self._start(moment)
        else:
            self.changes[self.open] = replace(self.changes[self.open], new_email=moment.email)

    def _blank(self, on: date) -> None:
        """No address any more: nothing can be sent, least of all to the old one (C-6)."""
        self._leave(on)
        self.blank_since, self.before_blank = on, self.open
        self._end(ChangeState.CANCELLED, ChangeReason.EMAIL_REMOVED)

    def _change(self, moment: Moment) -> None:
        self._leave(moment.on)
        before_blank, blank_since = self.before_blank, self.blank_since
        self._show(moment)
        if self.sent is not None and self.changes[self.sent].new_key == moment.key:
            return  # Its link has gone out: the address is back after a blank, and that is all (C-7).
        if self._is_glitch(before_blank, blank_since, moment):
            self._reopen(before_blank, moment)
        elif self._is_settled(moment):
            self._go_back()
        elif (earlier := self._unfinished(moment)) is not None:
            self._end(ChangeState.CANCELLED, ChangeReason.REVERTED)
            self._reopen(earlier, moment)
        else:
            self._end(ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE)
            self._start(moment)

    def _show(self, moment: Moment) -> None:
        self.key, self.email, self.before_blank, self.blank_since = moment.key, moment.email, None, None
        if moment.key is not None and moment.key not in self.path[-1:]:
            self.path = (*self.path[-2:], moment.key)

    def _leave(self, on: date) -> None:
        if self.key is not None:
            self.left[self.key] = on
        self.key = self.email = None

    def _stand(self, change: EmailChange | None = None) -> None:
        """The address shown, or that of a change, needs no link from now on."""
        key, email = (change.new_key, change.new_email) if change else (self.key, self.email)
        if key is not None and email is not None:
            self.settled = (key, email)
            self.settled_or_mailed.append(self.settled)

    def _is_settled(self, moment: Moment) -> bool:
        return self.settled is not None and moment.key == self.settled[0]

    def _go_back(self) -> None:
        """The doctor is back at the address that needs no link (C-9, C-10)."""
        self._end(ChangeState.CANCELLED, ChangeReason.REVERTED)
        if self.sent is not None and self.changes[self.sent].new_key != self.key:
            self._end_sent(ChangeState.CANCELLED, ChangeReason.REVERTED_AFTER_SEND)
        self.settled_or_mailed += [self.settled] if self.settled else []

    def _is_glitch(self, change_id: str | None, since: date | None, moment: Moment) -> bool:
        """Whether a blank of one extract and three days at most broke into the same address (C-7)."""
        if change_id is None or since is None or self.changes[change_id].new_key != moment.key:
            return False
        if is_corrected(self.changes[change_id], moment.email):
            return False
        short = (moment.on - since).days <= rules.GLITCH_DAYS
        return short and self.calendar.between(since, moment.on) == 1

    def _unfinished(self, moment: Moment) -> str | None:
        """The superseded change to this address, if the doctor comes straight back to it in time (C-9).

        Not after a third address: then the doctor has left the first for good. A change whose link went out
        is finished, and while another's link is out the way back is a change too.
        """
        if self.path[:-2] != (moment.key,):
            return None
        latest = next((one for one in reversed(self.changes.values()) if one.new_key == moment.key), None)
        if latest is None or latest.state is not ChangeState.SUPERSEDED:
            return None
        if self.sent is not None or latest.change_id in self.mailed_ids or is_corrected(latest, moment.email):
            return None
        away = moment.on - self.left[latest.new_key]
        return latest.change_id if away.days <= rules.RETURN_DAYS else None

    # --- changes -----------------------------------------------------------------------------------

    def _start(self, moment: Moment) -> None:
        if moment.key is None or moment.email is None:
            return
        self._end_sent(ChangeState.SUPERSEDED, ChangeReason.NEWER_CHANGE)
        # The last address that was verified, or at least mailed (C-8).
        old = next((one for one in reversed(self.settled_or_mailed) if one[0] != moment.key), None)
        new = (moment.key, moment.email)
        self._open(new_change(self.gmc_number, old, new, moment.on, self.calendar, self.window_days))

    def _open(self, change: EmailChange) -> None:
        """Make it the open change, unless there is no use for its link from the start (C-18, C-28)."""
        self.changes[change.change_id] = change
        self.open = change.change_id
        if self.status.is_removed:
            self._end(ChangeState.CANCELLED, ChangeReason.NOT_REGISTERED)
        elif self.account == change.new_key:
            self._end(ChangeState.SUPPRESSED, ChangeReason.ALREADY_VERIFIED)
            self._stand()

    def _reopen(self, change_id: str | None, moment: Moment) -> None:
        if change_id is None or moment.email is None:
            return
        earlier = self.changes[change_id]
        self._open(replace(earlier, state=ChangeState.WAITING, reason=None, new_email=moment.email))

    def _end(self, state: ChangeState, reason: ChangeReason) -> None:
        if self.open is not None:
            self._set(self.open, state, reason)
            self.open = None

    def _end_sent(self, state: ChangeState, reason: ChangeReason | None) -> None:
        if self.sent is not None:
            self._set(self.sent, state, reason)
            self.sent = None

    def _set(self, change_id: str, state: ChangeState, reason: ChangeReason | None) -> None:
        self.changes[change_id] = replace(self.changes[change_id], state=state, reason=reason)
