"""Every dataset, described once: the columns of its extract, how it comes, and where its rows go.

What is accepted of it is said by the suite in `expectations` that has the dataset's name.

The register's columns follow the GMC's download specification (47 columns); those gpsync has no use
for are tolerated and dropped when read, because data that is not held cannot leak. The email column is
supplied privately and is in no public specification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from gpsync.rules import Dataset


class Type(Enum):
    """How a column's text is tidied. Tidy values stay text; a blank becomes a null."""

    TEXT = auto()  # trimmed, invisible characters removed
    DATE = auto()  # ddmmyyyy (a lost leading zero restored), yyyymmdd, ISO, `dd Month yyyy`, `dd-Mon-yyyy` -> ISO
    NUMBER = auto()  # a GMC reference number: bare, upper case
    CODE = auto()  # an organisation, prescriber or status code: upper case
    STATUS = auto()  # a registration status -> its text in `rules.REGISTRATION_STATUSES`
    EMAIL = auto()  # an address as supplied; the words that mean "none" become null


#: Characters at most, where a column does not say. An address has 254 at most; wrapping may stand around it.
_LENGTHS = {Type.TEXT: 200, Type.DATE: 40, Type.NUMBER: 20, Type.CODE: 50, Type.STATUS: 100, Type.EMAIL: 320}


@dataclass(frozen=True)
class Column:
    """One column that gpsync keeps.

    `name` is ours everywhere; `headings` are the spellings accepted in a header row, matched without
    regard to case, spaces and punctuation. A `required` column must be in the header. `position` is the
    place, from 1, in a header-less file. A `past` date cannot lie after the extract's own. An `end` of
    31 December 9999 is none: it becomes a blank. A value of more than `length` characters is none of this
    column's; `length` is the GMC's where its specification has one, and otherwise generous.
    """

    name: str
    headings: tuple[str, ...]
    type: Type = Type.TEXT
    required: bool = False
    position: int | None = None
    past: bool = False
    end: bool = False
    text_length: int | None = None

    @property
    def length(self) -> int:
        """The most characters that a value of this column has once it is tidy."""
        return self.text_length or _LENGTHS[self.type]


@dataclass(frozen=True)
class Layout:
    """What one dataset's extract looks like, how it comes and where its rows go.

    `key` names the column (or columns) that identify a row; `columns` are kept and compared night by
    night; `delta_columns` stand only in a delta extract and say what its rows do. `mandatory` columns are
    never blank in an accepted row. `headerless_width` is the column count of the header-less form, where
    the dataset has one. `facts` is what the rules of `reconciliation` call its rows. `history` is the table that keeps
    every version of a record; without one an extract is looked at whole. `is_daily` says that it comes every working
    day, and not only about once a week. `report` is what else its files are called, without a date in a fixed place.
    """

    dataset: Dataset
    facts: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    delta_columns: tuple[Column, ...] = ()
    mandatory: tuple[str, ...] = ()
    headerless_width: int | None = None
    history: str | None = None
    is_daily: bool = False
    report: str | None = None

    @property
    def names(self) -> list[str]:
        """The kept columns, key first, in order."""
        return [column.name for column in self.columns]

    @property
    def tracked(self) -> list[str]:
        """The columns whose change is history: all kept ones but the key."""
        return [name for name in self.names if name not in self.key]

    def expected(self, *, delta: bool) -> Sequence[Column]:
        """The columns to look for in a full or a delta extract."""
        return (*self.columns, *self.delta_columns) if delta else self.columns


def _required(
    name: str, *headings: str, type: Type = Type.TEXT, position: int | None = None, length: int | None = None
) -> Column:
    return Column(name, headings, type, required=True, position=position, text_length=length)


def _optional(
    name: str, *headings: str, type: Type = Type.TEXT, position: int | None = None, length: int | None = None
) -> Column:
    return Column(name, headings, type, required=False, position=position, text_length=length)


def _end(name: str, heading: str, position: int | None = None) -> Column:
    return Column(name, (heading,), Type.DATE, position=position, end=True)


def _past(name: str, *headings: str) -> Column:
    return Column(name, headings, Type.DATE, past=True)


GMC_REGISTER = Layout(
    Dataset.GMC_REGISTER,
    facts="register",
    key=("gmc_number",),
    columns=(
        _required("gmc_number", "GMC Ref No", "GMC Number", "GMC Reference Number", type=Type.NUMBER),
        _required("surname", "Surname", length=50),
        _optional("given_name", "Given Name", "Forename", "Given Names", length=50),
        _optional("other_names", "Other Names", length=150),
        _optional("gender", "Gender", type=Type.CODE),
        _optional("year_of_qualification", "Year Of Qualification"),
        _past("pr_date", "PR Date"),
        _past("fr_date", "FR Date"),
        _past("specialist_register_date", "Specialist Register Date"),
        _past("gp_register_date", "GP Register Date"),
        _optional("arf_due_date", "ARF Due Date", type=Type.DATE),
        _required("registration_status", "Registration Status", type=Type.STATUS),
        _optional("ftp_conditions", "FtP Conditions Exist", type=Type.CODE),
        _optional("ftp_undertakings", "FtP Undertakings Exist", type=Type.CODE),
        _optional("ftp_warnings", "FtP Warnings Exist", type=Type.CODE),
        _optional("designated_body", "Designated Body", length=150),
        _optional("doctor_in_training", "Doctor in Training", type=Type.CODE),
        _required("email", "Email Address", "Email", "E-mail Address", type=Type.EMAIL),
        _past("email_last_updated", "Email Last Updated"),
    ),
    delta_columns=(
        _required("action", "Action", type=Type.CODE),
        _required("date_processed", "Date Processed"),
    ),
    mandatory=("surname", "registration_status"),
    history="doctor",
    is_daily=True,
)

PERFORMERS_LIST = Layout(
    Dataset.PERFORMERS_LIST,
    facts="performers",
    key=("gmc_number", "practice_code", "assignment_start_date"),
    columns=(
        _required("alignment", "Alignment"),
        _required("gmc_number", "GMC Ref No", "Professional Registration Number", type=Type.NUMBER),
        _required("forenames", "Forenames", "ForeName(s)"),
        _required("surname", "Surname"),
        _required("performer_role", "Performer Role"),
        _optional("performer_type", "Performer Type"),
        _required("list_status", "List Status", "Status"),
        _optional("status_effective_date", "Status Effective Date", type=Type.DATE),
        _optional(
            "date_first_on_list",
            "Date First On List",
            "Date first on Performers list(this is the earliest date of inclusion held)",
            type=Type.DATE,
        ),
        _optional("date_in_gp_register", "Date In GP Register", type=Type.DATE),
        _required("region", "NHSE Region", "NHSE Regional Team"),
        _optional("probationary", "Currently In Probationary Period"),
        _optional("practice_code", "Practice Code", type=Type.CODE),
        _optional("assignment_start_date", "Assignment Start Date", type=Type.DATE),
        _end("assignment_end_date", "Assignment End Date"),
        _optional("level_of_commitment", "Level Of Commitment"),
        _optional("prescriber_code", "Prescriber Code", type=Type.CODE),
        _optional("last_worked_date", "Last Worked Date", type=Type.DATE),
        _optional("conditions_flag", "Conditions Flag", type=Type.CODE),
    ),
)

PRACTICE_APPROVALS = Layout(
    Dataset.PRACTICE_APPROVALS,
    facts="approvals",
    key=("case_id",),
    columns=(
        _required("case_id", "Case ID"),
        _required("gmc_number", "GMC Ref No", type=Type.NUMBER),
        _required("practice_code", "Practice Code", type=Type.CODE),
        _required("change_type", "Change Type", type=Type.CODE),
        _optional("from_type", "From Type"),
        _optional("to_type", "To Type"),
        _optional("commitment", "Commitment"),
        _required("submitted_date", "Submitted Date", type=Type.DATE),
        _required("effective_date", "Effective Date", type=Type.DATE),
        _required("practice_decision", "Practice Decision", type=Type.CODE),
        _optional("practice_decision_date", "Practice Decision Date", type=Type.DATE),
        _optional("decided_by_user_id", "Decided By User ID"),
        _optional("icb_decision", "ICB Decision", type=Type.CODE),
        _optional("icb_decision_date", "ICB Decision Date", type=Type.DATE),
        _required("case_status", "Case Status"),
    ),
)

#: Positions are those of the 27-column header-less `epraccur` report of the ODS. The telephone number
#: (column 18) and the address lines are not kept.
PRACTICES = Layout(
    Dataset.PRACTICES,
    facts="practices",
    key=("practice_code",),
    columns=(
        _required("practice_code", "Practice Code", "Organisation Code", type=Type.CODE, position=1),
        _required("practice_name", "Practice Name", "Name", position=2),
        _optional("region_code", "Region Code", "National Grouping", type=Type.CODE, position=3),
        _optional("postcode", "Postcode", type=Type.CODE, position=10),
        _optional("open_date", "Open Date", type=Type.DATE, position=11),
        _end("close_date", "Close Date", position=12),
        _required("status", "Status", "Status Code", type=Type.CODE, position=13),
        _optional("icb_code", "ICB Code", "Commissioner", type=Type.CODE, position=15),
        _optional("prescribing_setting", "Prescribing Setting", type=Type.CODE, position=26),
        _optional("successor_code", "Successor Code", type=Type.CODE),
    ),
    mandatory=("practice_name", "status"),
    headerless_width=27,
    history="practice",
    report="epraccur",
)

PRACTICE_USERS = Layout(
    Dataset.PRACTICE_USERS,
    facts="users",
    key=("user_id", "practice_code", "role"),
    columns=(
        _required("user_id", "User ID"),
        _required("practice_code", "Practice Code", type=Type.CODE),
        _optional("full_name", "Full Name"),
        _required("email", "Email", "Email Address", type=Type.EMAIL),
        _required("role", "Role"),
        _required("account_status", "Account Status"),
        _optional("granted_date", "Granted Date", type=Type.DATE),
        _end("revoked_date", "Revoked Date"),
        _optional("nominated_by_user_id", "Nominated By User ID"),
        _optional("linked_gmc_number", "Linked GMC Ref No", type=Type.NUMBER),
        _optional("last_login_date", "Last Login Date", type=Type.DATE),
    ),
)

PCSE_ACCOUNTS = Layout(
    Dataset.PCSE_ACCOUNTS,
    facts="accounts",
    key=("gmc_number",),
    columns=(
        _required("gmc_number", "GMC Ref No", type=Type.NUMBER),
        _required("username_email", "Username Email", type=Type.EMAIL),
        _required("account_status", "Account Status"),
        _optional("verified_date", "Verified Date", type=Type.DATE),
        _optional("last_link_sent_date", "Last Link Sent Date", type=Type.DATE),
    ),
)

LAYOUTS: dict[Dataset, Layout] = {
    layout.dataset: layout
    for layout in (GMC_REGISTER, PERFORMERS_LIST, PRACTICE_APPROVALS, PRACTICES, PRACTICE_USERS, PCSE_ACCOUNTS)
}

#: The datasets that come about once a week.
WEEKLY = tuple(dataset for dataset, layout in LAYOUTS.items() if not layout.is_daily)
