"""What mails are about: each event is the same whenever it is worked out, and goes to one person's own address."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from gpsync.link_tokens import LinkSecrets, fingerprint, make_token
from gpsync.mail_kinds import KINDS
from gpsync.mails import MailHistory, Person
from gpsync.operations.ids import mail_ids
from gpsync.records import EmailChange
from gpsync.rules import (
    REMINDER,
    ChangeKind,
    ChangeReason,
    ChangeState,
    LinkState,
    MailKind,
    MailState,
    Rank,
    Registration,
)
from gpsync.verification.planning import (
    PlanOptions,
    oldest_letter,
    planned_mail,
    rank_of,
    triggers_to_mail,
    written_anew,
)
from gpsync.verification.seals import is_intact
from gpsync.verification.triggers import as_if_new, change_trigger, due_changes, first_change, first_link, invited_users
from tests.spec.judging import CHANGE, DAY

ANN = Person("9000001", "Ann Oak", "Ann@Doctor.example", "ann@doctor.example", Registration.LICENSED, True, False, None)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OPTIONS = PlanOptions(LinkSecrets.parse(f"a:{'x' * 40}"), "links@pcse.example", NOW)
COLUMNS = ("user_id", "practice_code", "full_name", "email", "account_status", "revoked_date")


def change(**values):
    return replace(CHANGE, gmc_number=ANN.gmc_number, state=ChangeState.WAITING, due_date=DAY, **values)


def users(*rows):
    return pd.DataFrame(list(rows), columns=COLUMNS, dtype="str")


def user(user_id="U1", email="Pat@Practice.example", status="Unverified", revoked=None, practice="A81001", name="Pat"):
    return (user_id, practice, name, email, status, revoked)


def events(*rows, suppressed=(), practices=None):
    return invited_users(users(*rows), practices or {}, suppressed, DAY)


# --- doctors -------------------------------------------------------------------------------------------


def test_a_change_is_due_on_its_day_unless_it_is_barred():
    people, one = {ANN.gmc_number: ANN}, change()

    assert due_changes([one], people, (), DAY - timedelta(days=1)) == []
    assert [event.event_id for event in due_changes([one], people, (), DAY)] == [one.change_id]
    assert due_changes([one], people, {one.change_id}, DAY) == []
    assert due_changes([replace(one, state=ChangeState.QUEUED)], people, (), DAY) == []


def test_a_changes_mail_goes_to_the_address_as_supplied():
    event = change_trigger(change(new_email="New@Doctor.example", new_key="new@doctor.example"), ANN)

    assert (event.recipient, event.key, event.holder) == ("New@Doctor.example", "new@doctor.example", "gp 9000001")
    assert event.details == {"name": "Ann Oak", "changed_on": CHANGE.change_date.isoformat()}
    assert event.change is not None and event.change.state is ChangeState.QUEUED
    assert (event.kind, event.gmc_number, event.user_id) == (MailKind.EMAIL_CHANGE, "9000001", None)
    assert event.due_date == DAY
    held = change_trigger(change(reason=ChangeReason.TRANSPORT), ANN).change
    assert held is not None and held.reason is None


def test_a_first_link_is_one_event_for_each_address_and_its_id_shows_none():
    today, tomorrow = first_link(ANN, DAY), first_link(ANN, DAY + timedelta(days=1))
    moved = first_link(replace(ANN, key="other@doctor.example"), DAY)

    assert today.event_id == tomorrow.event_id != moved.event_id
    assert "@" not in today.event_id and "ann" not in today.event_id
    assert today.kind is MailKind.FIRST_LINK
    assert (today.holder, today.gmc_number, today.user_id) == ("gp 9000001", "9000001", None)
    assert (today.recipient, today.key) == ("Ann@Doctor.example", "ann@doctor.example")
    assert (today.details, today.due_date, today.change) == ({"name": "Ann Oak"}, DAY, None)


@pytest.mark.parametrize("nothing", [{"email": None}, {"key": None}])
def test_a_doctor_without_an_address_has_no_first_link(nothing):
    with pytest.raises(ValueError, match="no first link"):
        first_link(replace(ANN, **nothing), DAY)


def test_an_address_is_judged_as_if_it_were_new_today():
    assert first_change(ANN, DAY) == as_if_new(
        "first 9000001", "9000001", "Ann@Doctor.example", "ann@doctor.example", DAY
    )
    assert first_change(ANN, DAY) == EmailChange(
        change_id="first 9000001",
        gmc_number="9000001",
        kind=ChangeKind.FIRST_EMAIL,
        old_email=None,
        new_email="Ann@Doctor.example",
        new_key="ann@doctor.example",
        change_date=DAY,
        earliest_possible=None,
        due_date=DAY,
        state=ChangeState.WAITING,
    )


# --- users ---------------------------------------------------------------------------------------------


def test_a_new_user_is_one_event_however_many_roles_he_has():
    (event,) = events(user(practice="B82002"), user(practice="A81001"), practices={"A81001": "Elm Tree Surgery"})

    assert (event.holder, event.user_id, event.gmc_number) == ("user U1", "U1", None)
    assert (event.recipient, event.key) == ("Pat@Practice.example", "pat@practice.example")
    assert event.details == {"name": "Pat", "practice": "Elm Tree Surgery"}
    assert "@" not in event.event_id and "pat" not in event.event_id


def test_a_user_without_a_name_or_at_a_practice_without_one_is_mailed():
    (event,) = events(user(name=None))

    assert event.details == {"name": "", "practice": "A81001"}


@pytest.mark.parametrize(
    "row",
    [
        user(status="Active"),
        user(status=None),
        user(revoked="2026-11-01"),
        user(email=None),
        user(email="nobody"),
        user(email="two@practice.example; other@practice.example"),
        user(email="påt@practice.example"),
    ],
)
def test_who_does_not_wait_or_cannot_be_mailed_has_no_event(row):
    assert events(row) == []


def test_a_suppressed_address_has_no_event():
    assert events(user(), suppressed={"pat@practice.example"}) == []


def test_nobody_can_say_whose_a_shared_or_doubtful_mailbox_is():
    assert events(user(), user("U2", "PAT@practice.example", "Active")) == []
    assert events(user(), user(email="other@practice.example", practice="B82002")) == []


def test_two_who_share_an_address_keep_nobody_after_them_from_a_link():
    found = events(
        user("U1", "one@practice.example"),
        user("U2", "both@practice.example"),
        user("U3", "both@practice.example"),
        user("U4", "two@practice.example"),
        user("U5", "odd@practice@example"),
        user("U6", "six@practice.example"),
        suppressed={"two@practice.example"},
    )

    assert [event.user_id for event in found] == ["U1", "U6"]


def test_the_same_address_in_two_spellings_is_one():
    assert len(events(user(), user(email="PAT@practice.example", practice="B82002"))) == 1


def test_no_users_have_no_events():
    assert events() == []


# --- planning ------------------------------------------------------------------------------------------


def past(state, reason=None, **values):
    return MailHistory("E", "m", 3, state, reason, None, **values)


@pytest.mark.parametrize(
    ("before", "generation"),
    [
        (None, 1),
        (past(MailState.CANCELLED, "SUSPENDED"), 4),
        (past(MailState.CANCELLED, "REFUSED"), None),
        (past(MailState.CANCELLED, "SUSPENDED", handed_over=1), None),
        *((past(state), None) for state in MailState if state is not MailState.CANCELLED),
    ],
)
def test_an_event_is_mailed_again_only_if_nothing_of_it_can_have_gone_out(before, generation):
    event = first_link(ANN, DAY)
    found = triggers_to_mail([event], {event.event_id: before} if before else {}, date(2026, 3, 16))

    assert found == ([(event, generation)] if generation else [])


def test_one_that_came_back_is_mailed_once_more_and_says_so():
    event = first_link(ANN, DAY)
    before = past(MailState.RETURNED, handed_over=1, was_returned=True, last_day=DAY)

    assert triggers_to_mail([event], {event.event_id: before}, DAY + timedelta(days=6)) == []
    ((again, generation),) = triggers_to_mail([event], {event.event_id: before}, DAY + timedelta(days=7))
    assert generation == 4
    assert planned_mail(again, generation, OPTIONS, mail_ids()).requested_reason == "AFTER_RETURN"


def test_the_oldest_goes_first_then_the_number():
    first = [
        first_link(replace(ANN, gmc_number=number), day)
        for number, day in (("9000003", DAY), ("9000001", DAY), ("9000002", DAY - timedelta(days=1)))
    ]

    assert [event.gmc_number for event, _ in triggers_to_mail(first, {}, date(2026, 3, 16))] == [
        "9000002",
        "9000001",
        "9000003",
    ]


@pytest.mark.parametrize(
    ("kind", "flags", "requested_by", "rank"),
    [
        (MailKind.EMAIL_CHANGE, {}, "", Rank.CHANGE),
        (MailKind.EMAIL_CHANGE, {"is_of_old": True}, "", Rank.FIRST_LINK),
        (MailKind.EMAIL_CHANGE, {"is_reminder": True}, "", Rank.REMINDER),
        (MailKind.EMAIL_CHANGE, {"is_reminder": True, "is_of_old": True}, "ben", Rank.REQUESTED),
        (MailKind.FIRST_LINK, {}, "", Rank.FIRST_LINK),
        (MailKind.FIRST_LINK, {"is_reminder": True}, "", Rank.REMINDER),
        (MailKind.FIRST_LINK, {}, "ben", Rank.REQUESTED),
        (MailKind.USER_LINK, {}, "", Rank.USER),
        (MailKind.USER_LINK, {"is_of_old": True}, "", Rank.FIRST_LINK),
    ],
)
def test_a_mail_is_as_urgent_as_its_kind_and_whoever_asked(kind, flags, requested_by, rank):
    assert rank_of(replace(first_link(ANN, DAY), kind=kind, **flags), requested_by) is rank


def test_doctors_and_users_of_one_day_go_out_in_an_order_of_their_own():
    user_links = events(user(), user("U0", "ned@practice.example"))[::-1]
    doctors = [first_link(replace(ANN, gmc_number=number), DAY) for number in ("9000002", "9000001")]

    found = [event.holder for event, _ in triggers_to_mail([*doctors, *user_links], {}, date(2026, 3, 16))]

    assert found == ["user U0", "user U1", "gp 9000001", "gp 9000002"]


def test_a_planned_mail_is_about_its_event_and_as_it_was_asked_for():
    event = change_trigger(change(), ANN)
    asked = replace(OPTIONS, requested_by="ben", requested_reason="phoned", state=MailState.HELD, hold_id="h1",
                    canary_of="h2")  # fmt: skip
    mail = planned_mail(event, 3, asked, mail_ids())

    assert (mail.recipient, mail.details, mail.due_date) == (event.recipient, event.details, event.due_date)
    assert (mail.template, mail.rank, mail.change) == (KINDS[event.kind].letter, Rank.REQUESTED, event.change)
    assert (mail.state, mail.hold_id, mail.canary_of) == (MailState.HELD, "h1", "h2")
    assert (mail.requested_by, mail.requested_reason) == ("ben", "phoned")
    link = mail.link
    assert (link.kind, link.event_id, link.holder) == (event.kind, event.event_id, event.holder)
    assert (link.gmc_number, link.user_id, link.address_key) == (event.gmc_number, None, event.key)
    assert (link.generation, link.key_id, link.issued_at) == (3, "a", NOW)
    assert is_intact(OPTIONS.secrets, mail)
    reminded = planned_mail(replace(event, is_reminder=True), 3, asked, mail_ids())
    assert (reminded.requested_reason, reminded.rank) == (REMINDER, Rank.REQUESTED)
    anew = written_anew(mail, mail.recipient, OPTIONS).planned(mail_ids())
    assert (anew.state, anew.hold_id, anew.canary_of, anew.rank) == (MailState.HELD, "h1", "h2", Rank.REQUESTED)
    assert (anew.link.gmc_number, anew.link.user_id) == (event.gmc_number, None)
    (user_link,) = events(user())
    assert (
        written_anew(planned_mail(user_link, 1, OPTIONS, mail_ids()), "Pat@Practice.example", OPTIONS)
        .planned(mail_ids())
        .link.user_id
        == "U1"
    )
    simple = planned_mail(event, 1, OPTIONS, mail_ids())
    assert (simple.requested_by, simple.requested_reason, simple.state) == ("", "", MailState.PENDING)
    assert (simple.hold_id, simple.canary_of) == (None, None)
    free = written_anew(replace(mail, state=MailState.DEFERRED), mail.recipient, OPTIONS).planned(mail_ids())
    assert (free.state, free.hold_id) == (MailState.PENDING, None)


def test_a_planned_mail_keeps_the_hash_of_the_token_its_letter_will_show():
    mail = planned_mail(first_link(ANN, DAY), 2, OPTIONS, mail_ids())
    token = make_token(
        OPTIONS.secrets, key_id="a", link_id=mail.link.link_id, generation=2, address_key="ann@doctor.example"
    )

    assert mail.link.token_sha256 == fingerprint(token)
    assert mail.message_id == f"<v1.{mail.mail_id}.2@pcse.example>"
    assert (mail.link.state, mail.link.expires_at) == (LinkState.ISSUED, None)


def test_a_letter_is_out_of_date_after_a_day():
    assert oldest_letter(NOW) == NOW - timedelta(hours=24)


_BY_BEN = {"requested_by": "ben", "requested_reason": "phoned"}


@pytest.mark.parametrize(
    ("event", "options"),
    [
        (first_link(ANN, date(2026, 11, 1)), _BY_BEN),
        (replace(first_link(ANN, DAY), is_of_old=True), {"canary_of": "h2"}),
        (change_trigger(change(), ANN), {}),
        (change_trigger(change(), ANN), {"state": MailState.HELD, "hold_id": "h1", **_BY_BEN}),
        (replace(change_trigger(change(), ANN), is_reminder=True), {}),
        (replace(change_trigger(change(), ANN), is_after_return=True), {}),
        (events(user())[0], {}),
        (replace(events(user())[0], is_of_old=True), {}),
    ],
)
def test_a_mail_written_anew_is_the_same_mail_with_another_letter_and_link(event, options):
    before = planned_mail(event, 1, replace(OPTIONS, **options), mail_ids())
    after = written_anew(before, before.recipient.upper(), OPTIONS).planned(mail_ids())

    assert after.link.generation == 2
    assert (after.recipient, is_intact(OPTIONS.secrets, after)) == (before.recipient.upper(), True)
    for name in ("mail_id", "message_id", "seal"):
        assert getattr(after, name) != getattr(before, name)
    for name in ("link_id", "token_sha256"):
        assert getattr(after.link, name) != getattr(before.link, name)
    assert _without_its_letter(after) == _without_its_letter(before)


def _without_its_letter(mail):
    link = replace(mail.link, link_id="", token_sha256="", generation=0)
    return replace(mail, mail_id="", message_id="", seal="", recipient=mail.recipient.lower(), link=link)
