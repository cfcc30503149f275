"""The register's file: which of its columns are kept, and how they are read."""

import csv
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

KEY = "gmc_number"

#: Our name of each kept column, key first -> its heading in the register: the columns that gpsync keeps
#: (`gpsync.extracts.layouts.GMC_REGISTER`). Written out, because the peers' environment has no gpsync.
KEPT = {
    KEY: "GMC Ref No",
    "surname": "Surname",
    "given_name": "Given Name",
    "other_names": "Other Names",
    "gender": "Gender",
    "year_of_qualification": "Year Of Qualification",
    "pr_date": "PR Date",
    "fr_date": "FR Date",
    "specialist_register_date": "Specialist Register Date",
    "gp_register_date": "GP Register Date",
    "arf_due_date": "ARF Due Date",
    "registration_status": "Registration Status",
    "ftp_conditions": "FtP Conditions Exist",
    "ftp_undertakings": "FtP Undertakings Exist",
    "ftp_warnings": "FtP Warnings Exist",
    "designated_body": "Designated Body",
    "doctor_in_training": "Doctor in Training",
    "email": "Email Address",
    "email_last_updated": "Email Last Updated",
}


def header(path: Path) -> list[str]:
    """The headings of a file, as they are spelt there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def kept_headings(path: Path) -> dict[str, str]:
    """Our name -> the file's own spelling of its heading, whatever its case and spaces.

    A kept column that the file does not have is left out, as gpsync does with its optional ones.
    """
    spelt = {_folded(heading): heading for heading in header(path)}
    wanted = {name: _folded(heading) for name, heading in KEPT.items()}
    return {name: spelt[folded] for name, folded in wanted.items() if folded in spelt}


def read_kept(path: Path) -> pa.Table:
    """The kept columns of a file as text under our names; a blank is a null, "NA" is a surname."""
    headings = kept_headings(path)
    table = arrow_csv.read_csv(
        path,
        # A quoted cell may hold a line break.
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(headings.values()),
            column_types=dict.fromkeys(headings.values(), pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return table.rename_columns(list(headings))


def _folded(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())
