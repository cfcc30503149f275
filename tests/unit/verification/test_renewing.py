"""To whom another letter goes: whoever the sources name, whatever a mailout has cancelled before."""

from dataclasses import replace

import pytest

from gpsync.rules import ChangeReason, MailKind
from gpsync.verification.renewing import addresses_today, renew
from gpsync.verification.triggers import first_link
from tests.spec import planning_history as past
from tests.spec.judging import DAY
from tests.spec.planning_facts import Drawn, Set, facts_of, policy_of
from tests.spec.planning_lines import read_line

LINE = read_line("Ada", {"about": "first link", "mails": "planned", "letter": "spelled otherwise"})
MAIL, ADA = past.waiting_mail(LINE), past.person(LINE, "B")
USERS_LINE = read_line("Pat", {"about": "user's link", "mails": "planned"})


@pytest.mark.parametrize(
    ("shows", "address"),
    [("B", "ada.b@doctor.example"), ("B*", "ADA.B@doctor.example"), ("B?", None), ("C", None), ("blank", None)],
)
def test_a_doctors_mail_goes_to_the_newest_spelling_of_its_own_address_or_to_nobody(shows, address):
    found = addresses_today([MAIL], {ADA.gmc_number: past.person(LINE, shows)}, [])

    assert found == ({MAIL.mail_id: address} if address else {})


def test_a_mail_to_a_doctor_whom_the_register_does_not_hold_goes_to_nobody():
    assert addresses_today([MAIL], {}, []) == {}


def test_a_users_mail_goes_to_whoever_waits_to_be_invited():
    mail = past.waiting_mail(USERS_LINE)
    event = replace(first_link(ADA, DAY), kind=MailKind.USER_LINK, event_id=mail.link.event_id, recipient="PAT@p.test")

    assert addresses_today([mail], {}, [event]) == {mail.mail_id: "PAT@p.test"}
    assert addresses_today([mail], {}, [replace(event, event_id="user Pat other")]) == {}
    assert addresses_today([mail], {ADA.gmc_number: ADA}, []) == {}


def test_nothing_takes_the_place_of_a_mail_whose_address_is_its_holders_no_more():
    line = replace(LINE, shows="C")
    drawn = Drawn([line], Set(()))
    policy = policy_of(drawn)
    facts = facts_of(drawn, policy)

    renewals = renew(facts, facts.planning, (), policy)

    assert (renewals.mails, renewals.cancellations) == (
        [],
        {past.waiting_mail(line).mail_id: ChangeReason.NEWER_CHANGE},
    )
