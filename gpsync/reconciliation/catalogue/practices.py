"""Mismatches between the records and the practices of the Organisation Data Service (B42 to B47)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_LIST = Dataset.PERFORMERS_LIST
_BOTH = (_LIST, Dataset.PRACTICES)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.PRACTICE_NOT_IN_ODS,
        "B42",
        "Practice code not known",
        "An assignment that has not ended, an undecided case or a user's role names a practice code that is not in "
        "the extract of the Organisation Data Service (ODS).",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Find out which practice is meant and correct the code in each of the records named.",
        _BOTH,
    ),
    Entry(
        Code.PRACTICE_CLOSED,
        "B43",
        "Practice closed and still in use",
        "The ODS shows the practice as closed, by its status or by a closing date that has come. A performer is still "
        "assigned to it, a case for it is undecided, or a user can still act for it.",
        Severity.HIGH,
        (Owner.PCSE_PL, Owner.ICB),
        "Move the performers and cases to the practice that took over, or end them.",
        _BOTH,
    ),
    Entry(
        Code.PRACTICE_NOT_ACTIVE,
        "B44",
        "Practice dormant or only proposed",
        "The ODS shows the practice as neither active nor closed: dormant, proposed or under a status that is not "
        "known. A performer has been assigned to it since before today.",
        Severity.MEDIUM,
        (Owner.PCSE_PL,),
        "Check with the practice whether it is open, and correct the assignment if it is not.",
        _BOTH,
    ),
    Entry(
        Code.PRACTICE_NOT_GP_SETTING,
        "B45",
        "Not a GP practice",
        "A performer is assigned to, or an undecided case is for, an organisation whose prescribing setting at the ODS "
        "is not that of a GP practice, or is blank.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "This can be right, at an out-of-hours service or an urgent treatment centre for example. Confirm it, or "
        "correct the code.",
        _BOTH,
    ),
    Entry(
        Code.PRACTICE_CODE_IS_BRANCH,
        "B46",
        "Branch code in place of a practice code",
        "A record names a code of 9 characters. Such codes belong to branch surgeries; a practice code has 6.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "Put the code of the main practice, the first 6 characters, in its place.",
        (_LIST,),
    ),
    Entry(
        Code.ODS_MEMBERSHIP_DIFFERS,
        "B47",
        "The ODS has the GP at another practice",
        "The ODS's list of GP memberships has the performer's prescriber code at another practice than the performers "
        "list, and has had so for 60 days or more. It is judged once an extract of these memberships is read.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "Tell the NHS Business Services Authority where the GP works.",
        _BOTH,
    ),
)
