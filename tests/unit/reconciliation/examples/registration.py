"""For each code about registration the least that raises it, in each of its ways."""

from gpsync.rules import Code
from tests.factories import account, doctor, left, performer
from tests.unit.reconciliation.case_building import case
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(
        Code.GMC_DECEASED_ON_LIST,
        dict(left_register=[left(registration_status="Not Registered - Deceased")], performers=[performer()]),
    ),
    Example(
        Code.GMC_ERASED_ON_LIST,
        dict(
            left_register=[left(registration_status="Not Registered - Erased for false declaration")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.GMC_RELINQUISHED_ON_LIST,
        dict(
            left_register=[left(registration_status="Not Registered - Having relinquished registration")],
            performers=[performer()],
        ),
    ),
    Example(
        Code.GMC_RELINQUISHED_ON_LIST,
        dict(
            register=[doctor(registration_status="Not Registered - Having relinquished registration")],
            performers=[performer(practice_code=None, assignment_start_date=None)],
        ),
    ),
    Example(
        Code.GMC_LAPSED_ON_LIST,
        dict(
            left_register=[left(registration_status="Not Registered - Provisional registration expired")],
            performers=[performer(list_status="Suspended")],
        ),
    ),
    Example(
        Code.GMC_LAPSED_ON_LIST,
        dict(
            register=[doctor(registration_status="Not Registered - Provisional registration expired")],
            performers=[performer(assignment_start_date="2026-03-19")],
        ),
    ),
    Example(
        Code.GMC_SUSPENDED_LIST_ACTIVE,
        dict(left_register=[left(registration_status="Suspended")], performers=[performer()]),
    ),
    Example(
        Code.GMC_NO_LICENCE_ON_LIST,
        dict(left_register=[left(registration_status="Registered without a Licence")], performers=[performer()]),
    ),
    Example(
        Code.GMC_NO_LICENCE_ON_LIST,
        dict(
            register=[doctor(registration_status="Registered without a Licence")],
            performers=[performer(practice_code=None, assignment_start_date=None)],
        ),
    ),
    Example(
        Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST,
        dict(
            left_register=[left(registration_status="Provisionally registered with Licence")], performers=[performer()]
        ),
    ),
    Example(Code.GMC_NOT_FOUND, dict(performers=[performer()])),
    Example(Code.GMC_NUMBER_INVALID, dict(register=[doctor()], performers=[performer(gmc_number="900002")])),
    Example(Code.GMC_NUMBER_INVALID, dict(register=[doctor()], performers=[performer(gmc_number=None)])),
    Example(Code.GMC_NUMBER_INVALID, dict(approvals=[case(gmc_number="900002", case_id="c1")])),
    Example(Code.GMC_NUMBER_INVALID, dict(approvals=[case(gmc_number=None)])),
    Example(Code.GMC_NUMBER_INVALID, dict(accounts=[account(gmc_number="L00000")])),
    Example(Code.NOT_ON_GP_REGISTER, dict(register=[doctor(gp_register_date=None)], performers=[performer()])),
    Example(
        Code.REGISTRAR_ON_GP_REGISTER,
        dict(
            register=[
                doctor(
                    registration_status="Not Registered - Deceased",
                    ftp_conditions="Y",
                    ftp_undertakings="Y",
                    registration_class="SUSPENDED",
                )
            ],
            performers=[performer(performer_role="GP Registrar", performer_type="Registrar")],
        ),
    ),
    Example(
        Code.REGISTRAR_ON_GP_REGISTER,
        dict(register=[doctor(gp_register_date="2026-02-18")], performers=[performer(performer_role="GP Registrar")]),
    ),
    Example(
        Code.GP_REGISTER_DATE_DIFFERS, dict(register=[doctor(gp_register_date="2026-03-18")], performers=[performer()])
    ),
    Example(Code.PLACEHOLDER_DATE, dict(register=[doctor()], performers=[performer(date_in_gp_register="1900-01-01")])),
    Example(Code.PLACEHOLDER_DATE, dict(register=[doctor()], performers=[performer(date_first_on_list="1900-01-01")])),
    Example(Code.PLACEHOLDER_DATE, dict(register=[doctor()], performers=[performer(assignment_end_date="1900-01-01")])),
    Example(
        Code.NAME_DIFFERS, dict(register=[doctor(surname="Marsden")], performers=[performer(surname="Bell-Marsden")])
    ),
    Example(
        Code.NAME_DIFFERS,
        dict(register=[doctor()], performers=[performer(forenames="Another", surname="Person-Altogether")]),
    ),
    Example(
        Code.GMC_RESTRICTION_NOT_ON_LIST,
        dict(
            register=[
                doctor(
                    registration_status="Not Registered - Deceased",
                    ftp_conditions="Y",
                    ftp_undertakings="Y",
                    registration_class="SUSPENDED",
                )
            ],
            performers=[performer(performer_role="GP Registrar", performer_type="Registrar")],
        ),
    ),
    Example(
        Code.GMC_RESTORED_LIST_SUSPENDED,
        dict(register=[doctor(ftp_conditions="Y")], performers=[performer(list_status="Suspended")]),
    ),
    Example(Code.GMC_STATUS_UNKNOWN, dict(performers=[performer()], quarantined_statuses=("9000001", "9000001"))),
    Example(Code.GMC_NOT_FOUND, dict(performers=[performer(forenames=None)])),
    Example(
        Code.NOT_ON_GP_REGISTER,
        dict(register=[doctor(gp_register_date=None)], performers=[performer(performer_type=None)]),
    ),
    *(
        Example(Code.PLACEHOLDER_DATE, dict(register=[doctor()], performers=[performer(**{column: "1900-01-01"})]))
        for column in ("assignment_start_date", "last_worked_date", "status_effective_date")
    ),
    *(
        Example(
            Code.GMC_RESTRICTION_NOT_ON_LIST,
            dict(register=[doctor(**{flag: "Y"})], performers=[performer(conditions_flag=None)]),
        )
        for flag in ("ftp_conditions", "ftp_undertakings")
    ),
    Example(
        Code.NAME_DIFFERS,
        dict(
            register=[doctor(surname="-", given_name=None, other_names="Only Asha")],
            performers=[performer(forenames=None, surname="Example")],
        ),
    ),
)
