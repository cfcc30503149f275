"""A real Prefect server and worker on loopback: the schedule fires, runs are shown, and a night outlives the server."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import yaml

from flows import SETTINGS
from flows.prefect_server import PrefectServer, running_server
from gpsync.mail.catcher import catching
from gpsync.operations.context import london_today
from tests.factories import register_line
from tests.flows.installation import CANARIES, Home, database, leaks, three_nights

_PROJECT = Path(__file__).parents[2]
_PREFECT = Path(sys.executable).with_name("prefect")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, server_url: str) -> Iterator[Home]:
    """An installation whose runs are those of a Prefect server with a password, after three nights."""
    with database(server_url, "observed") as url, ExitStack() as stack:
        home = Home(tmp_path_factory.mktemp("home"), url)
        home.server = stack.enter_context(running_server(home.folder / "server"))
        assert home.server is not None, (home.folder / "server" / "server.log").read_text()
        home.end_server = stack.close
        home.besides = dict(home.server.settings)
        three_nights(home, tmp_path_factory.mktemp("mail"))
        yield home


def asked(server: PrefectServer, what: str, **question: object) -> list[dict[str, object]]:
    """What the server knows: `asked(server, "flow_runs")`."""
    login = tuple(server.login.split(":", 1))
    answer = requests.post(f"{server.dashboard}/api/{what}/filter", json=question, auth=login, timeout=30)
    answer.raise_for_status()
    return list(answer.json())


def until(question: Callable[[], object], seconds: float) -> object:
    """The first answer that is not empty, or the last one when the time is over."""
    ends = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < ends:
        time.sleep(0.5)
    return answer


def prefect(home: Home, *words: str) -> str:
    """Run one of Prefect's own commands in the project's folder; what it says."""
    done = subprocess.run(
        [_PREFECT, "--no-prompt", *words],
        env=home.environment,
        cwd=_PROJECT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_server_is_behind_its_password(home):
    answer = requests.post(f"{home.server.dashboard}/api/flow_runs/filter", json={}, timeout=30)

    assert answer.status_code == 401


def test_the_nights_are_shown_with_their_day_and_who_must_act(home):
    runs = {str(run["name"]): run["state_name"] for run in asked(home.server, "flow_runs")}

    assert home.status == [0, 3, 0], home.printed
    assert {name: state for name, state in runs.items() if name.startswith(("nightly", "gmc-sync"))} == {
        "nightly 2026-11-02": "Completed",
        "gmc-sync 2026-11-02": "Completed",
        "nightly 2026-11-05": "Needs a person",
        "gmc-sync 2026-11-05": "Needs a person",
        "nightly 2026-11-17": "Completed",
        "gmc-sync 2026-11-17": "Completed",
    }


def test_an_artifact_shows_every_extract_that_was_not_accepted_and_why(home):
    tables = [
        json.loads(str(one["data"])) for one in asked(home.server, "artifacts") if one["key"] == "gmc-sync-extracts"
    ]
    shown = {row["extract"]: (row["outcome"], row["why"]) for table in tables for row in table}

    assert shown["gmc_register_20261116.csv"] == ("accepted", "")
    assert {outcome: bool(why) for outcome, why in shown.values() if outcome in ("held", "rejected")} == {
        "held": True,
        "rejected": True,
    }


def test_no_personal_data_is_in_the_servers_database_and_logs(home):
    assert (home.folder / "server" / "prefect.db").exists()
    assert leaks(home) == []
    assert not [canary for canary in CANARIES if canary in home.printed]


def test_the_schedule_is_planned_and_a_worker_completes_a_night(home):
    prefect(home, "work-pool", "create", "--type", "process", "gpsync")
    prefect(home, "deploy", "--all")

    def hours() -> set[str]:
        planned = asked(home.server, "flow_runs", flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})
        return {str(run["expected_start_time"])[11:16] for run in planned}

    until(lambda: hours() >= {"03:15", "08:15"}, 90)
    assert hours() >= {"03:15", "08:15"}

    prefect(home, "deployment", "run", "nightly/nightly")
    said = prefect(home, "worker", "start", "--pool", "gpsync", "--run-once", "--limit", "1")
    name = f"nightly {london_today()}"
    (night,) = (run for run in asked(home.server, "flow_runs") if run["name"] == name)
    assert (night["state_type"], night["deployment_id"] is not None) == ("COMPLETED", True)
    # What gpsync says is in the worker's log and in Prefect's, and what it makes is its owner's alone.
    assert "mismatches on" in said.lower()
    logged = until(lambda: [one for one in asked(home.server, "logs") if "ismatches on" in str(one["message"])], 30)
    assert logged
    report = home.folder / "reports" / "latest" / "mismatches.html"
    assert report.stat().st_mode & 0o077 == 0


def test_a_workers_runs_get_the_settings_of_every_other_run():
    deployments = yaml.safe_load((_PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]

    environments = [one["work_pool"]["job_variables"]["env"] for one in deployments]
    assert environments == [SETTINGS, SETTINGS]


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "it cannot be reached"),
        ({"PREFECT_API_AUTH_STRING": "gpsync:wrong"}, "it answers 401"),
    ],
)
def test_a_night_goes_on_without_an_api_that_cannot_be_used(home, setting, why):
    before, home.printed = home.besides, ""
    home.besides = {**before, **setting}
    try:
        status = home.gpsync("sync")
    finally:
        home.besides = before

    assert status == 0, home.printed
    assert home.printed.count("cannot be used") == 1
    assert why in home.printed
    assert "Traceback" not in home.printed


def test_an_api_that_asks_for_ten_minutes_patience_is_given_up_in_seconds(home):
    class Busy(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(503)
            self.send_header("Retry-After", "600")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815 - the names are the library's

        def log_message(self, *_: object) -> None:
            pass

    before, home.printed = home.besides, ""
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as busy:
        threading.Thread(target=busy.serve_forever, daemon=True).start()
        home.besides = {**before, "PREFECT_API_URL": f"http://127.0.0.1:{busy.server_port}/api"}
        try:
            began = time.monotonic()
            status = home.gpsync("sync")
        finally:
            home.besides = before
            busy.shutdown()

    assert status == 0, home.printed
    assert home.printed.count("cannot be used") == 1
    assert time.monotonic() - began < 90


def test_a_mailout_that_loses_its_server_sends_every_mail_and_says_so_once(home, server_url, tmp_path):
    # The last test: the server is gone after it.
    mails, as_installed = tmp_path / "mails", {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
    mails.mkdir()
    with database(server_url, "lost") as url, catching(mails) as port:
        alone = Home(tmp_path / "home", url)
        alone.drop(date(2026, 11, 2), rows())
        alone.drop(date(2026, 11, 3), rows(moved=4))
        alone.drop(date(2026, 11, 16), rows(moved=4))
        assert alone.gpsync("sync") == 0, alone.printed
        alone.port, alone.besides = port, {**home.server.settings, **as_installed, "GPSYNC_PER_MINUTE": "30"}
        with alone.begun("mailout", "--live", "--as-of", "2026-11-17") as run:
            assert until(lambda: list(mails.glob("*.eml")), 60)
            home.end_server()
            printed, _ = run.communicate(timeout=120)

    assert run.returncode == 0, printed
    assert len(list(mails.glob("*.eml"))) == 4
    assert printed.count("cannot be used") == 1
    assert "Traceback" not in printed


def rows(moved: int = 0) -> list[str]:
    """Sixty doctors of a register, some of whom have moved to another address."""
    return [register_line(one, email=f"{'new' if one < moved else 'old'}{one}@doctor.example") for one in range(60)]
