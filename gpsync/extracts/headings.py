"""Headings: how they are compared, and those that a layout knows and gpsync has no use for.

The latter are read past in silence, where others are noted. The register's are those of the GMC's download
specification that `layouts.GMC_REGISTER` does not keep, with both spellings of "speciality" because both have been
delivered.
"""

import re

from gpsync.rules import Dataset

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def letters(heading: str) -> str:
    """What counts of a heading: its letters and digits, whatever their case and what stands between them."""
    return _NOT_A_LETTER.sub("", heading.casefold())


_GMC_REGISTER = (
    "Qualification",
    "Place of Qualification",
    *(f"Specialty{number}" for number in range(1, 8)),
    *(f"Sub-Specialty{number}" for number in range(1, 8)),
    "Place of Qualification Country",
    "Revalidation Status",
    "Responsible Officer",
    "Training Deanery/LETB",
    "Training Programme Speciality",
    "Training Programme Specialty",
    "GMC Approved Trainer",
    *(f"Trainer Deanery/LETB {number}" for number in range(1, 4)),
    *(f"Trainer Programmes Speciality {number}" for number in range(1, 4)),
    *(f"Trainer Programmes Specialty {number}" for number in range(1, 4)),
    "ID Check Not Done",
    "Temporary Covid Registration",
)

#: Of the public performers list, the one column that the internal extract has not.
_PERFORMERS_LIST = ("Date of Registration",)

#: Of the ODS's report with headings.
_PRACTICES = (
    "High Level Health Geography",
    *(f"Address Line {number}" for number in range(1, 6)),
    "Organisation Sub-Type Code",
    "Join Provider/Purchaser Date",
    "Left Provider/Purchaser Date",
    "Contact Telephone Number",
    "Null",
    "Amended Record Indicator",
    "Provider/Purchaser",
)

DROPPED: dict[Dataset, tuple[str, ...]] = {
    Dataset.GMC_REGISTER: _GMC_REGISTER,
    Dataset.PERFORMERS_LIST: _PERFORMERS_LIST,
    Dataset.PRACTICES: _PRACTICES,
}
