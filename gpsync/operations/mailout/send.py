"""The post of a run: what letters are written with, and the loop that hands them over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from gpsync import rules
from gpsync.bounces.replies import judge
from gpsync.errors import AlteredMail, LockLost, WrongUse
from gpsync.interrupts import awaited
from gpsync.letters.letters import Sender, Stationery
from gpsync.link_tokens import LinkSecrets, link_url, make_token
from gpsync.mail.dispatch import Limits, dispatch
from gpsync.mail.journal import Journal
from gpsync.mail.server import Server, server_of
from gpsync.mail.smtp_connection import open_postbox
from gpsync.mails import Claim, Outgoing, PlannedMail
from gpsync.operations.context import Context
from gpsync.settings import Settings
from gpsync.store import mailout
from gpsync.store.locks import RunLock
from gpsync.verification.mail_states import next_try
from gpsync.verification.pace import reserved
from gpsync.verification.seals import is_intact

_JOURNAL = "mail-journal.jsonl"
#: A run waits so long for mails that were refused for now: the first pause, and what it may be drawn out by.
_PATIENCE_SECONDS = 20 * 60
#: Seconds between two looks whether this run still keeps others away.
_LOOK_SECONDS = 2.0
#: Ends of names that belong to nobody: good for made-up data, never for a real mail service.
_NOBODYS = (".example", ".test", ".invalid", ".localhost")
#: All that a rehearsal may write to.
_REHEARSED = (".example", ".test")


@dataclass(frozen=True)
class Post:
    """What a run writes and hands over letters with. `now` dates the letters."""

    settings: Settings
    server: Server
    secrets: LinkSecrets
    stationery: Stationery
    now: Callable[[], datetime]

    @property
    def is_on_loopback(self) -> bool:
        """Whether the mail service is on this machine, so that a made-up or past night can reach nobody."""
        return self.server.on_this_machine

    def write(self, claim: Claim) -> Outgoing:
        """The letter of a claimed mail: the same bytes at every attempt.

        The last look before it goes out. Raises AlteredMail for one that is not as it was planned, ValueError for an
        address that this installation may not mail, WrongUse where the secret of its link is not known.
        """
        url = self._url(claim)
        if not is_intact(self.secrets, claim):
            raise AlteredMail(f"The mail {claim.mail_id} is not as it was planned.")
        if not self.may_reach(claim.recipient_key):
            raise ValueError("this installation may not mail the address's domain")
        return self.stationery.write(claim, url)

    def write_planned(self, mail: PlannedMail) -> Outgoing:
        """The letter of a planned mail, as it would read if it went out now."""
        return self.write(_as_claimed(mail, self.now(), self.settings.link_hours))

    def _url(self, claim: Claim) -> str:
        token = make_token(
            self.secrets,
            key_id=claim.key_id,
            link_id=claim.link_id,
            generation=claim.generation,
            address_key=claim.recipient_key,
        )
        return link_url(self.settings.link_base_url, token)

    def may_reach(self, address_key: str) -> bool:
        """Whether this installation may write to an address's domain (C-49)."""
        domain = address_key.rpartition("@")[2]
        if self.settings.rehearsal and not domain.endswith(_REHEARSED):
            return False
        if domain.endswith(_NOBODYS) and not self.is_on_loopback:
            return False
        allowed = [name.strip().lower() for name in self.settings.mail_allowed_domains.split(",") if name.strip()]
        return not allowed or domain in allowed


def open_post(context: Context, secrets: LinkSecrets, now: Callable[[], datetime]) -> Post:
    """The post by the settings. Raises WrongUse for settings that do not fit together."""
    settings, server = context.settings, server_of(context.settings)
    if settings.rehearsal and not server.on_this_machine:
        raise WrongUse(
            "GPSYNC_REHEARSAL=true and GPSYNC_SMTP_HOST do not go together: a rehearsal mails a mail service on this "
            "machine only."
        )
    sender = Sender(
        address=settings.mail_from,
        name=settings.mail_from_name,
        reply_to=settings.mail_reply_to,
        bounce=settings.mail_bounce,
        link_base_url=settings.link_base_url,
        verp=settings.mail_verp,
    )
    return Post(settings, server, secrets, Stationery(sender), now)


def check_sender(post: Post) -> None:
    """Raises WrongUse when a real mail service would be given made-up senders or links."""
    made_up = {"MAIL_FROM": post.settings.mail_from, "LINK_BASE_URL": post.settings.link_base_url.split("/")[2]}
    for name, value in made_up.items():
        if value.endswith(_NOBODYS) and not post.is_on_loopback:
            raise WrongUse(f"GPSYNC_{name} is a made-up name: set your own before anything is sent.")


def journal_of(context: Context) -> Journal:
    """The result journal of this installation."""
    return Journal(context.settings.home_folder / _JOURNAL)


def send(
    context: Context,
    post: Post,
    as_of: date,
    judged_at: datetime,
    tell: Callable[[int, int], None],
    until: Callable[[], bool] = lambda: False,
    lock: RunLock | None = None,
) -> str | None:
    """Hand over what is ready, within the day's cap, `until` its hours are over and while `lock` keeps others away.

    Returns why the run stopped early, or None.
    """
    with context.engine.connect() as connection:
        left = max(0, context.settings.daily_cap - mailout.sent_on(connection, as_of))
    journal = journal_of(context)
    with context.phase("send"), awaited() as stop:
        done = dispatch(
            context.engine,
            partial(open_postbox, post.server),
            post.write,
            judge,
            next_try,
            journal,
            _limits(context.settings, left),
            now=post.now,
            judged_at=judged_at,
            link_hours=context.settings.link_hours,
            stop=stop,
            tell=tell,
            until=until,
            why_not=_others(lock),
            patience_seconds=_PATIENCE_SECONDS,
        )
    journal.close()
    return done.stopped_because


def _others(lock: RunLock | None) -> Callable[[], str | None]:
    """Whether another run is at work, asked as often as one likes: the sentence to stop with, or None."""
    if lock is None:
        return lambda: None
    asked_at = time.monotonic()

    def look() -> str | None:
        nonlocal asked_at
        if time.monotonic() - asked_at < _LOOK_SECONDS:
            return None
        asked_at = time.monotonic()
        try:
            lock.keep()
        except LockLost as others:
            return str(others)
        return None

    return look


def _limits(settings: Settings, cap: int) -> Limits:
    return Limits(
        cap=cap,
        reserved=reserved(settings.daily_cap, settings.reserved_percent),
        per_minute=settings.per_minute,
        per_domain_minute=settings.per_domain_minute,
        connections=settings.connections,
        mails_per_connection=rules.MAILS_PER_CONNECTION,
        channel_errors=rules.CHANNEL_ERRORS,
        channel_errors_at_first=rules.CHANNEL_ERRORS_AT_FIRST,
        refused_percent=rules.REFUSED_PERCENT,
        refused_of_last=rules.REFUSED_OF_LAST,
        policy_in_a_row=rules.POLICY_IN_A_ROW,
        policy_refused=rules.POLICY_REFUSED,
        policy_of_last=rules.POLICY_OF_LAST,
    )


def _as_claimed(mail: PlannedMail, now: datetime, link_hours: int) -> Claim:
    link = mail.link
    return Claim(
        mail_id=mail.mail_id,
        epoch=0,
        lease_token="",
        kind=link.kind,
        gmc_number=link.gmc_number,
        recipient=mail.recipient,
        recipient_key=link.address_key,
        details=mail.details,
        template=mail.template,
        message_id=mail.message_id,
        generation=link.generation,
        link_id=link.link_id,
        key_id=link.key_id,
        dated_at=now,
        expires_at=now + timedelta(hours=link_hours),
        attempts=0,
        first_tried_at=now,
        rank=mail.rank,
        seal=mail.seal,
    )
