"""Mismatches between the performers list and the GMC register (B01 to B17)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.reconciliation.catalogue.registration_details import DETAILS
from gpsync.rules import Code, Dataset, Owner, Severity

_LIST, _REGISTER = Dataset.PERFORMERS_LIST, Dataset.GMC_REGISTER
_BOTH = (_REGISTER, _LIST)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.GMC_DECEASED_ON_LIST,
        "B01",
        "Recorded as dead, still listed",
        "The GMC register records the doctor's death, or did so when it last showed the doctor. The performers list "
        "still shows the doctor as included or suspended.",
        Severity.CRITICAL,
        (Owner.PCSE_PL, Owner.NHSE),
        "Confirm the death. Take the doctor off the list, end the assignments and switch the account off. Write "
        "neither to the doctor nor to the family.",
        _BOTH,
    ),
    Entry(
        Code.GMC_ERASED_ON_LIST,
        "B02",
        "Erased by the GMC, still listed",
        "The GMC has erased the doctor from the register. The performers list still shows the doctor as included or "
        "suspended.",
        Severity.CRITICAL,
        (Owner.NHSE, Owner.PCSE_PL),
        "Remove the doctor from the list, and tell the practices and the Integrated Care Board.",
        _BOTH,
    ),
    Entry(
        Code.GMC_RELINQUISHED_ON_LIST,
        "B03",
        "Gave up registration, still listed",
        "The doctor has given up GMC registration and is still listed. It is critical while the doctor is assigned "
        "to a practice.",
        Severity.HIGH,
        (Owner.NHSE, Owner.GP),
        "Ask the doctor to withdraw from the list, or remove the doctor. End any assignment.",
        _BOTH,
    ),
    Entry(
        Code.GMC_LAPSED_ON_LIST,
        "B04",
        "Registration ended, still listed",
        "GMC registration has ended for an administrative reason or because it ran out, and the doctor is still "
        "listed. It is critical while the doctor is assigned to a practice.",
        Severity.HIGH,
        (Owner.NHSE,),
        "Ask the GMC whether registration has ended. If so, remove the doctor from the list.",
        _BOTH,
    ),
    Entry(
        Code.GMC_SUSPENDED_LIST_ACTIVE,
        "B05",
        "Suspended by the GMC, active on the list",
        "The GMC has suspended the doctor. The performers list shows no suspension.",
        Severity.CRITICAL,
        (Owner.NHSE,),
        "Find out what the GMC has ordered. After an interim order the doctor must be suspended from the list, after "
        "a finding of impaired fitness to practise removed from it.",
        _BOTH,
    ),
    Entry(
        Code.GMC_NO_LICENCE_ON_LIST,
        "B06",
        "No licence to practise, active on the list",
        "The doctor is registered without a licence to practise, and the list shows the doctor as included. It is "
        "critical while the doctor is assigned to a practice.",
        Severity.HIGH,
        (Owner.NHSE, Owner.GP),
        "Ask the doctor to get the licence back from the GMC, or to leave the list: nobody may perform without one.",
        _BOTH,
    ),
    Entry(
        Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST,
        "B07",
        "Provisional or temporary registration, listed as a GP",
        "GMC registration is provisional or temporary, and the doctor is listed with the role GP Performer.",
        Severity.HIGH,
        (Owner.NHSE,),
        "Check whether the doctor may be on the list as a GP.",
        _BOTH,
    ),
    Entry(
        Code.GMC_NOT_FOUND,
        "B08",
        "Number not on the GMC register",
        "The doctor is listed under a well-formed GMC number that the register never showed, or stopped showing while "
        "the doctor was registered. Doctors who had died or lost registration before that are reported under B01 to "
        "B04. A "
        "doctor missing from one full register only is not counted.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Ask the doctor for the number, and the GMC what became of one that it no longer shows. Correct the record, or "
        "refer the doctor to NHS England.",
        _BOTH,
    ),
    Entry(
        Code.GMC_NUMBER_INVALID,
        "B09",
        "Not a GMC number",
        "A number on the performers list, in an approval case or in an account is neither 7 digits nor the letter L "
        "and 6 digits.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Correct the number. Often a leading zero is lost, or it is a dentist's number, or a typing error.",
        # Cases and accounts are looked at as well where there are any; the list can be judged without them.
        (_LIST,),
    ),
    *DETAILS,
)
