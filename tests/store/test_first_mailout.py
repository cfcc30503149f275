"""A first mailout to everybody: what is more urgent is not kept waiting by it."""

import pytest

from gpsync.rules import MailState
from tests.store.mailing import CHANGED, DAY_13, DAY_14, FIRST, User, fed, moved, new, town

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
    with everybody.opened(tmp_path, daily_cap=10) as room:
        yield room


def test_changes_that_become_due_go_before_first_links_that_wait(room):
    room.mail(DAY_13, first_links=True)
    before = len(room.letters)
    room.feed(DAY_14, moved(1, 2, 3, size=SIZE), [PAT])
    room.mail(DAY_14)

    assert room.recipients[before : before + 3] == [new(1), new(2), new(3)]
    assert room.read("SELECT count(*) FROM outbox WHERE state = 'pending'")[0][0] > 0
    assert {state for number in (1, 2, 3) for state, _ in room.mails(number)} == {MailState.SENT}
