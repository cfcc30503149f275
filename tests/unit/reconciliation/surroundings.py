"""Rows of the extracts around the register and the list, sound unless told otherwise."""


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
    """A row of the accounts: an active one under the address of `building.doctor`."""
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
    """An email change to the address of `building.doctor`, its link sent on 2 March 2026."""
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
