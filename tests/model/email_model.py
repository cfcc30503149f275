"""What the email changes must be: each doctor's story told version by version, then judged as of the last extract."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gpsync.records import Mailing
from gpsync.rules import REGISTRATION_STATUSES
from tests.model.extract import FULL, ModelExtract, in_order
from tests.model.history_model import Record, Version, since_baseline, tell_history

_OFF_REGISTER = {"ERASED", "RELINQUISHED", "LAPSED"}
_PLAIN_ADDRESS = re.compile(r"[a-z0-9+-]+(\.[a-z0-9+-]+)*@([a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_RESERVED_ENDS = ("example.com", ".test", ".invalid", "localhost")


@dataclass
class Change:
    """One email change. `given_up` is the day on which the doctor moved on to another address."""

    gmc_number: str
    kind: str
    old_email: str | None
    new_email: str
    change_date: date
    earliest_possible: date | None
    due_date: date
    state: str = "WAITING"
    reason: str | None = None
    given_up: date | None = None
    sent_on: date | None = None
    expires_on: date | None = None
    was_mailed: bool = False

    @property
    def identity(self) -> tuple[str | None, str, date]:
        """What makes it the same change, however often it is told."""
        return (self.old_email and key_of(self.old_email), self.key, self.change_date)

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return key_of(self.new_email)

    def end(self, state: str, reason: str | None) -> None:
        """Say what became of it."""
        self.state, self.reason = state, reason


def key_of(email: str) -> str:
    """Addresses that differ in case only are the same one (the pool of the tests is plain ASCII)."""
    return email.lower()


def can_be_mailed(email: str) -> bool:
    """Whether the address reads as one, and is not one of the reserved names."""
    return _PLAIN_ADDRESS.fullmatch(email) is not None and not email.lower().endswith(_RESERVED_ENDS)


def class_of(version: Version) -> str:
    """Where the version says that the doctor stands with the GMC."""
    return REGISTRATION_STATUSES[version.row.status]


def a_year_after(day: date) -> date:
    """The same day twelve months on; after a leap day, the last of February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)


@dataclass
class Log:
    """What the mailout has to say of one doctor: the newest mail of each change, and keys verified on days."""

    mailings: list[Mailing]
    verified: list[tuple[date, str]]


#: What a mail that was handed over makes of its change.
_MAILED: dict[str, tuple[str, str | None]] = {
    "sent": ("SENT", None),
    "bounced": ("BOUNCED", None),
    "returned": ("RETURNED", None),
    "unknown": ("HELD", "UNKNOWN_OUTCOME"),
    "in_doubt": ("HELD", "UNKNOWN_OUTCOME"),
}


class Story:
    """One doctor's changes, told in the order of their versions."""

    def __init__(self, number: str, extracts: list[ModelExtract]) -> None:
        self.number = number
        self.extracts = extracts
        self.changes: list[Change] = []
        self.open: Change | None = None
        self.standing: str | None = None
        self.key: str | None = None  # of the address shown last, None while blank
        self.standing_class = ""
        self.blank_since: date | None = None
        self.removed: Change | None = None  # what the blank took away
        self.suspended_since: date | None = None
        self.has_died = False
        self.is_off_register = False
        self.out: Change | None = None  # whose link has gone out, unverified
        self.ever_shown: list[str] = []  # every address that was no blank, each time it came
        self.settled_or_mailed: list[str] = []  # addresses that stood or were mailed
        self.account: str | None = None  # the key verified last

    def begin(self, baseline: Version) -> None:
        """Take the first record as it stands."""
        self.key = None if baseline.row.email is None else key_of(baseline.row.email)
        self.ever_shown = [self.key] if self.key else []
        self._stand(baseline.row.email)
        self.registration(baseline, is_baseline=True)

    def _stand(self, email: str | None) -> None:
        """An address that needs no link."""
        self.standing = email or self.standing
        self.settled_or_mailed += [email] if email else []

    def mail(self, mailing: Mailing, *, is_gone: bool) -> None:
        """A link has gone out, or may have."""
        planned, on = mailing.change, mailing.sent_on or mailing.change.due_date
        state, reason = _MAILED[mailing.state]
        waiting = self.open if self.open is not None and self.open.key == planned.new_key else None
        blocked = is_gone or self.has_died or self.suspended_since is not None
        later = waiting is not None and waiting.change_date > planned.change_date and waiting.due_date > on
        if state in ("SENT", "RETURNED") and (waiting is None or blocked or later):
            reason = "SENT_EARLY"
        change = Change(
            self.number,
            str(planned.kind),
            planned.old_email,
            planned.new_email,
            planned.change_date,
            planned.earliest_possible,
            planned.due_date,
            state,
            reason,
            sent_on=mailing.sent_on,
            expires_on=mailing.expires_on,
            was_mailed=True,
        )
        others = [one for one in self.changes if one is not waiting and one.identity != change.identity]
        self.changes = [*others, change]
        if waiting is not None:
            self.open = None
        if self.ever_shown and change.key == self.ever_shown[-1]:
            self._close_out("SUPERSEDED", "NEWER_CHANGE")
            self.out = change
            self.settled_or_mailed.append(change.new_email)
        if self.account == change.key:
            self.verify(change.key, change.new_email)

    def verify(self, key: str, email: str) -> None:
        """The account is verified with an address from now on; `email` is how the register writes it."""
        self.account = key
        if self.out is not None and self.out.key == key:
            self._stand(self.out.new_email)
            self._close_out("VERIFIED", "SENT_EARLY" if self.out.reason == "SENT_EARLY" else None)
        elif self.key == key:
            self._close("SUPPRESSED", "ALREADY_VERIFIED")
            self._stand(email)

    def go_on(self, version: Version) -> None:
        """The record reads otherwise: registration first, then address."""
        self.registration(version)
        self.address(version)

    def registration(self, version: Version, *, is_baseline: bool = False) -> None:
        """What the version's status does to the open change."""
        day, now = version.valid_from, class_of(version)
        self.standing_class = now
        must_start_anew = self._end_suspension(day, now)
        if now == "SUSPENDED" and self.suspended_since is None:
            self.suspended_since = day
        if now == "DECEASED":
            self.has_died = True
        elif now in _OFF_REGISTER:
            self._close("CANCELLED", "NOT_REGISTERED")
            self.is_off_register = True
        else:
            must_start_anew = must_start_anew or self.is_off_register
            self.is_off_register = False
            if must_start_anew and not is_baseline and self.open is None and not self._stands(version.row.email):
                self._start(version)

    def _end_suspension(self, day: date, now: str) -> bool:
        """Whether a suspension of over twelve months ends here; it takes the open change with it."""
        began = self.suspended_since
        if began is None or now == "SUSPENDED":
            return False
        self.suspended_since = None
        if now == "DECEASED" or day <= a_year_after(began):
            return False
        self._close("CANCELLED", "HOLD_EXPIRED")
        return True

    def _stands(self, email: str | None) -> bool:
        """Whether there is nothing to verify: no address, or the standing one."""
        return email is None or (self.standing is not None and key_of(email) == key_of(self.standing))

    def address(self, version: Version) -> None:
        """What the version's address does."""
        day, email = version.valid_from, version.row.email
        before, self.key = self.key, None if email is None else key_of(email)
        if email is None:
            if before is not None:
                self._go_blank(day)
            return
        if self.open is not None and self.open.key == self.key:
            self.open.new_email = email
        elif self.key != before:
            self._move(version, email)
        if self.key not in self.ever_shown[-1:]:
            self.ever_shown.append(self.key)
        self.blank_since = self.removed = None

    def _go_blank(self, day: date) -> None:
        self.blank_since, self.removed = day, self.open
        self._close("CANCELLED", "EMAIL_REMOVED")

    def _move(self, version: Version, email: str) -> None:
        """The doctor shows another address than before, or one after none."""
        day = version.valid_from
        if self.out is not None and self.out.key == self.key:
            return
        if self._is_glitch(day):
            self._reopen(self.removed, email)
        elif self._stands(email):
            self._close("CANCELLED", "REVERTED")
            self._close_out("CANCELLED", "REVERTED_AFTER_SEND")
            self.settled_or_mailed += [self.standing] if self.standing else []
        elif (earlier := self._lately_given_up(day)) is not None:
            self._close("CANCELLED", "REVERTED")
            self._reopen(earlier, email)
        else:
            if self.open is not None:
                self.open.given_up = day
            self._close("SUPERSEDED", "NEWER_CHANGE")
            self._start(version)

    def _is_glitch(self, day: date) -> bool:
        """Whether the address comes back after one blank extract and three days at most."""
        if self.removed is None or self.blank_since is None or self.removed.key != self.key:
            return False
        blank = [extract for extract in self.extracts if self.blank_since <= extract.as_of < day]
        return len(blank) == 1 and day - self.blank_since <= timedelta(days=3)

    def _lately_given_up(self, day: date) -> Change | None:
        """The latest change to the address now shown, if a newer one replaced it at most 14 days ago."""
        same = [change for change in self.changes if change.key == self.key]
        if not same or same[-1].state != "SUPERSEDED" or same[-1].given_up is None:
            return None
        if len(self.ever_shown) < 2 or self.ever_shown[-2] != self.key:
            return None  # a third address came in between
        if self.out is not None or same[-1].was_mailed:
            return None
        return same[-1] if day - same[-1].given_up <= timedelta(days=14) else None

    def _start(self, version: Version) -> None:
        day, email = version.valid_from, version.row.email
        assert email is not None
        before = [extract.as_of for extract in self.extracts if extract.as_of < day]
        self._close_out("SUPERSEDED", "NEWER_CHANGE")
        others = [old for old in self.settled_or_mailed if key_of(old) != key_of(email)]
        change = Change(
            gmc_number=self.number,
            kind="CHANGED" if others else "FIRST_EMAIL",
            old_email=others[-1] if others else None,
            new_email=email,
            change_date=day,
            earliest_possible=max(before) + timedelta(days=1) if before else None,
            due_date=day + timedelta(days=14),
        )
        self.changes.append(change)
        self._reopen(change, email)

    def _reopen(self, change: Change | None, email: str) -> None:
        assert change is not None
        change.end("WAITING", None)
        change.new_email = email
        self.open = change
        if self.standing_class in _OFF_REGISTER:
            self._close("CANCELLED", "NOT_REGISTERED")
        elif self.account == change.key:
            self._close("SUPPRESSED", "ALREADY_VERIFIED")
            self._stand(email)

    def _close(self, state: str, reason: str) -> None:
        if self.open is not None:
            self.open.end(state, reason)
        self.open = None

    def _close_out(self, state: str, reason: str | None) -> None:
        if self.out is not None:
            self.out.end(state, reason)
        self.out = None


def tell_changes(extracts: Iterable[ModelExtract], logs: Mapping[str, Log] | None = None) -> list[Change]:
    """The email changes of every doctor, as they stand after the newest extract; `logs` are by doctor."""
    ordered, logs = in_order(extracts), logs or {}
    records = tell_history(ordered)
    stories = {number: tell_story(number, record, ordered, logs.get(number)) for number, record in records.items()}
    for number, story in stories.items():
        hold(story, records[number])
        if number in logs and story.open is not None and story.open.state == "WAITING":
            wait_for_mail(story.open, logs[number])
    for story in stories.values():
        for change in story.changes:
            wait_for_sharers(change, records)
    return [change for story in stories.values() for change in story.changes]


def tell_story(number: str, record: Record, extracts: list[ModelExtract], log: Log | None = None) -> Story:
    """A doctor's changes, without what holds the open one."""
    story = Story(number, extracts)
    steps: list[tuple[date, int, Version | Mailing | str]] = [
        (version.valid_from, 0, version) for version in record.versions
    ]
    if log is not None:
        mails = [one for one in log.mailings if one.state in _MAILED]
        steps += [(one.sent_on or one.change.due_date, 1, one) for one in mails]
        steps += [(day, 2, key) for day, key in log.verified]
    shown = ""
    for day, _, step in sorted(steps, key=lambda step: step[:2]):
        if isinstance(step, Mailing):
            story.mail(step, is_gone=was_gone(record, day))
        elif isinstance(step, str):
            story.verify(step, shown)
        else:
            shown = step.row.email or ""
            if step is record.versions[0] and has_baseline(number, step, extracts):
                story.begin(step)
            else:
                story.go_on(step)
    return story


def was_gone(record: Record, day: date) -> bool:
    """Whether it was known on a day, or is by now, that the register did not show them then."""
    left = [one.absent_from if one.deleted else one.confirmed_on for one in record.absences]
    gone = [
        since
        for since, one in zip(left, record.absences, strict=True)
        if since is not None and since <= day and since != one.returned_on
    ]
    if not gone:
        return False
    seen = [version.valid_from for version in record.versions]
    seen += [one.returned_on for one in record.absences if one.returned_on and held_on(record, one.returned_on)]
    return not any(max(gone) < back <= day for back in seen)


def held_on(record: Record, day: date) -> bool:
    """Whether a version of them held on a day."""
    return any(one.valid_from <= day and (one.valid_to is None or day < one.valid_to) for one in record.versions)


def has_baseline(number: str, first: Version, extracts: list[ModelExtract]) -> bool:
    """Whether the first record is taken as it stands: it is in the first full, or an earlier row was unreadable."""
    if first.opened_by == since_baseline(extracts)[0].position:
        return True
    return any(number in extract.quarantined and extract.position < first.opened_by for extract in extracts)


def hold(story: Story, record: Record) -> None:
    """Say why the open change cannot simply wait, if so: the first reason that applies."""
    change, newest = story.open, story.extracts[-1].as_of
    if change is None:
        return
    since = story.suspended_since
    if story.has_died:
        if story.standing_class == "DECEASED":
            change.end("CANCELLED", "DECEASED")
        else:
            change.end("HELD", "DECEASED_REVERSED")
    elif since is not None and newest > a_year_after(since):
        change.end("CANCELLED", "HOLD_EXPIRED")
    elif record.is_gone:
        change.end("HELD", "NOT_IN_REGISTER")
    elif is_newest_word_unreadable(story.number, story.extracts):
        change.end("HELD", "DATA_QUALITY")
    elif since is not None:
        change.end("HELD", "SUSPENDED")
    elif not can_be_mailed(change.new_email):
        change.end("HELD", "INVALID_EMAIL")
    elif is_churn(change, story.changes):
        change.end("HELD", "EMAIL_CHURN")


def wait_for_mail(change: Change, log: Log) -> None:
    """Say that a mail is under way, or that the mail service would not have it."""
    for mailing in log.mailings:
        planned = mailing.change
        if (planned.old_email and key_of(planned.old_email), planned.new_key, planned.change_date) != change.identity:
            continue
        if mailing.state in ("policy_held", "dead"):
            change.end("HELD", "TRANSPORT")
        elif mailing.state in ("held", "pending", "claimed", "deferred"):
            change.end("QUEUED", None)


def is_newest_word_unreadable(number: str, extracts: list[ModelExtract]) -> bool:
    """Whether no full came after the last extract whose row for the doctor was quarantined."""
    unreadable = [extract.position for extract in extracts if number in extract.quarantined]
    fulls = [extract.position for extract in extracts if extract.kind == FULL]
    return bool(unreadable) and not any(position > unreadable[-1] for position in fulls)


def is_churn(change: Change, changes: list[Change]) -> bool:
    """Whether the change is at least the third within thirty days."""
    since = change.change_date - timedelta(days=30)
    return sum(since <= other.change_date <= change.change_date for other in changes) >= 3


def wait_for_sharers(change: Change, records: dict[str, Record]) -> None:
    """Hold a change while another registered doctor shows its address, and wait from the day on which that ended."""
    if change.state not in ("WAITING", "QUEUED"):
        return
    ends: list[date] = []
    for number, record in records.items():
        for version in record.versions:
            email, ended = version.row.email, version.valid_to
            if number == change.gmc_number or email is None or key_of(email) != change.key:
                continue
            if class_of(version) in _OFF_REGISTER | {"DECEASED"}:
                continue
            if ended is None:
                change.end("HELD", "SHARED_EMAIL")
            elif ended > change.change_date:
                ends.append(ended)
    if change.state in ("WAITING", "QUEUED"):
        change.due_date = max([change.due_date, *ends])
