"""Flows and tasks as Prefect runs them; and what becomes of a run when Prefect's API cannot be used.

Then that is said once, and the rest of the run goes on unobserved. What was begun is never begun again, and what a flow
came to is what its function came to, whatever Prefect thinks of the run.
"""

import flows  # noqa: F401 - Prefect reads its settings when it is imported

from prefect import Flow, Task  # isort: skip
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact  # isort: skip
from prefect.cache_policies import NO_CACHE  # isort: skip
from prefect.client import base  # isort: skip
from prefect.exceptions import PrefectSignal  # isort: skip
from prefect.runtime import flow_run  # isort: skip
from prefect.settings import get_current_settings  # isort: skip
from prefect.states import Failed  # isort: skip

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from gpsync import progress
from gpsync.environment import strange_names
from gpsync.operations.context import london_today

#: So long a request waits at most where the API asks for patience.
_PATIENCE_SECONDS = 2.0


def _with_little_patience(parse: Callable[[str], float | None]) -> Callable[[str], float | None]:
    """An API may ask us to wait for as long as it likes, and Prefect does; a night waits for seconds."""

    def seconds(value: str) -> float | None:
        asked = parse(value)
        return None if asked is None else min(asked, _PATIENCE_SECONDS)

    return seconds


# There is no setting for it: the test with a busy API shows where Prefect's next version has it.
base._parse_retry_after = _with_little_patience(base._parse_retry_after)  # type: ignore[assignment]


def _speak(logger: logging.Logger) -> None:
    """Let what a run says be read in its worker's log, besides Prefect's own: Prefect may be away."""
    logger.setLevel(logging.INFO)
    if "gpsync.cli" not in sys.modules:
        logger.addHandler(logging.StreamHandler())
        for line in strange_names():
            logger.warning(line)


_speak(logging.getLogger("gpsync"))

_Function = TypeVar("_Function", bound=Callable[..., object])


@dataclass
class _Attempt:
    """What has become of one call of a flow's or task's function."""

    began: bool = False
    ended: bool = False
    result: object = None
    error: BaseException | None = None


_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)
#: Whether the API was lost: from then on nothing is asked of it, each question would take its time to fail.
_is_lost = False


def observed_flow(function: _Function, name: str) -> _Function:
    """A function of the day `as_of` as a flow; its runs are named after the day."""
    made = _Flow(
        _noting(function, _as_state),
        name=name,
        flow_run_name=lambda: f"{name} {flow_run.parameters.get('as_of') or london_today()}",
        persist_result=False,
        validate_parameters=False,
    )
    return cast(_Function, made)


def observed_task(function: _Function, name: str) -> _Function:
    """A function as a task, which Prefect never retries."""
    noting = _noting(function, lambda result: result)
    return cast(_Function, _Task(noting, name=name, cache_policy=NO_CACHE, persist_result=False))


class _Flow(Flow[..., Any]):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _observed(super().__call__, self.fn, args, kwargs)


class _Task(Task[..., Any]):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _observed(super().__call__, self.fn, args, kwargs)


def _noting(function: Callable[..., object], returned: Callable[[object], object]) -> Callable[..., object]:
    """The function, noting in the attempt what becomes of it; Prefect gets its result as `returned` says."""

    @wraps(function)
    def noted(*args: Any, **kwargs: Any) -> object:
        attempt = _attempt.get() or _Attempt()
        token = _attempt.set(None)
        attempt.began = True
        try:
            attempt.result = function(*args, **kwargs)
        except BaseException as error:
            attempt.error = error
            raise
        finally:
            attempt.ended = True
            _attempt.reset(token)
        return returned(attempt.result)

    return noted


def _as_state(result: object) -> object:
    """A run after which a person must act is not to look like one after which nobody must."""
    if getattr(result, "needs_a_person", False):
        return Failed(name="Needs a person", message="Done. A person must act: see `gpsync status`.")
    return result


def _observed(call: Callable[..., Any], function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call through Prefect, and whatever becomes of Prefect, call the function once."""
    if _is_lost:
        return _plain(function, args, kwargs)
    attempt = _Attempt()
    token = _attempt.set(attempt)
    try:
        call(*args, **kwargs)
    except (Exception, PrefectSignal) as error:
        if attempt.error is not None:
            raise attempt.error from None
        if attempt.ended and _as_state(attempt.result) is not attempt.result:
            return attempt.result
        _lose(error)
    finally:
        _attempt.reset(token)
    return attempt.result if attempt.began else _plain(function, args, kwargs)


def _plain(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    return function.__wrapped__(*args, **kwargs)  # type: ignore[attr-defined]


def _lose(error: BaseException) -> None:
    """Say once that the API cannot be used, and why."""
    global _is_lost
    if not _is_lost:
        _is_lost = True
        progress.say(
            f"Prefect's API at {_host()} cannot be used ({_reason(error)}). The run goes on without it: what it does "
            "is recorded in gpsync's own database."
        )


def _host() -> str:
    """Where the API is, without a password that its URL may hold."""
    parts = urlsplit(get_current_settings().api.url or "")
    return f"{parts.hostname or 'no address'}:{parts.port}" if parts.port else parts.hostname or "no address"


def _reason(error: BaseException) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return f"it answers {status}: is PREFECT_API_AUTH_STRING, or PREFECT_API_KEY, right?"
    if status:
        return f"it answers {status}"
    # Prefect's own word for an API that it cannot reach is a bare RuntimeError.
    return "it cannot be reached" if str(error).startswith("Failed to reach API") else type(error).__name__


def show_table(key: str, rows: Sequence[Mapping[str, object]], description: str) -> None:
    """Show rows as an artifact of the run."""
    _asking(lambda: create_table_artifact(key=key, table=[dict(row) for row in rows], description=description))


def progress_bar(key: str) -> Callable[[float], None]:
    """A function that shows how far a run has come, in per cent."""
    made = _asking(lambda: create_progress_artifact(0.0, key=key))
    # Outside of asynchronous code it is the id itself.
    artifact = made if isinstance(made, UUID) else None

    def show(percent: float) -> None:
        if artifact is not None:
            _asking(lambda: update_progress_artifact(artifact, progress=percent))

    return show


def _asking(question: Callable[[], object]) -> object:
    """What Prefect's API answers; None where it is lost."""
    if _is_lost:
        return None
    try:
        return question()
    except Exception as error:
        _lose(error)
        return None
