"""The ids of what is new."""

import re

from gpsync.operations.ids import hold_token, mail_ids


def test_ids_of_links_are_128_random_bits():
    links = {mail_ids().link_id for _ in range(1000)}

    assert len(links) == 1000
    assert all(len(bytes.fromhex(one)) == 16 for one in links)


def test_no_two_mails_or_holds_have_one_id():
    assert len({mail_ids().mail_id for _ in range(1000)}) == 1000
    assert len({hold_token() for _ in range(100)}) == 100
    assert re.fullmatch(r"[0-9a-f]{8}", hold_token())
