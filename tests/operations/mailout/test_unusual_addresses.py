"""An address that may be another one than it looks like: held from the register to the wire, and told in both forms."""

import pytest
from typer.testing import CliRunner

from gpsync.cli.application import app
from gpsync.errors import NotAllowed
from gpsync.link_tokens import LinkVerdict
from gpsync.operations.staff.resend import resend
from gpsync.register.addresses import folded
from gpsync.rules import ChangeReason, MailState
from tests.store.mailing import CHANGED, DAY_13, DAY_14, DAY_15, DAY_16, DAY_17, FIRST, gmc, opened, town

RAISED, PLAIN = "jsmith\u00b2@doctor.example", "jsmith2@doctor.example"
#: As the register writes them; a person decides about each.
UNUSUAL = [
    RAISED, "m\u00ba.jones@doctor.example", "\ufb01ona@doctor.example", "\u212aate@doctor.example",
    "'oneil@doctor.example", "ad\u202ea@doctor.example", "\u0430da@doctor.example", "ada@do\u0441tor.example",
    "ada%b.example@doctor.example", "b!ada@doctor.example", "|ada@doctor.example", "a/da@doctor.example",
]  # fmt: skip


def with_address(email):
    return town({1: {"email": email}})


@pytest.fixture
def street(context, tmp_path):
    """A mailroom after the first night."""
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town())
        yield room


def test_none_of_them_is_mailed_in_any_form(context, tmp_path):
    changed = {number: {"email": email} for number, email in enumerate(UNUSUAL)}
    with opened(context, tmp_path / "mails") as room:
        room.feed(FIRST, town(size=len(UNUSUAL) + 1))
        for day in (CHANGED, DAY_13, DAY_14):
            room.feed(day, town(changed | {len(UNUSUAL): {"email": "<Mailto:Kit.O'Neil@doctor.example.>"}}, 13))
        result = room.mail(DAY_14)

        assert [room.stand(number) for number in changed] == [("HELD", "UNUSUAL_ADDRESS")] * len(UNUSUAL)
        assert room.recipients == ["Kit.O'Neil@doctor.example"]
        assert result.states == {MailState.SENT: 1}
        found = room.read("SELECT email, email_key FROM doctor WHERE valid_to IS NULL ORDER BY gmc_number")
        assert [email for email, _ in found[:-1]] == UNUSUAL
        assert found[0] == (RAISED, PLAIN)


def test_its_correction_at_the_gmc_is_a_new_change_with_a_window_of_its_own(street):
    street.feed(CHANGED, with_address(RAISED))
    street.feed(DAY_13, with_address(PLAIN))
    street.feed(DAY_14, with_address(PLAIN))
    street.mail(DAY_14)

    assert street.letters == []
    assert (street.stand(1), street.change(1).due_date) == (("WAITING", None), DAY_14.replace(day=14))
    due = DAY_14.replace(day=14)
    street.feed(due, with_address(PLAIN))
    street.mail(due)
    assert street.recipients == [PLAIN]


def test_nobody_can_have_a_link_sent_to_one_by_asking(street):
    street.feed(CHANGED, with_address(RAISED))
    street.feed(DAY_14, with_address(RAISED))
    for stated in (RAISED, PLAIN):
        with pytest.raises(NotAllowed, match=r"UNUSUAL_ADDRESS: .* corrected at the GMC"):
            resend(street.context(DAY_14), gmc(1), stated, "ben", "phoned")

    assert street.mails(1) == []


def test_why_shows_both_forms_and_what_cannot_be_seen(street, monkeypatch):
    street.feed(CHANGED, with_address("ad\u202ea@doctor.example"))
    monkeypatch.setenv("GPSYNC_DATABASE_URL", street.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(street.home.settings.home_folder))
    output = CliRunner().invoke(app, ["why", gmc(1), "--as-of", DAY_14.isoformat()], catch_exceptions=False).output

    assert "\u202e" not in output
    words = " ".join(output.split())
    assert f"HELD(UNUSUAL_ADDRESS): {ChangeReason.UNUSUAL_ADDRESS.meaning}" in words
    assert "The GMC holds ad<U+202E>a@doctor.example; it is compared as ada@doctor.example." in words


# --- histories that an earlier version wrote, in which the address is folded ---------------------------


def fed_by_an_earlier_version(room, day, email):
    """What an earlier version made of an extract: it stored the address folded."""
    room.feed(day, with_address(folded(email)))


def test_a_change_that_waits_since_before_is_the_same_change_and_held(street):
    fed_by_an_earlier_version(street, CHANGED, RAISED)
    before = street.change(1)
    records = street.feed(DAY_13, with_address(RAISED))

    assert records["gmc_register"].counts.emails_changed == 0
    after = street.change(1)
    assert (after.change_id, after.due_date, after.new_key) == (before.change_id, before.due_date, before.new_key)
    assert (after.new_email, street.stand(1)) == (RAISED, ("HELD", "UNUSUAL_ADDRESS"))
    assert street.read("SELECT count(*) FROM email_change") == [(1,)]


def test_a_mail_that_was_planned_before_is_cancelled(street):
    fed_by_an_earlier_version(street, CHANGED, RAISED)
    fed_by_an_earlier_version(street, DAY_14, RAISED)
    street.set(daily_cap=0)
    street.mail(DAY_14)
    street.set(daily_cap=500)
    street.feed(DAY_15, with_address(RAISED))
    street.mail(DAY_15)

    assert street.letters == []
    assert street.mails(1) == [("cancelled", "UNUSUAL_ADDRESS")]


def test_whoever_was_mailed_before_has_no_new_change_and_no_second_mail(street):
    fed_by_an_earlier_version(street, CHANGED, RAISED)
    fed_by_an_earlier_version(street, DAY_14, RAISED)
    street.mail(DAY_14)
    for day, email in ((DAY_15, RAISED), (DAY_16, PLAIN), (DAY_17, RAISED)):
        street.feed(day, with_address(email))
        street.mail(day)
        assert street.stand(1) == ("SENT", None)

    assert street.recipients == [PLAIN]
    assert street.use(street.letters[0], DAY_16) is LinkVerdict.USABLE


def test_an_address_that_was_in_the_first_load_makes_no_change_in_another_spelling(context, tmp_path):
    with opened(context, tmp_path / "mails") as room:
        fed_by_an_earlier_version(room, FIRST, RAISED)
        for day in (CHANGED, DAY_13, DAY_14):
            room.feed(day, with_address(RAISED))
        room.feed(DAY_15, with_address(PLAIN))
        room.mail(DAY_15)

        assert room.read("SELECT count(*) FROM email_change") == [(0,)]
        assert room.letters == []
