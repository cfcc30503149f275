"""What a file does not say is not a finding: each column of each dataset taken away, and blanked, under every rule."""

from dataclasses import replace
from random import Random

import pandas as pd
import pytest

from gpsync.extracts.layouts import LAYOUTS
from gpsync.reconciliation.catalogue import CATALOGUE
from gpsync.reconciliation.catalogue.columns import COLUMNS
from gpsync.reconciliation.facts import Facts
from gpsync.reconciliation.findings import NOT_KNOWN
from gpsync.reconciliation.judging import Judgement, judge
from gpsync.rules import REGISTRATION_STATUSES, Code, Dataset, Severity
from tests.factories import account, case, change, doctor, performer, practice, user
from tests.unit.reconciliation.building import facts

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


# --- a made-up night on which much is wrong ---

_PLACES = [None, *(f"Z{number:05}" for number in range(1, 40)), "Z99998", "Z99999", "Z00001001"]
_DAYS = [None, "1900-01-01", "2015-04-01", "2025-01-02", "2026-02-10", "2026-02-20", "2026-03-12", "2026-06-01"]
_ROLES = ["GP Performer", "GP Performer", "GP Registrar", "Nobody"]
_TYPES = [None, "Principal", "Salaried", "Locum", "Registrar", "Locally Employed Doctor"]
_STATUSES = [None, *["Included"] * 5, "Included with conditions", "Suspended", "Removed", "Withdrawn", "Pending"]
_REGIONS = [None, "LONDON COMMISSIONING REGION", "South West", "Wales"]
_SURNAMES, _GIVEN = ["Example", "Sample", "-", "Oak"], [None, "Asha", "Oak", "Asha Example"]
_DECISIONS = [None, "PENDING", "PENDING", "APPROVED", "APPROVED", "REJECTED", "NOT_REQUIRED", "MAYBE"]
_CHANGES_ASKED = ["JOIN", "JOIN", "LEAVE", "LEAVE", "ROLE_CHANGE", "COMMITMENT_CHANGE", "WITHDRAW", "RETIRE_24H"]
_CASE_STATUSES = ["Proposed", "Proposed", "In Progress", "Closed", "Retracted", "Lost"]
_USER_ROLES = [
    "PL Practice Manager", "PL Organisation Administrator", "PL Organisation Administrator",
    "CQC Registered Manager", "PL Approver (ICB)",
]  # fmt: skip
_ACCOUNT_STATUSES = ["Active", "Active", "Active", "Deactivated", "Unverified"]
_LICENSED = ["Registered with Licence"] * 12


class _Night:
    """Everything about some doctors drawn at random, the same for the same seed."""

    def __init__(self, seed: int, size: int) -> None:
        self.any, self.size = Random(seed).choice, size
        self.numbers = [f"9{number:06}" for number in range(size)]
        odd = [None, "x1@@y", "office@z.example"]
        self.addresses = [*odd * (size // 10), *(f"d{one}@doctor.example" for one in range(size // 2))]
        self.users = [f"U{number:03}" for number in range(size // 2)]

    def facts(self) -> Facts:
        register = [self.doctor(number) for number in self.numbers[: self.size - 5]]
        listed = [self.performer() for _ in range(2 * self.size)]
        self.posts = [(row["gmc_number"], row["practice_code"]) for row in listed]
        return facts(
            register=register,
            performers=listed,
            previous_performers=[self.performer() for _ in range(2 * self.size)],
            approvals=[self.case(place) for place in range(3 * self.size)],
            practices=[self.practice(code) for code in _PLACES[1:40]],
            users=[self.user() for _ in range(2 * self.size)],
            accounts=[self.account(number) for number in self.numbers],
            email_changes=[self.change(row) for row in register if row["email"]],
            quarantined_statuses=self.numbers[:2],
        )

    def doctor(self, number: str) -> dict[str, str | None]:
        email = self.any(self.addresses)
        return doctor(
            gmc_number=number,
            surname=self.any(_SURNAMES),
            given_name=self.any(_GIVEN),
            other_names=self.any(_GIVEN),
            registration_status=self.any([*_LICENSED, *REGISTRATION_STATUSES]),
            gp_register_date=self.any(_DAYS),
            ftp_conditions=self.any([None, "Y", "N"]),
            ftp_undertakings=self.any([None, "Y", "N"]),
            email=email,
            email_key=email,
        )

    def performer(self) -> dict[str, str | None]:
        return performer(
            gmc_number=self.any(self.numbers),
            forenames=self.any(_GIVEN),
            surname=self.any(_SURNAMES),
            performer_role=self.any(_ROLES),
            performer_type=self.any(_TYPES),
            list_status=self.any(_STATUSES),
            status_effective_date=self.any(_DAYS),
            date_first_on_list=self.any(_DAYS),
            date_in_gp_register=self.any(_DAYS),
            region=self.any(_REGIONS),
            practice_code=self.any(_PLACES),
            assignment_start_date=self.any(_DAYS),
            assignment_end_date=self.any(_DAYS),
            level_of_commitment=self.any([None, "11", "66", "99"]),
            last_worked_date=self.any(_DAYS),
            conditions_flag=self.any([None, "Y", "N"]),
        )

    def case(self, place: int) -> dict[str, str | None]:
        number, practice_code = self.any([*self.posts, (None, None), (self.any(self.numbers), self.any(_PLACES))])
        return case(
            case_id=f"C{place}",
            gmc_number=number,
            practice_code=practice_code,
            change_type=self.any(_CHANGES_ASKED),
            from_type=self.any(_TYPES),
            to_type=self.any(_TYPES),
            commitment=self.any([None, "11", "66", "99"]),
            submitted_date=self.any(_DAYS),
            effective_date=self.any(_DAYS),
            practice_decision=self.any(_DECISIONS),
            practice_decision_date=self.any(_DAYS),
            decided_by_user_id=self.any([None, *self.users]),
            icb_decision=self.any(_DECISIONS),
            icb_decision_date=self.any(_DAYS),
            case_status=self.any(_CASE_STATUSES),
        )

    def practice(self, code: str | None) -> dict[str, str | None]:
        return practice(
            practice_code=code,
            status=self.any(["A", "A", "A", "C", "D"]),
            close_date=self.any([None, None, "2025-01-02", "2026-06-01"]),
            region_code=self.any([None, "Y56", "Y58"]),
            prescribing_setting=self.any([None, "4", "4", "9"]),
        )

    def user(self) -> dict[str, str | None]:
        return user(
            user_id=self.any(self.users),
            practice_code=self.any(_PLACES[:12]),
            email=self.any(self.addresses),
            role=self.any(_USER_ROLES),
            account_status=self.any(_ACCOUNT_STATUSES),
            granted_date=self.any(_DAYS),
            revoked_date=self.any([None, None, *_DAYS]),
            nominated_by_user_id=self.any([None, *self.users]),
            linked_gmc_number=self.any([None, *self.numbers]),
        )

    def account(self, number: str) -> dict[str, str | None]:
        return account(
            gmc_number=number,
            username_email=self.any(self.addresses),
            account_status=self.any(_ACCOUNT_STATUSES),
            verified_date=self.any(_DAYS),
        )

    def change(self, row: dict[str, str | None]) -> dict[str, str | None]:
        state = self.any(["SENT", "BOUNCED", "WAITING", "UNVERIFIED_EXPIRED"])
        return change(gmc_number=row["gmc_number"], new_email=row["email"], new_key=row["email"], state=state)


@pytest.fixture(scope="module")
def night() -> Facts:
    return _Night(seed=1, size=250).facts()


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
