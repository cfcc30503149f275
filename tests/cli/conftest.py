"""A command, as somebody types it."""

import pytest
from typer.testing import CliRunner

from gpsync.cli import app


@pytest.fixture
def gpsync(context, monkeypatch):
    """Run a command on the context's database: `gpsync("status")` gives its result."""
    url = context.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("GPSYNC_DATABASE_URL", url)
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        return CliRunner().invoke(app, words)

    return run
