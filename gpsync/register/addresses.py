"""Email addresses: what counts as the same one, as none, and as one that can be mailed (rules C-N).

Two forms of an address travel together. The *supplied* form, cleaned of invisible characters, is what a
mail goes to. The *key* is for comparison only: case folded, domain in its ASCII form. Dots and plus
signs are kept, because `a+x@` and `a@` may be different people.
"""

import re

import idna
from email_validator import EmailNotValidError, validate_email

from gpsync.register.characters import visible

#: Written in the register to say that there is no address (C-N3).
_NONE_WORDS = frozenset({"", "-", "n/a", "na", "none", "nil", "null", "unknown", "no email", "not provided", "x"})
_NONE_PREFIXES = ("noemail@", "none@none")

#: What a mail program or a spreadsheet puts around an address.
_BEFORE = re.compile(r"^(?:mailto:|[<\"'\s])+", re.IGNORECASE)
_AFTER = ">\"'.,; \u3002"

#: Never mailed: reserved names that a typing error or a test left in the register (C-N5). `.example` is
#: reserved too and stays valid, because it is what made-up data uses and no mail service accepts it.
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|net|org)|test|invalid|localhost|local)$")
#: The last label of a domain has two letters at least; a single one is a truncated address.
_TOP = re.compile(r"\.[a-z0-9-]{2,}$")


#: Addresses so plain that nothing can be wrong with their form. Short, because the parts of an address may be
#: 64 characters long at most.
PLAIN = (
    r"(?i)^[a-z0-9_'+]+(?:[.-][a-z0-9_'+]+)*"  # before the @
    r"@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}$"
)
PLAIN_LENGTH = 64
#: Domains with a purpose of their own, which are not plain.
SPECIAL = r"(?i)(?:[.@]example\.(?:com|net|org)|[.@](?:test|invalid|localhost|local|onion|arpa))$"


def clean(text: str | None) -> str | None:
    """The address as supplied, without what cannot be seen; None where the text means "no address".

    Several addresses in one field stay as they are: they are invalid, and none of them is picked.
    """
    if text is None:
        return None
    tidy = _BEFORE.sub("", visible(text, "NFKC")).rstrip(_AFTER)
    folded = tidy.casefold()
    return None if folded in _NONE_WORDS or folded.startswith(_NONE_PREFIXES) else tidy


def key(address: str) -> str:
    """The form in which two addresses are compared (C-N2)."""
    local, at, domain = address.rpartition("@")
    if not at:
        return address.casefold()
    return f"{local.casefold()}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain.casefold()


def is_plain(address: str) -> bool:
    """Whether nothing can be wrong with the address's form; a hundredth of the cost of looking at it closely."""
    return len(address) <= PLAIN_LENGTH and bool(re.fullmatch(PLAIN, address)) and not re.search(SPECIAL, address)


def is_valid(address: str) -> bool:
    """Whether one mail can be addressed to it, by form alone: no look-up is made (C-N4, C-N5)."""
    if is_plain(address):
        return True
    try:
        # Strict, because the library otherwise lets a local part exceed its 64 characters.
        checked = validate_email(address, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return False
    domain = checked.ascii_domain
    return _TOP.search(domain) is not None and _RESERVED.search(domain) is None
