"""The performers list against itself: records that contradict each other, and words nobody knows."""

from collections.abc import Callable, Mapping

import pandas as pd

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import Finding
from gpsync.reconciliation.listed import (
    GP_PERFORMER,
    GP_REGISTRAR,
    Performers,
    Row,
    folded,
    one_each,
    performers,
    texts,
)
from gpsync.reconciliation.listing.regions import pl_region_mismatch, region_codes
from gpsync.reconciliation.listing.work import (
    pl_commitment_over_100,
    pl_no_work_12_months,
    pl_off_list_still_assigned,
    pl_practice_missing,
)
from gpsync.reconciliation.names import untitled, words
from gpsync.rules import LEFT_LIST, ON_LIST, Code, Dataset, Owner

_LAYOUT = LAYOUTS[Dataset.PERFORMERS_LIST]
_KEY = list(_LAYOUT.key)
_FLAGS = {"yes": "y", "no": "n"}
#: What a doctor has one of.
_PERSONAL = ["list_status", "performer_role", "forenames", "surname"]

_ROLES = (GP_PERFORMER, GP_REGISTRAR)
_QUALIFIED = ("principal", "salaried", "locum", "retainer")
_TRAINEE = "registrar"
_TYPES = (*_QUALIFIED, _TRAINEE, "armed forces", "locally employed doctor", "other")


def pl_duplicate_record(on: Performers) -> list[Finding]:
    """One number with several statuses, roles or names, or the same assignment twice (B18)."""
    rows = on.rows[on.rows["gmc_number"].notna()]
    variants = rows[["gmc_number", *_PERSONAL]].drop_duplicates()
    several = variants.loc[variants["gmc_number"].duplicated(), "gmc_number"]
    repeated = _repeated(rows)
    suspects = rows[rows["gmc_number"].isin(several) | rows["gmc_number"].isin(repeated["gmc_number"])]
    twice = {row["gmc_number"]: row for row in one_each(repeated, _KEY)}
    records: dict[str, list[Row]] = {}
    for row in texts(suspects, ["gmc_number", *_PERSONAL]):
        records.setdefault(row["gmc_number"], []).append(row)
    found = ((number, _contradictions(own, twice.get(number))) for number, own in records.items())
    return [
        Finding(
            Code.PL_DUPLICATE_RECORD,
            key=number,
            summary=f"The performers list holds more than 1 record of this number: {_in_words(evidence)}.",
            gmc_number=number,
            evidence=evidence,
        )
        for number, evidence in found
        if evidence
    ]


def _repeated(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that list an assignment once more. Rows alike but for their spelling are one."""
    again = rows[rows.duplicated(_KEY, keep=False)]
    distinct = again[~_forms(again).duplicated()]
    return distinct[distinct.duplicated(_KEY)]


def _forms(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in one spelling, as the rules compare their values."""
    forms = {name: folded(rows[name]) for name in _LAYOUT.names}
    names = (rows["forenames"].fillna("") + " " + rows["surname"].fillna("")).map(_letters)
    forms |= {"forenames": names, "surname": names, "region": region_codes(rows["region"]).fillna(forms["region"])}
    percent = forms["level_of_commitment"].str.removesuffix("%").str.strip()
    forms["level_of_commitment"] = pd.to_numeric(percent, errors="coerce").astype("str").fillna(percent)
    forms |= {name: forms[name].replace(_FLAGS) for name in ("conditions_flag", "probationary")}
    return pd.DataFrame(forms)


def _contradictions(records: list[Row], repeated: Row | None) -> dict[str, str]:
    """The values that a doctor has several of, spellings apart, and an assignment listed twice."""
    values = {
        "list_status": {_folded(row["list_status"]): row["list_status"] for row in records},
        "performer_role": {_folded(row["performer_role"]): row["performer_role"] for row in records},
        # Sorted, because some records have the whole name in the forenames.
        "name": {_name_key(row): f"{row['forenames']} {row['surname']}".strip() for row in records},
    }
    # A blank contradicts nothing.
    given = {field: [value for word, value in many.items() if word] for field, many in values.items()}
    found = {field: ", ".join(sorted(many)) for field, many in given.items() if len(many) > 1}
    if repeated is not None:
        found["listed_twice"] = " ".join(filter(None, (repeated[name] for name in _KEY[1:]))) or "no practice"
    return found


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _name_key(row: Row) -> str:
    return _letters(f"{row['forenames']} {row['surname']}")


def _letters(name: str) -> str:
    return " ".join(sorted(untitled(words(name))))


def _in_words(evidence: Mapping[str, str]) -> str:
    return "; ".join(f"{field.replace('_', ' ')} {value}" for field, value in evidence.items())


def pl_status_unknown(on: Performers) -> list[Finding]:
    """A list status that is blank or none of the known words (B19)."""
    hits = on.rows[~on.rows["status"].isin(ON_LIST | LEFT_LIST)]
    found: dict[str, Finding] = {}
    for row in texts(hits, ["gmc_number", "practice_code", "list_status"]):
        number, practice = row["gmc_number"], row["practice_code"]
        key = number or f"|{practice}"
        said = repr(row["list_status"]) if row["list_status"] else "blank"
        finding = Finding(
            Code.PL_STATUS_UNKNOWN,
            key,
            f"The list status is {said}, which gpsync does not know.",
            gmc_number=number or None,
            practice_code=practice or None,
            evidence={"list_status": row["list_status"]},
        )
        found.setdefault(key, finding)
    return list(found.values())


def pl_type_role_conflict(on: Performers) -> list[Finding]:
    """A registrar with a qualified GP's type, or the other way round, or a word nobody knows (B24)."""
    rows = on.rows[on.rows["listed"] & on.rows["gmc_number"].notna()]
    role, kind = rows["role"], rows["kind"]
    unknown = ~role.isin(_ROLES) | (kind.notna() & ~kind.isin(_TYPES))
    conflict = ((role == GP_REGISTRAR) & kind.isin(_QUALIFIED)) | ((role == GP_PERFORMER) & (kind == _TRAINEE))
    columns = ["performer_role", "performer_type"]
    clear = {row["gmc_number"]: _mixed(row) for row in one_each(rows[conflict], columns)}
    strange = {row["gmc_number"]: _strange(row) for row in one_each(rows[unknown], columns)}
    # A clear conflict says more than a strange word in another row of the same doctor.
    return list((strange | clear).values())


def _mixed(row: Row) -> Finding:
    summary = f"The role is {row['performer_role']}, but the type is {row['performer_type']}."
    return _of_type(row, summary, None)


def _strange(row: Row) -> Finding:
    shown = [repr(row[name]) if row[name] else "blank" for name in ("performer_role", "performer_type")]
    # No GP can put a word right that the list itself should not hold.
    summary = f"The role is {shown[0]} and the type {shown[1]}: not both are known."
    return _of_type(row, summary, Owner.PCSE_PL)


def _of_type(row: Row, summary: str, owner: Owner | None) -> Finding:
    return Finding(
        Code.PL_TYPE_ROLE_CONFLICT,
        key=row["gmc_number"],
        summary=summary,
        gmc_number=row["gmc_number"],
        owner=owner,
        evidence={name: row[name] for name in ("performer_role", "performer_type")},
    )


RULES: Mapping[Code, Callable[[Performers], list[Finding]]] = {
    Code.PL_DUPLICATE_RECORD: pl_duplicate_record,
    Code.PL_STATUS_UNKNOWN: pl_status_unknown,
    Code.PL_OFF_LIST_STILL_ASSIGNED: pl_off_list_still_assigned,
    Code.PL_COMMITMENT_OVER_100: pl_commitment_over_100,
    Code.PL_NO_WORK_12_MONTHS: pl_no_work_12_months,
    Code.PL_REGION_MISMATCH: pl_region_mismatch,
    Code.PL_TYPE_ROLE_CONFLICT: pl_type_role_conflict,
    Code.PL_PRACTICE_MISSING: pl_practice_missing,
}


def judge(facts: Facts) -> dict[Code, list[Finding]]:
    """What every rule of this group finds; the list is made ready once."""
    on = performers(facts)
    return {code: rule(on) for code, rule in RULES.items()}
