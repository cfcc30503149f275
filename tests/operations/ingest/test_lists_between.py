"""Every accepted list is judged, whatever came, failed or was done again between two reconciliations (B29)."""

import shutil
from datetime import date

import pytest
from sqlalchemy import text

from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.ingest.replay import replay
from gpsync.operations.ingest.settle import Revision
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.rules import Code, MismatchState, Outcome
from gpsync.store import mismatches, schema
from tests.factories import register_line

_LIST = (
    "Alignment,GMC Ref No,Forenames,Surname,Performer Role,Performer Type,List Status,NHSE Region,Practice Code,"
    "Assignment Start Date,Assignment End Date"
)
_CASES = (
    "Case ID,GMC Ref No,Practice Code,Change Type,Submitted Date,Effective Date,Practice Decision,"
    "Practice Decision Date,Case Status,From Type,To Type,ICB Decision"
)
_REGISTER = "GMC Ref No,Surname,Given Name,Registration Status,Email Address"
JOINED = ("9000001", "Z00009", "JOIN")


def performer(number: int, practice: str = "Z00001", end: str = "", kind: str = "Salaried") -> str:
    return (
        f"Medical,9{number:06d},Given,Surname{number},GP Performer,{kind},Included,LONDON COMMISSIONING REGION,"
        f"{practice},2015-04-01,{end}"
    )


#: Twenty doctors at one practice, whom nothing happens to. One leaves some day: a list without any end says nothing of
#: ends.
OTHERS = [*(performer(number) for number in range(100, 119)), performer(119, end="2030-12-31")]
PLAIN = [performer(1), *OTHERS]
JOINED_LIST = [performer(1), performer(1, "Z00009"), *OTHERS]
#: Cases about other doctors.
CASES = [
    f"C{number},9{number:06d},Z00001,LEAVE,2026-11-01,2027-06-30,PENDING,,Proposed,,," for number in range(100, 120)
]
APPROVED = "C1,9000001,Z00009,JOIN,2026-11-01,2015-04-01,APPROVED,2026-11-02,Closed,,,"


@pytest.fixture
def take(context, drop):
    """Take in extracts of a day of November 2026: `take(16, performers_list=rows, practice_approvals=rows)`."""

    def run(day: int, *, revision: Revision | None = None, header: str | None = None, **given: list[str]) -> None:
        headings = {
            "performers_list": _LIST,
            "practice_approvals": _CASES,
            "gmc_register": _REGISTER,
            "gmc_register_delta": "",
        }
        for name, rows in given.items():
            drop(date(2026, 11, day), rows, name=name, header=header or headings[name])
        for arrival in inbox.look(context.settings.inbox_folder).arrivals:
            entry = take_in(context, arrival, revision)
            assert entry.outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS), entry.reason

    return run


@pytest.fixture
def judged(context):
    """Reconcile as of a day of November 2026: the unresolved changes without approval, and those resolved that day."""

    def run(day: int) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        reconcile(context, date(2026, 11, day), Reconciled())
        return unresolved(context), [
            _description(one) for one in _all(context) if one.resolved_on == date(2026, 11, day)
        ]

    return run


def _all(context):
    with context.engine.connect() as connection:
        return [one for one in mismatches.all_of_them(connection) if one.code is Code.APPLIED_WITHOUT_APPROVAL]


def _description(one):
    return one.gmc_number, one.practice_code, one.evidence["change"]


def unresolved(context):
    return sorted(_description(one) for one in _all(context) if one.state is not MismatchState.RESOLVED)


def test_of_two_lists_taken_in_one_night_both_are_judged(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    assert judged(16) == ([], [])

    take(17, performers_list=JOINED_LIST)
    take(18, performers_list=JOINED_LIST, practice_approvals=CASES)

    assert judged(18) == ([JOINED], [])


#: The column that a list leaves blank in every row, by its place in the row.
BLANK = {"Performer Type": 5, "Practice Code": 8, "Assignment Start Date": 9, "Assignment End Date": 10}


def without(rows, column):
    """The rows with a column blank in every one."""
    cells = [row.split(",") for row in rows]
    return [",".join("" if place == BLANK[column] else cell for place, cell in enumerate(row)) for row in cells]


@pytest.mark.parametrize("column", BLANK)
@pytest.mark.parametrize("is_each_night", [True, False])
def test_a_list_that_leaves_a_column_blank_is_passed_over(take, judged, column, is_each_night):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    judged(16)
    take(17, performers_list=without(PLAIN, column), practice_approvals=CASES)
    if is_each_night:
        assert judged(17) == ([], [])
    take(18, performers_list=PLAIN, practice_approvals=CASES)
    assert judged(18) == ([], []), "nobody has joined because nothing was said of them for a night"

    take(19, performers_list=without(JOINED_LIST, column), practice_approvals=CASES)
    if is_each_night:
        assert judged(19) == ([], [])
    take(20, performers_list=JOINED_LIST, practice_approvals=CASES)
    assert judged(20) == ([JOINED], []), "a change across such a night is none the less seen"


def test_what_is_found_stands_until_it_is_approved_or_put_right(take, judged, context):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    judged(16)
    both = [*JOINED_LIST[:2], performer(2, "Z00008"), *OTHERS]
    take(17, performers_list=both, practice_approvals=CASES)
    other = ("9000002", "Z00008", "JOIN")
    assert judged(17) == ([JOINED, other], [])
    for day in (18, 19, 20):
        take(day, performers_list=both, practice_approvals=CASES)
        assert judged(day) == ([JOINED, other], []), "silent lists put nothing right"

    take(21, performers_list=both, practice_approvals=[*CASES, APPROVED])
    assert judged(21) == ([other], [JOINED])
    take(22, performers_list=JOINED_LIST, practice_approvals=CASES)
    assert judged(22) == ([], [other])
    assert [one.first_seen.day for one in _all(context)] == [17, 17]


def test_a_run_that_failed_has_judged_nothing(take, judged, context, monkeypatch):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    judged(16)
    take(17, performers_list=JOINED_LIST, practice_approvals=CASES)
    with monkeypatch.context() as broken:
        broken.setattr("gpsync.operations.reconcile.reconcile.publish", _fail)
        with pytest.raises(OSError, match="disk is full"):
            judged(17)
    take(18, performers_list=JOINED_LIST, practice_approvals=CASES)

    assert judged(18) == ([JOINED], [])


def _fail(*given):
    raise OSError("the disk is full")


def test_the_same_day_again_finds_the_same(take, judged, context):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST)
    assert judged(17) == ([JOINED], [])
    before = _all(context)

    assert judged(17) == ([JOINED], [])
    assert _all(context) == before


def test_a_day_is_judged_by_the_lists_up_to_it(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST)
    take(18, performers_list=PLAIN, practice_approvals=CASES)

    assert judged(16) == ([], [])
    assert judged(17) == ([JOINED], [])
    assert judged(18) == ([], [JOINED])


def test_the_first_reconciliation_judges_every_list_but_the_first(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST)
    take(18, performers_list=JOINED_LIST)

    assert judged(18) == ([JOINED], [])


def test_a_list_that_comes_late_is_judged_at_its_place(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(18, performers_list=[performer(1, kind="Locum"), *OTHERS])
    assert judged(18) == ([("9000001", "Z00001", "ROLE_CHANGE")], [])

    take(17, performers_list=[performer(1), performer(1, "Z00009", "2026-11-17"), *OTHERS])
    take(19, performers_list=[performer(1, kind="Locum"), performer(1, "Z00009", "2026-11-17"), *OTHERS])

    assert judged(19) == ([("9000001", "Z00001", "ROLE_CHANGE"), JOINED], [])


def test_a_revision_takes_back_what_the_list_before_it_had_shown(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST)
    assert judged(17) == ([JOINED], [])

    take(17, performers_list=PLAIN, revision=Revision("ada", "the sender corrected it"))

    assert judged(17) == ([], [JOINED])


def test_a_list_that_lacks_what_lists_are_compared_by_is_passed_over(take, judged):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    short = [",".join(row.split(",")[:8]) for row in PLAIN]
    take(17, performers_list=short, header=",".join(_LIST.split(",")[:8]))
    take(18, performers_list=JOINED_LIST, practice_approvals=CASES)

    assert judged(18) == ([JOINED], [])


def test_a_replay_changes_nothing(take, judged, context):
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST)
    judged(17)

    replay(context)

    assert judged(17) == ([JOINED], [])


def test_what_is_unresolved_stays_so_when_the_schema_is_upgraded(take, judged, context):
    """A database of the schema before has the finding and nothing else to know it by."""
    take(16, performers_list=PLAIN, practice_approvals=CASES)
    take(17, performers_list=JOINED_LIST, practice_approvals=CASES)
    judged(17)
    with context.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO run (run_id, flow, as_of, started_at, outcome, summary) "
                "VALUES ('1', 'performer_reconcile', '2026-11-17', now(), 'done', '{}')"
            )
        )
        for statement in (
            "DROP TABLE list_change",
            "DROP TABLE list_comparison",
            "ALTER TABLE mismatch DROP COLUMN members",
            "DROP VIEW reporting.not_assessed",
            "DROP TABLE not_known",
            "ALTER TABLE mismatch DROP COLUMN compared",
            "UPDATE extract SET loaded_at = '2026-11-17'",
            "UPDATE alembic_version SET version_num = '0008'",
        ):
            connection.execute(text(statement))

    schema.upgrade(context.engine)

    assert judged(17) == ([JOINED], [])
    take(18, performers_list=JOINED_LIST, practice_approvals=CASES)
    assert judged(18) == ([JOINED], [])
    take(19, performers_list=PLAIN, practice_approvals=CASES)
    assert judged(19) == ([], [JOINED])


def test_a_status_that_nobody_knows_is_not_forgotten_with_the_next_delta(take, context):
    def register(status: str) -> list[str]:
        rows = [register_line(one) for one in range(2, 90)]
        return [f"9000001,Surname1,Given,{status},d1@doctor.example", *rows]

    def unknown(day: int) -> list[str | None]:
        result = Reconciled()
        reconcile(context, date(2026, 11, day), result)
        return [row.mismatch.gmc_number for row in result.report.rows if row.mismatch.code is Code.GMC_STATUS_UNKNOWN]

    delta = f"{_REGISTER},Action,Date Processed"
    take(16, gmc_register=register("Registered for ever"), performers_list=PLAIN)
    assert unknown(16) == ["9000001"]
    for day in (17, 18):
        take(day, header=delta, gmc_register_delta=[f"{register('')[1]},U,{day}112026"])
        assert unknown(day) == ["9000001"], "deltas that do not name the doctor tell nothing"
    take(19, header=delta, gmc_register_delta=[f"{register('Registered with Licence')[0]},U,19112026"])
    assert unknown(19) == []


def test_a_doctor_who_died_and_was_dropped_from_the_register_is_still_dead(take, context):
    def register(*first: str) -> list[str]:
        rows = [register_line(one) for one in (*range(2, 60), *range(100, 120))]
        return [*first, *rows]

    dead = "9000001,Surname1,Given,Not Registered - Deceased,d1@doctor.example"
    found = []
    for day, rows in ((16, register(dead)), (17, register()), (18, register()), (19, register())):
        take(day, gmc_register=rows, performers_list=PLAIN)
        result = Reconciled()
        reconcile(context, date(2026, 11, day), result)
        about = [row for row in result.report.rows if row.mismatch.gmc_number == "9000001"]
        found.append({row.mismatch.code: row.days_open for row in about})

    codes = {Code.GMC_DECEASED_ON_LIST, Code.GMC_NOT_FOUND}
    assert [{code: days for code, days in one.items() if code in codes} for one in found] == [
        {Code.GMC_DECEASED_ON_LIST: age} for age in range(4)
    ]
    earlier = Reconciled()
    shutil.rmtree(context.settings.reports_folder)
    reconcile(context, date(2026, 11, 17), earlier)
    assert {Code.GMC_DECEASED_ON_LIST} == codes & {row.mismatch.code for row in earlier.report.rows}
