"""What all sources say of one doctor, and what is taken of one whom the register does not hold."""

from dataclasses import replace

import pytest

from gpsync.mails import Person
from gpsync.rules import Registration
from gpsync.verification.eligibility import DoctorEvidence, Listing
from gpsync.verification.evidence import Evidence
from tests.spec.judging import DAY, B

ADA = Person("9000001", "Ada Oak", B, B, Registration.LICENSED, False, False, None)
NOTHING = Evidence(
    as_of=DAY,
    people={},
    listed={},
    users={},
    periods={},
    verified={},
    suppressed=(),
    possible_duplicates=(),
    registered_with={},
    refused=(),
    in_doubt=(),
)


@pytest.mark.parametrize("is_gp", [True, False])
@pytest.mark.parametrize("is_absent", [True, False])
def test_what_the_register_shows_of_a_doctor_is_known(is_gp, is_absent):
    person = replace(ADA, is_on_gp_register=is_gp, is_absent=is_absent)

    assert replace(NOTHING, people={ADA.gmc_number: person}).of(ADA.gmc_number, B) == DoctorEvidence(
        Registration.LICENSED, Listing.ABSENT, B, is_on_gp_register=is_gp, is_absent=is_absent
    )


def test_of_a_doctor_whom_the_register_does_not_hold_only_the_address_is_known():
    assert NOTHING.of(ADA.gmc_number, B) == DoctorEvidence(None, Listing.ABSENT, B, is_absent=True)
