"""A first mailout to everybody: it keeps nobody waiting, is seen to work first, and says how long it takes."""

import json
from datetime import time, timedelta

import pytest
from sqlalchemy import text
from time_machine import travel
from typer.testing import CliRunner

from gpsync.cli import app
from gpsync.errors import NotAllowed
from gpsync.operations.mailout.mailout import mail_out
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.mailout.result import MailoutResult
from gpsync.operations.run_record import recorded_run
from gpsync.operations.staff.release import refuse, release
from gpsync.operations.staff.resend import resend
from gpsync.rules import MailState, RunKind
from gpsync.store import holds
from gpsync.store.outbox import queries
from tests.store.mailing import (
    AMY,
    BEN,
    CHANGED,
    DAY_13,
    DAY_14,
    DAY_15,
    FIRST,
    User,
    fed,
    gmc,
    moved,
    new,
    old,
    opened,
    town,
)

SIZE = 30
PAT, SAM = User("U1", "pat@practice.example"), User("U2", "sam@practice.example")


def _town(room):
    """Thirty doctors who are not verified; the changes of doctors 1, 2 and 3 are due on DAY_14."""
    room.feed(FIRST, town(size=SIZE), [PAT])
    room.feed(CHANGED, moved(1, 2, 3, size=SIZE), [PAT])
    room.feed(DAY_13, moved(1, 2, 3, size=SIZE), [PAT])


@pytest.fixture(scope="module")
def everybody(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("everybody"), _town) as town:
        yield town


@pytest.fixture
def room(everybody, tmp_path):
    """A day's cap of ten, the last two of them no first links."""
    with everybody.opened(tmp_path, daily_cap=10) as room:
        yield room


@pytest.fixture
def gpsync(room, monkeypatch):
    """Run a command on the mailroom's database at a moment: `gpsync("held", at=…)`."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "240")

    def run(*words, at=None):
        for name in ("daily_cap", "per_minute", "canary_mails"):
            monkeypatch.setenv(f"GPSYNC_{name.upper()}", str(getattr(room.home.settings, name)))
        with travel(at or room.context(DAY_13).now(), tick=False):
            return CliRunner().invoke(app, words)

    return run


# --- what goes first -----------------------------------------------------------------------------------


def test_changes_that_become_due_go_before_first_links_that_wait(room):
    room.mail(DAY_13, first_links=True)
    before = len(room.letters)
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT])
    room.mail(DAY_14)

    assert room.recipients[before : before + 3] == [new(1), new(2), new(3)]
    assert {state for number in (1, 2, 3) for state, _ in room.mails(number)} == {MailState.SENT}
    assert room.read("SELECT count(*) > 0 FROM outbox WHERE state = 'pending'") == [(True,)]


def test_first_links_leave_the_last_part_of_the_day_to_what_is_asked_for_in_the_afternoon(room):
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT])
    room.mail(DAY_14, first_links=True)
    morning = list(room.recipients)
    for number in (20, 21):
        resend(room.context(DAY_14), gmc(number), old(number), "amy", "asked by phone")
    room.hour = time(15)
    room.mail(DAY_14)
    room.hour = time(16)
    resend(room.context(DAY_14), gmc(22), old(22), "amy", "asked by phone")
    after = room.mail(DAY_14)

    assert morning[:3] == [new(1), new(2), new(3)]
    assert len(morning) == 8
    assert room.recipients[8:] == [old(20), old(21)]
    assert after.states[MailState.PENDING] > 0
    assert "The day's cap is reached: 10 of 10 mails were sent today." in after.pace[0]


def test_whatever_the_rank_the_cap_is_the_days_cap(room):
    room.set(daily_cap=2, reserved_percent=50)
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT])
    room.mail(DAY_14, first_links=True)

    assert room.recipients == [new(1), new(2)]


def test_ranks_are_those_of_what_asked_for_the_mail(room):
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT, SAM])
    room.set(daily_cap=0)
    room.mail(DAY_14, first_links=True)
    resend(room.context(DAY_14), gmc(5), old(5), "amy", "asked by phone")

    ranks = dict(room.read("SELECT coalesce(gmc_number, user_id), rank FROM outbox WHERE state = 'pending'"))
    assert (ranks[gmc(5)], ranks[gmc(1)], ranks["U2"], ranks[gmc(6)]) == (1, 2, 3, 5)
    # A user who was there before we looked has waited as long as the doctors have.
    assert ranks["U1"] == 5


def test_a_mail_that_is_written_anew_is_as_urgent_as_it_was_and_as_much_waits_for_it(room):
    room.set(canary_mails=2, daily_cap=0)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened
    resend(room.context(DAY_13), gmc(9), old(9), "amy", "asked by phone")
    with room.home.engine.begin() as connection:
        late = {"at": room.context(DAY_13).now() - timedelta(hours=25)}
        connection.execute(
            text("UPDATE outbox SET state = 'deferred', dated_at = :at, attempts = 1 WHERE state = 'pending'"), late
        )
    room.mail(DAY_13)

    query = (
        "SELECT gmc_number, rank, canary_of FROM outbox WHERE state = 'pending' AND gmc_number IS NOT NULL"
        " ORDER BY rank, gmc_number"
    )
    assert room.read(query) == [(gmc(9), 1, None), (gmc(0), 5, hold_id), (gmc(4), 5, hold_id)]


def test_a_first_mailout_does_not_make_masses_of_other_mails_usual(room):
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT])
    room.mail(DAY_14, first_links=True)

    with room.home.engine.connect() as connection:
        assert queries.planned_a_day(connection, FIRST, DAY_14) == [3]


# --- the first of them, before the rest ----------------------------------------------------------------


@pytest.fixture
def begun(room):
    """The hold of a first mailout of which two go first, and those have gone out."""
    room.set(canary_mails=2, daily_cap=500)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened
    return hold_id


def _release(room, hold_id, **later):
    context = room.context(DAY_13)
    moment = context.now() + timedelta(**later)
    return release(room.context(moment.date()) if not later else _at(room, moment), hold_id, BEN, "they work")


def _at(room, moment):
    context = room.context(DAY_13)
    return type(context)(context.settings, context.engine, lambda: moment, "ben")


def test_the_rest_is_not_released_before_the_first_have_gone_out(room):
    room.set(canary_mails=2, daily_cap=0)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened

    with pytest.raises(NotAllowed, match=r"cannot be released yet\. 2 of the 2 first mails have not gone out yet"):
        _release(room, hold_id, days=9)


@pytest.mark.parametrize(("later", "may"), [({"hours": 23, "minutes": 59}, False), ({"hours": 24}, True)])
def test_nor_before_they_had_time_to_be_seen(room, begun, later, may):
    if may:
        assert _release(room, begun, **later) == 25
    else:
        with pytest.raises(NotAllowed, match="must have been out for 24 hours: release the rest from 2026-12-01 09:00"):
            _release(room, begun, **later)


def test_how_long_that_is_can_be_set(room, begun):
    room.set(canary_hours=0)

    assert _release(room, begun) == 25


def test_held_says_what_is_true(room, gpsync):
    room.set(canary_mails=2, daily_cap=0)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened
    before = gpsync("held").stdout
    room.set(daily_cap=500)
    room.mail(DAY_13)
    with room.home.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'bounced' WHERE gmc_number = :gmc"), {"gmc": gmc(0)})
    room.use(next(one for one in room.letters if one["To"] == old(4)), DAY_14)
    after = gpsync("held").stdout
    (held,) = json.loads(gpsync("held", "--json").stdout)["mails"]

    assert "First mails: 2 not sent yet." in before
    assert "Not to be released yet. 2 of the 2 first mails have not gone out yet." in before
    assert "have gone out;" not in before
    assert "First mails: 1 bounced, 1 confirmed." in after
    assert f"First mails that are bounced: {gmc(0)}" in after
    assert "Not to be released yet. The last of the first mails must have been out for 24 hours" in after
    assert (held["hold_id"], held["mails"]) == (hold_id, 25)
    assert held["first mails"] == {"bounced": 1, "confirmed": 1}


def test_a_first_mail_that_is_cancelled_is_replaced_so_that_nothing_waits_for_ever(room):
    room.set(canary_mails=2, daily_cap=0)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened
    blocked = {0: {"status": "Suspended"}, 4: {"status": "Suspended"}}
    moved_too = {one: {"email": new(one)} for one in (1, 2, 3)}
    room.feed(DAY_14, town({**moved_too, **blocked}, SIZE), [PAT])
    room.set(daily_cap=500)
    room.mail(DAY_14)

    assert [room.mails(number)[0][0] for number in (0, 4, 5, 6, 7)] == [
        "cancelled",
        "cancelled",
        "sent",
        "sent",
        "held",
    ]
    query = "SELECT gmc_number FROM outbox WHERE canary_of = :hold AND state = 'sent' ORDER BY 1"
    assert room.read(query, hold=hold_id) == [(gmc(5),), (gmc(6),)]
    with pytest.raises(NotAllowed, match="must have been out for 24 hours"):
        release(room.context(DAY_14), hold_id, BEN, "they work")
    assert release(room.context(DAY_15), hold_id, BEN, "they work") == 23
    assert room.read("SELECT actor, reason FROM mail_event WHERE reason = 'CANARY'") == [("gpsync", "CANARY")] * 2


def test_whoever_says_no_says_no_to_the_first_mails_too(room):
    room.set(canary_mails=2, daily_cap=0)
    (hold_id,) = room.mail(DAY_13, first_links=True).opened

    assert refuse(room.context(DAY_13), hold_id, AMY, "the letter is wrong") == 27
    room.set(daily_cap=500)
    room.mail(DAY_13)
    assert room.recipients == [PAT.email]


# --- how long it takes ---------------------------------------------------------------------------------


def test_a_rehearsal_names_no_hold_that_is_not_there_and_says_how_long_it_would_take(room):
    room.set(canary_mails=2, per_minute=20)
    result = room.mail(DAY_13, live=False, first_links=True)

    assert (result.opened, result.needs_a_person) == ([], False)
    assert result.lines() == [
        "Mails that would be planned: 28. Nothing was kept or sent (--live sends).",
        "Mails to be sent: 28. Sending days: 4, until about 08:00 on 2026-12-03 "
        "(10 mails a day, the last 2 of them not for first links; 20 a minute, from 8:00 to 18:00).",
        "Of these a live run would hold 25 until two people release them. A first mailout has begun: the rest of "
        "it waits until its first mails are seen to work.",
    ]
    with room.home.engine.connect() as connection:
        assert holds.undecided(connection) == []


def test_a_rehearsal_of_tomorrow_late_in_the_evening_counts_from_the_beginning_of_the_day(room):
    room.set(canary_mails=2, per_minute=20)
    room.hour = time(22, 15)
    tomorrow = MailoutResult()
    request = MailoutRequest(DAY_13, first_links=True)
    mail_out(room.context(DAY_13 - timedelta(days=1)), request, tomorrow, lambda done, total: None)

    assert "Mails to be sent: 28. Sending days: 4, until about 08:00 on 2026-12-03" in tomorrow.lines()[1]


def test_a_rehearsal_says_that_all_would_be_held_where_the_database_was_rebuilt(room):
    with room.home.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO hold (hold_id, kind, scope, opened_at, opened_by, opened_account, counted, allowed,"
                " asked_by, asked_account, asked_reason, decided_by, decided_account, decided_reason)"
                " VALUES ('replay', 'RESTORED', 's', now(), 'amy', 'uid:1001', 0, 0, '', '', '', '', '', '')"
            )
        )
    result = room.mail(DAY_13, live=False, first_links=True)

    assert [(hold.hold_id, number) for hold, number in result.would_hold] == [("replay", 28)]
    assert result.pace[0].startswith("Mails to be sent: 28. Sending days: 4")
    assert result.needs_a_person is False


def test_a_run_that_stops_at_the_cap_says_so_and_needs_nobody(room):
    result = room.mail(DAY_13, first_links=True)

    assert (result.stopped, result.needs_a_person) == (None, False)
    assert result.pace[0] == (
        "The day's cap is reached: 8 of 10 mails were sent today; the last 2 are kept for other mails than first links."
        " Waiting: 20, of which first links: 20."
    )
    assert result.pace[1].startswith("Mails to be sent: 20. Sending days: 3, until 2026-12-03 (")
    assert result.lines()[1:] == result.pace


def test_a_run_after_which_nothing_waits_says_nothing_of_it(room):
    room.set(daily_cap=500)

    assert room.mail(DAY_13, first_links=True).pace == [None, None]


def test_held_and_status_say_how_many_sending_days_a_batch_takes(room, gpsync, begun):
    room.set(daily_cap=10)
    (held,) = json.loads(gpsync("held", "--json", at=room.context(DAY_14).now()).stdout)["mails"]
    resend(room.context(DAY_14), gmc(0), old(0), "amy", "asked by phone")
    status = gpsync("status", "--json", at=room.context(DAY_14).now())

    assert "Mails to be sent: 25. Sending days: 4, until 2026-12-04" in held["pace"]
    assert json.loads(status.stdout)["sending"] == [
        {"mails": "waiting to be sent", "number": 1, "first links": 0, "sending days": 1, "until": "2026-12-01"},
        {
            "mails": f"held by {begun}, after them",
            "number": 25,
            "first links": 25,
            "sending days": 4,
            "until": "2026-12-04",
        },
    ]
    assert "Mails that wait, and how long they take" in gpsync("status", at=room.context(DAY_14).now()).stdout


def test_status_shows_a_run_at_work_with_its_rate_and_its_end(room, gpsync):
    room.set(per_minute=0)
    room.mail(DAY_13, first_links=True)
    room.set(daily_cap=18, per_minute=20)
    context, later = room.context(DAY_13), room.context(DAY_13).now() + timedelta(minutes=4)

    class Nothing:
        needs_a_person = False

        def counts(self):
            return {}

    with recorded_run(context, RunKind.MAILOUT, DAY_13, Nothing()):
        begun = json.loads(gpsync("status", "--json", at=later).stdout)["at work"]
        with room.home.engine.begin() as connection:
            for number, minutes in ((0, 0), (4, 1), (5, 2)):
                connection.execute(
                    text("UPDATE outbox SET sent_at = :at WHERE gmc_number = :gmc"),
                    {"at": context.now() + timedelta(minutes=minutes, seconds=1), "gmc": gmc(number)},
                )
        shown = gpsync("status", at=later).stdout
    ended = json.loads(gpsync("status", "--json", at=later).stdout)["at work"]

    assert [(one["sent"], one["left today"]) for one in begun] == [(8, 7)]
    assert "verification_mailout" in shown and "until about" in shown
    assert ended == []


def test_a_run_that_was_killed_is_not_at_work(room, gpsync):
    with room.home.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO run (run_id, flow, as_of, started_at, outcome, summary)"
                " VALUES ('r', 'verification_mailout', '2026-11-30', '2026-11-30 09:00+00', 'running', '{}')"
            )
        )

    assert json.loads(gpsync("status", "--json").stdout)["at work"] == []


def test_what_goes_out_besides_is_counted_in(context, tmp_path):
    with opened(context, tmp_path / "mails", daily_cap=10) as room:
        room.feed(FIRST, town(size=SIZE), [PAT])
        users = [PAT, *(User(f"U{number}", f"u{number}@practice.example") for number in range(2, 7))]
        room.feed(DAY_14, town(size=SIZE), users)
        room.mail(DAY_14, confirm_gap=True)
        room.feed(DAY_15, town(size=SIZE), users)
        result = room.mail(DAY_15, live=False, confirm_gap=True, first_links=True)

    assert "usually 5 a day are other mails" in result.pace[0]
