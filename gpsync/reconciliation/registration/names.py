"""Whether the list and the register mean the same person by a number."""

from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import Row, texts
from gpsync.reconciliation.names import Agreement, agreement
from gpsync.reconciliation.registration.matched import REGISTER_SURNAME, ListedBesideRegister
from gpsync.rules import Code, Severity

_NAMES = ["forenames", "surname", REGISTER_SURNAME, "given_name", "other_names"]


def name_differs(on: ListedBesideRegister) -> list[Finding]:
    """The surname on the list is not among the register's names; high where nothing fits at all (B14)."""
    rows = on.rows[on.rows["in_register"]]
    # Most surnames are written alike, and need no closer look.
    alike = rows["surname"].str.casefold() == rows[REGISTER_SURNAME].str.casefold()
    worst: dict[str, Finding] = {}
    for row in texts(rows[~alike], ["gmc_number", *_NAMES]):
        given = f"{row['given_name']} {row['other_names']}"
        found = agreement(row["forenames"], row["surname"], row[REGISTER_SURNAME], given)
        number = row["gmc_number"]
        if found is Agreement.UNRELATED or (found is Agreement.DIFFERENT and number not in worst):
            worst[number] = _finding(row, found)
    return list(worst.values())


def _finding(row: Row, found: Agreement) -> Finding:
    unrelated = found is Agreement.UNRELATED
    return Finding(
        Code.NAME_DIFFERS,
        key=row["gmc_number"],
        summary="Nothing in the two names agrees: the number may be another doctor's."
        if unrelated
        else "The surname on the performers list is not among the names on the GMC register.",
        gmc_number=row["gmc_number"],
        severity=Severity.HIGH if unrelated else None,
        evidence={
            "list_name": f"{row['forenames']} {row['surname']}".strip(),
            "register_name": " ".join(filter(None, (row["given_name"], row["other_names"], row[REGISTER_SURNAME]))),
        },
    )
