"""A person's decision about a mail that gpsync may not decide about."""

from collections.abc import Mapping

from sqlalchemy import Connection

from gpsync.errors import WrongUse
from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.mail_kinds import KINDS, About
from gpsync.mails import PlannedMail
from gpsync.operations.context import Context
from gpsync.operations.ids import mail_ids
from gpsync.operations.ingest.apply import rework_email_changes
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.users import gather_users
from gpsync.operations.sources import Sources
from gpsync.store import outbox, suppressions
from gpsync.store.locks import lock_history
from gpsync.store.outbox import planned
from gpsync.store.people import people
from gpsync.verification.planning import PlanOptions, written_anew
from gpsync.verification.renewing import addresses_today
from gpsync.verification.triggers import invited_users


def resolve(context: Context, mail_id: str, *, sent: bool, by: str, reason: str) -> None:
    """Settle a mail that is unknown, or give up one that was refused or altered (C-44). One not sent is planned again.

    To the address that its holder has today, if it is still the one that the mail was about.
    Raises WrongUse for a mail that is neither.
    """
    with context.engine.begin() as connection:
        lock_history(connection)
        mail = planned.as_planned(connection, mail_id)
        if mail is None or not outbox.resolve(connection, mail_id, sent, by, reason, context.now()):
            raise WrongUse(
                f"No mail called {mail_id} waits for this decision: one that is unknown can be --sent or --not-sent, "
                "one that is policy_held, dead or altered only --not-sent. `gpsync status` lists them."
            )
        known = _addresses_today(context, connection, mail)
        if not sent and mail_id in known and not _is_planned_by_itself(mail):
            options = PlanOptions(link_secrets(context), context.settings.mail_from, context.now())
            anew = written_anew(mail, known[mail_id], options).planned(mail_ids())
            if outbox.plan(connection, [anew], context.now()):
                outbox.mark_replaced(connection, mail_id, by, context.now())
        if mail.link.gmc_number is not None:
            rework_email_changes(connection, context, GMC_REGISTER, {mail.link.gmc_number})


def _addresses_today(context: Context, connection: Connection, mail: PlannedMail) -> Mapping[str, str]:
    number = mail.link.gmc_number
    users = gather_users(connection, Sources(context.archive), context.today)
    suppressed = suppressions.suppressed(connection)
    invited = invited_users(users.rows, users.practices, suppressed, context.today)
    return addresses_today([mail], people(connection, [number]) if number else {}, invited)


def _is_planned_by_itself(mail: PlannedMail) -> bool:
    """Whether the next mailout plans such a mail again unasked: first links and links on request it does not."""
    return KINDS[mail.link.kind].about is About.CHANGE and not mail.requested_by
