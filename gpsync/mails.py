"""The small frozen records of the mailout. Times are aware UTC instants; no behaviour beyond names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gpsync.actors import Actor
from gpsync.records import EmailChange
from gpsync.rules import ChangeState, HoldKind, LinkState, MailKind, MailState, Phase, Rank, Registration, Verdict

_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")

#: Who has moved a mail where no person has, in the send log.
PROGRAM = "gpsync"


@dataclass(frozen=True)
class Reply:
    """An answer of the mail service: its code, and its text, which may quote an address."""

    code: int
    text: str = field(default="", repr=False)

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code (RFC 3463), such as 5.1.1, or None."""
        found = _ENHANCED.match(self.text)
        return found.group(1) if found else None


@dataclass(frozen=True)
class Handover:
    """How the handing over of one mail ended: the verdict, how far it came, and the codes.

    `verdict` is None where the mail was withdrawn before the final dot: nothing was handed over.
    `relay_id` is what the mail service calls the mail.
    """

    verdict: Verdict | None
    phase: Phase
    code: int | None = None
    enhanced: str | None = None
    relay_id: str | None = None


@dataclass(frozen=True)
class Link:
    """A verification link as it is kept: never the token, only its hash.

    `holder` is the person, as `gp 9000001` or `user U1`: at most one live link each. `address_key` is the
    address the link is bound to, in the form in which addresses are compared. `key_id` names the secret
    the token was made with.
    """

    link_id: str
    kind: MailKind
    event_id: str
    holder: str
    gmc_number: str | None
    user_id: str | None
    address_key: str
    generation: int
    key_id: str
    token_sha256: str
    state: LinkState
    issued_at: datetime
    expires_at: datetime | None = None
    opened_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class MailIds:
    """The ids of a mail that is to be planned, and of its link."""

    mail_id: str
    link_id: str


@dataclass(frozen=True)
class PlannedMail:
    """A mail to be put into the outbox together with its link.

    `event_id` is what it is about: the change's id, or for other kinds one made of person and address. One
    event is mailed once; `generation` counts the attempts that a person, or a cancelled mail, made necessary.
    `details` are the words of the letter: `name`, and by kind `changed_on` (ISO) or `practice`.
    """

    mail_id: str
    message_id: str
    link: Link
    recipient: str
    details: Mapping[str, str]
    template: str
    due_date: date
    rank: Rank
    state: MailState
    change: EmailChange | None = None
    hold_id: str | None = None
    #: The hold whose release waits until this mail is seen to work.
    canary_of: str | None = None
    requested_by: str = ""
    requested_reason: str = ""
    #: What shows that recipient, link and letter are as they were planned (`verification.seals`); None in a mail of
    #: an earlier version.
    seal: str | None = None


@dataclass(frozen=True)
class Claim:
    """A mail that a sender has taken: everything its letter is made of, and the lease that allows it.

    `dated_at` is the letter's Date, fixed at its first attempt, as is `body_sha256`; `expires_at` is when the link
    runs out; `first_tried_at` is the first attempt at the event, by this letter or by one that it replaced; `seal`
    shows that the mail is as it was planned.
    """

    mail_id: str
    epoch: int
    lease_token: str
    kind: MailKind
    gmc_number: str | None
    recipient: str
    recipient_key: str
    details: Mapping[str, str]
    template: str
    message_id: str
    generation: int
    link_id: str
    key_id: str
    dated_at: datetime
    expires_at: datetime
    attempts: int
    first_tried_at: datetime
    body_sha256: str | None = None
    rank: Rank = Rank.FIRST_LINK
    seal: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """A letter ready for the wire: envelope and bytes, lines ended by CR LF, without dot stuffing and final dot."""

    sender: str
    recipient: str
    envelope_id: str
    message: bytes = field(repr=False)


@dataclass(frozen=True)
class Person:
    """A doctor's current record. `name` is as a letter addresses them."""

    gmc_number: str
    name: str
    email: str | None
    key: str | None
    registration: Registration
    is_on_gp_register: bool
    is_absent: bool
    #: What makes two numbers look like one doctor: names, year of qualification and address (C-31).
    identity_key: tuple[str, str, str, str] | None


@dataclass(frozen=True)
class MailHistory:
    """What became of an event's newest mail."""

    event_id: str
    mail_id: str
    generation: int
    state: MailState
    reason: str | None
    first_tried_at: datetime | None
    #: How many mails about it have gone out, or may have, in whatever generations.
    handed_over: int = 0
    #: Whether a person asked for any of its mails.
    was_requested: bool = False
    #: Of the newest that has gone out, or may have: whether it came back undelivered, and its link's last day.
    was_returned: bool = False
    last_day: date | None = None


@dataclass(frozen=True)
class FirstMail:
    """One of the first mails of a first mailout: whose it is, its state, whether the address is verified."""

    gmc_number: str
    state: MailState
    sent_at: datetime | None
    is_confirmed: bool


@dataclass(frozen=True)
class LoggedMove:
    """One line of the send log: which mail reached which state, when, how, and on whose decision."""

    mail_id: str
    kind: MailKind
    generation: int
    at: datetime
    state: MailState
    phase: Phase | None
    smtp_code: int | None
    enhanced_code: str | None
    actor: str
    reason: str | None
    #: To whom the mail is addressed, as it stands now.
    recipient: str = field(default="", repr=False)
    #: The email change that the mail is about, if it is about one.
    change_id: str | None = None


@dataclass(frozen=True)
class AddressWord:
    """A person's decision about a doctor's address: not to be mailed any more, or (`lifted`) to be mailed again."""

    at: datetime
    lifted: bool
    actor: str
    reason: str


@dataclass(frozen=True)
class KeptMail:
    """Where a mail that is over names an address: as recipient, in its change, and in the ids made of addresses."""

    mail_id: str
    kind: MailKind
    event_id: str
    generation: int
    template: str
    recipient: str
    recipient_key: str
    change: EmailChange | None = None


RELEASED, REJECTED = "released", "rejected"
#: What becomes of a hold whose mail was cancelled meanwhile: there is nothing left to decide.
LAPSED = "lapsed"


@dataclass(frozen=True)
class Hold:
    """Why mails wait until two people release them. `scope` is what it is about: a run's date, or an extract's id.

    `opened_by` planned the mails; `asked_by` is the person who ordered them, or the first who approved.
    """

    hold_id: str
    kind: HoldKind
    scope: str
    opened_at: datetime
    opened_by: Actor
    counted: int
    allowed: int
    asked_by: Actor | None = None
    asked_at: datetime | None = None
    asked_reason: str = ""
    decision: str | None = None

    @property
    def sentence(self) -> str:
        """The hold in words, for staff."""
        return f"{self.kind.meaning} Counted {self.counted:,}, allowed {self.allowed:,}."


@dataclass(frozen=True)
class WaitingMail:
    """A mail that may still go out, and what it hangs on."""

    mail_id: str
    kind: MailKind
    event_id: str
    change_id: str | None
    gmc_number: str | None
    recipient: str = field(repr=False)
    recipient_key: str = field(repr=False)
    state: MailState
    dated_at: datetime | None
    requested_by: str
    #: Whether it follows another mail automatically (C-51).
    is_reminder: bool
    change_state: ChangeState | None
    change_reason: str | None
    due_date: date | None
    hold_kind: HoldKind | None
