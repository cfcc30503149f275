"""The domain's words and numbers, each written once.

An enum member carries the sentence that explains it (`Word.meaning`), so the glossary and the reports
print the same words the code decides with.
"""

from enum import IntEnum, StrEnum
from typing import Self


class Word(StrEnum):
    """A domain word: its stored value, and one sentence saying what it means."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Make a member of its value and its sentence."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.meaning = meaning
        return word

    @property
    def written(self) -> str:
        """The word as the sources of the extracts write it: `Included with conditions`."""
        return self.capitalize()


class Dataset(Word):
    """The six extracts gpsync reads."""

    GMC_REGISTER = "gmc_register", "The GMC's list of registered medical practitioners, with email addresses."
    PERFORMERS_LIST = "performers_list", "The National Performers List, one row per performer and practice."
    PRACTICE_APPROVALS = "practice_approvals", "Joiners, leavers and changes that practices approve, one row per case."
    PRACTICES = "practices", "GP practices, from the Organisation Data Service (ODS)."
    PRACTICE_USERS = "practice_users", "Who holds which PCSE Online role at which practice."
    PCSE_ACCOUNTS = "pcse_accounts", "The PCSE Online accounts of performers."


class Kind(Word):
    """How much of its dataset an extract holds."""

    DELTA = "delta", "Only what changed since the extract before."
    FULL = "full", "Everything the source holds on its date."


class Outcome(Word):
    """What became of an extract."""

    ACCEPTED = "accepted", "Its rows are in the history."
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings", "Its rows are in the history, some were quarantined or counted."
    HELD = "held", "Readable but implausible: nothing changes until a person approves or rejects it."
    REJECTED = "rejected", "Not read into the history: the file is faulty, or a person rejected it."
    SUPERSEDED = "superseded", "Replaced by a later revision of the same date."


#: The outcomes whose rows make the history.
ACCEPTED_OUTCOMES = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS)


class Registration(Word):
    """A doctor's standing with the GMC: the class of a registration status."""

    LICENSED = "LICENSED", "Registered with a licence to practise."
    UNLICENSED = "UNLICENSED", "Registered without a licence to practise."
    PROVISIONAL = "PROVISIONAL", "Provisionally registered with a licence."
    PROVISIONAL_UNLICENSED = "PROVISIONAL_UNLICENSED", "Provisionally registered without a licence."
    TEMPORARY = "TEMPORARY", "Temporarily registered with a licence."
    TEMPORARY_UNLICENSED = "TEMPORARY_UNLICENSED", "Temporarily registered without a licence."
    SUSPENDED = "SUSPENDED", "Suspended from the register."
    DECEASED = "DECEASED", "No longer registered: the doctor has died."
    ERASED = "ERASED", "No longer registered: erased from the register."
    RELINQUISHED = "RELINQUISHED", "No longer registered: gave registration up."
    LAPSED = "LAPSED", "No longer registered: registration ended for another reason."


#: Classes that mean the doctor is not on the register any more (death apart).
NOT_REGISTERED = frozenset({Registration.ERASED, Registration.RELINQUISHED, Registration.LAPSED})

#: The exact status texts of the register and the class each stands for. Texts are those the GMC feed
#: carried into Health Education England's TIS (TIS-REFERENCE, migrations V3.14 and V3.24). The last two
#: were seen on the web register only.
REGISTRATION_STATUSES: dict[str, Registration] = {
    "Registered with Licence": Registration.LICENSED,
    "Registered without a Licence": Registration.UNLICENSED,
    "Provisionally registered with Licence": Registration.PROVISIONAL,
    "Provisionally registered without a Licence": Registration.PROVISIONAL_UNLICENSED,
    "Temporary registration with Licence": Registration.TEMPORARY,
    "Temporary registration without a Licence": Registration.TEMPORARY_UNLICENSED,
    "Suspended": Registration.SUSPENDED,
    "Not Registered - Deceased": Registration.DECEASED,
    "Not Registered - Erased after Fitness to Practise panel hearing": Registration.ERASED,
    "Not Registered - Erased for false declaration": Registration.ERASED,
    "Not Registered - Erased for fraudulent application": Registration.ERASED,
    "Not Registered - Having relinquished registration": Registration.RELINQUISHED,
    "Not Registered - Provisional registration expired": Registration.LAPSED,
    "Not Registered - Administrative Reason": Registration.LAPSED,
    "Not Registered - Voluntary erasure": Registration.RELINQUISHED,
}


#: Classes of those who have left the register, whatever for.
LEFT_REGISTER = NOT_REGISTERED | {Registration.DECEASED}


class ListStatus(Word):
    """A doctor's status on the performers list, in the list's words."""

    INCLUDED = "included", "May work as a performer."
    CONDITIONS = "included with conditions", "May work as a performer, under conditions."
    SUSPENDED = "suspended", "Is on the list and may not work as a performer for now."
    REMOVED = "removed", "Was taken off the list."
    WITHDRAWN = "withdrawn", "Has left the list of their own accord, or will on the day that the list gives."
    DECEASED = "deceased", "Has died."


#: Those who may work as performers today, those whom the list shows as its own, and those who have left it.
ACTIVE_ON_LIST = frozenset({ListStatus.INCLUDED, ListStatus.CONDITIONS})
ON_LIST = ACTIVE_ON_LIST | {ListStatus.SUSPENDED}
LEFT_LIST = frozenset({ListStatus.REMOVED, ListStatus.WITHDRAWN, ListStatus.DECEASED})
#: Those who cannot come back by themselves: who withdrew may apply again.
BARRED_FROM_LIST = frozenset({ListStatus.REMOVED, ListStatus.DECEASED})
#: Those for whom a new post must not be approved.
NO_NEW_POST = frozenset({ListStatus.SUSPENDED, ListStatus.REMOVED})


class AccountStatus(Word):
    """The status of a PCSE Online account: a performer's, or a user's at a practice."""

    UNVERIFIED = "unverified", "Its holder has not used a link yet, and cannot log in."
    ACTIVE = "active", "Its holder can log in."
    LOCKED = "locked", "Its holder cannot log in for now."
    DEACTIVATED = "deactivated", "Switched off."


#: Accounts that nobody can log in to: never confirmed, or switched off.
SHUT_ACCOUNTS = frozenset({AccountStatus.UNVERIFIED, AccountStatus.DEACTIVATED})
#: Accounts that nobody can use as they are, those that are locked for now among them.
UNUSABLE_ACCOUNTS = SHUT_ACCOUNTS | {AccountStatus.LOCKED}


class DeltaAction(Word):
    """What a row of a delta extract does."""

    INSERT = "I", "The doctor is new."
    UPDATE = "U", "The doctor's record changed."
    DELETE = "D", "The doctor left the register file."


class ChangeKind(Word):
    """What sort of email change a doctor made."""

    CHANGED = "CHANGED", "An address replaced another."
    FIRST_EMAIL = "FIRST_EMAIL", "The doctor had no address before."


class ChangeState(Word):
    """The state of an email change on a given day."""

    WAITING = "WAITING", "The new address has not stood for the whole window yet."
    DUE = "DUE", "The window has passed: the doctor may be sent a link."
    HELD = "HELD", "A person or a later extract must clear something first."
    QUEUED = "QUEUED", "A mail has been planned."
    SENT = "SENT", "The mail was accepted by the mail service."
    VERIFIED = "VERIFIED", "The doctor has confirmed the address."
    UNVERIFIED_EXPIRED = "UNVERIFIED_EXPIRED", "The link ran out before it was used."
    BOUNCED = "BOUNCED", "The address does not accept mail."
    RETURNED = (
        "RETURNED",
        "The mail came back undelivered: the doctor has not had the link, and the address may be good.",
    )
    SUPERSEDED = "SUPERSEDED", "A newer address replaced this one."
    CANCELLED = "CANCELLED", "Nothing is to be sent."
    SUPPRESSED = "SUPPRESSED", "The doctor is not to be mailed about it."


#: States of a change about which something is still to be done.
OPEN_CHANGE_STATES = (ChangeState.WAITING, ChangeState.HELD, ChangeState.QUEUED)
#: States a change never leaves except through a new extract.
ENDED_STATES = frozenset({ChangeState.SUPERSEDED, ChangeState.CANCELLED})


class ChangeReason(Word):
    """Why an email change is not simply waiting or due."""

    EMAIL_REMOVED = "EMAIL_REMOVED", "The GMC holds no address any more (C-6)."
    REVERTED = "REVERTED", "The doctor went back to the address held before (C-9)."
    NEWER_CHANGE = "NEWER_CHANGE", "Another address came before this one was mailed (C-8)."
    EMAIL_CHURN = "EMAIL_CHURN", "Three or more changes within 30 days: possible account take-over (C-13)."
    INVALID_EMAIL = "INVALID_EMAIL", "The address cannot be mailed as it is written (C-25)."
    UNUSUAL_ADDRESS = (
        "UNUSUAL_ADDRESS",
        "The address may be another one than it looks like; `gpsync why` shows both. "
        "It is corrected at the GMC (C-N1).",
    )
    DECEASED = "DECEASED", "The doctor has died: nothing is ever sent (C-17)."
    DECEASED_REVERSED = "DECEASED_REVERSED", "A later extract takes back a recorded death: a person decides (C-17)."
    NOT_REGISTERED = "NOT_REGISTERED", "The doctor is no longer registered (C-18)."
    SUSPENDED = "SUSPENDED", "The doctor is suspended; the clock runs, the mail waits (C-19)."
    HOLD_EXPIRED = "HOLD_EXPIRED", "The suspension lasted over 12 months (C-19)."
    NOT_IN_REGISTER = "NOT_IN_REGISTER", "The register file no longer shows the doctor (C-22, C-23)."
    DATA_QUALITY = "DATA_QUALITY", "The doctor's newest row was quarantined (C-24)."
    SHARED_EMAIL = "SHARED_EMAIL", "Another registered doctor holds the same address (C-26)."
    REVERTED_AFTER_SEND = (
        "REVERTED_AFTER_SEND",
        "The doctor went back to the verified address after the link had gone out (C-10).",
    )
    SENT_EARLY = "SENT_EARLY", "A late extract shows that its link should not have gone out yet, or at all (C-36)."
    NOT_A_PERFORMER = "NOT_A_PERFORMER", "The doctor is outside the audience: not on the performers list (C-16)."
    OFF_LIST = "OFF_LIST", "The performers list shows the doctor as removed or withdrawn (C-21)."
    NO_LICENCE = "NO_LICENCE", "The doctor has no full licence, and HOLD_UNLICENSED asks to wait (C-20)."
    ADDRESS_REUSED = (
        "ADDRESS_REUSED",
        "Another doctor's account uses the address, or another doctor has just given it up (C-27).",
    )
    ALREADY_VERIFIED = "ALREADY_VERIFIED", "The doctor's account is verified with this very address (C-28)."
    SUPPRESSION_LIST = "SUPPRESSION_LIST", "The address is not to be mailed: it bounced, or its holder asked (C-30)."
    IDENTITY = "IDENTITY", "Two GMC numbers look like one doctor: a person must say which is right (C-31)."
    MASS_CHANGE = "MASS_CHANGE", "It came with an extract in which too many addresses changed (C-39)."
    TRANSPORT = "TRANSPORT", "The mail service refused it for five days: a person must look (C-45)."
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME", "Nobody knows whether the link went out: `gpsync resolve` decides (C-44)."
    REFUSED = "REFUSED", "A person has decided against mailing it."


class Audience(Word):
    """Which doctors are mailed."""

    PERFORMERS = "performers", "Doctors whom the performers list includes, with conditions or without."
    GP_REGISTER = "gp_register", "Doctors on the GMC's GP Register."
    EVERYONE = "everyone", "Every registered doctor."


class MailKind(Word):
    """What a mail is about."""

    EMAIL_CHANGE = "EMAIL_CHANGE", "A doctor's address at the GMC has changed, and its window has passed."
    FIRST_LINK = "FIRST_LINK", "The first link to a listed doctor whose account was never verified."
    USER_LINK = "USER_LINK", "The link to a new user at a practice, such as a user administrator."


class Rank(IntEnum):
    """Which mails go out first, whatever their dates; within a rank C-48's order holds."""

    REQUESTED = 1  # a person has asked for it
    CHANGE = 2
    USER = 3
    REMINDER = 4
    FIRST_LINK = 5


class MailState(Word):
    """The state of a mail."""

    HELD = "held", "Two people must release it first."
    PENDING = "pending", "Waiting to be sent."
    CLAIMED = "claimed", "A sender has taken it and has not handed it over to the mail service yet."
    IN_DOUBT = "in_doubt", "Being handed over at this moment: the mail service may have it."
    SENT = "sent", "Accepted by the mail service."
    DEFERRED = "deferred", "Refused for now; it is tried again later, exactly as it is."
    BOUNCED = "bounced", "The address does not accept mail."
    RETURNED = "returned", "Returned undelivered by a mail service that had accepted it. The address may be good."
    POLICY_HELD = "policy_held", "Refused because of us, not because of the address: a person must look."
    UNKNOWN = "unknown", "Handed over, but the answer was lost. gpsync never sends it again."
    CANCELLED = "cancelled", "Not to be sent."
    DEAD = "dead", "Given up after five days of refusals."


class MailReason(Word):
    """Why a mail was taken out of the queue, where its state does not say it."""

    ALTERED = (
        "ALTERED",
        "Its row in the database was changed after it was planned, so it is not sent: find out who changed it; "
        "`gpsync resolve` then cancels it, and another is planned.",
    )
    WRITTEN_ANEW = (
        "WRITTEN_ANEW",
        "A new letter with a new link replaces it: this one was deferred for a day, its address is now written "
        "differently, or its secret is no longer there (C-3, C-45).",
    )


#: Mails that may still go out.
LIVE_MAIL_STATES = (MailState.HELD, MailState.PENDING, MailState.CLAIMED, MailState.IN_DOUBT, MailState.DEFERRED)
#: Mails that nobody has in hand.
WAITING_MAIL_STATES = (MailState.HELD, MailState.PENDING, MailState.DEFERRED)
#: Mails that have left the house, or may have.
HANDED_OVER_STATES = frozenset(
    {MailState.SENT, MailState.BOUNCED, MailState.RETURNED, MailState.IN_DOUBT, MailState.UNKNOWN}
)
#: Mails that a sender may take when their time has come.
READY_MAIL_STATES = (MailState.PENDING, MailState.DEFERRED)
#: Mails of which the intent to hand them over, this time, was not recorded yet.
BEFORE_INTENT_STATES = (MailState.HELD, MailState.PENDING, MailState.CLAIMED)
#: What the mail service's answer makes of a mail that was handed over, early or late.
ANSWERED_STATES = frozenset(
    {MailState.SENT, MailState.BOUNCED, MailState.POLICY_HELD, MailState.DEFERRED, MailState.DEAD}
)
#: Mails that a person must look at.
STAFF_MAIL_STATES = (MailState.HELD, MailState.UNKNOWN, MailState.POLICY_HELD, MailState.DEAD)


class LinkState(Word):
    """The state of a verification link."""

    ISSUED = "issued", "Made for a mail."
    OPENED = "opened", "A person or a mail scanner has opened its page. This decides nothing."
    CONFIRMED = "confirmed", "Used: the address is verified."
    SUPERSEDED = "superseded", "Replaced by a newer link, or the address changed."
    EXPIRED = "expired", "Ran out before it was used."
    REVOKED = "revoked", "Withdrawn: its mail was cancelled, or the doctor may not be mailed any more."


#: Links that can still be used.
LIVE_LINK_STATES = (LinkState.ISSUED, LinkState.OPENED)


class Phase(Word):
    """How far the handing over of a mail got."""

    CONNECT = "connect", "Connecting, greeting, encryption, login."
    SENDER = "sender", "MAIL FROM."
    RECIPIENT = "recipient", "RCPT TO."
    DATA = "data", "The DATA command."
    BODY = "body", "The letter itself, without its end."
    DOT = "dot", "The final dot: from here on the mail service may have the mail."


class Verdict(Word):
    """What an answer from the mail service means."""

    SENT = "sent", "It took responsibility for the mail."
    DEFERRED = "deferred", "Not now: this mail is tried again later."
    BOUNCED = "bounced", "The address does not accept mail."
    POLICY_HELD = (
        "policy_held",
        "It refuses us or our letter, or does not say clearly that the address is at fault: a person must look.",
    )
    UNKNOWN = "unknown", "The answer to the final dot was lost or cannot be understood."
    CHANNEL_BACKOFF = "channel_backoff", "The mail service is not available; no mail is to blame."
    CHANNEL_STOP = "channel_stop", "Login, encryption or our sender address is refused: the run stops."


#: After these the mail service has the mail, or may have it: it counts against the day's cap.
HANDED_OVER_VERDICTS = (Verdict.SENT, Verdict.UNKNOWN)


class RunKind(Word):
    """What is recorded as a run, under the name that `gpsync runs` shows."""

    SYNC = "gmc_sync", "Extracts in the inbox were taken in."
    RECONCILE = "performer_reconcile", "The records were compared, and the report was published."
    MAILOUT = "verification_mailout", "Links that were due were mailed."
    MAILOUT_REHEARSAL = "mailout_rehearsal", "The links that would be mailed were counted; none was mailed."
    PURGE = "purge", "Addresses past retention were replaced by hashes."
    PURGE_REHEARSAL = "purge_rehearsal", "They were only counted."
    BOUNCES = "bounces", "The mailbox to which mail returns was read."
    LINKS_CONFIRM = "links_confirm", "The portal's list of used links was read."
    REPLAY = "replay", "The history was rebuilt from the archive."


class NotKnown(Word):
    """What a mailout may not know enough about, because an extract lacks a column or leaves it blank in every row."""

    EVERYBODY = "everybody", "Who is to be mailed at all (C-16)."
    VERIFIED = "who is verified", "Which doctors' accounts are verified, and with which address (C-28)."
    USER_LINKS = "user links", "Which users of practices wait to be invited."
    FIRST_LINKS = "first links", "Which listed doctors have no verified account."


class HoldKind(Word):
    """Why mails wait until two people release them."""

    VOLUME = "VOLUME", "Far more mails were planned than is usual."
    MASS_CHANGE = "MASS_CHANGE", "An extract in which too many addresses changed was approved."
    RESTORED = "RESTORED", "The database was rebuilt from the archive: nobody knows what it had mailed before."
    EARLY_LINK = (
        "EARLY_LINK",
        "A link was asked for before its address had stood for the whole window, and the doctor was not called back.",
    )
    CANARY = "CANARY", "A first mailout has begun: the rest of it waits until its first mails are seen to work."


class ActorSource(Word):
    """How gpsync knows who is acting. Never from a name in the environment."""

    LOGIN = "login", "The account that logged in, as the kernel's audit keeps it; it survives su and sudo."
    ACCOUNT = "account", "The account of the process, where nobody logged in or the kernel keeps no login."
    PROGRAM = "program", "The program itself, not a person."


class Action(Word):
    """What people do that is recorded with who did it."""

    APPROVE = "approve", "Approve a held extract, or release held mails."
    REJECT = "reject", "Reject a held extract, or cancel held mails."
    REPLACE = "replace", "Replace the extract accepted for a date."
    RESEND = "resend", "Send a link again."
    RESOLVE = "resolve", "Record what became of a mail."
    SUPPRESS = "suppress", "Stop mailing an address."
    LIFT = "lift", "Allow an address to be mailed again."
    ACKNOWLEDGE = "acknowledge", "Acknowledge mismatches until a date."
    SETTLE = "settle", "Record what a returned message was."


class ActOutcome(Word):
    """The result of what a person wanted to do."""

    DONE = "done", "It was done."
    ASKED = "asked", "It was asked for and recorded, and needs a second person."
    REFUSED = "refused", "A rule, or the state at the time, did not allow it."


class ReturnedKind(Word):
    """What a message in the bounce mailbox turned out to be."""

    PERMANENT = "permanent", "The address does not exist or is closed: it is not mailed again."
    DELAYED = "delayed", "The mail service is still trying."
    RETURNED = (
        "returned",
        "The mail service gave up for a temporary reason, such as a full mailbox; the address may be good.",
    )
    RELAYED = "relayed", "The mail was delivered or passed on: a success, nothing follows from it."
    POLICY = "policy", "The mail was returned because the receiving side refuses us, not the address."
    AUTO_REPLY = "auto_reply", "An automatic answer, such as out of office; ignored."
    FORGED = "forged", "It names a mail that was never sent, or not to that address; ignored."
    UNRECOGNISED = "unrecognised", "Not a bounce that gpsync can read: a person must look."
    UNREADABLE = "unreadable", "It could not be opened: a person must look at its permissions."


#: Messages that a person must look at and settle. Of a mail that came back undelivered, until something follows.
FOR_A_PERSON = (ReturnedKind.UNRECOGNISED, ReturnedKind.POLICY, ReturnedKind.UNREADABLE, ReturnedKind.RETURNED)


class QuarantineReason(Word):
    """Why one row of an extract was quarantined while the rest was accepted."""

    BAD_KEY = (
        "BAD_KEY",
        "The number that identifies the row is blank or not written as it must be; correct it at the source.",
    )
    CONFLICTING_DUPLICATE = (
        "CONFLICTING_DUPLICATE",
        "The same number is in several rows that disagree; ask the source which one is right.",
    )
    NO_NAME = "NO_NAME", "The name is blank; ask the source for the whole row."
    UNKNOWN_STATUS = (
        "UNKNOWN_STATUS",
        "gpsync does not know the status; check it and add it to REGISTRATION_STATUSES or correct the source.",
    )
    UNREADABLE_DATE = (
        "UNREADABLE_DATE",
        "A date is not written as ddmmyyyy, dd/mm/yyyy, dd-Mon-yyyy, dd Month yyyy, yyyymmdd or yyyy-mm-dd; correct "
        "it at the source.",
    )
    TOO_LONG = (
        "TOO_LONG",
        "A value is longer than any of its column: two columns have run into each other, or it is damaged; correct it "
        "at the source.",
    )
    UNKNOWN_ACTION = "UNKNOWN_ACTION", "The delta action is not I, U or D; ask the source what it means."


class Guard(Word):
    """The ways in which a readable extract can be implausible."""

    ROW_COUNT = "ROW_COUNT", "The row count differs too much from the last accepted full extract."
    TOO_MANY_GONE = "TOO_MANY_GONE", "Too many known records are missing from it."
    TOO_MANY_NEW = "TOO_MANY_NEW", "Too many records were never seen before."
    MASS_EMAIL_CHANGE = "MASS_EMAIL_CHANGE", "Too many email addresses changed in one extract."
    QUARANTINE = "QUARANTINE", "Too many of its rows were quarantined."
    MISTRANSLATED = (
        "MISTRANSLATED",
        "Values in it were converted between encodings once too often, such as 'JosÃ©' for 'José': letters would greet "
        "with them. Ask the sender for a file written as UTF-8 once.",
    )


class Severity(Word):
    """How soon somebody must act, in working days."""

    CRITICAL = "critical", "Act the same day."
    HIGH = "high", "Act within 5 working days."
    MEDIUM = "medium", "Act within 10 working days."
    LOW = "low", "Look at it once a month."
    INFO = "info", "Nothing needs to be done; good to know."


class Owner(Word):
    """Who must act on a mismatch; `called` is what a heading or a cell of a table calls them."""

    called: str

    def __new__(cls, value: str, called: str = "", meaning: str = "") -> Self:
        """Make a member of its value, its name and its sentence."""
        owner = str.__new__(cls, value)
        owner._value_ = value
        owner.called, owner.meaning = called, meaning
        return owner

    GP = "GP", "GP", "The GP."
    PM = "PM", "Practice manager", "The practice's PL Practice Manager, who approves changes."
    UA = "UA", "User administrator", "The practice's PL Organisation Administrator, who gives roles."
    RM = "RM", "Registered Manager", "The CQC Registered Manager, who nominates administrators."
    ICB = "ICB", "ICB", "The Integrated Care Board's PL Approver."
    PCSE_PL = "PCSE-PL", "PCSE performers list", "PCSE's performers list team."
    PCSE_PORTAL = "PCSE-PORTAL", "PCSE portal", "PCSE's portal team."
    NHSE = "NHSE", "NHS England", "NHS England's regional professional standards team."
    OPS = "OPS", "Data team", "Whoever runs this pipeline."


class MismatchState(Word):
    """The state of a mismatch."""

    NEW = "NEW", "Seen for the first time in the newest run."
    OPEN = "OPEN", "Seen before, and still there."
    REOPENED = "REOPENED", "Had been resolved, and is there again."
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged by a person until a date, unless the compared values change."
    RESOLVED = "RESOLVED", "The records agree again."


#: States of a mismatch that is still there.
UNRESOLVED_STATES = (MismatchState.NEW, MismatchState.OPEN, MismatchState.REOPENED, MismatchState.ACKNOWLEDGED)


class Code(StrEnum):
    """The kinds of mismatch; what each means, who owns it and what to do is in `reconciliation.catalogue`."""

    # registration
    GMC_DECEASED_ON_LIST = "GMC_DECEASED_ON_LIST"
    GMC_ERASED_ON_LIST = "GMC_ERASED_ON_LIST"
    GMC_RELINQUISHED_ON_LIST = "GMC_RELINQUISHED_ON_LIST"
    GMC_LAPSED_ON_LIST = "GMC_LAPSED_ON_LIST"
    GMC_SUSPENDED_LIST_ACTIVE = "GMC_SUSPENDED_LIST_ACTIVE"
    GMC_NO_LICENCE_ON_LIST = "GMC_NO_LICENCE_ON_LIST"
    GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST = "GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST"
    GMC_NOT_FOUND = "GMC_NOT_FOUND"
    GMC_NUMBER_INVALID = "GMC_NUMBER_INVALID"
    NOT_ON_GP_REGISTER = "NOT_ON_GP_REGISTER"
    REGISTRAR_ON_GP_REGISTER = "REGISTRAR_ON_GP_REGISTER"
    GP_REGISTER_DATE_DIFFERS = "GP_REGISTER_DATE_DIFFERS"
    PLACEHOLDER_DATE = "PLACEHOLDER_DATE"
    NAME_DIFFERS = "NAME_DIFFERS"
    GMC_RESTRICTION_NOT_ON_LIST = "GMC_RESTRICTION_NOT_ON_LIST"
    GMC_RESTORED_LIST_SUSPENDED = "GMC_RESTORED_LIST_SUSPENDED"
    GMC_STATUS_UNKNOWN = "GMC_STATUS_UNKNOWN"

    # listing
    PL_DUPLICATE_RECORD = "PL_DUPLICATE_RECORD"
    PL_STATUS_UNKNOWN = "PL_STATUS_UNKNOWN"
    PL_OFF_LIST_STILL_ASSIGNED = "PL_OFF_LIST_STILL_ASSIGNED"
    PL_COMMITMENT_OVER_100 = "PL_COMMITMENT_OVER_100"
    PL_NO_WORK_12_MONTHS = "PL_NO_WORK_12_MONTHS"
    PL_REGION_MISMATCH = "PL_REGION_MISMATCH"
    PL_TYPE_ROLE_CONFLICT = "PL_TYPE_ROLE_CONFLICT"
    PL_PRACTICE_MISSING = "PL_PRACTICE_MISSING"

    # approvals
    APPROVAL_OVERDUE = "APPROVAL_OVERDUE"
    ICB_APPROVAL_OVERDUE = "ICB_APPROVAL_OVERDUE"
    APPROVED_NOT_APPLIED = "APPROVED_NOT_APPLIED"
    APPLIED_WITHOUT_APPROVAL = "APPLIED_WITHOUT_APPROVAL"
    APPLIED_DESPITE_REJECTION = "APPLIED_DESPITE_REJECTION"
    REJECTED_UNRESOLVED = "REJECTED_UNRESOLVED"
    DUPLICATE_REQUEST = "DUPLICATE_REQUEST"
    CONFLICTING_REQUESTS = "CONFLICTING_REQUESTS"
    EFFECTIVE_DATE_DIFFERS = "EFFECTIVE_DATE_DIFFERS"
    BACKDATED_BEFORE_PENSION_YEAR = "BACKDATED_BEFORE_PENSION_YEAR"
    APPROVER_NOT_AUTHORISED = "APPROVER_NOT_AUTHORISED"
    SELF_APPROVAL = "SELF_APPROVAL"
    CASE_PERFORMER_UNKNOWN = "CASE_PERFORMER_UNKNOWN"
    CASE_PERFORMER_NOT_ELIGIBLE = "CASE_PERFORMER_NOT_ELIGIBLE"
    WITHDRAWAL_DATE_PASSED = "WITHDRAWAL_DATE_PASSED"
    WITHDRAWAL_WHILE_SUSPENDED = "WITHDRAWAL_WHILE_SUSPENDED"

    # practices
    PRACTICE_NOT_IN_ODS = "PRACTICE_NOT_IN_ODS"
    PRACTICE_CLOSED = "PRACTICE_CLOSED"
    PRACTICE_NOT_ACTIVE = "PRACTICE_NOT_ACTIVE"
    PRACTICE_NOT_GP_SETTING = "PRACTICE_NOT_GP_SETTING"
    PRACTICE_CODE_IS_BRANCH = "PRACTICE_CODE_IS_BRANCH"
    ODS_MEMBERSHIP_DIFFERS = "ODS_MEMBERSHIP_DIFFERS"

    # roles
    NO_PL_PRACTICE_MANAGER = "NO_PL_PRACTICE_MANAGER"
    NO_USER_ADMINISTRATOR = "NO_USER_ADMINISTRATOR"
    TOO_MANY_USER_ADMINISTRATORS = "TOO_MANY_USER_ADMINISTRATORS"
    SINGLE_USER_ADMINISTRATOR = "SINGLE_USER_ADMINISTRATOR"
    ADMINISTRATOR_NOT_NOMINATED = "ADMINISTRATOR_NOT_NOMINATED"
    USER_AT_SEVERAL_PRACTICES = "USER_AT_SEVERAL_PRACTICES"
    ROLE_AT_CLOSED_PRACTICE = "ROLE_AT_CLOSED_PRACTICE"
    ROLE_ON_DEACTIVATED_ACCOUNT = "ROLE_ON_DEACTIVATED_ACCOUNT"
    SHARED_USER_EMAIL = "SHARED_USER_EMAIL"

    # accounts
    GMC_EMAIL_MISSING = "GMC_EMAIL_MISSING"
    GMC_EMAIL_INVALID = "GMC_EMAIL_INVALID"
    GMC_EMAIL_SHARED = "GMC_EMAIL_SHARED"
    GMC_EMAIL_ROLE_MAILBOX = "GMC_EMAIL_ROLE_MAILBOX"
    GMC_EMAIL_EQUALS_STAFF_USER = "GMC_EMAIL_EQUALS_STAFF_USER"
    ACCOUNT_EMAIL_STALE = "ACCOUNT_EMAIL_STALE"
    LINK_UNVERIFIED = "LINK_UNVERIFIED"
    LINK_BOUNCED = "LINK_BOUNCED"
    EMAIL_CHURN = "EMAIL_CHURN"
    ACCOUNT_WITHOUT_LISTING = "ACCOUNT_WITHOUT_LISTING"
    ACCOUNT_ACTIVE_WHILE_BARRED = "ACCOUNT_ACTIVE_WHILE_BARRED"

    # data
    EXTRACT_MISSING = "EXTRACT_MISSING"
    EXTRACT_REJECTED = "EXTRACT_REJECTED"
    EXTRACT_GAP = "EXTRACT_GAP"
    VOLUME_ANOMALY = "VOLUME_ANOMALY"
    STALE_REFERENCE = "STALE_REFERENCE"


#: What ends a doctor's work as a performer needs one answer: beside one of these findings, those of
#: `ANSWERED_WITH_DECISIVE` about the same doctor say nothing more.
DECISIVE_CODES = (Code.GMC_DECEASED_ON_LIST, Code.GMC_ERASED_ON_LIST, Code.GMC_SUSPENDED_LIST_ACTIVE)
ANSWERED_WITH_DECISIVE = frozenset(
    {
        Code.APPROVAL_OVERDUE,
        Code.ICB_APPROVAL_OVERDUE,
        Code.APPROVED_NOT_APPLIED,
        Code.APPLIED_WITHOUT_APPROVAL,
        Code.APPLIED_DESPITE_REJECTION,
        Code.REJECTED_UNRESOLVED,
        Code.DUPLICATE_REQUEST,
        Code.CONFLICTING_REQUESTS,
        Code.EFFECTIVE_DATE_DIFFERS,
        Code.BACKDATED_BEFORE_PENSION_YEAR,
        Code.APPROVER_NOT_AUTHORISED,
        Code.SELF_APPROVAL,
        Code.CASE_PERFORMER_UNKNOWN,
    }
)


# --- Numbers ---------------------------------------------------------------------------------------

#: Calendar days a new address must have stood before its link is mailed. Source: PCSE's help page
#: "GPs and GP Practices using PCSE Online": allow 14 days for an email verification link.
WINDOW_DAYS = 14
#: An address may be blank in one extract, for this many days at most, and still count as unbroken (C-7).
GLITCH_DAYS = 3
#: A doctor who returns to an unfinished address within this many days keeps its first dates (C-9).
RETURN_DAYS = 14
#: Changes of one doctor within CHURN_DAYS that hold the newest (C-13).
CHURN_CHANGES = 3
CHURN_DAYS = 30
#: A suspension longer than this many months ends the change it held (C-19).
SUSPENSION_MONTHS = 12

#: Guards: allowed share, in percent, and the count below which a share means nothing.
ROW_COUNT_PERCENT = 15.0
GONE_PERCENT, GONE_AT_LEAST = 1.0, 20
NEW_PERCENT, NEW_AT_LEAST = 2.0, 50
EMAIL_CHANGE_PERCENT, EMAIL_CHANGE_AT_LEAST = 1.0, 200
QUARANTINE_PERCENT = 2.0

#: Bytes. The whole register is about 150 MB: what is larger than this is no extract.
LARGEST_FILE = 2 * 1024**3

#: An extract older than this is refused (C-40).
OLDEST_EXTRACT_DAYS = 366

#: An address that nobody has used for so many days is kept as a keyed hash only (C-55).
RETENTION_DAYS = 730
#: It is kept so long at least: rules look back up to a year (C-19, C-40).
RETENTION_LEAST_DAYS = 400
#: A reason that a person gives has so many characters: fewer explain nothing to a later reader.
SHORTEST_REASON, LONGEST_REASON = 3, 500
#: What the keyed hash of an address begins with, in every column that holds an address.
HASHED = "hashed:"

#: An end date that says there is no end: of an assignment, a practice or a role.
NO_END = "9999-12-31"

#: A GMC reference number: seven digits, or L and six for a historic limited registration.
GMC_NUMBER = r"^(?:[0-9]{7}|L[0-9]{6})$"
#: An ODS practice code: a letter and five digits.
PRACTICE_CODE = r"^[A-Z][0-9]{5}$"

# --- The mismatches --------------------------------------------------------------------------------

#: Days after which an approval that is still pending is a mismatch, and after which it is a grave one.
APPROVAL_OVERDUE_DAYS, APPROVAL_ESCALATE_DAYS = 14, 28
#: Working days that PCSE has to apply an approved change.
APPLY_LAG_WORKING_DAYS = 5
#: A change on the list belongs to a case whose date is so many days off at most.
EFFECTIVE_MATCH_DAYS = 28
#: Days that a registrar who came onto the GP Register may be listed as one, and after which that is grave.
REGISTRAR_LAG_DAYS, REGISTRAR_HIGH_DAYS = 28, 90
#: User administrators that a practice may have.
MAX_USER_ADMINISTRATORS = 4
#: Without work for so many months a performer may be removed from the list.
MONTHS_WITHOUT_WORK = 12
#: A link that was not used for so many days is a grave mismatch.
LINK_HIGH_DAYS = 28
#: An extract older than this cannot be judged by.
STALE_REFERENCE_DAYS = 7
#: An extract is missing after so many working days; a longer stretch of days without a register extract is reported.
MISSING_EXTRACT_WORKING_DAYS, EXTRACT_GAP_DAYS = 3, 5

# --- The mailout -----------------------------------------------------------------------------------

#: Hours that a link can be used. Source: PCSE asks performers to use it within 72 hours.
LINK_HOURS = 72
#: Mails a day, and a minute (NHSmail allows about 30 a minute).
DAILY_CAP, PER_MINUTE = 500, 20
#: Mails a minute to one receiving domain (0: no limit), and connections to the mail service at the same time.
PER_DOMAIN_MINUTE, CONNECTIONS = 0, 1
#: The last part of the day's cap, in percent, that first links leave to all other mails (C-48).
RESERVED_PERCENT = 20
#: Nothing is sent by a register older than this many working days, or a list older than this many days (C-35).
REGISTER_FRESH_WORKING_DAYS, LIST_FRESH_DAYS = 3, 7
#: After a gap between extracts longer than this a person must confirm the register (C-34).
GAP_DAYS = 14
#: An address that another doctor gave up at most so many days before this one took it up waits for as long (C-27).
REUSE_DAYS = 30
#: Days over which the usual number of mails is counted.
USUAL_DAYS = 28
#: Mails planned in one run that need two people: more than this, and than so many times the usual.
VOLUME_AT_LEAST, VOLUME_TIMES = 500, 5
#: The first mails of a first mailout, after which it stops until it is released.
CANARY_MAILS = 50
#: Hours after the last of them was sent before the rest may be released: bounces and confirmations take their time.
CANARY_HOURS = 24
#: Minutes before each further try of a deferred mail; the first is in the same run (greylisting).
RETRY_MINUTES = (15, 30, 60, 120, 240)
#: Deferred for so many days, a mail is given up (RFC 5321, 4.5.4.1).
DEFER_DAYS = 5
#: A letter says when its link runs out, so one that is delayed for more hours than this is replaced by a new letter.
STALE_LETTER_HOURS = 24
#: A stopped sender's mails are free again, or in doubt, after so many minutes: more than the ten minutes
#: for which the answer to the final dot is awaited (RFC 5321, 4.5.3.2.6).
LEASE_MINUTES = 30
#: A run stops after so many channel errors in a row, or when this percentage of the last so many is refused.
CHANNEL_ERRORS = 20
#: Where no mail was answered yet, nobody has ever seen these settings work: then so many are enough.
CHANNEL_ERRORS_AT_FIRST = 6
REFUSED_PERCENT, REFUSED_OF_LAST = 5.0, 200
#: Refusals of us, not of an address, stop it sooner, because each one harms our name and needs a person: so many in
#: a row, or so many among the last so many mails.
POLICY_IN_A_ROW = 3
POLICY_REFUSED, POLICY_OF_LAST = 5, 20
#: A connection is replaced after so many mails.
MAILS_PER_CONNECTION = 100
#: Further links that are mailed automatically when one was not used.
REMINDERS = 0
#: A reminder goes out so many days at the earliest, and so many at the latest, after the last day on which the first
#: link could be used (C-51): one that ran out long ago is not mailed again because the setting was turned on.
REMINDER_DAYS, REMINDER_WITHIN_DAYS = 7, 30
#: Why a mail was planned although an earlier one about the same change has gone out and nobody asked for it (C-51): the
#: link of that one was not used, or that one came back undelivered.
REMINDER, AFTER_RETURN = "REMINDER", "AFTER_RETURN"
#: A person may have a link sent again so many times within so many days (C-52).
RESENDS, RESEND_DAYS = 3, 30

#: Of a returned message that a person must look at so many characters are kept, and of so many messages at most.
KEPT_CHARACTERS, KEPT_MESSAGES = 16_384, 1_000
