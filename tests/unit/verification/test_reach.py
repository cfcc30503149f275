"""Which domains an installation may write to, name by name."""

import pytest

from gpsync.verification.reach import Reach, parse_domains


@pytest.mark.parametrize(
    ("key", "reached"),
    [
        ("a@b.example", True),
        ("a@b.test", True),
        ("a@b.invalid", False),
        ("a@b.localhost", False),
        ("a@test", False),
        ("a@b.example.nhs.uk", False),
        ("a@clinic.nhs.uk", False),
    ],
)
def test_a_rehearsal_reaches_made_up_names_on_this_machine_only(key, reached):
    assert Reach(is_rehearsal=True, is_on_this_machine=True).includes(key) is reached
    assert not Reach(is_rehearsal=True, is_on_this_machine=False).includes(key)


@pytest.mark.parametrize(
    ("key", "reached"),
    [
        ("a@b.example", False),
        ("a@b.test", False),
        ("a@b.invalid", False),
        ("a@b.localhost", False),
        ("a@clinic.nhs.uk", True),
    ],
)
def test_a_real_mail_service_is_given_no_name_that_is_nobodys(key, reached):
    assert Reach(is_rehearsal=False, is_on_this_machine=False).includes(key) is reached
    assert Reach(is_rehearsal=False, is_on_this_machine=True).includes(key)


def test_allowed_domains_are_read_in_any_case_and_others_are_not_reached():
    reach = Reach(
        is_rehearsal=False, is_on_this_machine=True, allowed_domains=parse_domains(" Clinic.example,, b.test ")
    )

    assert reach.allowed_domains == {"clinic.example", "b.test"}
    assert [
        reach.includes(f"a@{domain}") for domain in ("clinic.example", "b.test", "gp.clinic.example", "c.test")
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert parse_domains("") == frozenset()


def test_a_domain_is_what_follows_the_last_at_sign():
    reach = Reach(is_rehearsal=False, is_on_this_machine=True, allowed_domains={"gp.example"})

    assert reach.includes("a@elsewhere.example@gp.example")
    assert not reach.includes("a@gp.example@elsewhere.example")
