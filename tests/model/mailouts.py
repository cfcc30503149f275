"""Mailouts made up at random for a story: mails about changes as they were known then, and verifications."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from gpsync.records import EmailChange, Mailing
from gpsync.rules import ChangeState, MailState
from gpsync.window.email_change import change_id
from tests.model.email_model import Log, key_of
from tests.model.extract import ModelExtract
from tests.model.product import changes_by_rules
from tests.model.stories import ADDRESSES

_FATES = (
    *(MailState.SENT,) * 6,
    *(MailState.BOUNCED, MailState.RETURNED, MailState.UNKNOWN, MailState.IN_DOUBT),
    *(MailState.PENDING, MailState.DEFERRED, MailState.POLICY_HELD, MailState.DEAD),
)
_LINK = timedelta(days=3)
_DAYS_LATER = (0, 0, 0, 1, 2, 13, 14, 15)


def make_logs(random: Random, extracts: list[ModelExtract]) -> dict[str, Log]:
    """What the mailout did while the extracts came in, one or two of which had not come yet."""
    late = random.sample(extracts, random.choice((0, 0, 1, min(2, len(extracts)))))
    arrived = [extract for extract in extracts if extract not in late]
    logs: dict[str, Log] = {}
    for day in sorted(_some_day(random, extracts) for _ in range(random.randint(1, 6))):
        known = [extract for extract in arrived if extract.as_of <= day]
        if not any(extract.kind == "full" for extract in known):
            continue
        for change in changes_by_rules(known, logs):
            if random.random() < 0.7 and change.state in (ChangeState.WAITING, ChangeState.QUEUED):
                _mail(random, logs, change, day)
        _verify(random, logs, known, day)
    return logs


def _some_day(random: Random, extracts: list[ModelExtract]) -> date:
    return random.choice(extracts).as_of + timedelta(days=random.choice(_DAYS_LATER))


def _mail(random: Random, logs: dict[str, Log], change: EmailChange, day: date) -> None:
    fate = random.choice(_FATES)
    sent_on = (
        day
        if fate in (MailState.SENT, MailState.RETURNED) or (fate is MailState.BOUNCED and random.random() < 0.5)
        else None
    )
    log = logs.setdefault(change.gmc_number, Log([], []))
    others = [one for one in log.mailings if one.change.change_id != change.change_id]
    planned = replace(change, state=ChangeState.QUEUED)
    mail = Mailing(planned, fate, sent_on, sent_on + _LINK if sent_on else None)
    log.mailings = [*others, mail]
    if random.random() < 0.1:
        log.mailings.insert(random.randint(0, len(log.mailings)), _dated_otherwise(mail))


def _dated_otherwise(mail: Mailing) -> Mailing:
    """The mail of another change to the same address: an extract has been corrected since it was planned."""
    change, on = mail.change, mail.change.change_date - timedelta(days=1)
    old_key = key_of(change.old_email) if change.old_email else None
    own_id = change_id(change.gmc_number, old_key, change.new_key, on)
    earlier = replace(change, change_id=own_id, change_date=on, due_date=change.due_date - timedelta(days=1))
    return replace(mail, change=earlier)


def _verify(random: Random, logs: dict[str, Log], known: list[ModelExtract], day: date) -> None:
    for number in sorted({row.gmc_number for extract in known for row in extract.shown}):
        if random.random() < 0.2:
            log = logs.setdefault(number, Log([], []))
            log.verified = sorted([*log.verified, (day, key_of(random.choice(ADDRESSES)))], key=lambda one: one[0])
