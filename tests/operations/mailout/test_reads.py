"""A run reads no archived extract twice."""

from tests.store.mailing import FIRST, User, fed, town


def test_a_users_extract_that_is_the_first_and_the_newest_is_read_once(server_url, tmp_path, reads):
    def feed(room):
        room.feed(FIRST, town({}, size=10), [User("U0", "first@practice.example", "Active")])

    with fed(server_url, tmp_path / "town", feed) as found, found.opened(tmp_path) as room:
        reads.clear()
        room.mail(FIRST)

    users = [one for one in reads if one.startswith("practice_users")]
    assert len(users) == 1
    assert set(reads.values()) == {1}
