"""Every word that the six extracts may say, written out: the input must not change where the product's names do."""

LICENSED = "Registered with Licence"
STATUSES = (
    LICENSED,
    "Registered without a Licence",
    "Provisionally registered with Licence",
    "Provisionally registered without a Licence",
    "Temporary registration with Licence",
    "Temporary registration without a Licence",
    "Suspended",
    "Not Registered - Deceased",
    "Not Registered - Erased after Fitness to Practise panel hearing",
    "Not Registered - Erased for false declaration",
    "Not Registered - Erased for fraudulent application",
    "Not Registered - Having relinquished registration",
    "Not Registered - Provisional registration expired",
    "Not Registered - Administrative Reason",
    "Not Registered - Voluntary erasure",
)
#: On the performers list; the last is none.
LISTINGS = (
    "Included",
    "Included with Conditions",
    "Suspended",
    "Removed",
    "Withdrawn",
    "Deceased",
    "Perhaps",
)
PERFORMER_ROLES = ("GP Performer", "GP Registrar")
PERFORMER_TYPES = ("Principal", "Salaried", "Locum", "Retainer", "Registrar", "")
REGIONS = ("LONDON COMMISSIONING REGION", "MIDLANDS COMMISSIONING REGION", "")
ACCOUNT_STATUSES = ("Active", "Active", "Unverified", "Deactivated", "Locked")
ROLES = (
    "PL Practice Manager",
    "PL Organisation Administrator",
    "PL Organisation Administrator",
    "CQC Registered Manager",
    "Main Contact",
)
CHANGES = ("JOIN", "LEAVE", "ROLE_CHANGE", "COMMITMENT_CHANGE", "RETIRE_24H", "WITHDRAW")
DECISIONS = ("PENDING", "APPROVED", "APPROVED", "REJECTED", "NOT_REQUIRED")
CASE_STATUSES = ("Proposed", "Pending", "Assigned", "In Progress", "Awaiting NHSE", "Closed", "Retracted")
PRACTICE_STATUSES = ("A", "A", "A", "C", "D", "P")
SETTINGS = ("4", "4", "RO76", "0", "9", "")

#: Addresses that any doctor may take: shared, spelled otherwise, not mailable, hard to tell from another.
#: Those with a place for a number belong to one story; the others to all.
ADDRESSES = (
    "ann@gp{}.example",
    "Ann@GP{}.example",
    "bob@gp{}.example",
    "cat@gp{}.example",
    "dot..dot@gp{}.example",
    "\N{CYRILLIC SMALL LETTER A}nn@gp{}.example",
    "someone{}@nowhere.invalid",
    "reception@surgery{}.example",
    "u0@surgery{}.example",
    "the.surgery@gp.example",
)
SURNAMES = ("Oak", "Ash", "Birch", "O'Elm", "Ní Bheith")
GIVEN_NAMES = ("Pat", "Kim", "Lee", "")
#: Practices of a story, whose number they hold; the last is in no extract of practices.
PRACTICES = ("A{:03}01", "A{:03}02", "B{:03}03")
NO_PRACTICE = "Z99999"
