"""What a run writes letters with, and whom it may write to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gpsync.errors import AlteredMail, WrongUse
from gpsync.letters.letters import Letterhead, Sender, can_be_written
from gpsync.link_tokens import LinkSecrets, link_url, make_token
from gpsync.mail.server import Server, server_of
from gpsync.mails import Claim, Outgoing, PlannedMail
from gpsync.operations.context import Context
from gpsync.settings import Settings
from gpsync.verification.reach import NOBODYS, Reach, parse_domains
from gpsync.verification.seals import is_intact


@dataclass(frozen=True)
class LetterWriter:
    """What a run writes and hands over letters with. `now` dates the letters."""

    settings: Settings
    server: Server
    secrets: LinkSecrets
    letterhead: Letterhead
    reach: Reach
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
            raise AlteredMail(f"The mail {claim.mail_id} was changed after it was planned.")
        if not self.reach.includes(claim.recipient_key):
            raise ValueError("this installation may not mail the address's domain")
        return self.letterhead.write(claim, url)

    def check(self, mails: Iterable[PlannedMail]) -> None:
        """Find out before anything is sent whether these mails' letters can be written, as if they went out now.

        Whether a letter can be addressed is a matter of each mail; for the rest one of its kind, with as much to say,
        stands for all: only the words in its gaps differ. Raises what `write` raises.
        """
        forms: set[tuple[object, ...]] = set()
        for mail in mails:
            form = (mail.link.kind, mail.template, *(name for name, value in mail.details.items() if value))
            if form in forms and can_be_written(mail.recipient) and self.reach.includes(mail.link.address_key):
                continue
            self.write(_as_claimed(mail, self.now(), self.settings.link_hours))
            forms.add(form)

    def _url(self, claim: Claim) -> str:
        token = make_token(
            self.secrets,
            key_id=claim.key_id,
            link_id=claim.link_id,
            generation=claim.generation,
            address_key=claim.recipient_key,
        )
        return link_url(self.settings.link_base_url, token)


def letter_writer_of(context: Context, secrets: LinkSecrets, now: Callable[[], datetime]) -> LetterWriter:
    """The letter writer by the settings. Raises WrongUse for settings that do not fit together."""
    settings, server = context.settings, server_of(context.settings)
    if settings.rehearsal and not server.on_this_machine:
        raise WrongUse(
            "GPSYNC_REHEARSAL=true and GPSYNC_SMTP_HOST do not go together: a rehearsal uses a mail service on this "
            "machine only."
        )
    reach = Reach(settings.rehearsal, server.on_this_machine, parse_domains(settings.mail_allowed_domains))
    sender = Sender(
        address=settings.mail_from,
        name=settings.mail_from_name,
        reply_to=settings.mail_reply_to,
        bounce=settings.mail_bounce,
        link_base_url=settings.link_base_url,
        verp=settings.mail_verp,
    )
    return LetterWriter(settings, server, secrets, Letterhead(sender), reach, now)


def check_sender(writer: LetterWriter) -> None:
    """Raises WrongUse when a real mail service would be given made-up senders or links."""
    made_up = {"MAIL_FROM": writer.settings.mail_from, "LINK_BASE_URL": writer.settings.link_base_url.split("/")[2]}
    for name, value in made_up.items():
        if value.endswith(NOBODYS) and not writer.is_on_loopback:
            raise WrongUse(f"GPSYNC_{name} is an example name: set your own before anything is sent.")


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
