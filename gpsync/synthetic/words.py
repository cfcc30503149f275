"""The words of the register other than names: statuses, schools, bodies, specialties, mail domains."""

from gpsync.rules import REGISTRATION_STATUSES, Registration

#: Every status text gpsync knows; a doctor's status is kept as a place in this tuple.
STATUSES = tuple(REGISTRATION_STATUSES)


def status_of(registration: Registration) -> int:
    """The place in `STATUSES` of the first text of a class."""
    return list(REGISTRATION_STATUSES.values()).index(registration)


#: Of 10,000 doctors, how many hold each status in `STATUSES` order. Provisional registration is left out
#: here because it follows from the date of qualification.
STATUS_WEIGHTS = (8750, 690, 0, 0, 4, 3, 22, 190, 6, 1, 1, 290, 8, 20, 15)

#: Primary qualification, where it was taken, and in which country.
SCHOOLS = (
    ("MB ChB", "University of Leeds", "United Kingdom"),
    ("MB ChB", "University of Manchester", "United Kingdom"),
    ("MB BS", "University of Newcastle upon Tyne", "United Kingdom"),
    ("MB BS", "University of London", "United Kingdom"),
    ("MB ChB", "University of Glasgow", "United Kingdom"),
    ("MB BCh", "University of Wales", "United Kingdom"),
    ("BM BS", "University of Nottingham", "United Kingdom"),
    ("MB BCh BAO", "Queen's University of Belfast", "United Kingdom"),
    ("MB BCh BAO", "National University of Ireland", "Ireland"),
    ("MB BS", "University of Mumbai", "India"),
    ("MB BS", "Dr. N.T.R. University of Health Sciences, Vijayawada", "India"),
    ("MB BS", "University of the Punjab", "Pakistan"),
    ("MB BS", "University of Lagos", "Nigeria"),
    ("MB BCh", "Cairo University", "Egypt"),
    ("Medic", "Universitatea de Medicină şi Farmacie, Cluj", "Romania"),
    ("Lekarz", "Uniwersytet Jagielloński", "Poland"),
)

PLACES = (
    "Aldermoor", "Brackenfield", "Calderholm", "Dunmere", "Eastwold", "Fernley", "Greystoke Vale", "Hollinbrook",
    "Inglewhite", "Kelsall", "Longmere", "Marlesham", "Netherby", "Oakhampton", "Penhallow", "Quernmore",
    "Ravensworth", "Stonebeck", "Thornaby Vale", "Wexcombe",
)  # fmt: skip
_BODY_FORMS = (
    "{0} Hospitals NHS Foundation Trust",
    "{0} and District Community NHS Trust",
    "{0}, {1} and Borders Partnership NHS Trust",
    "{0} Locum Agency Limited",
)
#: Designated bodies; the first is blank, and none is the name of a real one. Some hold a comma.
BODIES = (
    "",
    *(form.format(place, PLACES[i - 1]) for form in _BODY_FORMS for i, place in enumerate(PLACES)),
)
#: One responsible officer for each of `BODIES`.
OFFICERS = ("", *(f"Dr R{i:02d} Officer" for i in range(1, len(BODIES))))

SPECIALTIES = (
    "", "Acute internal medicine", "Anaesthetics", "Cardiology", "Clinical radiology", "Dermatology",
    "Emergency medicine", "General psychiatry", "General surgery", "Geriatric medicine", "Haematology",
    "Obstetrics and gynaecology", "Ophthalmology", "Paediatrics", "Respiratory medicine",
    "Trauma and orthopaedic surgery",
)  # fmt: skip
SUB_SPECIALTIES = ("", "Liaison psychiatry", "Neonatal medicine", "Paediatric emergency medicine", "Stroke medicine")
PROGRAMMES = ("", "General practice", "Core surgical training", "Internal medicine", "Paediatrics", "Foundation")
DEANERIES = (
    "", "Health Education East Midlands", "Health Education North West", "Health Education Yorkshire and the Humber",
    "Health Education South West", "London Shared Services",
)  # fmt: skip
REVALIDATION = ("", "Subject to revalidation", "Approved", "Under notice")

#: Domains reserved for examples, so that no mail can ever arrive. A mass change moves doctors to the last.
MAIL_DOMAINS = (
    "@doctor.example", "@mail.example", "@clinic.example", "@post.example", "@hospital.example", "@trust.example",
)  # fmt: skip
