"""The list against the register: when each code is raised, and when it only just is not."""

from datetime import timedelta

import pytest

from gpsync.reconciliation.catalogue import registration as catalogue
from gpsync.reconciliation.names import Agreement, agreement
from gpsync.reconciliation.registration import judge as registration
from gpsync.reconciliation.registration.matched import beside_register
from gpsync.rules import REGISTRATION_STATUSES, Code, Dataset, Owner, Registration, Severity
from tests.factories import doctor, performer
from tests.unit.reconciliation.building import TODAY, facts

STATUS = {registered: status for status, registered in reversed(REGISTRATION_STATUSES.items())}
ENTRY = {entry.code: entry for entry in catalogue.ENTRIES}
STANDING = list(catalogue.ENTRIES)[:9]
YESTERDAY = (TODAY - timedelta(1)).isoformat()


def days_ago(days):
    return (TODAY - timedelta(days)).isoformat()


def judged(registers=(), performers=(), **more):
    return registration.judge(facts(register=registers, performers=performers, **more))


def found(code, listed=None, registered=None, **more):
    """What the rule of one code finds about one doctor of the list and the register."""
    given = facts(register=[doctor(**registered or {})], performers=[performer(**listed or {})], **more)
    return registration.RULES[code](beside_register(given))


def severity(finding):
    return finding.severity or ENTRY[finding.code].severity


def test_every_code_of_the_group_has_its_entry_and_its_rule():
    numbers = [entry.number for entry in catalogue.ENTRIES]

    assert numbers == [f"B{number:02}" for number in range(1, 18)]
    assert list(registration.RULES) == [entry.code for entry in catalogue.ENTRIES] == list(Code)[:17]


def test_empty_extracts_raise_nothing():
    assert judged() == {code: [] for code in registration.RULES}


def test_a_sound_doctor_has_no_findings():
    assert judged([doctor()], [performer()]) == {code: [] for code in registration.RULES}


OFF, HERE = {"list_status": "Removed"}, {"practice_code": "Z00001"}
NOWHERE = {"practice_code": None, "assignment_start_date": None}
CLASSES = [
    # code, class at the GMC, statuses that raise it, statuses that do not, severity without and with an assignment
    ("GMC_DECEASED_ON_LIST", "DECEASED", "Included|Included with conditions|Suspended", "Deceased|Removed|Withdrawn"),
    ("GMC_ERASED_ON_LIST", "ERASED", "Included|Included with conditions|Suspended", "Removed|Withdrawn|Deceased"),
    ("GMC_RELINQUISHED_ON_LIST", "RELINQUISHED", "Included|Suspended", "Removed|Withdrawn|Deceased"),
    ("GMC_LAPSED_ON_LIST", "LAPSED", "included|SUSPENDED", "Removed|Withdrawn|Deceased"),
    ("GMC_SUSPENDED_LIST_ACTIVE", "SUSPENDED", "Included|Included  with Conditions", "Suspended|Removed|Deceased"),
    ("GMC_NO_LICENCE_ON_LIST", "UNLICENSED", "Included|Included with conditions", "Suspended|Removed"),
    ("GMC_NO_LICENCE_ON_LIST", "PROVISIONAL_UNLICENSED", "Included", "Suspended|Withdrawn"),
    ("GMC_NO_LICENCE_ON_LIST", "TEMPORARY_UNLICENSED", "Included", "Suspended|Withdrawn"),
    ("GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST", "PROVISIONAL", "Included|Suspended", "Removed"),
    ("GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST", "TEMPORARY", "Included|Suspended", "Removed"),
]
DRAWN = [
    (code, registered, status, raised)
    for code, registered, yes, no in CLASSES
    for raised, statuses in ((True, yes), (False, f"{no}|Somewhere"))
    for status in statuses.split("|")
]


@pytest.mark.parametrize(("code", "registered", "status", "raised"), DRAWN)
def test_a_class_of_the_register_against_a_status_of_the_list(code, registered, status, raised):
    results = judged([doctor(registration_status=STATUS[Registration(registered)])], [performer(list_status=status)])

    of_nine = [entry.code for entry in STANDING if results[entry.code]]
    assert of_nine == ([code] if raised else [])
    if raised:
        (finding,) = results[code]
        assert (finding.key, finding.gmc_number, finding.owner) == ("9000001", "9000001", None)
        assert finding.evidence["list_status"] == status


@pytest.mark.parametrize(
    ("registered", "listed", "expected"),
    [
        (Registration.DECEASED, NOWHERE, Severity.CRITICAL),
        (Registration.RELINQUISHED, NOWHERE, Severity.HIGH),
        (Registration.RELINQUISHED, {"assignment_end_date": YESTERDAY}, Severity.HIGH),
        (Registration.RELINQUISHED, {"assignment_end_date": TODAY.isoformat()}, Severity.CRITICAL),
        (Registration.LAPSED, {"assignment_start_date": days_ago(-1)}, Severity.HIGH),
        (Registration.LAPSED, {"assignment_start_date": TODAY.isoformat()}, Severity.CRITICAL),
        (Registration.LAPSED, {"assignment_start_date": None}, Severity.CRITICAL),
        (Registration.UNLICENSED, NOWHERE, Severity.HIGH),
        (Registration.UNLICENSED, HERE, Severity.CRITICAL),
        (Registration.SUSPENDED, NOWHERE, Severity.CRITICAL),
        (Registration.PROVISIONAL, HERE, Severity.HIGH),
    ],
)
def test_severity_while_assigned(registered, listed, expected):
    results = judged([doctor(registration_status=STATUS[registered])], [performer(**listed)])
    (finding,) = [one for entry in STANDING for one in results[entry.code]]

    assert severity(finding) is expected


@pytest.mark.parametrize("role", ["GP Registrar", "Something else", None])
def test_provisional_registration_is_no_matter_for_a_registrar(role):
    registered = {"registration_status": STATUS[Registration.PROVISIONAL]}

    assert not found(Code.GMC_PROVISIONAL_OR_TEMPORARY_ON_LIST, {"performer_role": role}, registered)


def test_only_medical_rows_count():
    dead = {"registration_status": STATUS[Registration.DECEASED]}

    assert not found(Code.GMC_DECEASED_ON_LIST, {"alignment": "Dental"}, dead)
    assert not found(Code.GMC_DECEASED_ON_LIST, {"alignment": None}, dead)
    assert found(Code.GMC_DECEASED_ON_LIST, {"alignment": "MEDICAL"}, dead)


def test_two_posts_and_a_removed_row_are_one_finding_whatever_their_order():
    rows = [performer(), performer(), performer(practice_code="Z00002"), performer(list_status="Removed")]
    erased = [doctor(registration_status=STATUS[Registration.ERASED])]

    forward = judged(erased, rows)[Code.GMC_ERASED_ON_LIST]

    assert len(forward) == 1
    assert forward == judged(erased, rows[::-1])[Code.GMC_ERASED_ON_LIST]


@pytest.mark.parametrize(
    ("number", "more", "raised"),
    [
        ("9000001", {}, False),
        ("9000002", {}, True),
        ("L900002", {}, True),
        ("9000002", {"list_status": "Suspended"}, True),
        ("9000002", {"list_status": "Removed"}, False),
        ("900002", {}, False),  # no number at all, which is another code
        (None, {}, False),
    ],
)
def test_not_found(number, more, raised):
    results = judged([doctor()], [performer(gmc_number=number, **more)])

    assert len(results[Code.GMC_NOT_FOUND]) == raised


def test_a_row_quarantined_for_its_status_is_not_missing():
    results = judged([], [performer()], quarantined_statuses=("9000001", "9000001"))

    assert results[Code.GMC_NOT_FOUND] == []
    (unknown,) = results[Code.GMC_STATUS_UNKNOWN]
    assert (unknown.key, unknown.gmc_number) == ("9000001", "9000001")


@pytest.mark.parametrize(
    ("number", "raised"),
    [
        *[("9000001", 0), ("L900001", 0), ("900001", 1), ("90000011", 1), ("M900001", 1), ("L90000", 1)],
        *[("9OOOOO1", 1), ("٩٠٠٠٠٠١", 1), ("9000001\n", 1), (None, 1)],
    ],
)
def test_number_invalid_in_the_list(number, raised):
    results = judged([doctor()], [performer(gmc_number=number), performer(gmc_number=number)])

    assert len(results[Code.GMC_NUMBER_INVALID]) == raised
    assert not raised or not results[Code.GMC_NOT_FOUND]


def test_number_invalid_elsewhere_is_told_apart_by_its_dataset_and_case():
    cases = [{"case_id": one, "gmc_number": "900001"} for one in ("C1", "C2", "C2")]
    lost = [performer(gmc_number=None, practice_code=code) for code in ("Z00001", "Z00002")]
    dental = performer(gmc_number="90001", alignment="Dental")

    results = judged(
        performers=[performer(gmc_number="900001"), dental, *lost],
        approvals=[*cases, {"case_id": "C3", "gmc_number": "9000001"}],
        accounts=[{"gmc_number": "900001"}, {"gmc_number": "9000001"}],
    )

    assert [one.key for one in results[Code.GMC_NUMBER_INVALID]] == [
        "performers_list|900001",
        "performers_list||Z00001",
        "performers_list||Z00002",
        "practice_approvals|900001|C1",
        "practice_approvals|900001|C2",
        "pcse_accounts|900001",
    ]


_OTHERS_REGISTERED = ("UNLICENSED", "PROVISIONAL", "PROVISIONAL_UNLICENSED", "TEMPORARY", "TEMPORARY_UNLICENSED")


@pytest.mark.parametrize(
    ("listed", "registered", "raised"),
    [
        ({}, {"gp_register_date": None}, True),
        ({"performer_role": "gp  performer"}, {"gp_register_date": None}, True),
        ({"performer_type": None}, {"gp_register_date": None}, True),
        ({}, {"gp_register_date": "2026-03-18"}, False),
        ({"performer_role": "GP Registrar"}, {"gp_register_date": None}, False),
        ({"performer_type": "Locally employed doctor"}, {"gp_register_date": None}, False),
        ({"list_status": "Withdrawn"}, {"gp_register_date": None}, False),
        *(
            ({}, {"gp_register_date": None, "registration_status": STATUS[Registration(one)]}, True)
            for one in _OTHERS_REGISTERED
        ),
        ({}, {"gp_register_date": None, "registration_status": STATUS[Registration.ERASED]}, False),
        ({}, {"gp_register_date": None, "registration_status": STATUS[Registration.SUSPENDED]}, False),
    ],
)
def test_not_on_gp_register(listed, registered, raised):
    assert len(found(Code.NOT_ON_GP_REGISTER, listed, registered)) == raised


@pytest.mark.parametrize(
    ("days", "expected"),
    [(27, None), (28, Severity.MEDIUM), (29, Severity.MEDIUM), (90, Severity.MEDIUM), (91, Severity.HIGH)],
)
def test_registrar_on_gp_register(days, expected):
    registered = {"gp_register_date": days_ago(days)}
    results = found(Code.REGISTRAR_ON_GP_REGISTER, {"performer_role": "GP Registrar"}, registered)

    assert [severity(one) for one in results] == ([expected] if expected else [])
    assert not found(Code.REGISTRAR_ON_GP_REGISTER, {}, registered)


@pytest.mark.parametrize(
    ("registered", "raised"), [("DECEASED", False), ("ERASED", False), ("SUSPENDED", True), ("LAPSED", True)]
)
def test_the_dead_and_the_erased_have_no_form_to_send_in_and_no_conditions(registered, raised):
    given = {"registration_status": STATUS[Registration(registered)], "ftp_conditions": "Y"}

    assert len(found(Code.REGISTRAR_ON_GP_REGISTER, {"performer_role": "GP Registrar"}, given)) == raised
    assert len(found(Code.GMC_RESTRICTION_NOT_ON_LIST, {}, given)) == raised


def test_a_registrar_not_on_the_gp_register_is_as_it_should_be():
    registrar = {"performer_role": "GP Registrar", "performer_type": "Registrar"}

    assert not found(Code.REGISTRAR_ON_GP_REGISTER, registrar, {"gp_register_date": None})


@pytest.mark.parametrize(
    ("listed", "registered", "raised"),
    [
        ("2010-08-04", "2010-08-04", False),
        ("2010-08-05", "2010-08-04", True),
        ("1900-01-01", "2010-08-04", False),
        ("1929-12-31", "2010-08-04", False),
        ("1930-01-01", "2010-08-04", True),
        (None, "2010-08-04", False),
        ("2010-08-04", None, False),
    ],
)
def test_gp_register_date_differs(listed, registered, raised):
    results = found(Code.GP_REGISTER_DATE_DIFFERS, {"date_in_gp_register": listed}, {"gp_register_date": registered})

    assert len(results) == raised


@pytest.mark.parametrize(
    ("column", "day", "raised"),
    [
        ("date_first_on_list", "1900-01-01", True),
        ("date_in_gp_register", "1929-12-31", True),
        ("date_in_gp_register", "1930-01-01", False),
        ("assignment_end_date", "1900-01-01", True),
        ("last_worked_date", "1900-01-01", True),
        ("status_effective_date", None, False),
    ],
)
def test_placeholder_date(column, day, raised):
    results = found(Code.PLACEHOLDER_DATE, {column: day})

    assert [one.evidence for one in results] == ([{column: day}] if raised else [])


def test_several_placeholders_of_one_doctor_are_one_finding():
    rows = [performer(date_first_on_list="1900-01-01"), performer(date_in_gp_register="1900-01-01")]

    assert len(judged([doctor()], rows)[Code.PLACEHOLDER_DATE]) == 1


NAMES = [
    # forenames and surname on the list, family name and given names on the register
    ("Asha", "Example", "Example", "Asha", "SAME"),
    ("Asha", "EXAMPLE", "Example", "Asha", "SAME"),
    ("Another", "Example", "Example", "Asha", "SAME"),
    ("Asha", "Súilleabháin", "Suilleabhain", "Asha", "SAME"),
    ("Asha", "O’Brien", "O'Brien", "Asha", "SAME"),
    ("Asha", "O´Brien", "OBRIEN", "Asha", "SAME"),
    ("Asha", "O Brien", "O'Brien", "Asha", "SAME"),
    ("Asha", "Mac Allister", "MacAllister", "Asha", "SAME"),
    ("Asha", "Bell Marsden", "Marsden-Bell", "Asha", "SAME"),
    ("Asha", "Marsden", "Bell-Marsden", "Asha", "SAME"),
    ("Asha", "Ørsted", "Orsted", "Asha", "SAME"),
    ("Asha", "Dr Example", "Example", "Asha", "SAME"),
    ("Example", "Asha", "Example", "Asha", "SAME"),  # the two fields exchanged
    ("Asha Example", "-", "Example", "Asha", "SAME"),
    ("Dr Asha Mac Allister", "-", "MacAllister", "Asha", "SAME"),
    ("Asha Example", "", "Example", "Asha", "SAME"),
    ("Asha", "Example", "-", "Asha Example", "SAME"),
    ("", "Mononym", "Mononym", "", "SAME"),
    ("Mononym", "-", "-", "Mononym", "SAME"),
    ("Asha", "Dame", "Dame", "Asha", "SAME"),
    ("Asha", "NA", "Na", "Asha", "SAME"),
    ("Asha", "Bell-Marsden", "Marsden", "Asha", "DIFFERENT"),
    ("Asha", "Formerly-Known", "Example", "Asha", "DIFFERENT"),
    ("Asha Other", "-", "Example", "Asha", "DIFFERENT"),
    ("", "", "Example", "Asha", "DIFFERENT"),  # no name tells nothing of the number
    ("Another", "Person-Altogether", "Example", "Asha", "UNRELATED"),
    ("Another Person", "-", "Example", "Asha", "UNRELATED"),
    ("A", "Neill", "A Brien", "A", "UNRELATED"),
    ("Ben", "O Neill", "O Brien", "Asha", "UNRELATED"),
]


@pytest.mark.parametrize(("forenames", "surname", "family", "given", "expected"), NAMES)
def test_name_differs(forenames, surname, family, given, expected):
    assert agreement(forenames, surname, family, given) is Agreement[expected]

    listed = {"forenames": forenames or None, "surname": surname or None}
    results = found(Code.NAME_DIFFERS, listed, {"surname": family, "given_name": given or None})

    raised = {"SAME": [], "DIFFERENT": [Severity.MEDIUM], "UNRELATED": [Severity.HIGH]}[expected]
    assert [severity(one) for one in results] == raised


def test_the_worst_spelling_of_a_doctor_counts_once():
    rows = [performer(surname="Known"), performer(), performer(forenames="Ben", surname="Sample")]

    for order in (rows, rows[::-1]):
        (finding,) = judged([doctor()], order)[Code.NAME_DIFFERS]
        assert (finding.key, finding.severity) == ("9000001", Severity.HIGH)


def test_middle_names_are_names():
    assert not found(Code.NAME_DIFFERS, {"surname": "Middle"}, {"other_names": "In The Middle"})


@pytest.mark.parametrize(
    ("listed", "registered", "raised"),
    [
        ({}, {"ftp_conditions": "Y"}, True),
        ({"conditions_flag": None}, {"ftp_undertakings": "Y"}, True),
        ({}, {"ftp_conditions": "PERHAPS"}, True),
        ({"conditions_flag": "PERHAPS"}, {"ftp_conditions": "Y"}, True),
        ({"conditions_flag": "Y"}, {"ftp_conditions": "Y"}, False),
        ({"list_status": "Included with conditions"}, {"ftp_conditions": "Y"}, False),
        ({"list_status": "Suspended"}, {"ftp_conditions": "Y"}, False),
        ({}, {"ftp_conditions": "N", "ftp_undertakings": None}, False),
        ({}, {"ftp_warnings": "Y"}, False),
        ({"conditions_flag": "YES"}, {"ftp_conditions": "Y"}, False),
        ({"conditions_flag": "NO"}, {"ftp_undertakings": "YES"}, True),
        ({}, {"ftp_conditions": "NO", "ftp_undertakings": "N"}, False),
    ],
)
def test_gmc_restriction_not_on_list(listed, registered, raised):
    assert len(found(Code.GMC_RESTRICTION_NOT_ON_LIST, listed, registered)) == raised


@pytest.mark.parametrize(
    ("listed", "registered", "raised"),
    [
        ("Suspended", {"valid_from": YESTERDAY}, True),
        ("Suspended", {"valid_from": TODAY.isoformat()}, False),
        ("Suspended", {"valid_from": TODAY.isoformat(), "previous_class": "SUSPENDED"}, False),
        ("Suspended", {"valid_from": TODAY.isoformat(), "previous_class": "LICENSED"}, True),
        ("Included", {"valid_from": YESTERDAY}, False),
        ("Suspended", {"valid_from": YESTERDAY, "registration_status": "Suspended"}, False),
    ],
)
def test_gmc_restored_list_suspended(listed, registered, raised):
    assert len(found(Code.GMC_RESTORED_LIST_SUSPENDED, {"list_status": listed}, registered)) == raised


def test_the_newest_extract_is_the_register_s_own():
    newest = {Dataset.GMC_REGISTER: TODAY - timedelta(1)}
    registered = {"valid_from": YESTERDAY}

    assert not found(Code.GMC_RESTORED_LIST_SUSPENDED, {"list_status": "Suspended"}, registered, newest=newest)


def test_the_first_owner_acts():
    assert [ENTRY[code].owners[0] for code in (Code.GMC_ERASED_ON_LIST, Code.GMC_STATUS_UNKNOWN)] == [
        Owner.NHSE,
        Owner.OPS,
    ]
