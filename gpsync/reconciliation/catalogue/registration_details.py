"""Mismatches in what the list says of a registered doctor (B10 to B17): part of the registration group."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Dataset, Owner, Severity

_LIST, _REGISTER = Dataset.PERFORMERS_LIST, Dataset.GMC_REGISTER
_BOTH = (_REGISTER, _LIST)

DETAILS: tuple[Entry, ...] = (
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
        "90 days. The dead and the erased are left out.",
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
        "Copy the date from the GMC register.",
        _BOTH,
    ),
    Entry(
        Code.PLACEHOLDER_DATE,
        "B13",
        "Not a real date",
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
        "conditions. The dead and the erased are left out.",
        Severity.HIGH,
        (Owner.NHSE,),
        "Consider whether the list needs conditions too. They do not follow from the GMC's automatically.",
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
        "The newest register row of the doctor has a registration status that gpsync does not know. The row was "
        "quarantined.",
        Severity.HIGH,
        (Owner.OPS,),
        "Find out what the status means, and add it to the table of statuses.",
        (_REGISTER,),
    ),
)
