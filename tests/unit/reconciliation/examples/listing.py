"""For each code about listing the least that raises it, in each of its ways."""

from datetime import date

from gpsync.rules import Code
from tests.factories import doctor, performer
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(
        Code.PL_DUPLICATE_RECORD,
        dict(
            performers=[performer(), performer(list_status="Removed", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_DUPLICATE_RECORD,
        dict(
            performers=[performer(), performer(performer_role="GP Registrar", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_DUPLICATE_RECORD,
        dict(
            performers=[performer(), performer(surname="Sample", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_OFF_LIST_STILL_ASSIGNED,
        dict(
            performers=[performer(list_status="Removed")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_COMMITMENT_OVER_100,
        dict(
            performers=[
                performer(level_of_commitment="55"),
                performer(practice_code="Z00002", level_of_commitment="46"),
            ],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_NO_WORK_12_MONTHS,
        dict(
            as_of=date(2028, 2, 29),
            performers=[performer(last_worked_date="2027-02-28")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_REGION_MISMATCH,
        dict(
            performers=[performer(region="Atlantis")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_REGION_MISMATCH,
        dict(
            performers=[performer(), performer(gmc_number="9000002", surname="Sample", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_TYPE_ROLE_CONFLICT,
        dict(
            performers=[performer(), performer(performer_role="GP Registrar", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_TYPE_ROLE_CONFLICT,
        dict(
            performers=[
                performer(performer_role="GP Registrar", performer_type="Partner"),
                performer(performer_role="GP Registrar", performer_type="Partner", practice_code="Z00002"),
            ],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(
        Code.PL_PRACTICE_MISSING,
        dict(
            register=[doctor()],
            performers=[
                performer(practice_code=None, assignment_start_date=None),
                performer(alignment="Dental", gmc_number="900326"),
            ],
        ),
    ),
    Example(
        Code.PL_PRACTICE_MISSING,
        dict(
            performers=[
                performer(performer_role="gp registrar", performer_type="LOCUM"),
                performer(performer_role="gp registrar", performer_type="LOCUM", practice_code="Z00002"),
            ],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "Y58"},
                {"practice_code": "Z00003", "region_code": None},
                {"practice_code": "Z00004", "region_code": "W00"},
            ],
        ),
    ),
    Example(Code.PL_DUPLICATE_RECORD, dict(performers=[performer(), performer(level_of_commitment="11")])),
    *(
        Example(Code.PL_STATUS_UNKNOWN, dict(performers=[performer(gmc_number=number, list_status=status)]))
        for number in ("9000001", None)
        for status in ("Lapsed", None)
    ),
    Example(Code.PL_STATUS_UNKNOWN, dict(performers=[performer(list_status="Lapsed", practice_code=None)])),
    Example(
        Code.PL_OFF_LIST_STILL_ASSIGNED,
        dict(performers=[performer(list_status="Removed", assignment_start_date=None)]),
    ),
    Example(
        Code.PL_COMMITMENT_OVER_100,
        dict(
            performers=[
                performer(level_of_commitment="full time"),
                performer(practice_code="Z00002", level_of_commitment=None),
            ]
        ),
    ),
    Example(
        Code.PL_REGION_MISMATCH,
        dict(performers=[performer(region=None)], practices=[{"practice_code": "Z00001", "region_code": "Y56"}]),
    ),
    Example(
        Code.PL_REGION_MISMATCH,
        dict(
            performers=[performer(region="Y59"), performer(region="Y59", practice_code="Z00002")],
            practices=[
                {"practice_code": "Z00001", "region_code": "Y56"},
                {"practice_code": "Z00002", "region_code": "W00"},
            ],
        ),
    ),
    Example(Code.PL_TYPE_ROLE_CONFLICT, dict(performers=[performer(performer_role="GP Trainee", performer_type=None)])),
    Example(Code.PL_TYPE_ROLE_CONFLICT, dict(performers=[performer(performer_role=None, performer_type="Partner")])),
)
