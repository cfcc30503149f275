"""Ctrl-C and SIGTERM, given to a real process at work: it ends in order, says so, and its row says how far it came."""

import json
import os
import signal
import time
from datetime import date

import pytest
from sqlalchemy import create_engine, text

from gpsync.mail.catcher import catching
from tests.factories import register_line
from tests.flows.installation import Home, database


def rows(moved=0):
    """Sixty doctors of a register, some of whom have moved to another address."""
    return [register_line(one, email=f"{'new' if one < moved else 'old'}{one}@doctor.example") for one in range(60)]


@pytest.fixture(scope="module")
def due(tmp_path_factory, server_url):
    """An installation with 20 mails to send, one every 2 seconds."""
    with database(server_url, "interrupted") as url:
        home = Home(tmp_path_factory.mktemp("due"), url)
        home.drop(date(2026, 11, 2), rows())
        home.drop(date(2026, 11, 3), rows(moved=20))
        home.drop(date(2026, 11, 16), rows(moved=20))
        assert home.gpsync("sync") == 0, home.printed
        home.besides = {"GPSYNC_PER_MINUTE": "30"}
        yield home


def last_run(home):
    engine = create_engine(home.database_url)
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT outcome, summary, finished_at FROM reporting.run ORDER BY started_at DESC LIMIT 1")
        ).one()
        states = connection.execute(text("SELECT state, count(*) FROM outbox GROUP BY 1")).all()
    engine.dispose()
    counts = row.summary if isinstance(row.summary, dict) else json.loads(row.summary)
    return row.outcome, counts, row.finished_at is not None, {state: number for state, number in states}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_mailout_ends_with_the_mail_in_hand_and_counts_what_went_out(due, tmp_path, number):
    before = last_run(due)[3].get("sent", 0)
    with catching(tmp_path) as due.port:
        run = due.begun("mailout", "--live", "--as-of", "2026-11-17", apart=True)
        while not list(tmp_path.glob("*.eml")):
            assert run.poll() is None, run.communicate()
            time.sleep(0.05)
        # As a terminal does it: to the process and all that it has started.
        os.killpg(run.pid, number)
        printed, _ = run.communicate(timeout=60)

    outcome, counts, is_finished, states = last_run(due)
    sent = states["sent"] - before
    assert "Traceback" not in printed
    assert "The run stopped early" in printed
    assert (is_finished, sent, len(list(tmp_path.glob("*.eml")))) == (True, counts["sent"], sent)
    assert 0 < sent < 10
    assert outcome in ("done", "attention")


def test_work_that_has_nothing_in_hand_ends_at_once_and_says_so(tmp_path, server_url):
    with database(server_url, "slow") as url:
        home = Home(tmp_path, url)
        home.besides = {"GPSYNC_SETTLE_SECONDS": "30"}
        home.drop(date(2026, 11, 2), rows())
        run = home.begun("sync", apart=True)
        engine = create_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.execute(text("SELECT count(*) FROM reporting.run")).scalar_one():
                assert run.poll() is None, run.communicate()
                time.sleep(0.05)
        engine.dispose()
        os.killpg(run.pid, signal.SIGINT)
        printed, _ = run.communicate(timeout=60)

        assert run.returncode == 128 + signal.SIGINT
        assert "Stopped. What was done until then stays" in printed
        assert "Traceback" not in printed
        assert last_run(home)[0::2] == ("stopped", True)
