"""The kinds of mails, each described once; what they are about is found in `verification.triggers`.

A letter's bytes must be the same at every attempt, so whoever changes a template raises its kind's `version`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from gpsync.rules import MailKind, Rank


class About(Enum):
    """What decides whether a mail may go out, and to which address."""

    CHANGE = auto()  # an email change: its state, and the doctor's current record
    DOCTOR = auto()  # a doctor and their address: their current record
    USER = auto()  # a user of a practice and their address: the newest extract of users


@dataclass(frozen=True)
class MailForm:
    """All that is special about a kind of mail.

    `template` names the file under `letters/templates` and the kind on the command line; `words` are the details of
    which the letter states beside the name, and `nameless` addresses somebody whose name cannot be shown. One that
    `is_reminded_of` is mailed again when its link was not used, or when it came back; any other only when it came back
    (C-51). Mails that a person asks for, reminders and those of a first mailout have a rank of their own.
    """

    subject: str
    template: str
    version: int
    about: About
    rank: Rank
    is_reminded_of: bool = False
    words: tuple[str, ...] = ()
    nameless: str = "doctor"

    @property
    def letter(self) -> str:
        """What the letter's words and form are called. One that was tried is only tried again in the same version."""
        return f"{self.template}-v{self.version}"


KINDS: Mapping[MailKind, MailForm] = {
    MailKind.EMAIL_CHANGE: MailForm(
        subject="Verify your new email address for PCSE Online",
        template="email-change",
        version=2,
        about=About.CHANGE,
        rank=Rank.CHANGE,
        is_reminded_of=True,
        words=("changed_on",),
    ),
    MailKind.FIRST_LINK: MailForm(
        subject="Verify your PCSE Online account",
        template="first-link",
        version=2,
        about=About.DOCTOR,
        rank=Rank.FIRST_LINK,
    ),
    MailKind.USER_LINK: MailForm(
        subject="Verify your PCSE Online user account",
        template="user",
        version=2,
        about=About.USER,
        rank=Rank.USER,
        words=("practice",),
        nameless="colleague",
    ),
}


def kinds_about(about: About) -> tuple[MailKind, ...]:
    """The kinds of mails that are about this."""
    return tuple(kind for kind, form in KINDS.items() if form.about is about)


#: The kinds of which a second mail goes out only after the first came back undelivered.
NOT_REMINDED_OF = tuple(kind for kind, form in KINDS.items() if not form.is_reminded_of)
