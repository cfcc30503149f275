"""Headings that a layout knows and gpsync has no use for: read past in silence, where others are noted.

The register's are those of the GMC's download specification that `layouts.GMC_REGISTER` does not keep,
with both spellings of "speciality" because both have been delivered.
"""

from gpsync.rules import Dataset

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

DROPPED: dict[Dataset, tuple[str, ...]] = {
    Dataset.GMC_REGISTER: _GMC_REGISTER,
    Dataset.PERFORMERS_LIST: _PERFORMERS_LIST,
}
