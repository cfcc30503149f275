"""Made-up people and practices, as rows of extracts: sound unless told otherwise.

As records, a column by its name, for the rules; as lines of a small register's file, for the nights.
"""

from gpsync.rules import REGISTRATION_STATUSES

LICENSED = "Registered with Licence"


def doctor(**values: str | None) -> dict[str, str | None]:
    """A row of the register: a licensed GP of long standing, unless told otherwise."""
    row: dict[str, str | None] = {
        "gmc_number": "9000001",
        "surname": "Example",
        "given_name": "Asha",
        "registration_status": "Registered with Licence",
        "gp_register_date": "2010-08-04",
        "email": "asha@doctor.example",
        "valid_from": "2020-01-01",
    } | values
    row.setdefault("registration_class", REGISTRATION_STATUSES.get(row["registration_status"] or ""))
    row.setdefault("email_key", row["email"])
    return row


def left(**values: str | None) -> dict[str, str | None]:
    """The last record of a doctor whom the register shows no more: licensed, gone for a week, unless told otherwise."""
    row: dict[str, str | None] = {
        "gmc_number": "9000001",
        "registration_status": "Registered with Licence",
        "left_on": "2026-03-11",
    } | values
    row.setdefault("registration_class", REGISTRATION_STATUSES.get(row["registration_status"] or ""))
    return row


def performer(**values: str | None) -> dict[str, str | None]:
    """A row of the performers list: a salaried GP at practice Z00001, unless told otherwise."""
    return {
        "alignment": "Medical",
        "gmc_number": "9000001",
        "forenames": "Asha",
        "surname": "Example",
        "performer_role": "GP Performer",
        "performer_type": "Salaried",
        "list_status": "Included",
        "date_first_on_list": "2012-01-01",
        "date_in_gp_register": "2010-08-04",
        "region": "LONDON COMMISSIONING REGION",
        "practice_code": "Z00001",
        "assignment_start_date": "2015-04-01",
        "level_of_commitment": "44",
        "last_worked_date": "2026-03-01",
        "conditions_flag": "N",
    } | values


def practice(**values: str | None) -> dict[str, str | None]:
    """A row of the practices: an active GP practice."""
    return {
        "practice_code": "Z00001",
        "practice_name": "FERNLEY SURGERY",
        "status": "A",
        "open_date": "1990-01-01",
        "prescribing_setting": "4",
    } | values


def user(number: int = 1, role: str = "PL Practice Manager", **values: str | None) -> dict[str, str | None]:
    """A row of the practice users: an active one."""
    return {
        "user_id": f"U{number:03}",
        "practice_code": "Z00001",
        "full_name": "Ben Sample",
        "email": f"user{number}@surgery.example",
        "role": role,
        "account_status": "Active",
        "granted_date": "2024-01-01",
    } | values


def account(**values: str | None) -> dict[str, str | None]:
    """A row of the accounts: an active one under the address of `doctor`."""
    return {
        "gmc_number": "9000001",
        "username_email": "asha@doctor.example",
        "account_status": "Active",
        "verified_date": "2024-01-01",
    } | values


def case(**values: str | None) -> dict[str, str | None]:
    """A row of the approvals: somebody wants to join, and the practice has not answered."""
    return {
        "case_id": "CAS001",
        "gmc_number": "9000001",
        "practice_code": "Z00001",
        "change_type": "JOIN",
        "submitted_date": "2026-03-10",
        "effective_date": "2026-04-01",
        "practice_decision": "PENDING",
        "icb_decision": "NOT_REQUIRED",
        "case_status": "Proposed",
    } | values


def change(**values: str | None) -> dict[str, str | None]:
    """An email change to the address of `doctor`, its link sent on 2 March 2026."""
    return {
        "gmc_number": "9000001",
        "new_email": "asha@doctor.example",
        "new_key": "asha@doctor.example",
        "change_date": "2026-02-16",
        "due_date": "2026-03-02",
        "sent_on": "2026-03-02",
        "expires_on": "2026-03-05",
        "state": "SENT",
    } | values


def register_line(
    number: int, *, surname: str | None = None, given: str = "Given", status: str = LICENSED, email: str | None = None
) -> str:
    """A line of the small register: `number`, status and address of one doctor."""
    address = f"d{number}@doctor.example" if email is None else email
    return f"{9_000_000 + number},{surname or f'Surname{number}'},{given},{status},{address}"


def doctors(number: int = 60, **emails: str) -> list[str]:
    """Lines of doctors 9000000, 9000001 …; `d3="new"` gives the fourth another address."""
    return [register_line(one, email=f"{emails.get(f'd{one}', f'd{one}')}@doctor.example") for one in range(number)]
