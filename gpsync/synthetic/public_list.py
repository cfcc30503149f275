"""The performers list as anybody can download it: eleven columns, no practice, no type, and quirks of its own.

Every value is quoted and lines end in CRLF. Numbers have a space before them, many whole names stand in the forenames
with `-` for a surname, `01 January 1900` stands for no date, and dentists are mixed in. It shows who is included only.
"""

import numpy as np
import pyarrow as pa

from gpsync.rules import ListStatus
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.sheets import Sheet, joined, numbered, taken

#: The headings in their order, and the columns of the list under them; the list of performers holds no more.
HEADINGS = {
    "Alignment": "alignment",
    "Performer Role": "performer_role",
    "ForeName(s)": "forenames",
    "Surname": "surname",
    "Professional Registration Number": "gmc_number",
    "Date of Registration": "date_of_registration",
    "Status": "list_status",
    "Date first on Performers list(this is the earliest date of inclusion held)": "date_first_on_list",
    "Date in GP Register": "date_in_gp_register",
    "NHSE Regional Team": "region",
    "Currently in Probationary Period": "probationary",
}
#: One performer in so many has the whole name as forenames, and one in so many no date that is known.
_WHOLE_NAMES, _NO_DATE = 3, 900
#: One dentist for so many doctors.
_DOCTORS_PER_DENTIST = 1


def public(sheet: Sheet) -> pa.RecordBatch:
    """The public download of a list: one row for each number that it includes, then the dentists."""
    included = sheet["list_status"] == ListStatus.INCLUDED.written
    included &= sheet["alignment"] == "Medical"
    _, first = np.unique(np.where(included, sheet["gmc_number"], ""), return_index=True)
    rows = first[included[first]]
    doctors = _quirks(taken(sheet | {"date_of_registration": sheet["date_first_on_list"]}, rows))
    people = joined(doctors, _dentists(doctors, np.arange(0, len(rows), _DOCTORS_PER_DENTIST)))
    arrays = [pa.array(people[column], pa.string()) for column in HEADINGS.values()]
    return pa.RecordBatch.from_arrays(arrays, names=list(HEADINGS))


def _quirks(sheet: Sheet) -> Sheet:
    place = np.arange(len(sheet["surname"]))
    registrars = sheet["performer_role"] == "GP Registrar"
    for column in ("date_of_registration", "date_in_gp_register", "date_first_on_list"):
        sheet[column][registrars] = ""
    sheet["date_in_gp_register"][~registrars & (place % _NO_DATE == 7)] = "01 January 1900"
    whole = (place % _WHOLE_NAMES == 0) & (sheet["surname"] != "-")
    pairs = zip(sheet["forenames"][whole], sheet["surname"][whole], strict=True)
    sheet["forenames"][whole] = np.array([f"{given} {family}".strip() for given, family in pairs], dtype=object)
    sheet["surname"][whole] = "-"
    sheet["gmc_number"] = np.array([f" {number.strip()}" for number in sheet["gmc_number"]], dtype=object)
    return sheet


def _dentists(doctors: Sheet, rows: Numbers) -> Sheet:
    dentists = taken(doctors, rows)
    count = len(rows)
    dentists["alignment"][:] = "Dental"
    dentists["performer_role"][:] = "Dental Performer"
    dentists["date_in_gp_register"][:] = ""
    dentists["probationary"][:] = np.where(np.arange(count) % 7 == 0, "Yes", "")
    # The General Dental Council's numbers have six digits.
    dentists["gmc_number"] = numbered(" {:06}", 900_000 + np.arange(count) % 99_999)
    return dentists
