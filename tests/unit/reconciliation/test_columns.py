"""What a file does not say is not a finding: each column of each dataset taken away, and blanked, under every rule."""

from dataclasses import replace

import pandas as pd
import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import NOT_KNOWN
from gpsync.reconciliation.judging import Judgement, judge
from gpsync.rules import Code, Dataset, Severity
from tests.factories import case, doctor, performer, user
from tests.unit.reconciliation.building import facts
from tests.unit.reconciliation.night import Night

#: What no accepted row leaves blank.
NEVER_BLANK = {
    Dataset.GMC_REGISTER: {"gmc_number", "surname", "registration_status"},
    Dataset.PERFORMERS_LIST: {"gmc_number", "alignment"},
    Dataset.PRACTICE_APPROVALS: {"case_id"},
    Dataset.PRACTICES: {"practice_code", "practice_name", "status"},
    Dataset.PRACTICE_USERS: {"user_id", "role"},
    Dataset.PCSE_ACCOUNTS: {"gmc_number"},
}
FRAMES = {dataset: layout.facts for dataset, layout in LAYOUTS.items()}
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


def found(judgement: Judgement) -> dict[Code, set[str]]:
    """The keys of what was found. How bad it is and who acts may be less clear without a column, not whether it is."""
    result: dict[Code, set[str]] = {}
    for one in judgement.seen:
        result.setdefault(one.finding.code, set()).add(one.finding.key)
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


@pytest.fixture(scope="module")
def night() -> Facts:
    return Night(seed=1, size=250).facts()


@pytest.fixture(scope="module")
def judged(night) -> Judgement:
    return judge(night)


def test_the_made_up_night_has_findings_of_nearly_every_kind(judged):
    rare = {"B47", "B65", "B68", "B69", "B70", "B71", "B72"}

    assert {CATALOGUE[code].number for code in Code if code not in found(judged)} <= rare


@pytest.mark.parametrize(("dataset", "name"), COLUMN_NAMES)
def test_no_code_changes_its_findings_unless_it_says_which_column_it_lacks(night, judged, dataset, name):
    after = judge(without(night, dataset, name, absent=True))

    assert silent_changes(judged, after, name) == []


def test_a_column_that_is_blank_in_every_row_is_named_as_such(night):
    blank = judge(without(night, Dataset.PERFORMERS_LIST, "last_worked_date", absent=False))
    absent = judge(without(night, Dataset.PERFORMERS_LIST, "last_worked_date", absent=True))

    code = Code.PL_NO_WORK_12_MONTHS
    assert blank.not_assessed[code] == (
        "No column last_worked_date (blank in every row) in the newest performers_list extract."
    )
    assert absent.not_assessed[code] == "No column last_worked_date in the newest performers_list extract."


def test_the_public_list_is_judged_as_far_as_it_goes(night, judged):
    lacking = [name for name in LAYOUTS[Dataset.PERFORMERS_LIST].names if name not in PUBLIC]
    after = judge(without(night, Dataset.PERFORMERS_LIST, *lacking, absent=True))

    old, new = found(judged), found(after)
    assert {code for code in after.assessed if old.get(code) != new.get(code)} == set()
    kept = {"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B11", "B12", "B14", "B16", "B19"}
    assert kept <= {CATALOGUE[code].number for code in after.assessed}
    silent = {"B10", "B13", "B15", "B18", "B20", "B21", "B22", "B23", "B24", "B25", "B28", "B29", "B42", "B48"}
    assert silent.isdisjoint({CATALOGUE[code].number for code in after.assessed})


def test_who_works_at_a_practice_is_not_known_without_practices(night):
    after = judge(without(night, Dataset.PERFORMERS_LIST, "practice_code", absent=True))

    (severity,) = {one.severity for one in after.seen if one.finding.code is Code.GMC_RELINQUISHED_ON_LIST}
    assert severity is Severity.HIGH
    assert {one.finding.evidence["assigned"] for one in after.seen if "assigned" in one.finding.evidence} == {NOT_KNOWN}


def test_a_column_that_could_not_be_filled_is_not_missed():
    decided = case(change_type="JOIN", practice_decision="PENDING", icb_decision=None)
    judgement = judge(facts(register=[doctor()], performers=[performer()], approvals=[decided], users=[user()]))

    reasons = " ".join(why for code, why in judgement.not_assessed.items() if code is Code.CONFLICTING_REQUESTS)
    assert not {"commitment", "from_type", "to_type", "icb_decision"} & set(reasons.replace(",", " ").split())


def test_dentists_do_not_fill_a_column_for_doctors():
    dentist = performer(gmc_number="900326", alignment="Dental", practice_code="Z00001")
    doctors = [performer(practice_code=None, assignment_start_date=None)]
    judgement = judge(facts(register=[doctor()], performers=[*doctors, dentist]))

    assert "practice_code (blank in every row)" in judgement.not_assessed[Code.PL_PRACTICE_MISSING]


def test_lists_are_not_compared_where_the_earlier_one_lacks_a_column(night):
    before = night.previous_performers.assign(
        practice_code=pd.Series([None] * len(night.previous_performers), dtype="str")
    )
    judgement = judge(replace(night, previous_performers=before))

    assert judgement.not_assessed[Code.APPLIED_WITHOUT_APPROVAL] == (
        "No column practice_code in the performers_list extract before the newest."
    )
    assert "B30" in {CATALOGUE[code].number for code in judgement.assessed}


def test_every_column_that_is_needed_is_one_of_its_layout():
    wrong = [
        (code, name)
        for code, needed in COLUMNS.items()
        for dataset, names in needed.items()
        for name in names
        if name not in LAYOUTS[dataset].names
    ]

    assert wrong == []
