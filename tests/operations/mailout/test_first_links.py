"""First links: to listed doctors whose account was never verified, and to new users at practices."""

import pytest

from gpsync.link_tokens import LinkVerdict
from gpsync.operations.staff.release import release
from gpsync.rules import MailState
from tests.store.mailing import (
    BEN,
    DAY_14,
    DAY_15,
    DAY_16,
    DAY_17,
    FIRST,
    User,
    fed,
    gmc,
    moved,
    new,
    old,
    opened,
    token,
    town,
    words,
)

SIZE = 8
PAT, SAM = User("U1", "pat@practice.example"), User("U2", "sam@practice.example")


def _listed_town(room):
    """Eight doctors: one verified, one not on the list, one dead, one whose address changes."""
    others = {
        1: {"account": (old(1), "Active", "2025-03-01")},
        2: {"listed": None},
        3: {"status": "Not Registered - Deceased"},
    }
    room.feed(FIRST, town(others, SIZE), [PAT])
    room.feed(DAY_14, town({**others, 4: {"email": new(4)}}, SIZE), [PAT])


@pytest.fixture(scope="module")
def listed_town(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("listed"), _listed_town) as town:
        yield town


@pytest.fixture
def room(listed_town, tmp_path):
    with listed_town.opened(tmp_path) as room:
        yield room


# --- doctors -------------------------------------------------------------------------------------------


def test_listed_doctors_who_are_not_verified_get_a_first_link_once(room):
    result = room.mail(DAY_14, first_links=True, confirm_gap=True)
    again = room.mail(DAY_15, first_links=True, confirm_gap=True)

    assert room.recipients == [old(0), old(5), old(6), old(7), PAT.email]
    assert result.states == {MailState.SENT: 5}
    assert (again.planned, again.carried) == (0, 0)
    letter = room.letters[0]
    assert room.use(letter, DAY_15) is LinkVerdict.USABLE
    assert room.read("SELECT gmc_number, address_key FROM verification WHERE source = 'link'") == [(gmc(0), old(0))]


def test_the_first_of_them_go_alone_until_somebody_has_looked(room):
    room.set(canary_mails=2)
    first = room.mail(DAY_14, first_links=True, confirm_gap=True)
    second = room.mail(DAY_15, first_links=True, confirm_gap=True)

    assert first.states == {MailState.SENT: 3, MailState.HELD: 2}
    assert second.states == {MailState.HELD: 2}
    assert (second.planned, second.opened) == (0, [])
    assert room.read("SELECT kind, counted, allowed FROM hold") == [("CANARY", 4, 2)]

    assert release(room.context(DAY_15), first.opened[0], BEN, "they work") == 2
    assert room.mail(DAY_16, confirm_gap=True).states == {MailState.SENT: 2}
    assert room.recipients == [old(0), old(5), PAT.email, old(6), old(7)]


def test_the_days_cap_spreads_them_over_days(room):
    room.set(daily_cap=2)
    seen = []
    for day in (DAY_14, DAY_15, DAY_16):
        room.mail(day, first_links=day == DAY_14, confirm_gap=True)
        seen.append(len(room.letters))

    assert seen == [2, 4, 5]
    assert len(set(room.recipients)) == 5


def test_a_doctor_with_a_change_is_mailed_about_that_alone(room):
    room.mail(DAY_14, first_links=True, confirm_gap=True)
    late = DAY_14.replace(day=15)
    room.feed(late, town({4: {"email": new(4)}}, SIZE), [PAT])
    room.mail(late, first_links=True)

    assert room.read("SELECT kind FROM outbox WHERE gmc_number = :gmc", gmc=gmc(4)) == [("EMAIL_CHANGE",)]


#: Doctor -> what is said of them after their first link was planned, and why it is cancelled.
BARRED = {
    1: ({"listed": "Removed"}, "OFF_LIST"),
    2: ({"listed": None}, "NOT_A_PERFORMER"),
    3: ({"listed": "Deceased"}, "DECEASED"),
    4: ({"status": "Suspended"}, "SUSPENDED"),
    5: ({"email": new(5)}, "NEWER_CHANGE"),
    6: ({"account": (old(6), "Active", "2026-12-01")}, "ALREADY_VERIFIED"),
    7: ({"email": old(8)}, "NEWER_CHANGE"),
    8: ({}, "SHARED_EMAIL"),
}


def test_a_first_link_is_cancelled_when_the_doctor_is_barred_while_it_waits(context, tmp_path):
    with opened(context, tmp_path / "mails", daily_cap=0) as room:
        room.feed(DAY_14, town(size=10))
        room.mail(DAY_14, first_links=True)
        room.feed(DAY_15, town({one: said for one, (said, _) in BARRED.items()}, 10))
        room.set(daily_cap=500)
        room.mail(DAY_15)

        assert {one: room.mails(one) for one in BARRED} == {
            one: [("cancelled", reason)] for one, (_, reason) in BARRED.items()
        }
        assert not {"issued", "opened"} & {state for one in BARRED for state in room.links(one)}
        assert room.mails(9) == [("sent", None)]


# --- users ---------------------------------------------------------------------------------------------


def test_a_new_user_is_mailed_once_at_his_registered_address(room):
    for day in (DAY_15, DAY_16):
        room.feed(day, town(size=SIZE), [PAT, SAM])
        room.mail(day, confirm_gap=True)

    (letter,) = room.letters
    assert letter["To"] == SAM.email
    assert "Pat Ash" in words(letter) and "A81001" in words(letter)
    assert room.read("SELECT kind, user_id, gmc_number FROM outbox") == [("USER_LINK", "U2", None)]
    assert room.judge(letter, DAY_16) is LinkVerdict.USABLE
    assert len(token(letter)) == 43


def test_users_who_are_verified_or_have_left_or_share_an_address_are_not_mailed(room):
    others = [
        User("U3", "both@practice.example"),
        User("U4", "BOTH@practice.example", "Active"),
        User("U5", "one@practice.example"),
        User("U5", "two@practice.example", practice="B82002"),
        User("U6", "active@practice.example", "Active"),
        User("U7", "left@practice.example", revoked="2026-12-01"),
    ]
    room.feed(DAY_15, town(size=SIZE), [PAT, SAM, *others])
    room.mail(DAY_15, confirm_gap=True)

    assert room.recipients == [SAM.email]


def test_a_users_mail_is_cancelled_when_he_is_not_to_be_mailed_any_more(room):
    def users(**values):
        return [PAT, SAM, *(User(f"U{one}", f"u{one}@p.example", **values) for one in (3, 4))]

    room.set(daily_cap=0)
    room.feed(DAY_15, town(size=SIZE), [*users(), User("U5", "u5@p.example")])
    room.mail(DAY_15, confirm_gap=True)
    left, verified = users(revoked="2026-12-02")[2], users(status="Active")[3]
    room.feed(DAY_16, town(size=SIZE), [PAT, SAM, left, verified, User("U5", "new@p.example")])
    room.set(daily_cap=500)
    room.mail(DAY_16, confirm_gap=True)

    assert sorted(room.recipients) == ["new@p.example", SAM.email]
    query = "SELECT address_key FROM link WHERE state = 'revoked' ORDER BY 1"
    assert room.read(query) == [("u3@p.example",), ("u4@p.example",), ("u5@p.example",)]


def test_the_practice_is_named_where_it_is_known(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town(size=2), [PAT])
        folder = room.home.settings.inbox_folder
        (folder / f"practices_{DAY_16:%Y%m%d}.csv").write_text(
            "Practice Code,Practice Name,Status\nA81001,Elm Tree Surgery,ACTIVE\n"
        )
        room.feed(DAY_16, moved(size=2), [PAT, SAM])
        room.mail(DAY_17, confirm_gap=True)

    assert "Elm Tree Surgery" in words(room.letters[0])
