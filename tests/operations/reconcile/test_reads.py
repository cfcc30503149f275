"""A reconciliation reads no archived extract twice, whatever it compares and names."""

from dataclasses import replace
from datetime import date

import pytest

from gpsync.extracts import inbox
from gpsync.operations.ingest.ingest import take_in
from gpsync.operations.reconcile.reconcile import Reconciled, reconcile
from gpsync.synthetic.writing import synthesise

_LAST = date(2026, 11, 23)


@pytest.fixture
def three_weeks(context):
    """Three weeks of extracts that nobody has reconciled: three performers lists to compare."""
    synthesise(context.settings.inbox_folder, doctors=200, nights=21, seed=5, last_night=_LAST, traps=False)
    return [take_in(context, one) for one in inbox.look(context.settings.inbox_folder).arrivals]


def test_a_reconciliation_with_names_reads_each_extract_once(context, three_weeks, reads):
    lists = {one.extract.extract_id for one in three_weeks if one.extract.dataset == "performers_list"}
    named = replace(context, settings=context.settings.model_copy(update={"report_names": True}))
    result = Reconciled()
    reads.clear()

    reconcile(named, _LAST, result)

    assert any(row.doctor_name for row in result.report.rows) and any(row.practice_name for row in result.report.rows)
    assert len(lists) >= 3 and lists <= reads.keys()
    assert {one: times for one, times in reads.items() if times > 1} == {}
