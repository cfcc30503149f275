"""The outbox on a real database: no mail is handed over twice, none gets lost, and every move is logged."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, text, update

from gpsync.actors import PROGRAM
from gpsync.mails import Hold
from gpsync.rules import HANDED_OVER_STATES, Dataset, HoldKind, MailKind, MailState, Rank, ReturnedKind
from gpsync.store import holds, outbox
from gpsync.store.outbox import log
from gpsync.store.tables import absence, doctor, email_change, extract, link, suppression, verification
from gpsync.store.tables import outbox as outbox_table
from gpsync.verification.mail_states import MOVES
from tests.store.mail_building import (
    BOUNCED,
    DEFERRED,
    JUDGED,
    LINK_HOURS,
    NOW,
    POLICY_HELD,
    SENT,
    UNKNOWN,
    add_change,
    add_doctor,
    change_state,
    column_of,
    digest,
    gmc_number,
    hand_over_all,
    intend,
    lapse,
    link_state,
    plan_mails,
    planned,
    state_of,
    states,
    story,
    take,
)

MAIL = "mail-1-1"


@pytest.fixture
def connection(engine):
    with engine.begin() as connection:
        yield connection


# --- planning --------------------------------------------------------------------------------------


def test_a_mail_planned_twice_is_put_into_the_outbox_once(connection):
    plan_mails(connection, 2)

    again = outbox.plan(connection, [replace(planned(1), mail_id="other", message_id="<other>")], NOW)

    assert (again, states(connection)) == ([], {"pending": 2})


def test_planning_queues_the_change_and_logs_the_mail(connection):
    plan_mails(connection)

    assert (change_state(connection), story(connection)) == ("QUEUED", ["pending"])


def test_nobody_gets_a_second_mail_while_one_is_under_way(connection):
    plan_mails(connection)

    assert len(outbox.plan(connection, [planned(1, generation=2)], NOW)) == 0
    assert link_state(connection) == "issued"


def test_a_later_mail_ends_the_link_of_the_earlier_one(connection):
    plan_mails(connection)
    hand_over_all(connection)

    assert len(outbox.plan(connection, [planned(1, generation=2)], NOW)) == 1
    assert [link_state(connection), link_state(connection, "link-1-2")] == ["superseded", "issued"]


def test_two_planners_at_once_make_one_mail(engine):
    with engine.begin() as connection:
        add_doctor(connection)
        add_change(connection)

    def plan(generation):
        with engine.begin() as own:
            return outbox.plan(own, [planned(1, generation)], NOW)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(plan, [1, 1, 1, 2]))

    assert [len(ids) for ids in made].count(1) == 1 and sum(map(len, made)) == 1


# --- claiming --------------------------------------------------------------------------------------


def test_eight_senders_share_two_hundred_mails_without_one_in_common(engine):
    with engine.begin() as connection:
        plan_mails(connection, 200)

    def work(name):
        mine = []
        while True:
            with engine.begin() as own:
                taken = take(own, 7, lease_token=name)
            if not taken:
                return mine
            mine += [claim.mail_id for claim in taken]

    with ThreadPoolExecutor(8) as pool:
        claimed = [mail for mails in pool.map(work, [f"sender-{n}" for n in range(8)]) for mail in mails]

    assert (len(claimed), len(set(claimed))) == (200, 200)


def test_the_oldest_due_date_goes_first_and_then_the_lowest_number(connection):
    for number, due in ((3, 30), (2, 30), (1, 29), (4, 28)):
        add_doctor(connection, number)
        add_change(connection, number)
        outbox.plan(connection, [planned(number, due_date=date(2026, 11, due))], NOW)

    assert [claim.gmc_number for claim in take(connection)] == [gmc_number(one) for one in (4, 1, 2, 3)]


def test_rank_goes_before_date_and_within_a_rank_the_date_counts(connection):
    for number, rank, due in ((1, 5, 1), (2, 2, 30), (3, 2, 29), (4, 4, 1), (5, 1, 30), (6, 3, 2)):
        add_doctor(connection, number)
        add_change(connection, number)
        outbox.plan(connection, [planned(number, rank=Rank(rank), due_date=date(2026, 11, due))], NOW)

    assert outbox.ready(connection, NOW) == {Rank(1): 1, Rank(2): 2, Rank(3): 1, Rank(4): 1, Rank(5): 1}
    taken = outbox.claim(connection, "sender-1", 20, NOW, LINK_HOURS, Rank.REMINDER)
    assert [claim.gmc_number for claim in taken] == [gmc_number(one) for one in (5, 3, 2, 6, 4)]
    assert outbox.soonest(connection, Rank.REMINDER) is None
    assert [claim.rank for claim in take(connection)] == [Rank.FIRST_LINK]


def test_the_claim_reads_its_order_from_the_index(connection):
    plan_mails(connection, 3)
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    query = (
        "SELECT mail_id FROM outbox WHERE state IN ('pending', 'deferred') AND next_at <= now() AND rank <= 5"
        " ORDER BY rank, due_date, gmc_number, mail_id LIMIT 20 FOR UPDATE SKIP LOCKED"
    )
    plan = "\n".join(connection.execute(text(f"EXPLAIN {query}")).scalars())

    assert "Index Scan using outbox_ready_idx" in plan
    assert "Sort" not in plan


def test_a_claim_takes_no_more_than_it_asks_for(connection):
    plan_mails(connection, 5)

    assert (len(take(connection, 3)), states(connection)) == (3, {"claimed": 3, "pending": 2})


def test_the_letter_is_dated_and_its_link_s_hours_begin_when_it_is_first_taken(connection):
    plan_mails(connection)

    (claim,) = take(connection)

    assert (claim.dated_at, claim.expires_at, claim.first_tried_at) == (NOW, NOW + timedelta(hours=72), NOW)


def test_a_mail_given_back_untried_is_dated_anew(connection):
    plan_mails(connection)
    assert outbox.release(connection, take(connection), NOW) == 1
    later = NOW + timedelta(days=3)

    (claim,) = take(connection, now=later)

    assert (claim.dated_at, claim.expires_at, claim.attempts) == (later, later + timedelta(hours=72), 0)


def test_a_deferred_mail_keeps_its_date_and_its_link_s_hours(connection):
    plan_mails(connection)
    (before,) = hand_over_all(connection, DEFERRED)
    assert take(connection) == []

    (claim,) = take(connection, now=NOW + timedelta(minutes=15))

    assert (claim.dated_at, claim.expires_at, claim.attempts) == (before.dated_at, before.expires_at, 1)


def test_the_tries_of_a_letter_written_anew_began_with_the_old_one(connection):
    plan_mails(connection)
    hand_over_all(connection, DEFERRED)
    later = NOW + timedelta(days=1)
    outbox.cancel(connection, [MAIL], "STALE", "gpsync", later)
    outbox.plan(connection, [planned(1, generation=2)], later)

    (claim,) = take(connection, now=later)

    assert (claim.dated_at, claim.first_tried_at) == (later, NOW)


def test_the_tries_of_a_mail_that_a_person_asked_for_begin_with_it(connection):
    plan_mails(connection)
    hand_over_all(connection, UNKNOWN)
    later = NOW + timedelta(days=4)
    outbox.resolve(connection, MAIL, False, "Ann", "not in the relay's log", later)
    outbox.plan(connection, [planned(1, generation=2)], later)

    (claim,) = take(connection, now=later)

    assert claim.first_tried_at == later


# --- leases ----------------------------------------------------------------------------------------


def test_a_sender_whose_lease_has_lapsed_cannot_give_its_mail_away(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    lapse(connection)

    assert not intend(connection, claim)
    assert outbox.why_withdrawn(connection, claim, JUDGED) == outbox.LEASE_LOST


def test_a_sender_that_comes_back_cannot_hand_over_what_another_has_taken(connection):
    plan_mails(connection)
    (zombie,) = take(connection)
    lapse(connection)
    outbox.sweep(connection, NOW)
    (holder,) = take(connection, lease_token="sender-2")

    assert (intend(connection, zombie), intend(connection, holder)) == (False, True)
    assert not outbox.settle(connection, zombie, SENT, NOW, None)
    assert not outbox.withdraw(connection, zombie, "NEWER_CHANGE", NOW)
    assert outbox.release(connection, [zombie], NOW) == 0


def test_the_same_sender_s_earlier_claim_counts_no_more(connection):
    plan_mails(connection)
    (earlier,) = take(connection)
    lapse(connection)
    outbox.sweep(connection, NOW)
    take(connection)

    assert not intend(connection, earlier)


def test_only_one_of_many_intents_for_a_claim_succeeds(engine):
    with engine.begin() as connection:
        plan_mails(connection)
        (claim,) = take(connection)

    def attempt(_):
        with engine.begin() as own:
            return intend(own, claim)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


def test_mails_of_a_vanished_sender_are_free_again_unless_they_may_have_gone(connection):
    plan_mails(connection, 3)
    claims = take(connection, 2)
    assert intend(connection, claims[1])
    lapse(connection, claims[0].mail_id, claims[1].mail_id)

    swept = outbox.sweep(connection, NOW)

    assert (swept.freed, swept.in_doubt) == (1, 1)
    assert states(connection) == {"pending": 2, "unknown": 1}
    assert change_state(connection, 2) == "HELD"


def test_a_living_sender_s_mails_are_left_alone(connection):
    plan_mails(connection, 2)
    assert intend(connection, take(connection)[0])

    assert outbox.sweep(connection, NOW) == outbox.Swept(0, 0)


def test_the_late_answer_to_a_mail_of_unknown_outcome_counts(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    assert intend(connection, claim)
    lapse(connection)
    outbox.sweep(connection, NOW)

    assert outbox.settle(connection, claim, SENT, NOW, None)
    assert story(connection) == ["pending", "claimed", "in_doubt", "unknown", "sent"]
    assert change_state(connection) == "SENT"


# --- the last look before the dot ------------------------------------------------------------------


def _doctor(**values):
    return update(doctor).values(**values)


def _verified(on):
    row = {"address_key": "d1.new@doctor.example", "verified_on": on, "source": "link", "recorded_at": NOW}
    return insert(verification).values(gmc_number="9000001", **row)


def _extract(loaded_at, outcome="accepted"):
    row = dict.fromkeys(("file_name", "sha256", "reason", "decided_by", "decided_reason"), "")
    lists = {"counts": {}, "columns": [], "findings": [], "notes": []}
    what = {"extract_id": "x", "dataset": "gmc_register", "kind": "full", "as_of": date(2026, 11, 30), "size": 1}
    return insert(extract).values(**row, **lists, **what, outcome=outcome, loaded_at=loaded_at)


def _absence(**values):
    row = {"dataset": Dataset.GMC_REGISTER, "key": "9000001", "absent_from": date(2026, 11, 30), "deleted": False}
    return insert(absence).values(row | values)


_SUPPRESSION = insert(suppression).values(
    address_key="d1.new@doctor.example", since=date(2026, 1, 1), reason="ASKED", recorded_by="Ann"
)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (_doctor(registration_class="DECEASED"), "DECEASED"),
        (_doctor(registration_class="ERASED"), "NOT_REGISTERED"),
        (_doctor(registration_class="RELINQUISHED"), "NOT_REGISTERED"),
        (_doctor(registration_class="LAPSED"), "NOT_REGISTERED"),
        (_doctor(registration_class="SUSPENDED"), "SUSPENDED"),
        (_doctor(valid_to=date(2026, 11, 30), closed_on=date(2026, 11, 30)), "NOT_IN_REGISTER"),
        (_absence(), "NOT_IN_REGISTER"),
        (_absence(deleted=True), "NOT_IN_REGISTER"),
        (_doctor(email_key="newer@doctor.example"), "NEWER_CHANGE"),
        (_doctor(email_key=None), "NEWER_CHANGE"),
        (_SUPPRESSION, "SUPPRESSION_LIST"),
        (_verified(date(2026, 11, 20)), "ALREADY_VERIFIED"),
        (update(email_change).values(state="SUPERSEDED", reason="NEWER_CHANGE"), "NEWER_CHANGE"),
        (update(email_change).values(state="HELD", reason="EMAIL_CHURN"), "EMAIL_CHURN"),
        (update(email_change).values(new_key="other@doctor.example"), "NEWER_CHANGE"),
        (text("DELETE FROM email_change"), "NEWER_CHANGE"),
        (update(link).values(state="revoked"), "REVOKED_LINK"),
        (_extract(NOW), "NEWER_EXTRACT"),
    ],
)
def test_a_mail_is_not_handed_over_when_something_came_in_between(connection, what, reason):
    plan_mails(connection)
    (claim,) = take(connection)

    connection.execute(what)

    assert not intend(connection, claim)
    assert outbox.why_withdrawn(connection, claim, JUDGED) == reason
    assert story(connection) == ["pending", "claimed"]


@pytest.mark.parametrize(
    "what",
    [
        _extract(JUDGED - timedelta(hours=1)),
        _extract(NOW, outcome="held"),
        _verified(date(2026, 11, 1)),
        _absence(returned_on=date(2026, 11, 30)),
        _doctor(registration_class="UNLICENSED"),
        update(link).values(state="opened"),
    ],
)
def test_what_does_not_matter_does_not_stop_a_mail(connection, what):
    plan_mails(connection)
    (claim,) = take(connection)

    connection.execute(what)

    assert outbox.why_withdrawn(connection, claim, JUDGED) is None
    assert intend(connection, claim)


def test_a_mail_to_a_practice_s_user_needs_no_doctor(connection):
    mail = planned(1, change=None)
    user = replace(mail.link, kind=MailKind.USER_LINK, holder="user U1", gmc_number=None, user_id="U1")
    outbox.plan(connection, [replace(mail, link=user)], NOW)
    (claim,) = take(connection)

    assert (claim.kind, intend(connection, claim)) == (MailKind.USER_LINK, True)


def test_a_letter_that_differs_from_the_one_tried_before_is_not_handed_over(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    assert intend(connection, claim)
    outbox.settle(connection, claim, DEFERRED, NOW, NOW)

    (again,) = take(connection)

    assert again.body_sha256 == digest(claim)
    assert not outbox.intend(connection, again, "another", JUDGED, NOW)
    assert intend(connection, again)


# --- results ---------------------------------------------------------------------------------------


def test_a_sent_mail_dates_the_change_by_the_london_day(connection):
    plan_mails(connection)
    late = NOW.replace(year=2027, month=7, day=1, hour=23, minute=30)
    hand_over_all(connection, now=late)

    row = connection.execute(email_change.select()).mappings().one()

    assert (row["state"], row["sent_on"], row["expires_on"]) == ("SENT", date(2027, 7, 2), date(2027, 7, 5))


def test_a_bounced_address_is_not_mailed_again_and_its_link_is_of_no_use(connection):
    plan_mails(connection)
    hand_over_all(connection, BOUNCED)

    (row,) = connection.execute(suppression.select()).mappings()

    assert (row["address_key"], row["reason"], row["mail_id"]) == ("d1.new@doctor.example", "BOUNCED", MAIL)
    assert (link_state(connection), change_state(connection)) == ("revoked", "BOUNCED")


def test_a_mail_without_a_next_try_is_given_up(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    assert outbox.settle(connection, claim, DEFERRED, NOW, None)

    assert (state_of(connection), column_of(connection, "reason")) == (MailState.DEAD, "TRANSPORT")


def test_a_mail_that_was_never_in_doubt_cannot_become_sent(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    assert not outbox.settle(connection, claim, SENT, NOW, None)
    assert not outbox.settle(connection, claim, UNKNOWN, NOW, None)


def test_a_result_counts_once(connection):
    plan_mails(connection)
    (claim,) = hand_over_all(connection)

    assert not outbox.settle(connection, claim, SENT, NOW, None)
    assert not outbox.settle(connection, claim, BOUNCED, NOW, None)
    assert column_of(connection, "attempts") == 1


def test_a_result_from_the_journal_counts_without_the_lease(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    assert intend(connection, claim)

    assert not outbox.record(connection, MAIL, claim.epoch + 1, claim.lease_token, SENT, NOW, NOW)
    assert outbox.record(connection, MAIL, claim.epoch, claim.lease_token, SENT, NOW, NOW)
    assert state_of(connection) is MailState.SENT


def test_a_verdict_on_the_channel_settles_nothing(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    with pytest.raises(ValueError, match="settles no mail"):
        outbox.settle(connection, claim, replace(SENT, verdict=None), NOW, None)


def test_a_withdrawn_mail_leaves_its_change_to_be_judged_anew(connection):
    plan_mails(connection)
    (claim,) = take(connection)

    assert outbox.withdraw(connection, claim, "SUSPENDED", NOW)

    assert (state_of(connection), column_of(connection, "reason")) == (MailState.CANCELLED, "SUSPENDED")
    assert (link_state(connection), change_state(connection)) == ("revoked", "WAITING")


# --- people ----------------------------------------------------------------------------------------


def test_only_waiting_mails_can_be_cancelled(connection):
    ids = plan_mails(connection, 3)
    claims = take(connection, 2)
    assert intend(connection, claims[1])

    assert outbox.cancel(connection, ids, "REFUSED", "Ann", NOW) == 1
    assert states(connection) == {"cancelled": 1, "claimed": 1, "in_doubt": 1}
    assert link_state(connection, "link-3-1") == "revoked"


def test_a_cancelled_resend_leaves_the_change_as_the_first_mail_made_it(connection):
    plan_mails(connection)
    hand_over_all(connection)
    outbox.plan(connection, [planned(1, generation=2)], NOW)

    outbox.cancel(connection, ["mail-1-2"], "REFUSED", "Ann", NOW)

    assert change_state(connection) == "SENT"


def test_a_person_decides_that_a_mail_of_unknown_outcome_was_sent(connection):
    plan_mails(connection)
    hand_over_all(connection, UNKNOWN)

    assert outbox.resolve(connection, MAIL, True, "Ann", "in the relay's log", NOW + timedelta(days=2))

    assert (column_of(connection, "sent_at"), change_state(connection)) == (NOW, "SENT")
    assert log.of_doctor(connection, "9000001")[-1].actor == "Ann"


@pytest.mark.parametrize("handover", [UNKNOWN, POLICY_HELD])
def test_a_mail_that_was_not_sent_may_be_planned_anew_with_another_link(connection, handover):
    plan_mails(connection)
    hand_over_all(connection, handover)

    assert outbox.resolve(connection, MAIL, False, "Ann", "not in the relay's log", NOW)

    assert (link_state(connection), change_state(connection)) == ("revoked", "WAITING")
    assert len(outbox.plan(connection, [planned(1, generation=2)], NOW)) == 1


def test_nothing_but_the_unknown_can_be_declared_sent(connection):
    plan_mails(connection)
    assert not outbox.resolve(connection, MAIL, True, "Ann", "", NOW)
    hand_over_all(connection, POLICY_HELD)
    assert not outbox.resolve(connection, MAIL, True, "Ann", "", NOW)


def test_the_oldest_mail_in_doubt_is_known(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    assert outbox.oldest_in_doubt(connection) is None

    intend(connection, claim)

    assert outbox.oldest_in_doubt(connection) == column_of(connection, "lease_until")


# --- the send log ----------------------------------------------------------------------------------


def test_the_newest_mail_that_counts_speaks_for_its_change(connection):
    plan_mails(connection, 2)
    hand_over_all(connection, limit=1)
    outbox.plan(connection, [planned(1, generation=2)], NOW)
    outbox.cancel(connection, ["mail-1-2", "mail-2-1"], "REFUSED", "Ann", NOW)

    ((number, (mailing,)),) = log.mailings(connection, ["9000001", "9000002"]).items()

    assert (number, mailing.state, mailing.change.change_id) == ("9000001", MailState.SENT, "change-1")
    assert (mailing.sent_on, mailing.expires_on) == (date(2026, 11, 30), date(2026, 12, 3))
    assert mailing.change == planned(1).change


def test_a_mail_under_way_is_a_mailing_without_a_day(connection):
    plan_mails(connection)

    (mailing,) = log.mailings(connection, ["9000001"])["9000001"]

    assert (mailing.state, mailing.sent_on, mailing.expires_on) == (MailState.PENDING, None, None)


def test_the_send_log_tells_codes_and_who_did_what(connection):
    plan_mails(connection)
    hand_over_all(connection, DEFERRED)

    last = log.of_doctor(connection, "9000001")[-1]

    assert (last.state, last.phase, last.smtp_code, last.enhanced_code) == ("deferred", "recipient", 450, "4.2.1")
    assert (last.actor, last.at, last.kind, last.generation) == ("gpsync", NOW, MailKind.EMAIL_CHANGE, 1)


# --- only the allowed moves ------------------------------------------------------------------------


def _moves(connection, claim):
    """Every function that moves a mail, by name."""
    settled = {"sent": SENT, "deferred": DEFERRED, "bounced": BOUNCED, "policy_held": POLICY_HELD, "unknown": UNKNOWN}
    later = NOW + timedelta(days=30)
    return {
        "claim": lambda: take(connection, now=later),
        "intend": lambda: intend(connection, claim),
        "release": lambda: outbox.release(connection, [claim], NOW),
        "withdraw": lambda: outbox.withdraw(connection, claim, "NEWER_CHANGE", NOW),
        "cancel": lambda: outbox.cancel(connection, [MAIL], "REFUSED", "Ann", NOW),
        "sweep": lambda: (lapse(connection), outbox.sweep(connection, NOW)),
        "was sent": lambda: outbox.resolve(connection, MAIL, True, "Ann", "", NOW),
        "was not sent": lambda: outbox.resolve(connection, MAIL, False, "Ann", "", NOW),
        "let go": lambda: outbox.let_go(connection, "hold-1", "Ann", "seen", NOW),
        "appoint": lambda: outbox.appoint(connection, "hold-1", 1, NOW),
        "give up": lambda: outbox.settle(connection, claim, DEFERRED, NOW, None),
        **{
            f"settle {name}": lambda handover=handover: outbox.settle(connection, claim, handover, NOW, NOW)
            for name, handover in settled.items()
        },
        **{
            f"record {name}": lambda handover=handover: outbox.record(
                connection, MAIL, claim.epoch, claim.lease_token, handover, NOW, NOW
            )
            for name, handover in settled.items()
        },
    }


def _reported(connection, state):
    """What reports may do to a mail in a state: those about a mail that was never handed over are not believed."""
    mail = outbox.lock_mail(connection, MAIL)
    moves = {}
    if state in HANDED_OVER_STATES:
        moves["bounce"] = lambda: outbox.bounce(connection, mail, "5.1.1", NOW)
    if state in (MailState.SENT, MailState.IN_DOUBT):
        moves["give back"] = lambda: outbox.give_back(connection, mail, ReturnedKind.RETURNED, "4.2.2", NOW)
    if state is MailState.UNKNOWN:
        moves["arrived"] = lambda: outbox.mark_arrived(connection, mail, "2.0.0", "2.0.0", NOW)
    return moves


def _hold(connection):
    """Every mail has a hold, whether it is kept back by it or was released."""
    holds.open_hold(connection, Hold("hold-1", HoldKind.VOLUME, "2026-11-30", NOW, PROGRAM, 1, 0))
    connection.execute(update(outbox_table).values(hold_id="hold-1"))


def test_no_function_makes_any_move_but_those_allowed_and_each_is_logged(connection):
    plan_mails(connection)
    (claim,) = take(connection)
    _hold(connection)
    made = set()
    for state in MailState:
        connection.execute(update(outbox_table).values(state=state))
        moves = _moves(connection, claim) | _reported(connection, state)
        for name, make in moves.items():
            with connection.begin_nested() as attempt:
                make()
                after, last = state_of(connection), story(connection)[-1]
                assert after is state or (after in MOVES[state] and last == after), f"{name}: {state} -> {after}"
                made |= {(state, after)} - {(state, state)}
                attempt.rollback()

    allowed = {(state, target) for state, targets in MOVES.items() for target in targets}
    assert made == allowed


@pytest.mark.parametrize("statement", ["UPDATE mail_event SET actor = 'x'", "DELETE FROM mail_event"])
def test_the_send_log_cannot_be_changed(connection, statement):
    plan_mails(connection)

    with pytest.raises(Exception, match="never changed"):
        connection.execute(text(statement))


@pytest.mark.parametrize(("step", "durability"), [("intend", "on"), ("claim", "off"), ("settle", "off")])
def test_only_the_intent_waits_for_the_disk_whatever_the_server_does(connection, step, durability):
    plan_mails(connection)
    connection.execute(text(f"SET LOCAL synchronous_commit = {'off' if durability == 'on' else 'on'}"))

    claims = take(connection)
    if step != "claim":
        connection.execute(text(f"SET LOCAL synchronous_commit = {'off' if durability == 'on' else 'on'}"))
        intend(connection, claims[0])
    if step == "settle":
        connection.execute(text("SET LOCAL synchronous_commit = on"))
        outbox.settle(connection, claims[0], SENT, NOW, None)

    assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == durability
