"""What is left of a mail once addresses are hashes: each address that has one, and the ids that go with them."""

from dataclasses import replace

import pytest

from gpsync.mails import KeptMail
from gpsync.rules import MailKind
from gpsync.verification.forgetting import without_addresses
from gpsync.verification.triggers import about_address
from gpsync.window.email_change import readdressed
from tests.spec.judging import CHANGE, B

A = "a@doctor.example"
OLD, NEW = "hashed:old", "hashed:new"
MAIL = KeptMail("m1", MailKind.EMAIL_CHANGE, CHANGE.change_id, 1, "email-change-v1", "B@doctor.example", B, CHANGE)


@pytest.mark.parametrize(
    ("hashes", "old", "new", "recipient"),
    [
        ({}, A, (B, B), ("B@doctor.example", B)),
        ({A: OLD}, OLD, (B, B), ("B@doctor.example", B)),
        ({B: NEW}, A, (NEW, NEW), (NEW, NEW)),
        ({A: OLD, B: NEW}, OLD, (NEW, NEW), (NEW, NEW)),
    ],
)
def test_each_address_that_has_a_hash_is_one(hashes, old, new, recipient):
    left = without_addresses(MAIL, hashes)

    assert left.change == readdressed(CHANGE, old, new)
    assert left.event_id == left.change.change_id
    assert (left.recipient, left.recipient_key) == recipient


def test_a_first_links_event_is_about_the_hash():
    first = replace(MAIL, kind=MailKind.FIRST_LINK, event_id="first 9000001 of old", change=None)

    assert without_addresses(first, {B: NEW}).event_id == about_address("first 9000001 of old", NEW)
    assert without_addresses(first, {A: OLD}) == first
