"""Files with values that were converted once too often: held with a sample, and no letter greets with them."""

from datetime import date

import pytest

from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.staff.decide_held import approve
from gpsync.rules import Guard, Outcome
from tests.factories import doctors
from tests.store.mailing import AMY


def bad(rows, *numbers, name="JosÃ©"):
    """The rows, those of these doctors with another surname."""
    return [
        row.replace(row.split(",")[1], name, 1) if int(row.split(",")[0]) - 9_000_000 in numbers else row
        for row in rows
    ]


def held(entry):
    return [(one.guard, one.counted, one.allowed, one.sample) for one in entry.findings]


@pytest.mark.parametrize("name", ["JosÃ©", "MartÃ\u00adnez", "Jos\ufffd", "Ren&eacute;"])
def test_a_file_with_such_values_is_held_with_a_sample_and_changes_nothing(night, contents, name):
    night(2, doctors())
    before = contents()

    entry = night(3, bad(doctors(), 3, 5, name=name))

    assert entry.outcome is Outcome.HELD
    assert held(entry) == [(Guard.MISTRANSLATED, 2, 0, ("9000003", "9000005"))]
    assert entry.reason.startswith("Values in it were converted between encodings once too often")
    assert contents() == before


def test_so_is_a_first_file(night, contents):
    entry = night(2, bad(doctors(), 3))

    assert held(entry) == [(Guard.MISTRANSLATED, 1, 0, ("9000003",))]
    assert contents()[0] == []


def test_so_is_a_delta_with_or_without_a_full_before_it(context, drop, night):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Action,Date Processed"

    def delta(day):
        rows = ["9000003,JosÃ©,B,Registered with Licence,d3@doctor.example,U,02/11/2026"]
        drop(date(2026, 11, day), rows, name="gmc_register_delta", header=header)
        (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
        return take_in(context, arrival)

    assert delta(1).outcome is Outcome.HELD
    night(2, doctors())
    assert held(delta(3)) == [(Guard.MISTRANSLATED, 1, 0, ("9000003",))]


def test_what_a_person_has_approved_holds_no_later_file_but_another_such_value_does(context, night):
    night(2, doctors())
    entry = night(3, bad(doctors(), 3))

    approve(context, entry.extract.extract_id, AMY, "the GMC corrects it next month")

    assert night(4, bad(doctors(d7="moved"), 3)).outcome is Outcome.ACCEPTED
    assert held(night(5, bad(doctors(), 3, 5))) == [(Guard.MISTRANSLATED, 1, 0, ("9000005",))]


def test_in_a_dataset_without_a_history_the_extract_before_is_asked(context, drop):
    header = (
        "User ID,Practice Code,Full Name,Email,Role,Account Status,Granted Date,Revoked Date,Nominated By User ID,"
        "Linked GMC Ref No,Last Login Date"
    )

    def users(day, *names):
        rows = [
            f"U{one},Z00001,{name},u{one}@s.example,PL Practice Manager,Active,,,,," for one, name in enumerate(names)
        ]
        drop(date(2026, 11, day), rows, name="practice_users", header=header)
        (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
        return take_in(context, arrival)

    entry = users(2, "Ash", "ZoÃ« Oak")
    assert held(entry) == [(Guard.MISTRANSLATED, 1, 0, ("U1|Z00001|PL Practice Manager",))]

    approve(context, entry.extract.extract_id, AMY, "known")

    assert users(3, "Ash", "ZoÃ« Oak").outcome is not Outcome.HELD
    assert users(4, "AshÃ©", "ZoÃ« Oak").outcome is Outcome.HELD


def test_a_report_of_the_ods_is_dated_by_its_name_and_refused_where_the_name_says_something_else(context):
    def put(name):
        path = context.settings.inbox_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        row = [
            "Z10001",
            "SURGERY",
            "Y60",
            *[""] * 6,
            "ZZ1 1ZZ",
            "19740401",
            "",
            "A",
            "B",
            "99Z",
            *[""] * 10,
            "RO76",
            "",
        ]
        path.write_text(",".join(row) + "\n", encoding="utf-8")
        (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
        return take_in(context, arrival)

    assert put("epraccur_20260901.csv").extract.as_of == date(2026, 9, 1)
    refused = put("epraccur_new.csv")
    assert refused.outcome is Outcome.REJECTED
    assert refused.reason.startswith("epraccur_new.csv has '_new' after 'epraccur', which is not a date")
    assert not (context.settings.inbox_folder / "epraccur_new.csv").exists()
