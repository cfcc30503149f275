"""A mail whose row is not as it was planned is held and told, never sent; and what becomes of rows without a seal."""

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from gpsync.cli.application import app
from gpsync.errors import WrongUse
from gpsync.link_tokens import LinkVerdict
from gpsync.mail import failpoints
from gpsync.operations.staff.release import release
from gpsync.operations.staff.resend import resend
from gpsync.operations.staff.resolve import resolve
from gpsync.rules import MailState
from gpsync.store.outbox import queries
from tests.store.mailing import (
    BEN,
    CHANGED,
    DAY_13,
    DAY_14,
    DAY_15,
    DAY_16,
    FIRST,
    User,
    gmc,
    moved,
    new,
    old,
    opened,
    town,
)

EVE = "eve@elsewhere.example"


def alter(room, statement, **values):
    with room.home.engine.begin() as connection:
        assert connection.execute(text(statement), {"eve": EVE, "gmc": gmc(1), **values}).rowcount > 0


def planned(room, day=DAY_14):
    """The mails of a day, planned and not sent: the hours of sending are over."""
    room.set(daily_cap=0)
    room.mail(day)
    room.set(daily_cap=500)


REDIRECTED = [
    "UPDATE outbox SET recipient = :eve WHERE gmc_number = :gmc",
    "UPDATE outbox SET recipient = :eve, recipient_key = :eve WHERE gmc_number = :gmc",
    "UPDATE outbox SET recipient = upper(recipient) WHERE gmc_number = :gmc",
    "UPDATE outbox o SET recipient = p.recipient, seal = p.seal FROM outbox p"
    " WHERE o.gmc_number = :gmc AND p.gmc_number <> :gmc",
    "UPDATE outbox SET generation = generation + 1 WHERE gmc_number = :gmc",
    "UPDATE outbox SET recipient = :eve, seal = 'own:' || repeat('0', 64) WHERE gmc_number = :gmc",
    "UPDATE outbox SET recipient = :eve, seal = 'other:' || repeat('0', 64) WHERE gmc_number = :gmc",
]


def test_waiting_mails_that_were_redirected_are_held_and_never_sent(context, tmp_path):
    """Each by its own way; doctors 8 and 9 are left alone."""
    doctors = moved(*range(1, 10), size=10)
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town(size=10))
        for day in (CHANGED, DAY_14):
            room.feed(day, doctors)
        planned(room)
        for number, statement in enumerate(REDIRECTED, start=1):
            alter(room, statement, gmc=gmc(number))
        result = room.mail(DAY_14)

        held = {number: [("held", "ALTERED")] for number in range(1, 8)}
        assert sorted(room.recipients) == [new(8), new(9)]
        assert {number: room.mails(number) for number in held} == held
        assert result.states == {MailState.SENT: 2, MailState.HELD: 7}
        assert result.needs_a_person
        room.feed(DAY_15, doctors)
        room.mail(DAY_15)
        assert {number: room.mails(number) for number in held} == held
        assert len(room.letters) == 2


@pytest.mark.parametrize("where", ["before intent", "before sender"])
def test_a_mail_that_is_redirected_while_it_is_being_sent_is_held(room, where):
    planned(room)
    redirected = []

    def watch(point):
        if point == where and not redirected:
            redirected.append(point)
            alter(room, "UPDATE outbox SET recipient = :eve, recipient_key = :eve WHERE state = 'claimed'")

    failpoints.watch(watch)
    try:
        result = room.mail(DAY_14)
    finally:
        failpoints.watch(None)

    assert redirected
    assert EVE not in room.recipients
    assert result.states[MailState.HELD] == len(room.read("SELECT FROM outbox WHERE reason = 'ALTERED'")) > 0


def test_an_altered_mail_is_reported_by_status_held_and_why(room, monkeypatch):
    planned(room)
    alter(room, REDIRECTED[0])
    room.mail(DAY_14)
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE reason = 'ALTERED'")
    monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
    run = lambda *words: CliRunner().invoke(app, [*words], catch_exceptions=False)  # noqa: E731

    status, held, why = run("status"), run("held"), run("why", gmc(1), "--as-of", DAY_14.isoformat())

    assert status.exit_code == 3
    assert mail_id in status.output
    assert "ALTERED" in status.output
    assert "was changed after it was planned" in " ".join(held.output.split())
    assert f"gpsync resolve {mail_id} --not-sent" in " ".join(held.output.split())
    assert "is held (ALTERED)" in " ".join(why.output.split())
    assert f"To {EVE}." in " ".join(why.output.split())
    masked = " ".join(run("why", gmc(1), "--as-of", DAY_14.isoformat(), "--masked").output.split())
    assert "@doctor.example" not in masked
    assert EVE not in masked
    assert "D***@d***.example" in masked


def test_a_person_settles_an_altered_mail_and_another_goes_to_the_registers_address(room):
    planned(room)
    alter(room, REDIRECTED[0])
    room.mail(DAY_14)
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE reason = 'ALTERED'")
    with pytest.raises(WrongUse, match="altered only --not-sent"):
        resolve(room.context(DAY_15), mail_id, sent=True, by="ben", reason="looked")

    resolve(room.context(DAY_15), mail_id, sent=False, by="ben", reason="looked")
    room.feed(DAY_15, moved(1, 2, 3))
    room.mail(DAY_15)

    assert room.recipients == [new(2), new(3), new(1)]
    assert room.mails(1) == [("cancelled", "looked"), ("sent", None)]
    assert room.use(room.letters[2], DAY_15) is LinkVerdict.USABLE


def test_an_altered_first_link_is_planned_again_to_the_registers_address(room):
    resend(room.context(DAY_14), gmc(5), old(5), "ben", "phoned")
    alter(room, "UPDATE outbox SET recipient = :eve WHERE gmc_number = :gmc", gmc=gmc(5))
    room.mail(DAY_14)
    assert room.mails(5) == [("held", "ALTERED")]
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE reason = 'ALTERED'")

    resolve(room.context(DAY_15), mail_id, sent=False, by="ben", reason="looked")
    room.feed(DAY_15, moved(1, 2, 3))
    room.mail(DAY_15)

    assert room.recipients[-1] == old(5)
    assert EVE not in room.recipients
    assert room.mails(5) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]


@pytest.mark.parametrize(("state", "sent"), [("unknown", False), ("policy_held", False), ("dead", False)])
def test_a_redirected_mail_that_a_person_gives_up_is_not_written_to_the_other_address(room, state, sent):
    resend(room.context(DAY_14), gmc(5), old(5), "ben", "phoned")
    alter(room, f"UPDATE outbox SET recipient = :eve, state = '{state}' WHERE gmc_number = :gmc", gmc=gmc(5))
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE gmc_number = :gmc", gmc=gmc(5))

    resolve(room.context(DAY_14), mail_id, sent=sent, by="ben", reason="looked")
    room.mail(DAY_14)

    assert old(5) in room.recipients
    assert EVE not in room.recipients


def test_a_person_who_asks_for_another_link_settles_an_altered_one(room):
    planned(room)
    alter(room, REDIRECTED[0])
    room.mail(DAY_14)
    resend(room.context(DAY_14), gmc(1), new(1), "ben", "phoned")
    room.mail(DAY_14)

    assert room.mails(1) == [("cancelled", "RESENT"), ("sent", None)]
    assert new(1) in room.recipients
    assert EVE not in room.recipients


def test_a_deferred_letter_that_was_redirected_is_not_written_anew_to_the_other_address(room, fickle):
    fickle.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    room.mail(DAY_14)
    alter(room, REDIRECTED[0])
    fickle.play()
    room.mail(DAY_16)

    assert room.mails(1) == [("held", "ALTERED")]
    assert room.read("SELECT hold_id FROM outbox WHERE reason = 'ALTERED'") == [(None,)]


# --- secrets that are replaced, databases that are older -----------------------------------------------


def test_a_mail_that_waits_while_the_secret_is_replaced_is_sent(room):
    first, second = f"first:{'a' * 40}", f"second:{'b' * 40}"
    from pydantic import SecretStr

    room.set(link_secret=SecretStr(first))
    planned(room)
    room.set(link_secret=SecretStr(f"{second},{first}"))
    room.mail(DAY_14)

    assert sorted(room.recipients) == [new(1), new(2), new(3)]
    assert room.judge(room.letters[0], DAY_14) is LinkVerdict.USABLE


def test_a_mail_whose_secret_was_taken_away_is_written_anew_with_the_other_one(room):
    from pydantic import SecretStr

    room.set(link_secret=SecretStr(f"first:{'a' * 40}"))
    planned(room)
    room.set(link_secret=SecretStr(f"second:{'b' * 40}"))
    alter(room, "UPDATE outbox SET recipient = :eve WHERE gmc_number = :gmc")
    room.mail(DAY_14)

    assert sorted(room.recipients) == [new(1), new(2), new(3)]
    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert room.judge(room.letters[0], DAY_14) is LinkVerdict.USABLE


def test_mails_planned_before_there_were_seals_are_written_anew_to_the_registers_address(room):
    planned(room)
    resend(room.context(DAY_14), gmc(5), old(5), "ben", "phoned")
    alter(room, "UPDATE outbox SET seal = NULL")
    alter(room, "UPDATE outbox SET recipient = :eve WHERE gmc_number = :gmc")
    result = room.mail(DAY_14)

    assert sorted(room.recipients) == sorted([new(1), new(2), new(3), old(5)])
    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert room.mails(5) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert result.states == {MailState.CANCELLED: 4, MailState.SENT: 4}
    assert room.mail(DAY_14).planned == 0


def test_a_users_mail_without_a_seal_goes_to_the_address_of_the_users_extract(context, tmp_path):
    user = User("U1", "Pat.Ash@surgery.example")
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town(), [User("U0", "first@surgery.example", "Verified")])
        room.feed(CHANGED, town(), [User("U0", "first@surgery.example", "Verified")])
        room.feed(DAY_14, town(), [user])
        planned(room)
        alter(room, "UPDATE outbox SET seal = NULL, recipient = :eve")
        room.mail(DAY_14)

        assert room.recipients == ["Pat.Ash@surgery.example"]


def test_a_held_mail_without_a_seal_is_still_held_for_a_second_person(room):
    room.set(volume_at_least=1)
    room.mail(DAY_14)
    ((hold_id,),) = room.read("SELECT DISTINCT hold_id FROM outbox")
    alter(room, "UPDATE outbox SET seal = NULL")
    room.mail(DAY_14)
    assert room.letters == []
    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("held", None)]

    assert release(room.context(DAY_14), hold_id, BEN, "looked") == 3
    room.mail(DAY_14)
    assert sorted(room.recipients) == [new(1), new(2), new(3)]


def test_a_row_whose_seal_is_taken_away_while_it_is_sent_is_not_sent(room):
    planned(room)

    def watch(point):
        if point == "after claim commit":
            failpoints.watch(None)
            alter(room, "UPDATE outbox SET seal = NULL WHERE state = 'claimed'")

    failpoints.watch(watch)
    try:
        room.mail(DAY_14)
    finally:
        failpoints.watch(None)

    assert room.letters == []
    with room.home.engine.connect() as connection:
        assert len(queries.altered(connection)) == 3


# --- the newest spelling -------------------------------------------------------------------------------


def respelled(number):
    return town(
        {1: {"email": new(1)}, 2: {"email": new(2)}, 3: {"email": new(3)}, number: {"email": new(number).upper()}}
    )


def test_a_planned_resend_goes_to_the_newest_spelling(room):
    resend(room.context(DAY_14), gmc(1), new(1), "ben", "phoned")
    room.feed(DAY_15, respelled(1))
    room.mail(DAY_15)

    assert new(1).upper() in room.recipients
    assert new(1) not in room.recipients
    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert room.read("SELECT requested_by FROM outbox WHERE gmc_number = :gmc", gmc=gmc(1)) == [("ben",), ("ben",)]


def test_a_planned_mail_and_a_deferred_one_go_to_the_newest_spelling(room, fickle):
    fickle.play({"rcpt": {"do": "450 4.2.1 later", "to": "D1[.]New"}})
    room.mail(DAY_14)
    fickle.play()
    room.feed(DAY_15, respelled(1))
    room.mail(DAY_15)

    assert room.mails(1) == [("cancelled", "WRITTEN_ANEW"), ("sent", None)]
    assert room.read("SELECT recipient FROM outbox WHERE state = 'sent' AND gmc_number = :gmc", gmc=gmc(1)) == [
        (new(1).upper(),)
    ]


def test_a_planned_resend_is_not_sent_to_a_spelling_that_may_be_another_address(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        room.feed(CHANGED, moved(1))
        room.feed(DAY_13, moved(1))
        resend(room.context(DAY_13), gmc(1), new(1), "ben", "phoned")
        room.feed(DAY_14, town({1: {"email": "D\u00b9.New@doctor.example"}}))
        room.mail(DAY_14)

        assert room.letters == []
        assert room.mails(1) == [("cancelled", "UNUSUAL_ADDRESS")]
        assert room.stand(1) == ("HELD", "UNUSUAL_ADDRESS")
