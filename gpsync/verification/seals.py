"""The seal of a mail: it shows, just before the mail is handed over, that its row was not changed. Pure.

Whoever can write to the database could otherwise have a live link sent to an address of their own. A seal is made with
a link secret, which the database never sees, over what must not change between planning and sending; it names the
secret, so that secrets can be replaced while mails wait.
"""

import hmac

from gpsync.link_tokens import LinkSecrets
from gpsync.mails import Claim, PlannedMail
from gpsync.register.addresses import key

_PURPOSE = "gpsync|mail|v1"


def sealed(secrets: LinkSecrets, mail_id: str, recipient: str, link_id: str, generation: int) -> str:
    """The seal of a mail that is being planned: the secret's id and 256 bits in hexadecimal digits."""
    return _seal(secrets, secrets.signing_id, mail_id, recipient, link_id, generation)


def can_be_checked(secrets: LinkSecrets, mail: PlannedMail) -> bool:
    """Whether the mail was sealed when it was planned, and with a secret that is still there."""
    return mail.seal is not None and mail.link.key_id in secrets


def is_intact(secrets: LinkSecrets, mail: Claim | PlannedMail) -> bool:
    """Whether the mail is the one that was planned, to the address its link is bound to.

    False without a seal, and for one made with a secret that is not among `secrets`: then nobody can know.
    """
    link_id, generation, address_key = _bound_to(mail)
    key_id = (mail.seal or "").partition(":")[0]
    if mail.seal is None or key_id not in secrets or key(mail.recipient) != address_key:
        return False
    own = _seal(secrets, key_id, mail.mail_id, mail.recipient, link_id, generation)
    return hmac.compare_digest(own.encode(), mail.seal.encode("utf-8", "surrogatepass"))


def _bound_to(mail: Claim | PlannedMail) -> tuple[str, int, str]:
    if isinstance(mail, Claim):
        return mail.link_id, mail.generation, mail.recipient_key
    return mail.link.link_id, mail.link.generation, mail.link.address_key


def _seal(secrets: LinkSecrets, key_id: str, mail_id: str, recipient: str, link_id: str, generation: int) -> str:
    parts = (_PURPOSE, mail_id, recipient, link_id, str(generation))
    # Each with its length, so that no two mails give the same text.
    image = b"".join(b"%d:%b" % (len(part), part) for part in (one.encode("utf-8", "surrogatepass") for one in parts))
    return f"{key_id}:{hmac.digest(secrets.secret(key_id), image, 'sha256').hex()}"
