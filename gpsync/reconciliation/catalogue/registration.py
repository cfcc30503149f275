"""Mismatches between the performers list and the GMC register (B01 to B17)."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_LIST, _REGISTER = Dataset.PERFORMERS_LIST, Dataset.GMC_REGISTER
_BOTH = (_REGISTER, _LIST)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.GMC_DECEASED_ON_LIST,
        "B01",
        "Recorded as dead, still listed",
        "The GMC register records the doctor's death. The performers list still shows the doctor as included or "
        "suspended.",
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
        "The doctor is listed under a well-formed GMC number that the register does not hold. A doctor missing from "
        "one full register only is not counted.",
        Severity.HIGH,
        (Owner.PCSE_PL,),
        "Ask the doctor for the number. Correct the record, or refer the doctor to NHS England.",
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
    Entry(
        Code.NOT_ON_GP_REGISTER,
        "B10",
        "Listed as a GP, not on the GP Register",
        "The doctor is registered without a GP Register date, and listed with the role GP Performer. Locally employed "
        "doctors are exempt.",
        Severity.HIGH,
        (Owner.NHSE, Owner.PCSE_PL),
        "Check whether the doctor may be on the list: a GP must be on the medical register and on the GP Register.",
        _BOTH,
    ),
    Entry(
        Code.REGISTRAR_ON_GP_REGISTER,
        "B11",
        "Still listed as a registrar",
        "The role is GP Registrar, and the doctor joined the GP Register 28 days ago or earlier. It is high after "
        "90 days.",
        Severity.MEDIUM,
        (Owner.GP, Owner.PCSE_PL),
        "The doctor submits a change of status with evidence that training is complete. PCSE then applies it.",
        _BOTH,
    ),
    Entry(
        Code.GP_REGISTER_DATE_DIFFERS,
        "B12",
        "GP Register dates differ",
        "The performers list and the GMC register give different GP Register dates. Dates before 1 January 1930 are "
        "left out.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "Take the date over from the GMC register.",
        _BOTH,
    ),
    Entry(
        Code.PLACEHOLDER_DATE,
        "B13",
        "A date that is none",
        "A date of a listed doctor is 1 January 1900, which stands for no date, or another day before 1 January 1930.",
        Severity.LOW,
        (Owner.PCSE_PL,),
        "Enter the true date, or leave the field blank.",
        (_LIST,),
    ),
    Entry(
        Code.NAME_DIFFERS,
        "B14",
        "Names differ",
        "The surname on the performers list is not among the names on the GMC register, whatever the order, accents, "
        "hyphens and titles. It is high where nothing in the 2 names agrees.",
        Severity.MEDIUM,
        (Owner.GP, Owner.PCSE_PL),
        "Ask the doctor for evidence of a change of name. Where nothing agrees, check the GMC number first.",
        _BOTH,
    ),
    Entry(
        Code.GMC_RESTRICTION_NOT_ON_LIST,
        "B15",
        "GMC restriction, no conditions on the list",
        "The GMC has set conditions or agreed undertakings. The performers list shows the doctor as included without "
        "conditions.",
        Severity.HIGH,
        (Owner.NHSE,),
        "Consider whether the list needs conditions too. They do not follow from the GMC's by themselves.",
        _BOTH,
    ),
    Entry(
        Code.GMC_RESTORED_LIST_SUSPENDED,
        "B16",
        "Licensed by the GMC, suspended on the list",
        "At least 2 extracts show the doctor as registered with a licence. The performers list shows a suspension.",
        Severity.INFO,
        (Owner.NHSE,),
        "Review the suspension. It may have been made for reasons of its own.",
        _BOTH,
    ),
    Entry(
        Code.GMC_STATUS_UNKNOWN,
        "B17",
        "Unknown GMC status",
        "The newest register row of the doctor has a registration status that gpsync does not know. The row was set "
        "aside.",
        Severity.HIGH,
        (Owner.OPS,),
        "Find out what the status means, and add it to the table of statuses.",
        (_REGISTER,),
    ),
)
