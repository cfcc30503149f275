"""Mismatches within the performers list (B18 to B25)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_LIST = (Dataset.PERFORMERS_LIST,)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.PL_DUPLICATE_RECORD,
        "B18",
        "More than 1 record of a doctor",
        "One GMC number has several list statuses, roles or names, or the same assignment is listed twice.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Merge the records into one.",
        _LIST,
    ),
    Entry(
        Code.PL_STATUS_UNKNOWN,
        "B19",
        "Unknown list status",
        "The list status is blank, or a word that gpsync does not know.",
        Severity.HIGH,
        (Owner.OPS,),
        "Find out what the status means. Add it to the known statuses, or have it corrected at the source.",
        _LIST,
    ),
    Entry(
        Code.PL_OFF_LIST_STILL_ASSIGNED,
        "B20",
        "Off the list, still assigned",
        "The doctor is removed, withdrawn or deceased, and an assignment to a practice still runs. A status that "
        "takes effect later does not count yet.",
        Severity.HIGH,
        (Owner.PCSE_PL, Owner.PM),
        "End the assignment and stop pension deductions.",
        _LIST,
    ),
    Entry(
        Code.PL_COMMITMENT_OVER_100,
        "B21",
        "Commitment over 100%",
        "The levels of commitment of a doctor's running assignments add up to more than 100%, or one of them is not a "
        "percentage.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Correct the sessions at one of the practices.",
        _LIST,
    ),
    Entry(
        Code.PL_NO_WORK_12_MONTHS,
        "B22",
        "No work on record for 12 months (advisory)",
        "The doctor is active on the list, and nothing shows any work in the last 12 months. Time before the doctor "
        "was listed, or before the present status began, does not count.",
        Severity.MEDIUM,
        (Owner.NHSE,),
        "Ask the doctor for evidence of work; work in urgent care counts. This alone has no consequence: NHS "
        "England may remove a doctor, and need not.",
        _LIST,
    ),
    Entry(
        Code.PL_REGION_MISMATCH,
        "B23",
        "Listed in another region",
        "The listed region is that of none of the practices to which the doctor is assigned, or it is not a region of "
        "NHS England.",
        Severity.LOW,
        (Owner.GP,),
        "Ask for a change of NHS England region in PCSE Online.",
        (Dataset.PERFORMERS_LIST, Dataset.PRACTICES),
    ),
    Entry(
        Code.PL_TYPE_ROLE_CONFLICT,
        "B24",
        "Role and type do not fit",
        "A registrar has the type of a qualified GP, or a qualified GP the type Registrar, or the role or the type is "
        "a word that gpsync does not know.",
        Severity.MEDIUM,
        (Owner.GP, Owner.PCSE_PL),
        "Submit a change of status in PCSE Online.",
        _LIST,
    ),
    Entry(
        Code.PL_PRACTICE_MISSING,
        "B25",
        "No practice on record",
        "The type is Principal, Salaried or Retainer, and no assignment runs. It is low where a locum has an "
        "assignment instead.",
        Severity.MEDIUM,
        (Owner.GP,),
        "Add the practice, or change the type to Locum. A locum who works at one practice changes the type.",
        _LIST,
    ),
)
