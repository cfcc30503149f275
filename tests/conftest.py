"""What every test may ask for. Dangerous things are off: no test reaches a real database, mailbox or home."""

import os
import pickle
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from expectations import gate
from expectations.gate import Verdict
from gpsync.operations.ingest import ingest
from gpsync.rules import Dataset

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.installation",
    "tests.fixtures.mailroom",
    "tests.fixtures.returned_mail",
]

# Machines are shared: how long an example takes says nothing of the code. Times are for bench/.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def _no_real_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever a test forgets to set points into its own folder."""
    for name in [name for name in os.environ if name.startswith("GPSYNC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GPSYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    # What a test puts into an inbox is whole.
    monkeypatch.setenv("GPSYNC_SETTLE_SECONDS", "0")


@pytest.fixture(autouse=True, scope="session")
def _examined_once() -> None:
    """The gate looks at the same rows once: towns send hundreds of extracts that it has seen word for word.

    What it answers is what it answered: the verdict on rows is a value that depends on nothing else.
    """
    verdicts: dict[bytes, Verdict] = {}

    def examine(dataset: Dataset, frame: pd.DataFrame, *, delta: bool) -> Verdict:
        key = pickle.dumps((dataset, delta, list(frame.columns), frame.dtypes.to_list(), frame.to_numpy().tolist()))
        if key not in verdicts:
            verdicts[key] = gate.examine(dataset, frame, delta=delta)
        return verdicts[key]

    ingest.examine = examine
