"""The seal of a mail: it holds for the mail that was planned, and for no other."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpsync.link_tokens import LinkSecrets
from gpsync.operations.ids import mail_ids
from gpsync.rules import MailKind, MailState
from gpsync.verification.planning import PlanOptions, planned_mail, written_anew
from gpsync.verification.seals import can_be_checked, is_intact, sealed
from gpsync.verification.triggers import MailTrigger

OLD, NEW = f"old:{'o' * 32}", f"new:{'n' * 32}"
SECRETS = LinkSecrets.parse(OLD)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
EVENT = MailTrigger(
    kind=MailKind.FIRST_LINK,
    event_id="first 9000001 x",
    holder="gp 9000001",
    recipient="Ann@doctor.example",
    key="ann@doctor.example",
    details={"name": "Ann Oak"},
    due_date=date(2026, 12, 1),
    gmc_number="9000001",
)
MAIL = planned_mail(EVENT, 2, PlanOptions(SECRETS, "pcse@sender.example", NOW), mail_ids())


def test_a_mail_is_sealed_when_it_is_planned():
    assert is_intact(SECRETS, MAIL)
    assert MAIL.seal.startswith("old:")
    assert "ann" not in MAIL.seal.lower()


@pytest.mark.parametrize(
    "altered",
    [
        replace(MAIL, recipient="eve@doctor.example"),
        replace(MAIL, recipient="eve@doctor.example", link=replace(MAIL.link, address_key="eve@doctor.example")),
        replace(MAIL, recipient="ann@doctor.example"),
        replace(MAIL, recipient="\uff21nn@doctor.example"),
        replace(MAIL, link=replace(MAIL.link, address_key="eve@doctor.example")),
        replace(MAIL, mail_id="0" * 32),
        replace(MAIL, link=replace(MAIL.link, link_id="0" * 32)),
        replace(MAIL, link=replace(MAIL.link, generation=3)),
        replace(MAIL, seal=None),
        replace(MAIL, seal=""),
        replace(MAIL, seal="old:"),
        replace(MAIL, seal=MAIL.seal[:-1]),
        replace(MAIL, seal=MAIL.seal.replace("old:", "new:")),
        replace(MAIL, seal=MAIL.seal.upper()),
        replace(MAIL, seal=f"{MAIL.seal}\ud800"),
    ],
    ids=range(15),
)
def test_a_mail_that_is_not_as_it_was_planned_is_noticed(altered):
    assert not is_intact(SECRETS, altered)
    assert not is_intact(LinkSecrets.parse(f"{OLD},{NEW}"), altered)


def test_whatever_a_row_holds_has_a_seal():
    assert sealed(SECRETS, "m1", "a\ud800", "l1", 1) != sealed(SECRETS, "m1", "a\ud801", "l1", 1)


def test_a_seal_outlives_the_replacement_of_its_secret_until_that_is_taken_away():
    assert is_intact(LinkSecrets.parse(f"{NEW},{OLD}"), MAIL)
    assert not is_intact(LinkSecrets.parse(NEW), MAIL)
    assert (can_be_checked(SECRETS, MAIL), can_be_checked(LinkSecrets.parse(NEW), MAIL)) == (True, False)
    assert not can_be_checked(SECRETS, replace(MAIL, seal=None))
    assert not is_intact(LinkSecrets.parse(f"old:{'x' * 32}"), MAIL)


def test_a_mail_written_anew_has_a_seal_of_its_own():
    after = written_anew(
        MAIL, "ANN@doctor.example", PlanOptions(LinkSecrets.parse(f"{NEW},{OLD}"), "pcse@s.example", NOW)
    ).planned(mail_ids())

    assert is_intact(LinkSecrets.parse(f"{NEW},{OLD}"), after)
    assert after.seal.startswith("new:")
    assert (after.recipient, after.link.address_key) == ("ANN@doctor.example", "ann@doctor.example")


def test_a_mail_that_a_second_person_must_release_stays_so_when_it_is_written_anew():
    held = replace(MAIL, state=MailState.HELD, hold_id="mails-1")
    options = PlanOptions(SECRETS, "pcse@sender.example", NOW)

    assert (
        written_anew(held, MAIL.recipient, options).planned(mail_ids()).state,
        written_anew(held, MAIL.recipient, options).planned(mail_ids()).hold_id,
    ) == (
        MailState.HELD,
        "mails-1",
    )
    settled = replace(MAIL, state=MailState.POLICY_HELD, hold_id="mails-1")
    assert written_anew(settled, MAIL.recipient, options).planned(mail_ids()).state is MailState.PENDING
    assert (
        written_anew(replace(held, hold_id=None), MAIL.recipient, options).planned(mail_ids()).state
        is MailState.PENDING
    )


_PARTS = st.text(st.sampled_from("ab1:|@\u00e9\ud800"), max_size=4)


@given(st.tuples(_PARTS, _PARTS, _PARTS, st.integers(0, 30)), st.tuples(_PARTS, _PARTS, _PARTS, st.integers(0, 30)))
def test_no_two_mails_have_one_seal(one, other):
    assert (sealed(SECRETS, *one) == sealed(SECRETS, *other)) is (one == other)
