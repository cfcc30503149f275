"""What a file does not say is not a finding: each column of each dataset taken away, and blanked, under every rule."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from gpsync.reconciliation.columns import medical
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import NOT_KNOWN
from gpsync.reconciliation.judging import Judgement, judge
from gpsync.rules import REGISTRATION_STATUSES, Code, Dataset, Severity
from tests.unit.reconciliation.building import _CHANGES, TODAY, dataset_frame, doctor, facts, frame, performer
from tests.unit.reconciliation.surroundings import account, case, practice, user

#: What no accepted row leaves blank.
NEVER_BLANK = {
    Dataset.GMC_REGISTER: {"gmc_number", "surname", "registration_status"},
    Dataset.PERFORMERS_LIST: {"gmc_number", "alignment"},
    Dataset.PRACTICE_APPROVALS: {"case_id"},
    Dataset.PRACTICES: {"practice_code", "practice_name", "status"},
    Dataset.PRACTICE_USERS: {"user_id", "role"},
    Dataset.PCSE_ACCOUNTS: {"gmc_number"},
}
FRAMES = {
    Dataset.GMC_REGISTER: "register",
    Dataset.PERFORMERS_LIST: "performers",
    Dataset.PRACTICE_APPROVALS: "approvals",
    Dataset.PRACTICES: "practices",
    Dataset.PRACTICE_USERS: "users",
    Dataset.PCSE_ACCOUNTS: "accounts",
}
COLUMN_NAMES = [
    (dataset, name) for dataset, layout in LAYOUTS.items() for name in layout.names if name not in NEVER_BLANK[dataset]
]
#: The public download's columns.
PUBLIC = (
    "alignment", "performer_role", "forenames", "surname", "gmc_number", "list_status", "date_first_on_list",
    "date_in_gp_register", "region", "probationary",
)  # fmt: skip


def without(given: Facts, dataset: Dataset, *names: str, absent: bool) -> Facts:
    """The facts of a night on which these columns of a dataset are blank in every row, or not there."""
    rows = getattr(given, FRAMES[dataset]).copy()
    for name in names:
        rows[name] = pd.Series([None] * len(rows), index=rows.index, dtype="str")
        if (dataset, name) == (Dataset.GMC_REGISTER, "email"):
            rows["email_key"] = rows[name]
    columns = {**given.columns}
    if absent:
        columns[dataset] = frozenset(LAYOUTS[dataset].names) - set(names)
    return replace(given, **{FRAMES[dataset]: rows}, columns=columns)


def found(judgement: Judgement) -> dict[Code, set[tuple[str, str]]]:
    result: dict[Code, set[tuple[str, str]]] = {}
    for one in judgement.seen:
        result.setdefault(one.finding.code, set()).add((one.finding.key, str(one.owner)))
    return result


def silent_changes(before: Judgement, after: Judgement, name: str) -> list[Code]:
    """The codes whose findings are other ones, and that do not say that they were not assessed for that column."""
    old, new = found(before), found(after)
    return [
        code
        for code in before.assessed
        if old.get(code) != new.get(code)
        and not ("No column" in after.not_assessed.get(code, "") and name in after.not_assessed[code])
    ]


# --- made-up nights in which much is wrong ---

_NUMBERS = st.sampled_from(["9000001", "9000002", "9000003"])
_PRACTICES = st.sampled_from([None, "Z00001", "Z00001", "Z00002", "Z00003", "Z99999", "Z00001001"])
_DAYS = st.sampled_from(
    [None, "1900-01-01", "2015-04-01", "2025-01-02", "2026-02-10", "2026-02-20", "2026-03-12", "2026-06-01"]
)
_WORD = {
    "role": st.sampled_from(["GP Performer", "GP Performer", "GP Registrar", "Nobody"]),
    "type": st.sampled_from([None, "Principal", "Salaried", "Locum", "Registrar", "Locally Employed Doctor"]),
    "status": st.sampled_from(
        [None, "Included", "Included", "Included with conditions", "Suspended", "Removed", "Withdrawn", "Pending"]
    ),
    "region": st.sampled_from([None, "LONDON COMMISSIONING REGION", "South West", "Wales"]),
    "surname": st.sampled_from(["Example", "Sample", "-", "Oak"]),
    "given": st.sampled_from([None, "Asha", "Oak", "Asha Example"]),
    "level": st.sampled_from([None, "11", "66", "99"]),
    "yes": st.sampled_from([None, "Y", "N"]),
    "decision": st.sampled_from([None, "PENDING", "APPROVED", "APPROVED", "REJECTED", "NOT_REQUIRED", "MAYBE"]),
    "change": st.sampled_from(["JOIN", "JOIN", "LEAVE", "ROLE_CHANGE", "COMMITMENT_CHANGE", "WITHDRAW", "RETIRE_24H"]),
    "case": st.sampled_from(["Proposed", "Proposed", "Closed", "Retracted", "Lost"]),
    "user": st.sampled_from(["U1", "U2", "U3", "U4"]),
    "user role": st.sampled_from(
        ["PL Practice Manager", "PL Organisation Administrator", "CQC Registered Manager", "PL Approver (ICB)"]
    ),
    "account": st.sampled_from(["Active", "Active", "Deactivated", "Unverified"]),
    "address": st.sampled_from([None, "asha@doctor.example", "x1@@y", "office@z.example", "u1@z.example"]),
}


@st.composite
def registers(draw):
    rows = []
    for number in ("9000001", "9000002", "9000003"):
        email = draw(_WORD["address"])
        rows.append(
            doctor(
                gmc_number=number,
                surname=draw(_WORD["surname"]),
                given_name=draw(_WORD["given"]),
                other_names=draw(_WORD["given"]),
                registration_status=draw(st.sampled_from(list(REGISTRATION_STATUSES))),
                gp_register_date=draw(_DAYS),
                ftp_conditions=draw(_WORD["yes"]),
                ftp_undertakings=draw(_WORD["yes"]),
                email=email,
                email_key=email,
            )
        )
    return rows[: draw(st.integers(1, 3))]


@st.composite
def lists(draw):
    return [
        performer(
            gmc_number=draw(_NUMBERS),
            forenames=draw(_WORD["given"]),
            surname=draw(_WORD["surname"]),
            performer_role=draw(_WORD["role"]),
            performer_type=draw(_WORD["type"]),
            list_status=draw(_WORD["status"]),
            status_effective_date=draw(_DAYS),
            date_first_on_list=draw(_DAYS),
            date_in_gp_register=draw(_DAYS),
            region=draw(_WORD["region"]),
            practice_code=draw(_PRACTICES),
            assignment_start_date=draw(_DAYS),
            assignment_end_date=draw(_DAYS),
            level_of_commitment=draw(_WORD["level"]),
            last_worked_date=draw(_DAYS),
            conditions_flag=draw(_WORD["yes"]),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]


@st.composite
def cases(draw):
    asked = [draw(_WORD["change"]) for _ in range(draw(st.integers(1, 4)))]
    # A blank type says nothing where nobody asks for another one; so somebody does.
    return [
        case(
            case_id=f"C{place}",
            gmc_number=draw(st.one_of(st.none(), _NUMBERS)),
            practice_code=draw(_PRACTICES),
            change_type=change,
            from_type=draw(_WORD["type"]),
            to_type=draw(_WORD["type"]),
            commitment=draw(_WORD["level"]),
            submitted_date=draw(_DAYS),
            effective_date=draw(_DAYS),
            practice_decision=draw(_WORD["decision"]),
            practice_decision_date=draw(_DAYS),
            decided_by_user_id=draw(st.one_of(st.none(), _WORD["user"])),
            icb_decision=draw(_WORD["decision"]),
            icb_decision_date=draw(_DAYS),
            case_status=draw(_WORD["case"]),
        )
        for place, change in enumerate(["ROLE_CHANGE", "COMMITMENT_CHANGE", *asked])
    ]


@st.composite
def staff(draw):
    return [
        user(
            user_id=draw(_WORD["user"]),
            practice_code=draw(_PRACTICES),
            email=draw(_WORD["address"]),
            role=draw(_WORD["user role"]),
            account_status=draw(_WORD["account"]),
            granted_date=draw(_DAYS),
            revoked_date=draw(_DAYS),
            nominated_by_user_id=draw(st.one_of(st.none(), _WORD["user"])),
            linked_gmc_number=draw(st.one_of(st.none(), _NUMBERS)),
        )
        for _ in range(draw(st.integers(1, 7)))
    ]


@st.composite
def places(draw):
    return [
        practice(
            practice_code=code,
            status=draw(st.sampled_from(["A", "A", "A", "C", "D"])),
            close_date=draw(_DAYS),
            region_code=draw(st.sampled_from([None, "Y56", "Y58"])),
            prescribing_setting=draw(st.sampled_from([None, "4", "4", "9"])),
        )
        for code in ("Z00001", "Z00002", "Z00003")
    ]


@st.composite
def logins(draw):
    return [
        account(
            gmc_number=number,
            username_email=draw(_WORD["address"]),
            account_status=draw(_WORD["account"]),
            verified_date=draw(_DAYS),
        )
        for number in ("9000001", "9000002", "9000009")
    ]


@st.composite
def nights(draw) -> Facts:
    sent = {
        "gmc_number": "9000001",
        "new_email": "asha@doctor.example",
        "new_key": "asha@doctor.example",
        "change_date": "2026-02-16",
        "due_date": "2026-03-02",
        "sent_on": "2026-03-02",
        "expires_on": "2026-03-05",
        "state": draw(st.sampled_from(["SENT", "BOUNCED", "WAITING"])),
    }
    return facts(
        register=draw(registers()),
        performers=draw(lists()),
        previous_performers=draw(st.one_of(st.none(), lists())),
        approvals=draw(cases()),
        practices=draw(places()),
        users=draw(staff()),
        accounts=draw(logins()),
        email_changes=[sent],
        quarantined_statuses=("9000002",) if draw(st.booleans()) else (),
    )


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(night=nights(), column=st.sampled_from(COLUMN_NAMES), absent=st.booleans())
def test_no_code_changes_its_findings_unless_it_says_which_column_it_lacks(night, column, absent):
    dataset, name = column

    assert silent_changes(judge(night), judge(without(night, dataset, name, absent=absent)), name) == []
