"""Whether Prefect observes the runs. The flows are the same either way, and so is what they do.

Where no Prefect API is configured, a flow is its function and Prefect is not even imported: a night needs no observer.
Where one is, every flow and task is Prefect's, and its log and artifacts show counts, never personal data.
"""

import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from gpsync.errors import WrongUse

_Function = TypeVar("_Function", bound=Callable[..., object])


def is_configured() -> bool:
    """Whether runs are Prefect's: its API is named in the environment or a file of its own, or it loads us."""
    if address := os.environ.get("PREFECT_API_URL"):
        _check(address)
        return True
    if "prefect" in sys.modules:
        return True
    if not any(map(_speaks_of_prefect, _setting_files())):
        return False
    # What the files mean is for Prefect to say; it takes a second to ask.
    from prefect.settings import get_current_settings

    return get_current_settings().api.url is not None


def _check(address: str) -> None:
    """Raises WrongUse for what is no address of an API: Prefect's own words for that are many, and not about this."""
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise WrongUse("PREFECT_API_URL is not the address of a Prefect API: write http://host:4200/api, or unset it.")


def _setting_files() -> list[Path]:
    """The files in which Prefect looks for its settings."""
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    profiles = Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    return [profiles, Path("prefect.toml"), Path("pyproject.toml"), Path(".env")]


def _speaks_of_prefect(path: Path) -> bool:
    """Whether a file may name an API; one that cannot be read is for Prefect to complain about."""
    try:
        written = path.read_text(encoding="utf-8")
        return "PREFECT_API_URL" in written or _has_api_url(tomllib.loads(written))
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return path.name != ".env"


def _has_api_url(settings: Mapping[str, object]) -> bool:
    tool = settings.get("tool", {})
    own = tool.get("prefect", {}) if isinstance(tool, dict) else {}
    return any(isinstance(one, dict) and "url" in one for one in (settings.get("api"), own.get("api")))


def flow(name: str) -> Callable[[_Function], _Function]:
    """Make a function of the day `as_of` a flow of Prefect's, where there is one; its runs are named after the day."""

    def decorate(function: _Function) -> _Function:
        if not is_configured():
            return function
        from flows.prefect_runs import observed_flow

        return observed_flow(function, name)

    return decorate


def task(name: str) -> Callable[[_Function], _Function]:
    """Make a function a task of Prefect's, where there is one. It is never retried: the next run goes on from there."""

    def decorate(function: _Function) -> _Function:
        if not is_configured():
            return function
        from flows.prefect_runs import observed_task

        return observed_task(function, name)

    return decorate


def show_table(key: str, rows: Sequence[Mapping[str, object]], description: str) -> None:
    """Show rows without personal data as an artifact of the run, where Prefect observes it."""
    if is_configured():
        from flows import prefect_runs

        prefect_runs.show_table(key, rows, description)


def progress_bar(key: str) -> Callable[[float], None]:
    """A function that shows how far a run has come, in per cent, where Prefect observes it."""
    if not is_configured():
        return lambda percent: None
    from flows.prefect_runs import progress_bar as bar

    return bar(key)
