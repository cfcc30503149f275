"""What must still hold in the moment before a mail is handed over (C-50), written once.

The intent is recorded only if every guard holds in its own transaction; the first one that does not is the
reason why the mail is withdrawn.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from gpsync.mail_kinds import About, kinds_about
from gpsync.mails import Claim
from gpsync.rules import (
    ACCEPTED_OUTCOMES,
    LIVE_LINK_STATES,
    NOT_REGISTERED,
    ChangeReason,
    ChangeState,
    Dataset,
    MailReason,
    MailState,
    Registration,
)
from gpsync.store.outbox.moves import words

#: The mail is no longer ours to send: the sender that holds this claim took too long.
LEASE_LOST = "LEASE_LOST"
#: An extract was accepted after it was judged who may be mailed.
NEWER_EXTRACT = "NEWER_EXTRACT"
#: The letter's link was used, replaced or withdrawn.
REVOKED_LINK = "REVOKED_LINK"
#: The letter would not be the one, byte for byte, that was tried before.
LETTER_CHANGED = "LETTER_CHANGED"

_CURRENT = "SELECT FROM doctor d WHERE d.gmc_number = o.gmc_number AND d.valid_to IS NULL"
_CHANGE = "FROM email_change c WHERE c.change_id = o.change_id"


def _not_standing(*classes: Registration) -> str:
    return f"NOT EXISTS ({_CURRENT} AND d.registration_class IN ({words(classes)}))"


#: For each guard the reason, as SQL, and the condition on the mail `o` that must hold.
_GUARDS: tuple[tuple[str, str], ...] = (
    (
        f"'{LEASE_LOST}'",
        f"o.state = '{MailState.CLAIMED}' AND o.epoch = :epoch AND o.lease_token = :lease_token"
        " AND o.lease_until > clock_timestamp()",
    ),
    (
        # The seal itself was looked at when the letter was written: here it is that the row has not changed since.
        f"'{MailReason.ALTERED}'",
        "o.recipient = :recipient AND o.recipient_key = :recipient_key AND o.link_id = :link_id"
        " AND o.generation = :generation AND o.seal = :seal",
    ),
    (
        f"'{NEWER_EXTRACT}'",
        # Asked for the newest, an index answers however many extracts there are.
        "coalesce((SELECT max(x.loaded_at) FROM extract x"
        f" WHERE x.outcome IN ({words(ACCEPTED_OUTCOMES)})) <= :judged_at, true)",
    ),
    (f"'{ChangeReason.DECEASED}'", _not_standing(Registration.DECEASED)),
    (f"'{ChangeReason.NOT_REGISTERED}'", _not_standing(*sorted(NOT_REGISTERED))),
    (f"'{ChangeReason.SUSPENDED}'", _not_standing(Registration.SUSPENDED)),
    (
        f"'{ChangeReason.NOT_IN_REGISTER}'",
        f"o.gmc_number IS NULL OR (EXISTS ({_CURRENT}) AND NOT EXISTS (SELECT FROM absence a"
        f" WHERE a.dataset = '{Dataset.GMC_REGISTER}' AND a.key = o.gmc_number AND a.returned_on IS NULL))",
    ),
    (
        f"'{ChangeReason.SUPPRESSION_LIST}'",
        "NOT EXISTS (SELECT FROM suppression s WHERE s.address_key = o.recipient_key)",
    ),
    (
        # A verification from before the change is of no use: the doctor may have left the address and come back.
        f"'{ChangeReason.ALREADY_VERIFIED}'",
        "NOT EXISTS (SELECT FROM verification v WHERE v.gmc_number = o.gmc_number"
        " AND v.address_key = o.recipient_key"
        " AND v.verified_on >= coalesce(CAST(o.change ->> 'change_date' AS DATE), '-infinity'))",
    ),
    (
        f"'{ChangeReason.NEWER_CHANGE}'",
        f"o.gmc_number IS NULL OR EXISTS ({_CURRENT} AND d.email_key = o.recipient_key)",
    ),
    (
        f"coalesce((SELECT c.reason {_CHANGE}), '{ChangeReason.NEWER_CHANGE}')",
        f"o.kind NOT IN ({words(kinds_about(About.CHANGE))}) OR EXISTS (SELECT {_CHANGE}"
        f" AND c.state = '{ChangeState.QUEUED}' AND c.new_key = o.recipient_key)",
    ),
    (
        f"'{REVOKED_LINK}'",
        f"EXISTS (SELECT FROM link l WHERE l.link_id = o.link_id AND l.state IN ({words(LIVE_LINK_STATES)}))",
    ),
)

#: Every guard holds.
ALL = " AND ".join(f"({condition})" for _, condition in _GUARDS)

_WHY = text(
    f"SELECT CASE {' '.join(f'WHEN ({condition}) IS NOT TRUE THEN {reason}' for reason, condition in _GUARDS)} END"
    " FROM outbox o WHERE o.mail_id = :mail_id"
)


def why_withdrawn(connection: Connection, claim: Claim, judged_at: datetime) -> str | None:
    """Which guard forbids the mail; None if none does.

    LEASE_LOST, NEWER_EXTRACT, REVOKED_LINK, MailReason.ALTERED or a ChangeReason.
    """
    found = connection.execute(_WHY, guard_values(claim, judged_at)).scalars().all()
    return found[0] if found else LEASE_LOST


def guard_values(claim: Claim, judged_at: datetime) -> dict[str, object]:
    """What the guards compare the mail with."""
    return {
        "mail_id": claim.mail_id,
        "epoch": claim.epoch,
        "lease_token": claim.lease_token,
        "judged_at": judged_at,
        "recipient": claim.recipient,
        "recipient_key": claim.recipient_key,
        "link_id": claim.link_id,
        "generation": claim.generation,
        "seal": claim.seal,
    }
