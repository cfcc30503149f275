"""Many addresses at once: which are the same, which cannot be mailed, which belong to nobody in particular."""

import numpy as np
import pandas as pd

from gpsync.register import addresses

#: What a mailbox is called that an office shares, without digits and what stands between the parts.
_OFFICE_WORDS = frozenset({
    "accounts", "admin", "administration", "administrator", "appointments", "contact", "donotreply", "enquiries",
    "enquiry", "finance", "generic", "gp", "gps", "help", "helpdesk", "info", "information", "mail", "mailbox",
    "manager", "noreply", "office", "postmaster", "practice", "practiceadmin", "practicemanager", "prescriptions",
    "reception", "receptionist", "receptionists", "referrals", "secretaries", "secretary", "staff", "support",
    "surgery", "team", "webmaster",
})  # fmt: skip


def email_keys(emails: "pd.Series[str]") -> "pd.Series[str]":
    """The form in which addresses are compared. They were cleaned when read, so plain ones are only lowered."""
    emails = emails.astype("str")
    keys, odd = emails.str.lower(), ~emails.str.match(addresses.FOLDED, na=True)
    keys[odd] = np.array([addresses.key(address) for address in emails[odd]], dtype=object)
    return keys


def cannot_be_mailed(emails: "pd.Series[str]") -> "pd.Series[bool]":
    """Which addresses are not blank, and are not valid or may not be what they look like."""
    emails = emails.astype("str")
    plain = emails.str.match(addresses.PLAIN, na=True) & ~emails.str.contains(addresses.SPECIAL, na=False)
    doubtful = ~plain | (emails.str.len() > addresses.PLAIN_LENGTH)
    wrong = pd.Series(False, emails.index)
    wrong[doubtful] = np.array([not _can_be_mailed(address) for address in emails[doubtful]], dtype=bool)
    return wrong


def _can_be_mailed(address: str) -> bool:
    return addresses.is_valid(address) and not addresses.is_unusual(address)


def is_office(keys: "pd.Series[str]") -> "pd.Series[bool]":
    """Which addresses are called after an office and not after a person."""
    local = keys.astype("str").str.replace(r"@.*$", "", regex=True).str.replace(r"[0-9._-]", "", regex=True)
    return local.isin(_OFFICE_WORDS)
