"""Doctors whose GMC number or status cannot be used: unknown to the register, miswritten, or quarantined."""

import pandas as pd

from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import Row, in_capitals, one_each, texts, written
from gpsync.reconciliation.registration.matched import ListedBesideRegister
from gpsync.rules import GMC_NUMBER, LEFT_REGISTER, Code, Dataset

#: Where numbers are looked at, and the column that identifies a wrong row. A case is always corrected by
#: itself; a performer's rows are corrected together, as long as a number says that they are one performer's.
_BESIDE = {
    Dataset.PERFORMERS_LIST: "practice_code",
    Dataset.PRACTICE_APPROVALS: "case_id",
    Dataset.PCSE_ACCOUNTS: None,
}

#: Classes that the GMC may leave on the register or drop from it.


def gmc_not_found(on: ListedBesideRegister) -> list[Finding]:
    """Listed under a well-formed number that the register never showed, or that left it while registered (B08).

    Of somebody who died or was struck off before leaving the register, the number is known to be right.
    """
    # A row that was quarantined proves that the register does know the number.
    aside = {*on.facts.quarantined_statuses, *on.facts.quarantined}
    known = on.rows["in_register"] | on.of_class(LEFT_REGISTER) | on.rows["gmc_number"].isin(aside)
    hits = on.rows[~known & _well_formed(on.rows["gmc_number"])]
    return [
        Finding(
            Code.GMC_NOT_FOUND,
            key=row["gmc_number"],
            summary=_not_found(row),
            gmc_number=row["gmc_number"],
            evidence={name: row[name] for name in ("gmc_number", "forenames", "surname", "list_status")},
        )
        for row in one_each(hits, ["surname", "forenames", "list_status", "registration_status", "left_on"])
    ]


def _not_found(row: Row) -> str:
    number, left_on = row["gmc_number"], row["left_on"]
    if not left_on:
        return f"The GMC register holds no doctor with the number {number}."
    status = row["registration_status"]
    return f"The GMC register has not shown number {number} since {written(left_on)}; it last said: {status}."


def gmc_number_invalid(on: ListedBesideRegister) -> list[Finding]:
    """A number that no doctor can have, in the list, a case or an account (B09)."""
    frames = {
        Dataset.PERFORMERS_LIST: on.performers.rows,
        Dataset.PRACTICE_APPROVALS: on.facts.approvals,
        Dataset.PCSE_ACCOUNTS: on.facts.accounts,
    }
    return [finding for dataset, frame in frames.items() for finding in _invalid(dataset, frame)]


def _invalid(dataset: Dataset, frame: pd.DataFrame) -> list[Finding]:
    beside = _BESIDE[dataset]
    columns = ["gmc_number", beside] if beside else ["gmc_number"]
    wrong = frame.loc[~_well_formed(frame["gmc_number"]), columns].astype("str")
    if beside == "case_id":
        wrong = wrong.assign(case_id=in_capitals(wrong["case_id"]))
    found: dict[str, Finding] = {}
    for row in texts(wrong, columns):
        number, case_id, practice = row["gmc_number"], row.get("case_id", ""), row.get("practice_code", "")
        key = "|".join([dataset, number, *filter(None, [case_id, "" if number else practice])])
        evidence = {"dataset": dataset.value, "gmc_number": number} | ({"case_id": case_id} if case_id else {})
        finding = Finding(
            Code.GMC_NUMBER_INVALID,
            key,
            _sentence(dataset, number),
            gmc_number=number or None,
            practice_code=practice or None,
            case_id=case_id or None,
            evidence=evidence,
        )
        found.setdefault(key, finding)
    return list(found.values())


def _sentence(dataset: Dataset, number: str) -> str:
    where = dataset.value.replace("_", " ")
    if not number:
        return f"A row of the {where} extract has no GMC number."
    hint = "; it has 6 digits: a leading zero may be lost, or it is a dentist's" if _six_digits(number) else ""
    return f"{number!r} in the {where} extract cannot be a GMC number{hint}."


def _six_digits(number: str) -> bool:
    return len(number) == 6 and number.isascii() and number.isdigit()


def _well_formed(numbers: "pd.Series[str]") -> "pd.Series[bool]":
    return numbers.astype("str").str.fullmatch(GMC_NUMBER, na=False)


def gmc_status_unknown(on: ListedBesideRegister) -> list[Finding]:
    """A doctor whose newest register row carries a status that is in no table (B17)."""
    return [
        Finding(
            Code.GMC_STATUS_UNKNOWN,
            key=number,
            summary=f"The registration status of doctor {number} is not one that gpsync knows; the row was "
            "quarantined.",
            gmc_number=number,
            evidence={"gmc_number": number},
        )
        for number in sorted(set(on.facts.quarantined_statuses))
    ]
