"""A night of made-up records on which much is wrong: everything about some doctors, drawn at random."""

from random import Random

from gpsync.reconciliation.facts import Facts
from gpsync.rules import REGISTRATION_STATUSES
from tests.factories import account, case, change, doctor, performer, practice, user
from tests.unit.reconciliation.building import facts

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


class Night:
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
