"""Mismatches in the roles that practice staff hold in PCSE Online (B48 to B56)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_USERS = Dataset.PRACTICE_USERS
_AT_PRACTICES = (_USERS, Dataset.PRACTICES)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.NO_PL_PRACTICE_MANAGER,
        "B48",
        "Nobody can approve changes",
        "An active GP practice has performers or undecided cases, and no active user with the PL Practice Manager "
        "role. It is high while a case waits for the practice. Where the practice has no active PL Organisation "
        "Administrator either, the CQC Registered Manager acts first.",
        Severity.MEDIUM,
        (Owner.UA, Owner.RM),
        "Give the PL Practice Manager role to somebody at the practice, in User Management.",
        (*_AT_PRACTICES, Dataset.PERFORMERS_LIST),
    ),
    Entry(
        Code.NO_USER_ADMINISTRATOR,
        "B49",
        "Nobody can give or take away roles",
        "An active GP practice has performers, undecided cases or users, and no active user with the PL Organisation "
        "Administrator role.",
        Severity.HIGH,
        (Owner.RM, Owner.GP),
        "Send PCSE a signed authorisation form that names an administrator. If there is no Registered Manager, a GP "
        "partner signs it.",
        (*_AT_PRACTICES, Dataset.PERFORMERS_LIST),
    ),
    Entry(
        Code.TOO_MANY_USER_ADMINISTRATORS,
        "B50",
        "Too many administrators",
        "More than 4 users of a practice hold the PL Organisation Administrator role, and 4 is the most allowed.",
        Severity.MEDIUM,
        (Owner.UA,),
        "Agree who stays. One administrator takes the role away from the others.",
        (_USERS,),
    ),
    Entry(
        Code.SINGLE_USER_ADMINISTRATOR,
        "B51",
        "Only 1 administrator",
        "An active GP practice has exactly 1 active user with the PL Organisation Administrator role.",
        Severity.LOW,
        (Owner.UA,),
        "Give the role to a second person, so that somebody can act when the first is away or leaves.",
        _AT_PRACTICES,
    ),
    Entry(
        Code.ADMINISTRATOR_NOT_NOMINATED,
        "B52",
        "Administrator not nominated",
        "A PL Organisation Administrator has no nominator on record, or the nominator was not a CQC Registered Manager "
        "of the practice on the day the role was given.",
        Severity.MEDIUM,
        (Owner.RM,),
        "Confirm the administrator, or ask for the role to be taken away.",
        (_USERS,),
    ),
    Entry(
        Code.USER_AT_SEVERAL_PRACTICES,
        "B53",
        "One address at several practices",
        "The same email address is in use at 2 or more practices, so whoever holds it can reach both. It is medium if "
        "the address has roles for the performers list at more than 1 of them. The practice that gave a role first is "
        "asked.",
        Severity.LOW,
        (Owner.UA,),
        "Ask whether the person has left. If so, deactivate the account; if not, confirm that both are right.",
        (_USERS,),
    ),
    Entry(
        Code.ROLE_AT_CLOSED_PRACTICE,
        "B54",
        "Access for a closed practice",
        "The ODS shows the practice as closed, and a user still holds a role there with an account that is not "
        "deactivated.",
        Severity.MEDIUM,
        (Owner.PCSE_PORTAL,),
        "Deactivate the user's access for this practice.",
        _AT_PRACTICES,
    ),
    Entry(
        Code.ROLE_ON_DEACTIVATED_ACCOUNT,
        "B55",
        "Approver or administrator without an account",
        "A user holds the PL Practice Manager or PL Organisation Administrator role with a deactivated account, and "
        "nobody with an active account holds that role at the practice.",
        Severity.MEDIUM,
        (Owner.UA,),
        "Give the role to somebody else, and take it away from the deactivated account.",
        (_USERS,),
    ),
    Entry(
        Code.SHARED_USER_EMAIL,
        "B56",
        "Several users behind one address",
        "2 or more user IDs of one practice have the same email address, so nobody can tell who approved what.",
        Severity.MEDIUM,
        (Owner.UA,),
        "Give each person an account with an address of their own.",
        (_USERS,),
    ),
)
