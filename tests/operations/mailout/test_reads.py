"""A run reads no archived extract twice."""

from collections import Counter

import pytest

from gpsync.extracts.archive import Archive
from tests.store.mailing import FIRST, User, fed, town


@pytest.fixture
def reads(monkeypatch):
    """How often each kept extract's rows were read."""
    counted, read = Counter(), Archive.read_rows

    def counting(self, entry, *columns):
        counted[entry.extract.extract_id] += 1
        return read(self, entry, *columns)

    monkeypatch.setattr(Archive, "read_rows", counting)
    return counted


def test_a_users_extract_that_is_the_first_and_the_newest_is_read_once(server_url, tmp_path, reads):
    def feed(room):
        room.feed(FIRST, town({}, size=10), [User("U0", "first@practice.example", "Active")])

    with fed(server_url, tmp_path / "town", feed) as found, found.opened(tmp_path) as room:
        reads.clear()
        room.mail(FIRST)

    users = [one for one in reads if one.startswith("practice_users")]
    assert len(users) == 1
    assert set(reads.values()) == {1}
