"""Bugs put into the product on purpose: a harness that does not find them out proves nothing by its zeros.

Each is a change made in a worker's process after its fork, with the probes that should find it out.
"""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from sqlalchemy import text

import gpsync.operations.killed_runs
import gpsync.operations.mailout.catch_up
import gpsync.operations.mailout.letter_writer
import gpsync.operations.mailout.recount
import gpsync.operations.mailout.send
import gpsync.operations.run_record
from gpsync import link_tokens
from gpsync.letters.letters import Letterhead
from gpsync.mail import dispatch as dispatching
from gpsync.mail import failpoints, handover, sender
from gpsync.mail.circuit_breaker import CircuitBreaker
from gpsync.mail.journal import Journal
from gpsync.mail.outbox_session import OutboxSession
from gpsync.mail.smtp_connection import SmtpConnection
from gpsync.mails import Claim, Handover, Reply
from gpsync.rules import MailReason, Phase, Verdict
from gpsync.store import outbox
from gpsync.store.outbox import claims, guards, moves, planning, sending
from gpsync.store.outbox.guards import NEWER_EXTRACT, REVOKED_LINK
from tests.faults import probes
from tests.faults.house import House
from tests.faults.probes import Probe
from tests.faults.scoreboard import progress
from tests.faults.worker import unchanged

#: Replaced instead of patched in place, for a statement that must do nothing.
_NOTHING = text("SELECT 1 WHERE false")


def _reworded(statement: Any, old: str, new: str) -> Any:
    if old not in statement.text:
        raise LookupError(f"the mutant does not fit any more: {old}")
    return text(statement.text.replace(old, new))


def _reword(module: ModuleType, name: str, old: str, new: str) -> None:
    setattr(module, name, _reworded(getattr(module, name), old, new))


def _reword_settling(old: str, new: str) -> None:
    for statements in (sending._SETTLE, sending._RECORD):
        for state, statement in statements.items():
            if old in statement.text:
                statements[state] = _reworded(statement, old, new)


def _wrap(where: Any, name: str, wrapper: Callable[..., Any]) -> None:
    """Put `wrapper(usual, …)` in the place of a function."""
    usual = getattr(where, name)
    setattr(where, name, lambda *given, **named: wrapper(usual, *given, **named))


# --- When the intent is recorded ---


def marked_after_sending() -> None:
    outbox.intend = lambda *given, **named: True
    _reword_settling("o.state IN ('in_doubt', 'unknown')", "o.state IN ('claimed', 'in_doubt', 'unknown')")


def marked_sent_before_the_dot() -> None:
    def intend(usual, connection, claim, sha, judged_at, now):
        given = Handover(Verdict.SENT, Phase.DOT, 250)
        return usual(connection, claim, sha, judged_at, now) and outbox.settle(connection, claim, given, now, None)

    _wrap(outbox, "intend", intend)


def intent_before_mail_from() -> None:
    def hand_over(usual, smtp, outgoing, intend, judge):
        return usual(smtp, outgoing, lambda: True, judge) if intend() else Handover(None, Phase.DOT)

    _wrap(sender, "hand_over", hand_over)


def dot_sent_with_the_letter() -> None:
    def body(usual, self, message):
        self._connection.send(message + b".\r\n")

    def dot(usual, self):
        failpoints.hit("after dot")
        reply = self._answer(self._server.dot_timeout)
        self._between_mails = True
        return reply

    _wrap_method(SmtpConnection, "body", body)
    _wrap_method(SmtpConnection, "dot", dot)


def _wrap_method(owner: type, name: str, wrapper: Callable[..., Any]) -> None:
    usual = getattr(owner, name)

    def method(self, *given, **named):
        return wrapper(usual, self, *given, **named)

    setattr(owner, name, method)


# --- Leases and claims ---


def doubt_swept_to_pending() -> None:
    for name in ("_SWEEP_IN_DOUBT", "_SWEEP_ALL_IN_DOUBT"):
        _reword(claims, name, "state = 'unknown'", "state = 'pending'")


def lease_not_checked_at_intent() -> None:
    _reword(sending, "_INTEND", " AND o.lease_until > clock_timestamp()", "")


def claim_not_checked_at_intent() -> None:
    claim = "o.state = 'claimed' AND o.epoch = :epoch AND o.lease_token = :lease_token"
    _reword(sending, "_INTEND", f"{claim} AND o.lease_until > clock_timestamp()", "true")


def living_senders_swept() -> None:
    for name in ("_SWEEP_CLAIMED", "_SWEEP_IN_DOUBT"):
        _reword(claims, name, "o.lease_until < clock_timestamp()", "true")


def claims_without_lock() -> None:
    _reword(claims, "_CLAIM", " FOR UPDATE SKIP LOCKED", "")


def state_not_checked_at_result() -> None:
    for statements in (sending._SETTLE, sending._RECORD):
        for state, statement in statements.items():
            statements[state] = text(re.sub(r" AND o\.state IN \([^)]*\)", "", statement.text, count=1))


# --- The letter ---


def another_message_id_each_time() -> None:
    def write(usual, self, claim, url):
        return usual(self, replace(claim, message_id=f"<{uuid.uuid4().hex}@nhs.example>"), url)

    _wrap_method(Letterhead, "write", write)


def another_date_each_time() -> None:
    def write(usual, self, claim, url):
        # Attempts are seconds apart here, hours in life.
        date = claim.dated_at.replace(year=2000 + time.monotonic_ns() % 100)
        return usual(self, replace(claim, dated_at=date), url)

    _wrap_method(Letterhead, "write", write)


def another_letter_each_time_unchecked() -> None:
    def write(usual, self, claim, url):
        outgoing = usual(self, claim, url)
        return replace(outgoing, message=outgoing.message.replace(b"MIME-Version", _unique() + b"MIME-Version", 1))

    def claim(usual, *given):
        return [replace(one, body_sha256=None) for one in usual(*given)]

    _wrap_method(Letterhead, "write", write)
    _wrap(outbox, "claim", claim)
    _reword(sending, "_INTEND", "(o.body_sha256 IS NULL OR o.body_sha256 = :body_sha256)", "true")


def _unique() -> bytes:
    return f"X-Try: {uuid.uuid4().hex}\r\n".encode()


def two_recipients() -> None:
    def recipient(usual, self, address):
        usual(self, "copy@doctor.example")
        return usual(self, address)

    _wrap_method(SmtpConnection, "recipient", recipient)


# --- Answers ---


def _judged(phase: Phase, wrong: Verdict, when: Callable[[Reply | None, Verdict], bool]) -> None:
    def judge(usual, at, reply):
        verdict = usual(at, reply)
        return wrong if at is phase and when(reply, verdict) else verdict

    _wrap(gpsync.operations.mailout.send, "verdict_of", judge)


def closing_after_the_dot_deferred() -> None:
    _judged(Phase.DOT, Verdict.DEFERRED, lambda reply, verdict: reply is not None and reply.code == 421)


def lost_answer_deferred() -> None:
    _judged(Phase.DOT, Verdict.DEFERRED, lambda reply, verdict: reply is None)


def lost_answer_taken_for_sent() -> None:
    _judged(Phase.DOT, Verdict.SENT, lambda reply, verdict: reply is None)


def refused_for_now_bounced() -> None:
    _judged(Phase.RECIPIENT, Verdict.BOUNCED, lambda reply, verdict: verdict is Verdict.DEFERRED)


def lost_answer_sent_again() -> None:
    def hand_over(usual, self, smtp, claim: Claim, outgoing, sha):
        outcome = usual(self, smtp, claim, outgoing, sha)
        if outcome == Verdict.UNKNOWN:
            handover.hand_over(self._open(), outgoing, lambda: True, self._tools.judge)
        return outcome

    _wrap_method(sender.Sender, "_hand_over", hand_over)


def bounced_not_suppressed() -> None:
    _reword_settling(f", {sending._SUPPRESS}", "")


def breaker_off() -> None:
    CircuitBreaker.answered = lambda self, verdict: None  # type: ignore[method-assign]


def cap_ignored() -> None:
    _wrap(gpsync.operations.mailout.send, "_limits", lambda usual, settings, cap: usual(settings, 1_000_000))


# --- Journal and database ---


def journal_not_replayed() -> None:
    for module in (
        dispatching,
        gpsync.operations.mailout.catch_up,
        gpsync.operations.killed_runs,
        gpsync.operations.mailout.recount,
    ):
        module.replay = lambda engine, journal: 0


def dead_runs_left_alone() -> None:
    gpsync.operations.run_record.clear_up = lambda context: None


def journal_not_written() -> None:
    Journal.append = lambda self, *given: None  # type: ignore[method-assign]


def restore_not_noticed() -> None:
    dispatching._is_older = lambda standing, epoch: False


def commit_not_looked_up() -> None:
    OutboxSession._surely = lambda self, step, action, claim, wanted: self._do(step, action)  # type: ignore[method-assign]


# --- Planning and links ---


def idempotency_key_random() -> None:
    planning.idem_key = lambda *what: uuid.uuid4().hex


def unknown_given_up_by_itself() -> None:
    def sweep(usual, connection, now):
        swept = usual(connection, now)
        for mail_id in connection.exec_driver_sql("SELECT mail_id FROM outbox WHERE state = 'unknown'").scalars():
            outbox.resolve(connection, mail_id, sent=False, by="gpsync", reason="lost", now=now)
        return swept

    _wrap(outbox, "sweep", sweep)


def looking_uses_the_link() -> None:
    link_tokens.record_opening = lambda ledger, token, now: link_tokens.consume(ledger, token, now)


def earlier_link_kept() -> None:
    planning._SUPERSEDE = _NOTHING  # type: ignore[assignment]


def withdrawn_link_kept() -> None:
    _reword(sending, "_WITHDRAW", f", {moves.REVOKE_LINKS}", "")


def seal_not_checked() -> None:
    gpsync.operations.mailout.letter_writer.is_intact = lambda secrets, mail: True


def _without_guard(reason: str) -> Callable[[], None]:
    def change() -> None:
        (condition,) = [one for why, one in guards._GUARDS if f"'{reason}'" == why]
        _reword(sending, "_INTEND", f"({condition})", "(true)")

    return change


@dataclass(frozen=True)
class Mutant:
    name: str
    change: Callable[[], None]
    probes: tuple[Probe, ...]


def _named(change: Callable[[], None], *found_by: Probe) -> Mutant:
    return Mutant(change.__name__.replace("_", " "), change, found_by)


_AFTER_DOT = probes.killed("after dot", unknown=1)
_JOURNALED = probes.killed("after result journal")

MUTANTS = (
    _named(marked_after_sending, _AFTER_DOT),
    _named(marked_sent_before_the_dot, probes.killed("after intent", unknown=1)),
    _named(intent_before_mail_from, probes.killed("after sender")),
    _named(dot_sent_with_the_letter, probes.killed("before intent")),
    _named(doubt_swept_to_pending, _AFTER_DOT),
    _named(lease_not_checked_at_intent, probes.lease_lapsed),
    _named(claim_not_checked_at_intent, probes.overtaken),
    _named(living_senders_swept, probes.left_alone),
    _named(claims_without_lock, probes.taken_at_once),
    _named(state_not_checked_at_result, probes.decided_meanwhile),
    _named(another_message_id_each_time, probes.tried_twice),
    _named(another_date_each_time, probes.tried_twice),
    _named(another_letter_each_time_unchecked, probes.tried_twice),
    _named(two_recipients, probes.clean),
    _named(closing_after_the_dot_deferred, probes.answer_lost("421")),
    _named(lost_answer_deferred, probes.answer_lost("drop")),
    _named(lost_answer_taken_for_sent, probes.killed_service),
    _named(lost_answer_sent_again, probes.answer_lost("drop")),
    _named(refused_for_now_bounced, probes.refused_for_now),
    _named(bounced_not_suppressed, probes.bounced),
    _named(breaker_off, probes.storm),
    _named(cap_ignored, probes.capped),
    _named(journal_not_replayed, _JOURNALED),
    _named(journal_not_written, _JOURNALED),
    _named(dead_runs_left_alone, probes.killed("after claim commit")),
    _named(restore_not_noticed, probes.restored),
    _named(commit_not_looked_up, probes.commits_unheard),
    _named(idempotency_key_random, probes.planned_twice),
    _named(unknown_given_up_by_itself, probes.answer_lost("drop")),
    _named(looking_uses_the_link, probes.scanned),
    _named(earlier_link_kept, probes.asked_again),
    _named(withdrawn_link_kept, probes.meanwhile(probes.SUPPRESSED)),
    _named(seal_not_checked, probes.redirected),
    Mutant("altered row not noticed", _without_guard(MailReason.ALTERED), (probes.redirected_meanwhile,)),
    Mutant("suppression not checked", _without_guard("SUPPRESSION_LIST"), (probes.meanwhile(probes.SUPPRESSED),)),
    Mutant("verification not checked", _without_guard("ALREADY_VERIFIED"), (probes.meanwhile(probes.VERIFIED),)),
    Mutant("newer extract not checked", _without_guard(NEWER_EXTRACT), (probes.meanwhile(probes.NEWER_EXTRACT),)),
    Mutant("current address not checked", _without_guard("NEWER_CHANGE"), (probes.meanwhile(probes.NEWER_ADDRESS),)),
    Mutant("death not checked", _without_guard("DECEASED"), (probes.meanwhile(probes.DIED),)),
    Mutant("revoked link not checked", _without_guard(REVOKED_LINK), (probes.meanwhile(probes.LINK_REVOKED),)),
)


def is_killed(house: House, mutant: Mutant) -> bool:
    """Whether one of its probes finds it out."""
    return any(probe(house, mutant.change) for probe in mutant.probes)


def false_alarms(house: House) -> list[str]:
    """What the probes say of the product as it is: nothing, if they are right."""
    once = {id(probe): probe for mutant in MUTANTS for probe in mutant.probes}
    found = []
    for probe in once.values():
        found += [f"{getattr(probe, '__qualname__', probe)}: {one}" for one in probe(house, unchanged)]
    return found


def survivors(house: House) -> list[str]:
    """The names of the mutants that nothing finds out."""
    left = []
    for number, mutant in enumerate(MUTANTS, start=1):
        if not is_killed(house, mutant):
            left.append(mutant.name)
        if number % 10 == 0:
            progress(f"  {number} mutants, {len(left)} survive")
    return left
