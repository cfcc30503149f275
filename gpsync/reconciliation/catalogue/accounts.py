"""Mismatches in GMC addresses, verification links and PCSE Online accounts of performers (B57 to B67)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_REGISTER, _LIST, _ACCOUNTS = Dataset.GMC_REGISTER, Dataset.PERFORMERS_LIST, Dataset.PCSE_ACCOUNTS
_BOTH = (_REGISTER, _LIST)
_ALL = (*_BOTH, _ACCOUNTS)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.GMC_EMAIL_MISSING,
        "B57",
        "No address at the GMC",
        "The GMC holds no email address for a listed performer who is on its register.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Add an address at the GMC: online, by email or by phone. Reach the GP through the practice, and do not guess "
        "an address.",
        _BOTH,
    ),
    Entry(
        Code.GMC_EMAIL_INVALID,
        "B58",
        "Address cannot be mailed",
        "The address that the GMC holds for a listed performer is not written as an email address, holds several, or "
        "may not be the one that it looks like. Nobody is mailed there before it is corrected.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Correct the address at the GMC.",
        _BOTH,
    ),
    Entry(
        Code.GMC_EMAIL_SHARED,
        "B59",
        "Several doctors with one address",
        "2 or more doctors on the register have the same email address at the GMC. The dead and those no longer "
        "registered do not count. No link is sent to the address meanwhile. It stays the same mismatch while 2 "
        "doctors share the address: a doctor who stops using it changes neither its age nor an acknowledgement.",
        Severity.HIGH,
        (Owner.GP, Owner.PCSE_PORTAL),
        "Each of the doctors gives the GMC an address that nobody else uses.",
        (_REGISTER,),
    ),
    Entry(
        Code.GMC_EMAIL_ROLE_MAILBOX,
        "B60",
        "Address of an office",
        "The address that the GMC holds for a listed performer seems to be an office's, reception's for example.",
        Severity.LOW,
        (Owner.GP,),
        "Give the GMC a personal address: other people may read what is sent to an office.",
        _BOTH,
    ),
    Entry(
        Code.GMC_EMAIL_EQUALS_STAFF_USER,
        "B61",
        "Address of a practice user",
        "The address that the GMC holds for a listed performer is also a practice user's, and the user is not linked "
        "to that performer.",
        Severity.MEDIUM,
        (Owner.GP, Owner.UA),
        "Find out whether 2 people share a mailbox. If so, separate them; if they are one person, link the user to the "
        "GMC number.",
        (*_BOTH, Dataset.PRACTICE_USERS),
    ),
    Entry(
        Code.ACCOUNT_EMAIL_STALE,
        "B62",
        "Username not the address at the GMC",
        "The username of a performer's account is not the address that the GMC holds, and no change of address is "
        "under way. An address that cannot be mailed is B58 only.",
        Severity.MEDIUM,
        (Owner.PCSE_PORTAL,),
        "Send the doctor a link for the address that the GMC holds.",
        _ALL,
    ),
    Entry(
        Code.LINK_UNVERIFIED,
        "B63",
        "Link not used",
        "A link was sent to the address that the GMC holds. It ran out after 72 hours, and the account has not been "
        "verified with that address. It is high once the link went out more than 28 days ago.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Choose “Forgotten your login details?” in PCSE Online, or ask for a new link.",
        (_REGISTER, _ACCOUNTS),
    ),
    Entry(
        Code.LINK_BOUNCED,
        "B64",
        "Link came back",
        "A link was sent to the address that the GMC holds, and came back. Either the address does not accept mail, "
        "and nothing more is sent to it. Or the mail could not be delivered for another reason, such as a full "
        "mailbox: then it is medium, its owner is PCSE's portal team, and a link is sent once more, from 7 days after "
        "the first one has run out.",
        Severity.HIGH,
        (Owner.GP, Owner.PCSE_PORTAL),
        "Correct the address at the GMC. Where the address may be good (state RETURNED), reach the GP by another way "
        "than email, and send a link again when the mailbox takes mail.",
        (_REGISTER,),
    ),
    Entry(
        Code.EMAIL_CHURN,
        "B65",
        "Address changed too often",
        "The doctor's address at the GMC has changed 3 times or more within 30 days. Somebody else may have taken over "
        "the doctor's account at the GMC.",
        Severity.HIGH,
        (Owner.PCSE_PORTAL,),
        "Confirm with the doctor, by another way than email, before a link is released.",
        (_REGISTER,),
    ),
    Entry(
        Code.ACCOUNT_WITHOUT_LISTING,
        "B66",
        "Account without a listing",
        "Somebody who is not on the performers list, and has no open application to join a practice, has an "
        "active account.",
        Severity.LOW,
        (Owner.PCSE_PORTAL,),
        "Deactivate the account.",
        (_LIST, _ACCOUNTS, Dataset.PRACTICE_APPROVALS),
    ),
    Entry(
        Code.ACCOUNT_ACTIVE_WHILE_BARRED,
        "B67",
        "Active account of a barred doctor",
        "An active account belongs to a doctor whom the GMC shows as dead or erased, or did so when it last showed the "
        "doctor, or whom the performers list shows as removed or dead.",
        Severity.MEDIUM,
        (Owner.PCSE_PORTAL,),
        "Deactivate the account. If the doctor has died, write to nobody.",
        _ALL,
    ),
)
