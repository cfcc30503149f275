"""Who is mailed and who is not, by what every source says: when mails are planned, and while they wait."""

from datetime import date

import pytest
from sqlalchemy import text

from gpsync.operations.mailout import send
from gpsync.rules import Audience, MailState
from tests.faults.smtp_server import running_server
from tests.store.mailing import CHANGED, DAY_14, DAY_15, DAY_16, FIRST, fed, gmc, moved, new, old, opened, town

UNLICENSED = "Registered without a Licence"
ERASED = "Not Registered - Voluntary erasure"
DECEASED = "Not Registered - Deceased"
SIZE = 32
#: Doctor -> what the newest extracts say of them, and where their change then stands.
CASES = {
    1: ({"listed": None}, ("SUPPRESSED", "NOT_A_PERFORMER")),
    2: ({"status": "Suspended"}, ("HELD", "SUSPENDED")),
    3: ({"listed": "Suspended"}, ("HELD", "SUSPENDED")),
    4: ({"listed": "Removed"}, ("CANCELLED", "OFF_LIST")),
    5: ({"listed": "Withdrawn", "listed_from": "2026-12-01"}, ("CANCELLED", "OFF_LIST")),
    6: ({"listed": "Withdrawn", "listed_from": "2026-12-02"}, ("SENT", None)),
    7: ({"listed": "Deceased"}, ("CANCELLED", "DECEASED")),
    8: ({"status": DECEASED}, ("CANCELLED", "DECEASED")),
    9: ({"status": ERASED}, ("CANCELLED", "NOT_REGISTERED")),
    10: ({"account": (new(10), "Active", "2026-11-20")}, ("SUPPRESSED", "ALREADY_VERIFIED")),
    11: ({}, ("SUPPRESSED", "SUPPRESSION_LIST")),
    12: ({"email": "both@doctor.example"}, ("HELD", "SHARED_EMAIL")),
    13: ({"email": "BOTH@doctor.example"}, ("HELD", "SHARED_EMAIL")),
    14: ({}, ("HELD", "ADDRESS_REUSED")),
    15: ({"account": (new(14), "Active", "2025-01-01")}, ("SENT", None)),
    16: ({"surname": "Elm", "email": "elm@doctor.example"}, ("HELD", "IDENTITY")),
    17: ({"surname": "Elm", "email": "elm@doctor.example", "status": ERASED}, ("CANCELLED", "NOT_REGISTERED")),
    18: ({"email": "dé@doctor.example"}, ("HELD", "INVALID_EMAIL")),
    19: ({"status": UNLICENSED}, ("SENT", None)),
    20: ({"listed": "Included with Conditions"}, ("SENT", None)),
    21: ({"email": "one@doctor.example; two@doctor.example"}, ("HELD", "INVALID_EMAIL")),
    22: ({}, ("SENT", None)),
    23: ({"gp_since": ""}, ("SENT", None)),
    24: ({"listed": "Pending"}, ("SUPPRESSED", "NOT_A_PERFORMER")),
    25: ({"account": (old(25), "Active", "2025-01-01")}, ("SENT", None)),
    26: ({"account": (new(26), "Unverified", "")}, ("SENT", None)),
    27: ({"status": "Registered somehow"}, ("HELD", "DATA_QUALITY")),
    28: ({}, ("HELD", "NOT_IN_REGISTER")),
    29: ({"email": "d29@bücher.example"}, ("SENT", None)),
}
BAD_ADDRESS = new(11).lower()


def _suppress(room, address):
    with room.home.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO suppression VALUES (:key, '2026-11-18', 'ASKED', NULL, 'amy')"), {"key": address}
        )


def _odd_town(room):
    """Everybody moves; two weeks later each of them is another case."""
    moves = {one: {"email": new(one)} for one in CASES}
    addresses = {
        one: {**move, **{name: value for name, value in CASES[one][0].items() if name == "email"}}
        for one, move in moves.items()
    }
    addresses[18] = {"email": "dé@doctor.example"}
    cases = {one: {**addresses[one], **case} for one, (case, _) in CASES.items()}
    room.feed(FIRST, town(size=SIZE))
    room.feed(CHANGED, town(addresses, SIZE))
    everybody = town(cases, SIZE)
    room.feed(DAY_14, everybody, only=["performers_list", "pcse_accounts"])
    room.feed(DAY_14, [one for one in everybody if one.gmc_number != gmc(28)], only=["gmc_register"])
    _suppress(room, BAD_ADDRESS)


@pytest.fixture(scope="module")
def odd_town(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("odd"), _odd_town) as town:
        yield town


@pytest.fixture(scope="module")
def mailed(odd_town, tmp_path_factory):
    with odd_town.opened(tmp_path_factory.mktemp("mailed")) as room:
        room.result = room.mail(DAY_14)
        yield room


@pytest.fixture
def room(odd_town, tmp_path):
    with odd_town.opened(tmp_path) as room:
        yield room


# --- when mails are planned ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", CASES)
def test_a_change_stands_by_what_all_sources_say_of_the_doctor(mailed, number):
    query = "SELECT state, reason FROM reporting.email_change WHERE gmc_number = :gmc"

    assert mailed.read(query, gmc=gmc(number)) == [CASES[number][1]]


def test_nobody_else_gets_a_letter(mailed):
    sent = [one for one, (_, state) in CASES.items() if state[0] == "SENT"]
    recipients = {one["To"].addresses[0].addr_spec.lower() for one in mailed.letters}

    assert recipients == {*(new(one).lower() for one in sent if one != 29), "d29@xn--bcher-kva.example"}
    assert mailed.result.states == {MailState.SENT: len(sent)}
    assert mailed.read("SELECT count(*) FROM outbox") == [(len(sent),)]


def test_the_audience_is_what_the_settings_say(room):
    room.set(audience=Audience.GP_REGISTER)
    room.mail(DAY_14)

    assert {one: room.stand(one) for one in (1, 23, 24)} == {
        1: ("SENT", None),
        23: ("SUPPRESSED", "NOT_A_PERFORMER"),
        24: ("SENT", None),
    }


def test_doctors_without_a_full_licence_wait_where_that_is_asked_for(room):
    room.set(hold_unlicensed=True)
    room.mail(DAY_14, live=False)

    assert room.stand(19) == ("HELD", "NO_LICENCE")


def test_a_doctor_who_is_listed_later_is_due_on_that_day(room):
    room.feed(DAY_15, town(size=SIZE), only=["performers_list"])
    room.mail(DAY_16)

    assert room.stand(1) == ("SENT", None)
    snapshot = "SELECT change ->> 'due_date', CAST(due_date AS TEXT) FROM outbox WHERE gmc_number = :gmc"
    assert room.read(snapshot, gmc=gmc(1)) == [("2026-12-02", "2026-12-02")]


def test_who_is_no_longer_barred_is_mailed_at_once(room):
    room.mail(DAY_14)
    clear = {one: {"email": new(one)} for one in (2, 3, 14, 28)}
    room.feed(DAY_15, town(clear, SIZE))
    room.mail(DAY_15)

    assert {one: room.stand(one) for one in clear} == {
        2: ("SENT", None),
        3: ("SENT", None),
        14: ("HELD", "ADDRESS_REUSED"),
        28: ("SENT", None),
    }


@pytest.mark.parametrize("account", [None, (old(2), "Deactivated", "2025-01-01"), (old(2), "Active", "2025-01-01")])
def test_an_address_that_another_doctor_has_just_given_up_is_held_whatever_became_of_their_account(
    context, tmp_path, account
):
    """C-27: doctor 1 takes up on 17 November what doctor 2 has given up that very night."""
    handed_on = {1: {"email": old(2)}, 2: {"email": new(2), "account": account}}
    with opened(context, tmp_path / "mails", list_fresh_days=99) as room:
        room.feed(FIRST, town({2: {"account": account}}))
        for day in (CHANGED, DAY_14, date(2026, 12, 17), date(2026, 12, 18)):
            room.feed(day, town(handed_on))
            room.mail(day, confirm_gap=True)
            if day > CHANGED:
                is_still_used = account is not None and account[1] == "Active"
                held = day <= date(2026, 12, 17) or is_still_used
                assert room.stand(1) == (("HELD", "ADDRESS_REUSED") if held else ("SENT", None)), day


def test_who_stays_at_a_shared_address_is_due_when_the_sharing_ends(context, tmp_path):
    """C-26 alone decides: the one who left has not handed it on. There is no extract of accounts."""
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        both = {1: {"email": "both@doctor.example"}, 2: {"email": "both@doctor.example"}}
        room.feed(CHANGED, town(both))
        room.feed(DAY_14, town(both))
        room.mail(DAY_14)
        assert room.stand(1) == ("HELD", "SHARED_EMAIL")

        room.feed(DAY_15, town({1: both[1], 2: {"email": new(2)}}))
        room.mail(DAY_15)

        assert (room.stand(1), room.recipients) == (("SENT", None), ["both@doctor.example"])


# --- while they wait -----------------------------------------------------------------------------------

#: Doctor -> what is said of them the day after their mail was planned, the mail's reason, and the change then.
LATER = {
    1: ({"listed": "Removed"}, "OFF_LIST", ("CANCELLED", "OFF_LIST")),
    2: ({"status": "Suspended"}, "SUSPENDED", ("HELD", "SUSPENDED")),
    3: ({"status": DECEASED}, "DECEASED", ("CANCELLED", "DECEASED")),
    4: ({"listed": "Deceased"}, "DECEASED", ("CANCELLED", "DECEASED")),
    5: ({"account": (new(5), "Active", "2026-12-01")}, "ALREADY_VERIFIED", ("SUPPRESSED", "ALREADY_VERIFIED")),
    6: ({"email": ""}, "EMAIL_REMOVED", ("CANCELLED", "EMAIL_REMOVED")),
    7: ({"email": new(7), "listed": None}, "NOT_A_PERFORMER", ("SUPPRESSED", "NOT_A_PERFORMER")),
    8: ({}, "SUPPRESSION_LIST", ("SUPPRESSED", "SUPPRESSION_LIST")),
    9: ({}, "SHARED_EMAIL", ("HELD", "SHARED_EMAIL")),
    10: ({"email": old(10)}, "REVERTED", ("CANCELLED", "REVERTED")),
    11: ({}, None, None),
}


def _plain_town(room):
    room.feed(FIRST, town(size=14))
    room.feed(CHANGED, moved(*LATER, size=14))
    room.feed(DAY_14, moved(*LATER, size=14))


@pytest.fixture(scope="module")
def plain_town(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("plain"), _plain_town) as town:
        yield town


@pytest.fixture(scope="module")
def service():
    with running_server() as server:
        yield server


@pytest.mark.parametrize("waiting", [MailState.DEFERRED, MailState.HELD])
def test_the_mail_of_a_doctor_who_is_barred_meanwhile_is_cancelled(plain_town, service, tmp_path, monkeypatch, waiting):
    monkeypatch.setattr(send, "_PATIENCE_SECONDS", 0)
    with plain_town.opened(tmp_path, volume_at_least=1 if waiting is MailState.HELD else 500) as room:
        room.set(smtp_port=service.port)
        service.play({"rcpt": "450 4.2.1 later"})
        assert room.mail(DAY_14).states == {waiting: len(LATER)}
        assert set(room.links(1)) == {"issued"}

        news = {one: {"email": new(one), **what} for one, (what, _, _) in LATER.items()}
        room.feed(DAY_15, town({**news, 12: {"email": new(9)}}, 14))
        _suppress(room, new(8).lower())
        service.play()
        room.mail(DAY_15)

        sent = {MailState.HELD: "held"}.get(waiting, "sent")
        blocked = [one for one, (_, reason, _) in LATER.items() if reason]
        assert {one: room.mails(one) for one in LATER} == {
            one: [("cancelled", reason)] if reason else [(sent, None)] for one, (_, reason, _) in LATER.items()
        }
        assert {one: room.stand(one) for one in blocked} == {one: LATER[one][2] for one in blocked}
        assert not {"issued", "opened"} & {state for one in blocked for state in room.links(one)}
        assert room.links(11) == ["issued"]
        assert len(service.ledger()) == (sent == "sent")


def test_a_change_whose_mail_was_cancelled_is_mailed_when_nothing_stops_it_any_more(plain_town, tmp_path):
    with plain_town.opened(tmp_path, daily_cap=0) as room:
        room.mail(DAY_14)
        room.feed(DAY_15, town({one: {"email": new(one), "listed": "Suspended"} for one in LATER}, 14))
        room.mail(DAY_15)
        assert room.mails(1) == [("cancelled", "SUSPENDED")]

        room.set(daily_cap=500)
        room.feed(DAY_16, moved(*LATER, size=14))
        room.mail(DAY_16)

        assert room.mails(1) == [("cancelled", "SUSPENDED"), ("sent", None)]
        assert room.links(1) == ["revoked", "issued"]
