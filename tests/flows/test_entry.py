"""The program's first and last moments, as whoever types it has them."""

import os
import signal
import subprocess
import time

import pytest

from tests.flows.installation import GPSYNC


@pytest.fixture
def environment(tmp_path):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GPSYNC_HOME": str(tmp_path / "home")}


def begun(environment, *words, **options):
    return subprocess.Popen(
        [GPSYNC, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.5])
@pytest.mark.parametrize("times", [1, 2])
def test_it_can_be_stopped_from_its_first_moment_on(environment, seconds, times):
    process = begun(environment, "demo", "--directory", environment["HOME"] + "/demo")
    time.sleep(seconds)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    _, stderr = process.communicate(timeout=60)

    assert "Traceback" not in stderr
    # Before its own first line is reached, the interpreter itself ends, and has nothing to say.
    assert (process.returncode, "Stopped" in stderr) == (130, True) or (process.returncode, stderr) == (
        -signal.SIGINT,
        "",
    )


def test_a_terminal_that_is_closed_ends_it_in_order(environment):
    process = begun(environment, "demo", "--directory", environment["HOME"] + "/demo")
    time.sleep(2.5)
    process.send_signal(signal.SIGHUP)
    _, stderr = process.communicate(timeout=60)

    assert (process.returncode, "Stopped" in stderr, "Traceback" in stderr) == (129, True, False)


def test_output_that_nobody_takes_is_no_fault(environment):
    done = subprocess.run(
        ["sh", "-c", f"{GPSYNC} settings >&-"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_cannot_show_a_letter_gets_its_number(environment):
    environment |= {"PYTHONIOENCODING": "ascii", "GPSYNC_MAIL_FROM_NAME": "Ní Dhomhnaill"}

    done = subprocess.run([GPSYNC, "letters", "preview"], env=environment, capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_words_in_another_encoding_are_reported(environment):
    done = subprocess.run([GPSYNC, "why", b"90\xff"], env=environment, capture_output=True, timeout=60, check=False)

    assert done.returncode == 2
    assert b"is not UTF-8 text" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("besides", "message", "status"),
    [
        ({"GPSYNC_MAIL_LIVE": "ja"}, "GPSYNC_MAIL_LIVE is wrong: write true or false", 2),
        (
            {"gpsync_mail_live": "true"},
            "gpsync_mail_live is not a setting and is ignored: did you mean GPSYNC_MAIL_LIVE?",
            0,
        ),
        ({"GPSYNC_HOME": ""}, "GPSYNC_HOME is not set", 0),
        ({"GPSYNC_WINDOW_DAYS": ""}, "", 0),
    ],
)
def test_settings_are_read_as_they_are_named_and_explained_also_where_one_is_wrong(
    environment, besides, message, status
):
    done = subprocess.run(
        [GPSYNC, "settings"], env=environment | besides, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == status
    assert message in done.stderr and "GPSYNC_WINDOW_DAYS" in done.stdout
    (live,) = [line for line in done.stdout.splitlines() if line.startswith("GPSYNC_MAIL_LIVE ")]
    assert "True" not in live


@pytest.mark.parametrize("address", ["http://[::1/api", "localhost:4200/api", "ftp://host/api"])
def test_what_is_no_address_of_prefects_is_reported(environment, address):
    done = subprocess.run(
        [GPSYNC, "sync"],
        env=environment | {"PREFECT_API_URL": address},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert (
        done.stderr
        == "gpsync: PREFECT_API_URL is not the address of a Prefect API: write http://host:4200/api, or unset it.\n"
    )
