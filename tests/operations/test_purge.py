"""Addresses past retention: only a hash is left of them, and everything that was decided stays as it was (C-55)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from gpsync.errors import WrongUse
from gpsync.link_tokens import LinkVerdict
from gpsync.mail import failpoints
from gpsync.operations.ingest.replay import replay
from gpsync.operations.purge import Purged, purge
from gpsync.operations.staff.suppress import suppress
from gpsync.records import Verification
from gpsync.rules import HASHED, Outcome
from gpsync.store import email_changes, tables, verifications
from tests.store.mailing import DAY_14, DAY_15, DAY_16, DAY_17, User, gmc, moved, new, old, town

#: The day on which doctor 1's third address is mailed about, and the first on which what ended on DAY_15 is forgotten.
THIRD_DUE, FORGOTTEN = date(2026, 12, 16), date(2028, 12, 2)


def third(number: int) -> str:
    return f"d{number}.third@doctor.example"


def moved_on(changed: dict[int, dict[str, str]]) -> list:
    """The town after doctors 1, 2 and 3 moved, and some of them again."""
    return town({one: {"email": new(one)} for one in (1, 2, 3)} | changed)


def _grow_older(room):
    room.mail(DAY_14)
    for day in (DAY_15, THIRD_DUE):
        room.feed(day, moved_on({1: {"email": third(1)}}))
    room.mail(THIRD_DUE)


@pytest.fixture(scope="module")
def older(due, tmp_path_factory):
    with due.later(tmp_path_factory.mktemp("older"), _grow_older) as town:
        yield town


@pytest.fixture
def aged(older, tmp_path):
    """Doctors 1 to 3 were mailed about their second address, doctor 1 took a third one and was mailed about it too."""
    with older.opened(tmp_path) as room:
        yield room


def later(room, day, changed=None):
    """A day on which every source comes, doctor 1 at their third address unless it says otherwise."""
    return room.feed(day, moved_on({1: {"email": third(1)}} | (changed or {})))


def forget(room, day, **options):
    result = Purged()
    purge(room.context(day), result, **options)
    return result


def everything(room, but: str = "") -> str:
    """Every row of every table but one as text, in lower case and in an order of its own."""
    wanted = [table for table in tables.metadata.sorted_tables if table.name != but]
    with room.home.engine.connect() as connection:
        return "\n".join(
            line for table in wanted for line in sorted(str(row).lower() for row in connection.execute(select(table)))
        )


def story(room):
    """What the event history says of every change and mail, but for addresses and the ids made of them."""
    changes = room.read(
        "SELECT gmc_number, kind, change_date, earliest_possible, due_date, state, reason, sent_on, expires_on"
        " FROM email_change ORDER BY gmc_number, change_date"
    )
    mails = room.read(
        "SELECT mail_id, gmc_number, generation, state, reason, attempts, smtp_code, queued_at, sent_at, message_id"
        " FROM outbox ORDER BY mail_id"
    )
    links = room.read("SELECT link_id, holder, state, issued_at, expires_at, token_sha256 FROM link ORDER BY link_id")
    log = room.read("SELECT * FROM mail_event ORDER BY event_number")
    return changes, mails, links, log


def test_of_an_address_past_retention_nothing_is_left_but_a_hash(aged):
    later(aged, FORGOTTEN)
    before = story(aged)

    result = forget(aged, FORGOTTEN)

    # Old and second of doctor 1, old of 2 and 3; their second ones are theirs still.
    assert result.addresses == 4
    left = everything(aged)
    for gone in (old(1), new(1), old(2), old(3)):
        assert gone.lower() not in left
    for used in (third(1), new(2), new(3), old(4)):
        assert used.lower() in left
    assert story(aged) == before
    assert aged.read("SELECT count(*) FROM doctor WHERE row_hash = 0 AND valid_to IS NOT NULL") == [(4,)]


def test_a_mail_and_its_change_keep_one_id_in_which_there_is_no_address(aged):
    ids = "SELECT o.change_id FROM outbox o JOIN email_change c USING (change_id) WHERE o.gmc_number = :gmc"
    before = aged.read(ids, gmc=gmc(2))
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)

    after = aged.read(ids, gmc=gmc(2))
    assert len(before) == len(after) == 1 and before != after
    assert aged.read(
        "SELECT count(*) FROM outbox o JOIN link l USING (link_id) WHERE o.event_id = o.change_id"
        " AND l.event_id = o.event_id AND o.change ->> 'change_id' = o.change_id"
    ) == [(4,)]
    with aged.home.engine.connect() as connection:
        assert email_changes.unsettled_doctors(connection) == set()


@pytest.mark.parametrize(("days", "forgotten"), [(-1, 3), (0, 4), (1, 4)])
def test_it_is_forgotten_on_the_day_after_retention_and_not_before(aged, days, forgotten):
    # The day before, doctor 1's second address has been unused for exactly as long as it is kept.
    day = FORGOTTEN + timedelta(days=days)
    later(aged, day)

    assert forget(aged, day).addresses == forgotten


def test_what_was_forgotten_is_forgotten_once(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    before = everything(aged)

    assert forget(aged, FORGOTTEN).addresses == 0
    assert everything(aged) == before


def test_nobody_is_mailed_a_second_time_because_of_it(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    sent = len(aged.letters)

    for days in (3, 4, 5):
        day = FORGOTTEN + timedelta(days=days)
        later(aged, day)
        assert aged.mail(day, confirm_gap=True).planned == 0
        assert forget(aged, day).addresses == 0
    assert len(aged.letters) == sent
    assert aged.stand(2) == ("SENT", None)


def test_a_doctor_who_comes_back_to_a_forgotten_address_has_a_new_window_and_one_letter(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    back, due = date(2028, 12, 5), date(2028, 12, 19)
    sent = len(aged.letters)

    for day, state in ((back, "WAITING"), (due, "SENT"), (due + timedelta(days=1), "SENT")):
        later(aged, day, {1: {"email": new(1)}})
        aged.mail(day, confirm_gap=True)
        assert aged.stand(1) == (state, None)
    assert aged.recipients[sent:] == [new(1)]
    (old_email,) = aged.read("SELECT old_email FROM email_change WHERE gmc_number = :gmc AND change_date = :day",
                             gmc=gmc(1), day=back)  # fmt: skip
    assert old_email == (third(1),)


def test_the_first_address_of_all_is_recognised_when_it_comes_back(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    back = date(2028, 12, 5)

    later(aged, back, {1: {"email": old(1)}})
    aged.mail(back, confirm_gap=True)

    # It never needed a link; the link to their third address has gone out in vain (C-10).
    assert aged.stand(1) == ("CANCELLED", "REVERTED_AFTER_SEND")
    assert aged.mails(1) == [("sent", None), ("sent", None)]


def test_a_link_of_a_forgotten_address_stays_what_it_was(aged):
    (letter,) = (one for one in aged.letters if one["To"] == new(1))
    assert aged.judge(letter, THIRD_DUE) is LinkVerdict.SUPERSEDED
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)

    # Whether it was made with our secret can be told with its address only.
    assert aged.use(letter, FORGOTTEN) is LinkVerdict.UNKNOWN
    assert aged.links(1)[0] == "superseded"


def test_what_is_not_finished_keeps_its_addresses(aged):
    # Doctor 2's mail was never accounted for, doctor 3's address waits, doctor 4 had theirs taken off the list.
    with aged.home.engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'unknown' WHERE gmc_number = :gmc"), {"gmc": gmc(2)})
    later(aged, FORGOTTEN - timedelta(days=1), {3: {"email": third(3)}})
    later(aged, FORGOTTEN, {3: {"email": third(3)}})

    assert forget(aged, FORGOTTEN).addresses == 3
    left = everything(aged)
    assert old(1) not in left and new(1).lower() not in left and old(3) not in left
    assert old(2) in left and new(3).lower() in left


def test_the_address_that_an_account_was_verified_with_last_is_kept(aged):
    with aged.home.engine.begin() as connection:
        reported = [Verification(gmc(1), old(1), date(2026, 12, 1)), Verification(gmc(1), new(1).lower(), DAY_15)]
        verifications.record(connection, reported, "accounts", datetime.now().astimezone())
    later(aged, FORGOTTEN)

    forget(aged, FORGOTTEN)

    left = everything(aged)
    assert old(1) not in left and new(1).lower() in left


def test_a_verification_that_is_reported_again_leaves_one_hash(aged):
    reported = [Verification(gmc(1), old(1), date(2026, 12, 1)), Verification(gmc(1), third(1), THIRD_DUE)]
    for day in (FORGOTTEN, FORGOTTEN + timedelta(days=1)):
        with aged.home.engine.begin() as connection:
            verifications.record(connection, reported, "accounts", datetime.now().astimezone())
        later(aged, day)
        forget(aged, day)

        found = aged.read("SELECT address_key LIKE 'hashed:%' FROM verification ORDER BY verified_on")
        assert found == [(True,), (False,)]


@pytest.mark.parametrize(("days", "is_kept"), [(730, True), (731, False)])
def test_a_users_address_is_kept_for_as_long_after_his_mail_and_he_is_mailed_once(room, days, is_kept):
    user, first = User("U1", "pat@practice.example"), User("U0", "sam@practice.example")
    room.feed(DAY_16, moved(1, 2, 3), [first])
    room.feed(DAY_17, moved(1, 2, 3), [first, user])
    room.mail(DAY_17)
    assert "pat@practice.example" in room.recipients
    day, monday, sent = DAY_17 + timedelta(days=days), DAY_17 + timedelta(days=731), len(room.letters)
    room.feed(day, moved(1, 2, 3), [first, user])
    room.mail(day, confirm_gap=True)

    forget(room, day)

    assert ("pat@practice.example" in everything(room)) is is_kept
    assert room.mail(monday, confirm_gap=True).not_today is None
    assert len(room.letters) == sent


def test_a_first_link_is_not_mailed_again_to_an_address_that_comes_back(room):
    room.feed(DAY_15, town())
    room.mail(DAY_15, first_links=True)
    assert room.recipients.count(old(4)) == 1
    for day in (DAY_16, THIRD_DUE + timedelta(days=1)):
        room.feed(day, town({4: {"email": new(4)}}))
        room.mail(day, confirm_gap=True)
    back = FORGOTTEN + timedelta(days=2)
    room.feed(back - timedelta(days=1), town({4: {"email": new(4)}}))
    forget(room, back - timedelta(days=1))
    assert old(4) not in everything(room)

    room.feed(back, town())
    assert room.mail(back, first_links=True, confirm_gap=True).not_today is None

    assert room.recipients.count(old(4)) == 1


def test_who_asked_not_to_be_mailed_is_remembered_and_who_bounced_is_not(room):
    room.mail(DAY_14)
    suppress(room.context(DAY_15), gmc(2), lift=False, by="amy", reason="they asked")
    with room.home.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO suppression SELECT recipient_key, :day, 'BOUNCED', mail_id, 'gpsync' FROM outbox"
                " WHERE gmc_number = :gmc"
            ),
            {"day": DAY_15, "gmc": gmc(3)},
        )
    for day in (DAY_16, THIRD_DUE + timedelta(days=1), FORGOTTEN + timedelta(days=1)):
        room.feed(day, moved_on({2: {"email": third(2)}, 3: {"email": third(3)}}))
        room.mail(day, confirm_gap=True)
    assert room.stand(2)[0] == room.stand(3)[0] == "SENT"

    forget(room, FORGOTTEN + timedelta(days=1))

    assert room.read("SELECT address_key, reason FROM suppression") == [(new(2).lower(), "ASKED")]
    assert room.read("SELECT address_key LIKE 'hashed:%', reason FROM suppression_event") == [(True, "they asked")]
    assert everything(room).count(new(2).lower()) == 1
    assert new(3).lower() not in everything(room)


def test_a_rehearsal_counts_and_changes_nothing(aged):
    later(aged, FORGOTTEN)
    before = everything(aged)

    result = forget(aged, FORGOTTEN, keep=False)

    assert result.addresses == 4 and f"since {result.horizon}: 4 (rows: doctor 4" in result.lines()[0]
    assert everything(aged) == before


def test_a_run_that_is_cut_off_has_changed_nothing(aged):
    later(aged, FORGOTTEN)
    before = everything(aged)

    def cut_off(point: str) -> None:
        raise ConnectionAbortedError(point)

    failpoints.watch(cut_off)
    try:
        with pytest.raises(ConnectionAbortedError, match="before purge commit"):
            forget(aged, FORGOTTEN)
    finally:
        failpoints.watch(None)
    assert everything(aged) == before
    assert forget(aged, FORGOTTEN).addresses == 4


def test_cut_off_again_and_again_it_ends_as_if_it_never_had_been(aged, monkeypatch):
    """One address in each transaction; runs are cut off before their first commit, their second, and so on."""
    later(aged, FORGOTTEN)
    before, commits = story(aged), 0
    monkeypatch.setattr("gpsync.operations.purge._AT_ONCE", 1)

    def cut_off_at(number: int) -> bool:
        seen = []

        def watch(point: str) -> None:
            seen.append(point)
            if len(seen) == number:
                raise ConnectionAbortedError(point)

        failpoints.watch(watch)
        try:
            forget(aged, FORGOTTEN)
        except ConnectionAbortedError:
            return True
        finally:
            failpoints.watch(None)
        return False

    while cut_off_at(commits + 1):
        commits += 1
        assert story(aged) == before
        with aged.home.engine.connect() as connection:
            assert email_changes.unsettled_doctors(connection) == set()

    # Each run commits one address less than it was let do: 0, 1, then the last one.
    assert commits == 3
    left = everything(aged)
    assert not any(gone.lower() in left for gone in (old(1), new(1), old(2), old(3)))


def test_a_clock_that_runs_ahead_forgets_nothing(aged):
    before = everything(aged)

    result = forget(aged, date(2040, 1, 1))

    assert result.horizon == THIRD_DUE - timedelta(days=730)
    assert everything(aged) == before


def test_a_replay_brings_addresses_back_from_the_archive_and_the_next_night_forgets_them_again(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    before = everything(aged, but="extract")

    replay(aged.context(FORGOTTEN))
    assert old(1) in everything(aged)
    assert aged.stand(1) == aged.stand(2) == ("SENT", None)
    forget(aged, FORGOTTEN)

    assert everything(aged, but="extract") == before


def test_going_back_to_a_day_whose_addresses_are_forgotten_is_refused(aged):
    later(aged, FORGOTTEN)
    forget(aged, FORGOTTEN)
    before = everything(aged)

    with pytest.raises(WrongUse, match="rebuild the whole history, without --from"):
        replay(aged.context(FORGOTTEN), DAY_15)
    aged.set(oldest_extract_days=10_000)
    entry = late(aged, date(2026, 11, 20))

    assert entry.outcome is Outcome.REJECTED and "too old to take (C-55)" in entry.reason
    assert HASHED in before and everything(aged).count(HASHED) == before.count(HASHED)


def late(room, day):
    """A register extract of `day` that comes when its addresses are forgotten."""
    context_of_its_day = room.context
    room.context = lambda _: context_of_its_day(FORGOTTEN)
    try:
        return room.feed(day, moved(1, 2, 3), only=("gmc_register",))["gmc_register"]
    finally:
        room.context = context_of_its_day
