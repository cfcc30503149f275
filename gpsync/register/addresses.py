"""Email addresses: what counts as the same one, as none, and as one that can be mailed (rules C-N).

Two forms of an address travel together. The *supplied* form, without what is wrapped around it, is what a mail goes
to: nothing else in it is changed. The *key* is for comparison only: folded, so that what looks alike is compared
alike, and its domain in ASCII. Dots and plus signs are kept, because `a+x@` and `a@` may be different people. Where
folding changes more of an address than its case, a person decides whom it means (`is_unusual`).
"""

import re
import unicodedata

import idna
from email_validator import EmailNotValidError, validate_email

from gpsync.register.characters import is_stand_in, scripts, visible

#: Written in the register to say that there is no address (C-N3).
_NONE_WORDS = frozenset({"", "-", "n/a", "na", "none", "nil", "null", "unknown", "no email", "not provided", "x"})
_NONE_PREFIXES = ("noemail@", "none@none")

#: What folding takes away around an address: what a mail program or a spreadsheet puts there.
_BEFORE = re.compile(r"^(?:mailto:|[<\"'\s])+", re.IGNORECASE)
_AFTER = ">\"'.,; \u3002"
#: What is wrapping whatever the address is, beside white space: nothing before the @ begins with any of it, and no
#: domain ends so. The zero-width space, the word joiner and the byte order mark are spaces that have no width.
_WRAPPED_BEFORE, _WRAPPED_AFTER = "<\u200b\u2060\ufeff", ">.,;\u3002\u200b\u2060\ufeff"
_MAILTO = "mailto:"
#: Quotes are wrapping as a pair only: `'oneil@` may begin with one.
_QUOTES = ('"', "'")
_SPACES = re.compile(r"\s+")

#: Addresses that are their own folded form, short of case.
FOLDED = r"^[A-Za-z0-9!#$%&*+/=?^_{|}~-][A-Za-z0-9!#$%&'*+/=?^_{|}~.-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$"

#: Never mailed: reserved names that a typing error or a test left in the register (C-N5). `.example` is
#: reserved too and stays valid, because it is what made-up data uses and no mail service accepts it.
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|net|org)|test|invalid|localhost|local)$")
#: The last label of a domain has two letters at least; a single one is a truncated address.
_TOP = re.compile(r"\.[a-z0-9-]{2,}$")


#: Addresses so plain that nothing can be wrong with their form. Short, because the parts of an address may be
#: 64 characters long at most. Not "case ignored": the Kelvin sign would then be a k.
PLAIN = (
    r"^[A-Za-z0-9_+][A-Za-z0-9_'+]*(?:[.-][A-Za-z0-9_'+]+)*"  # before the @
    r"@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24}$"
)
PLAIN_LENGTH = 64
#: Domains with a purpose of their own, which are not plain.
SPECIAL = r"(?i)(?:[.@]example\.(?:com|net|org)|[.@](?:test|invalid|localhost|local|onion|arpa))$"
_PLAIN, _SPECIAL = re.compile(PLAIN), re.compile(SPECIAL)
#: What old mail services took for a route to another machine, a program or a file.
_ROUTING = frozenset("%!|/")


def clean(text: str | None) -> str | None:
    """The address as supplied, without what is wrapped around it; None where the text means "no address" (C-N1, C-N3).

    What is before the @ is left as it is, but for its accents, which are composed. The domain is left to IDNA.
    Several addresses in one field stay as they are: they are invalid, and none of them is picked.
    """
    if text is None:
        return None
    meant = folded(text)
    word = meant.casefold()
    if word in _NONE_WORDS or word.startswith(_NONE_PREFIXES):
        return None
    local, at, domain = _unwrapped(_composed(text)).rpartition("@")
    meant_domain = meant.rpartition("@")[2]
    # Where IDNA sees the same domain, its plain form is kept: a soft hyphen in it, for one, means nothing.
    same = _ascii_domain(domain) == _ascii_domain(meant_domain)
    return f"{local}{at}{meant_domain}" if at and same else f"{local}{at}{domain}"


def key(address: str) -> str:
    """The form in which two addresses are compared (C-N1, C-N2): folded, whatever is mailed."""
    local, at, domain = folded(address).rpartition("@")
    if not at:
        return domain.casefold()
    return f"{local.casefold()}@{_ascii_domain(domain)}"


def folded(text: str) -> str:
    """What an address would read if what looks alike were alike and what cannot be seen were gone; case stays."""
    return _BEFORE.sub("", visible(text, "NFKC")).rstrip(_AFTER)


def is_unusual(address: str) -> bool:
    """Whether a person must say whom the address means, because it may not be the one that it looks like (C-N1).

    True where more than wrapping and case would have to change before it could be compared, where what is before the
    @ or the domain mixes scripts, or where it holds what mail services have taken for a route. False for what is no
    address whichever way it is read: that is invalid.
    """
    if is_plain(address):
        return False
    meant = folded(address)
    if not is_valid(meant):
        return is_valid(address)
    local, at, domain = address.rpartition("@")
    meant_local, _, meant_domain = meant.rpartition("@")
    return (
        not at
        or _composed(local) != meant_local
        or any(map(is_stand_in, local))
        or bool(_ROUTING & set(local))
        or len(scripts(local)) > 1
        or _ascii_domain(domain) != _ascii_domain(meant_domain)
        or len(scripts(_decoded(domain))) > 1
    )


def _composed(text: str) -> str:
    """The text composed; one that would lose a character to another stays as it is."""
    text = _SPACES.sub(" ", text)
    return text if any(map(is_stand_in, text)) else unicodedata.normalize("NFC", text)


def _unwrapped(text: str) -> str:
    start, end = 0, len(text)
    while start < end:
        if text[start].isspace() or text[start] in _WRAPPED_BEFORE:
            start += 1
        elif text[start : start + len(_MAILTO)].lower() == _MAILTO:
            start += len(_MAILTO)
        elif text[end - 1].isspace() or text[end - 1] in _WRAPPED_AFTER:
            end -= 1
        elif end - start > 1 and text[start] == text[end - 1] and text[start] in _QUOTES:
            start, end = start + 1, end - 1
        else:
            break
    return text[start:end]


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain.casefold()


def _decoded(domain: str) -> str:
    """The domain as it is meant to be read: `bücher.example` for its form in ASCII."""
    try:
        return idna.decode(_ascii_domain(domain))
    except idna.IDNAError:
        return domain


def is_plain(address: str) -> bool:
    """Whether nothing can be wrong with the address's form; a hundredth of the cost of looking at it closely."""
    return len(address) <= PLAIN_LENGTH and bool(_PLAIN.fullmatch(address)) and not _SPECIAL.search(address)


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
