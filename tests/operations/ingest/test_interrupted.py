"""A run that is cut off at any step leaves nothing half done: the next one ends as if nothing had happened."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from gpsync.errors import WrongUse
from gpsync.extracts import inbox
from gpsync.extracts.archive import Staged
from gpsync.operations.ingest import ingest
from gpsync.operations.ingest import settle as flow_history
from gpsync.operations.ingest.ingest import take_in
from gpsync.rules import Outcome
from gpsync.store import email_changes, extracts
from gpsync.store import history as store_history
from tests.factories import doctors

#: Every step that leaves a mark, in the order of a night; `after` cuts off once it has been done.
_STEPS = [
    (inbox, "receive", "after"),
    (ingest, "check", "after"),
    (extracts, "record", "before"),
    (store_history, "apply", "before"),
    (store_history, "apply", "after"),
    (email_changes, "rewrite", "after"),
    (Staged, "publish", "before"),
    (Staged, "publish", "after"),
    (inbox, "clear", "before"),
    (inbox, "clear", "after"),
]


class PowerCutError(Exception):
    """Stands for a kill: nobody is there to tidy up."""


@pytest.mark.parametrize(("where", "name", "moment"), _STEPS, ids=lambda value: getattr(value, "__name__", value))
def test_a_night_cut_off_at_any_step_is_taken_up_by_the_next(
    context,
    drop,
    night,
    contents,
    monkeypatch,
    where,
    name,
    moment,
):
    night(2, doctors())
    before = contents()
    drop(date(2026, 11, 3), doctors(59, d3="new"))
    whole = getattr(where, name)

    def cut_off(*given, **named):
        if moment == "after":
            whole(*given, **named)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(where, name, cut_off)
        with pytest.raises(PowerCutError):
            take_in(context, inbox.look(context.settings.inbox_folder).arrivals[0])
    after_cut = contents()

    for arrival in inbox.look(context.settings.inbox_folder).arrivals:
        take_in(context, arrival)

    # Only a cut after the commit may show the new history; never a part of it.
    assert (after_cut == before) == (where is not inbox or name != "clear")
    with context.engine.connect() as connection:
        query = "SELECT gmc_number, change_date FROM email_change"
        assert connection.execute(text(query)).all() == [("9000003", date(2026, 11, 3))]
        outcomes = connection.execute(text("SELECT outcome, count(*) FROM extract GROUP BY outcome")).all()
    assert outcomes == [(Outcome.ACCEPTED, 2)]
    assert sorted(path.name[:27] for path in context.archive.accepted_folder.iterdir()) == [
        "gmc_register-full-20261102-",
        "gmc_register-full-20261103-",
    ]
    assert list(context.settings.inbox_folder.iterdir()) == []


def test_of_two_processes_with_one_file_only_one_changes_anything(context, drop, night, contents, monkeypatch):
    """Even without the run lock: the history's own lock lets the second see that it came too late."""
    night(2, doctors())
    drop(date(2026, 11, 3), doctors(d3="new"))
    (arrival,) = inbox.look(context.settings.inbox_folder).arrivals
    together = Barrier(2)
    whole = flow_history.lock_history

    def wait_for_the_other(connection):
        together.wait(timeout=30)
        whole(connection)

    monkeypatch.setattr(flow_history, "lock_history", wait_for_the_other)
    ends: list[object] = []

    def run():
        try:
            ends.append(take_in(context, arrival).outcome)
        except WrongUse as late:
            ends.append(late)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Outcome.ACCEPTED in ends
    assert any(isinstance(end, WrongUse) for end in ends)
    assert len(contents()[4]) == 1
