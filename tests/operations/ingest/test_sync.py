"""Nights on a real database: what is taken, held, late, revised and replayed."""

from datetime import date

import pytest
from sqlalchemy import text

from gpsync.errors import WrongUse
from gpsync.extracts import inbox
from gpsync.operations.ingest.dry_run import rehearse
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.replay import replay
from gpsync.operations.ingest.settle import Revision
from gpsync.operations.staff.decide_held import approve, reject
from gpsync.rules import Guard, Outcome
from tests.factories import doctors
from tests.store.mailing import person

ADA = person("ada", 1005)


def changes(context):
    with context.engine.connect() as connection:
        query = "SELECT gmc_number, new_email, change_date, due_date FROM email_change ORDER BY change_date"
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_first_load_makes_doctors_and_no_change(context, night, contents):
    entry = night(2, doctors())

    assert (entry.outcome, entry.counts.new) == (Outcome.ACCEPTED, 60)
    assert len(contents()[0]) == 60
    assert changes(context) == []


def test_a_changed_address_is_dated_by_its_extract(context, night):
    night(2, doctors())
    entry = night(3, doctors(d3="new"))

    assert entry.counts.emails_changed == 1
    assert changes(context) == [("9000003", "new@doctor.example", date(2026, 11, 3), date(2026, 11, 17))]


def test_the_same_file_again_is_nothing_new(context, night, contents):
    night(2, doctors())
    night(3, doctors(d3="new"))
    before = contents()

    again = night(3, doctors(d3="new"))

    assert again.outcome is Outcome.ACCEPTED
    assert contents() == before
    assert list(context.settings.inbox_folder.iterdir()) == []


def test_other_bytes_for_a_date_are_refused_unless_somebody_says_why(context, night, contents):
    night(2, doctors())
    first = night(3, doctors(d3="wrong"))
    night(4, doctors(d3="right"))

    refused = night(3, doctors(d3="right"))
    assert refused.outcome is Outcome.REJECTED
    assert "--replace" in refused.reason

    revised = night(3, doctors(d3="right"), revision=Revision("ada", "the sender corrected it"))
    assert revised.outcome is Outcome.ACCEPTED
    assert changes(context) == [("9000003", "right@doctor.example", date(2026, 11, 3), date(2026, 11, 17))]
    with context.engine.connect() as connection:
        query = text("SELECT outcome, reason FROM extract WHERE extract_id = :id")
        outcome, reason = connection.execute(query, {"id": first.extract.extract_id}).one()
    assert (outcome, reason) == (Outcome.SUPERSEDED, "Replaced by ada: the sender corrected it")
    assert (context.archive.superseded / first.extract.extract_id).is_dir()


def test_a_late_extract_takes_its_place_in_the_order_of_dates(context, night, contents):
    night(2, doctors())
    night(5, doctors(d3="new"))
    assert changes(context) == [("9000003", "new@doctor.example", date(2026, 11, 5), date(2026, 11, 19))]

    night(4, doctors(d3="new"))

    assert changes(context) == [("9000003", "new@doctor.example", date(2026, 11, 4), date(2026, 11, 18))]


def test_a_column_that_is_new_is_no_change_and_is_held_from_then_on(context, night, contents):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Designated Body"
    night(2, doctors())
    entry = night(3, [f"{row},A Trust" for row in doctors()], header=header)

    assert (entry.counts.changed, entry.counts.new) == (0, 0)
    rows, _, _, ledger, _ = contents()
    assert len(rows) == 60
    assert {row.designated_body for row in rows} == {"A Trust"}
    assert ledger == []

    night(4, [f"{row},B Trust" for row in doctors()], header=header)
    assert {(row.field, row.old_value, row.new_value) for row in contents()[3]} == {
        ("designated_body", "A Trust", "B Trust")
    }


def test_a_column_that_is_left_out_keeps_what_was_held(night, contents):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Designated Body"
    night(2, [f"{row},A Trust" for row in doctors()], header=header)
    night(3, doctors())

    rows, _, _, ledger, _ = contents()
    assert {row.designated_body for row in rows} == {"A Trust"}
    assert ledger == []


def test_a_late_extract_before_a_new_column_gives_what_the_order_of_dates_gives(night, contents):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Designated Body"
    night(2, doctors())
    night(4, [f"{row},A Trust" for row in doctors(d1="x")], header=header)
    night(3, doctors(d1="y"))

    rows, _, _, ledger, _ = contents()
    assert {row.designated_body for row in rows if row.valid_to is None} == {"A Trust"}
    assert {row.designated_body for row in rows if row.valid_to is not None} == {None}
    assert {row.field for row in ledger} == {"email"}


@pytest.mark.parametrize(
    ("rows", "guard"),
    [
        (doctors(50), Guard.ROW_COUNT),  # 10 of 60 are over 15 %
        (doctors(70), Guard.ROW_COUNT),
        (doctors(30), Guard.TOO_MANY_GONE),
        (doctors(120), Guard.TOO_MANY_NEW),
    ],
)
def test_what_is_hard_to_believe_is_held_and_changes_nothing(night, contents, rows, guard):
    night(2, doctors())
    before = contents()

    entry = night(3, rows)

    assert entry.outcome is Outcome.HELD
    assert guard in {finding.guard for finding in entry.findings}
    assert contents() == before


def test_a_mass_change_of_addresses_is_held(context, night):
    night(2, doctors(400))
    entry = night(3, doctors(400, **{f"d{one}": f"moved{one}" for one in range(201)}))

    assert [(finding.guard, finding.counted, finding.allowed) for finding in entry.findings] == [
        (Guard.MASS_EMAIL_CHANGE, 201, 200)
    ]
    assert entry.findings[0].sample[0] == "9000000"
    assert changes(context) == []


def test_a_held_extract_is_applied_when_somebody_approves_it(context, night, contents):
    night(2, doctors())
    held = night(3, doctors(50))

    approved = approve(context, held.extract.extract_id, ADA, "a practice was closed")

    assert approved.outcome is Outcome.ACCEPTED
    assert (approved.decided_by, approved.decided_reason) == ("ada", "a practice was closed")
    assert approved.counts.missing_once == 10
    assert (context.archive.accepted_folder / held.extract.extract_id / "rows.parquet").exists()
    assert not (context.archive.held / held.extract.extract_id).exists()


def test_a_held_extract_that_is_rejected_leaves_no_trace_in_the_history(context, night, contents):
    night(2, doctors())
    before = contents()
    held = night(3, doctors(50))

    rejected = reject(context, held.extract.extract_id, ADA, "the export broke")

    assert rejected.outcome is Outcome.REJECTED
    assert contents() == before
    assert (context.archive.rejected / held.extract.extract_id / "gmc_register_20261103.csv").exists()
    with pytest.raises(WrongUse, match="Nothing called"):
        approve(context, held.extract.extract_id, ADA, "after all")


def test_nights_after_a_held_one_go_on_and_approval_puts_it_in_its_place(context, night):
    night(2, doctors())
    held = night(3, doctors(50, d3="new"))
    night(4, doctors(d3="new"))
    assert changes(context) == [("9000003", "new@doctor.example", date(2026, 11, 4), date(2026, 11, 18))]

    approve(context, held.extract.extract_id, ADA, "the sender confirms it")

    assert changes(context) == [("9000003", "new@doctor.example", date(2026, 11, 3), date(2026, 11, 17))]


def test_a_replay_of_everything_gives_the_same_rows(context, night, contents):
    night(2, doctors())
    night(3, doctors(59, d3="new"))
    night(4, doctors(59, d3="newer", d4="NEW"))
    night(5, doctors(d3="newer"))
    before = contents()

    replay(context)
    assert contents() == before

    replay(context, date(2026, 11, 4))
    assert contents() == before


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(context, night, drop, contents):
    night(2, doctors())
    before = contents()
    waiting = drop(date(2026, 11, 3), doctors(59, d3="new"))
    held = drop(date(2026, 11, 4), doctors(30))

    entries = rehearse(context, date(2026, 11, 4))

    assert [(entry.outcome, entry.counts.emails_changed, entry.counts.missing_once) for entry in entries] == [
        (Outcome.ACCEPTED, 1, 1),
        (Outcome.HELD, 1, 29),  # beside the one before it, which lacks a doctor and has another's new address
    ]
    assert contents() == before
    assert waiting.exists() and held.exists()
    assert list(context.work.iterdir()) == []
    done = [take_in(context, arrival) for arrival in inbox.look(context.settings.inbox_folder).arrivals]
    assert [(one.outcome, one.counts) for one in done] == [(one.outcome, one.counts) for one in entries]


def test_a_delta_changes_only_those_it_names(context, night, contents):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Action,Date Processed"
    night(2, doctors())
    rows = [
        "9000001,Surname1,Given,Registered with Licence,first@doctor.example,U,2026-11-03T08:00",
        "9000001,Surname1,Given,Registered with Licence,second@doctor.example,U,2026-11-03T17:00",
        "9000002,,,,,D,2026-11-03T08:00",
        "9000099,New,Given,Registered with Licence,n@doctor.example,I,2026-11-03T08:00",
    ]

    entry = night(3, rows, name="gmc_register_delta", header=header)

    assert entry.outcome is Outcome.ACCEPTED
    assert (entry.counts.new, entry.counts.changed, entry.counts.missing_once) == (1, 1, 1)
    assert sorted(email for _, email, _, _ in changes(context)) == ["n@doctor.example", "second@doctor.example"]


def test_a_delta_waits_for_the_full_that_it_builds_on(context, night, contents):
    header = "GMC Ref No,Surname,Given Name,Registration Status,Email Address,Action,Date Processed"
    delta = ["9000001,Surname1,Given,Registered with Licence,new@doctor.example,U,2026-11-03"]
    night(3, delta, name="gmc_register_delta", header=header)
    assert contents()[0] == []

    night(2, doctors())

    assert changes(context) == [("9000001", "new@doctor.example", date(2026, 11, 3), date(2026, 11, 17))]
