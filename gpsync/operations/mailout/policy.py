"""How this installation mails, by its settings."""

from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context
from gpsync.operations.mailout.letter_writer import LetterWriter
from gpsync.verification.eligibility import Policy
from gpsync.verification.mailout_facts import MailoutPolicy


def eligibility_policy(context: Context) -> Policy:
    """Whom this installation mails."""
    return Policy(context.settings.audience, context.settings.hold_unlicensed)


def mailout_policy(context: Context, writer: LetterWriter) -> MailoutPolicy:
    """All that the installation decides itself about a mailout."""
    settings = context.settings
    return MailoutPolicy(
        eligibility=eligibility_policy(context),
        reach=writer.reach,
        secrets=writer.secrets,
        sender=settings.mail_from,
        hashed=pseudonyms(context),
        window_days=settings.window_days,
        reminders=settings.reminders,
        volume_at_least=settings.volume_at_least,
        canary_mails=settings.canary_mails,
    )
