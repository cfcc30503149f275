"""What support staff type for one doctor, and what came back by mail or from the portal, as one story."""

import json
import mailbox

import pytest
from time_machine import travel
from typer.testing import CliRunner

from gpsync import login
from gpsync.cli import app
from gpsync.errors import NotAllowed, WrongUse
from gpsync.login import Login
from gpsync.mail.mailboxes import open_mailbox
from gpsync.operations.staff.read_bounces import read_bounces
from gpsync.operations.staff.resend import resend
from gpsync.rules import MailState, ReturnedKind
from tests.faults.smtp_server import running_server
from tests.store.mailing import DAY_14, DAY_15, DAY_16, PEOPLE, due_on_day_14, fed, gmc, moved, new, token, town
from tests.unit.bounces.shapes import dsn, per_mail, per_recipient, returned_headers


@pytest.fixture(scope="module")
def due(server_url, tmp_path_factory):
    with fed(server_url, tmp_path_factory.mktemp("due"), due_on_day_14) as town:
        yield town


@pytest.fixture
def room(due, tmp_path):
    with due.opened(tmp_path) as room:
        yield room


@pytest.fixture
def gpsync(room, monkeypatch):
    """Run a command on the mailroom's database on a day: `gpsync("status", on=DAY_15)`."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", room.home.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(room.home.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GPSYNC_PEOPLE", PEOPLE)
    monkeypatch.setattr(login, "this_login", lambda: Login(1002, 1002))

    def run(*words, on=DAY_15):
        with travel(room.context(on).now(), tick=False):
            return CliRunner().invoke(app, words)

    return run


@pytest.fixture
def lost(room):
    """The answer to the first doctor's mail was lost; its id."""
    with running_server({"stored": {"do": "drop", "to": "D1[.]New"}}) as service:
        port = room.home.settings.smtp_port
        room.set(smtp_port=service.port)
        room.mail(DAY_14)
        room.set(smtp_port=port)
    ((mail_id,),) = room.read("SELECT mail_id FROM outbox WHERE state = 'unknown'")
    return mail_id


def why(gpsync, number=1, on=DAY_16):
    return gpsync("why", gmc(number), on=on).stdout


# --- resend, resolve, status, why ----------------------------------------------------------------------


def test_resend_plans_a_link_and_why_names_who_asked(room, gpsync):
    room.mail(DAY_14)
    result = gpsync("resend", gmc(1), "--stated-email", new(1), "--reason", "went into spam")

    assert result.exit_code == 0
    assert "A new link is planned" in result.stdout
    room.mail(DAY_15)
    assert "is planned, by ben (went into spam)" in why(gpsync)
    assert room.recipients.count(new(1)) == 2


def test_resend_says_no_with_a_sentence_and_status_3(room, gpsync):
    refused = gpsync("resend", gmc(1), "--stated-email", "else@doctor.example", "--reason", "phoned").exception

    assert isinstance(refused, NotAllowed) and refused.exit_status == 3
    assert gpsync("resend", gmc(1), "--stated-email", new(1)).exit_code == 2
    assert room.read("SELECT FROM outbox") == []


def test_what_support_did_and_was_refused_is_kept_with_the_account(room, gpsync):
    gpsync("resend", gmc(1), "--stated-email", "else@doctor.example", "--reason", "phoned")
    gpsync("suppress", gmc(2), "--reason", "asked by phone")
    gpsync("suppress", gmc(2), "--lift", "--reason", "asked again")
    gpsync("resolve", "0" * 32, "--sent", "--reason", "in its log")

    kept = room.read("SELECT action, subject, outcome, actor, account, reason, refusal FROM act ORDER BY act_number")
    assert [row[:6] for row in kept] == [
        ("resend", gmc(1), "refused", "ben", "uid:1002", "phoned"),
        ("suppress", gmc(2), "done", "ben", "uid:1002", "asked by phone"),
        ("lift", gmc(2), "done", "ben", "uid:1002", "asked again"),
        ("resolve", "0" * 32, "refused", "ben", "uid:1002", "in its log"),
    ]
    assert [bool(row[6]) for row in kept] == [True, False, False, True]
    assert "@" not in kept[0][6]


def test_status_is_3_while_a_mails_outcome_is_unknown(lost, gpsync):
    result = gpsync("status", "--json")

    assert result.exit_code == 3
    facts = json.loads(result.stdout)
    (mail,) = facts["mails for staff"]
    assert (mail["mail_id"], mail["to"], mail["state"]) == (lost, gmc(1), "unknown")
    assert {row["state"]: row["mails"] for row in facts["mails"]} == {"sent": 2, "unknown": 1}
    assert "@" not in gpsync("status").stdout


def test_why_and_status_name_the_mail_as_resolve_wants_it(lost, gpsync):
    assert f"Mail {lost}, EMAIL_CHANGE, letter 1: is unknown" in why(gpsync)
    assert lost in gpsync("status").stdout


@pytest.mark.parametrize(("word", "state"), [("--sent", "SENT"), ("--not-sent", "WAITING")])
def test_resolve_settles_it(room, lost, gpsync, word, state):
    assert isinstance(gpsync("resolve", lost, "--reason", "looked").exception, WrongUse)
    result = gpsync("resolve", lost, word, "--reason", "looked into its log")

    assert result.exit_code == 0
    assert room.stand(1) == (state, None)
    assert "by ben (looked into its log)" in why(gpsync)
    assert gpsync("status").exit_code == 0
    assert isinstance(gpsync("resolve", lost, word, "--reason", "again").exception, WrongUse)


def test_why_tells_of_the_mail_the_look_and_the_use_of_its_link(room, gpsync):
    room.mail(DAY_14)
    room.use(room.letters[0], DAY_15)
    room.mail(DAY_15)
    story = why(gpsync)

    assert "EMAIL_CHANGE, letter 1: is sent." in story
    assert "The mail service answered 250" in story
    assert "2026-12-02  The link was used: the address is verified." in story
    assert "is VERIFIED" in story
    assert "claimed" not in story and "in_doubt" not in story
    assert token(room.letters[0]) not in story


# --- links that were used at the portal ------------------------------------------------------------------


def test_a_file_of_the_portal_verifies_the_links_that_were_mailed(room, gpsync, tmp_path):
    room.mail(DAY_14)
    by_doctor = {str(letter["To"]): token(letter) for letter in room.letters}
    portal = tmp_path / "used.csv"
    portal.write_text(
        "Link,Confirmed at\n"
        f"https://pcse.example/verify/{by_doctor[new(1)]},2026-12-01T12:00:00Z\n"
        f"https://pcse.example/verify/{by_doctor[new(2)]},\n"
        f"https://pcse.example/verify/{'x' * 43},\n"
    )
    first, again = (gpsync("links", "confirm", str(portal), on=DAY_15) for _ in range(2))

    assert first.exit_code == again.exit_code == 3
    assert [room.stand(one)[0] for one in (1, 2, 3)] == ["VERIFIED", "VERIFIED", "SENT"]
    query = "SELECT gmc_number, CAST(verified_on AS TEXT), source FROM verification ORDER BY 1"
    assert room.read(query) == [(gmc(1), "2026-12-01", "link"), (gmc(2), "2026-12-02", "link")]
    assert room.mail(DAY_15).planned == 0


# --- mail that comes back ------------------------------------------------------------------------------


@pytest.fixture
def bounced(room, tmp_path):
    """The first doctor's mail was sent and came back."""
    room.mail(DAY_14)
    ((mail_id, message_id),) = room.read("SELECT mail_id, message_id FROM outbox WHERE gmc_number = :gmc", gmc=gmc(1))
    mark = f"v1.{mail_id}.1"
    report = f"{per_mail(mark)}\n\n{per_recipient('5.1.1', to=new(1))}"
    back = room.home.settings.mail_from.replace("@", f"+{mark}@")
    notice = dsn(whole=report, to=back, returned=returned_headers(message_id, new(1)))
    folder = mailbox.Maildir(tmp_path / "bounces")
    folder.add(notice)
    with open_mailbox(str(tmp_path / "bounces")) as box:
        bounces = read_bounces(room.context(DAY_15), box)
    assert (bounces.kinds[ReturnedKind.PERMANENT], bounces.suppressed) == (1, 1)
    return room


def test_an_address_that_bounced_is_not_mailed_again(bounced, gpsync):
    assert bounced.stand(1) == ("BOUNCED", None)
    assert bounced.links(1) == ["revoked"]
    assert bounced.read("SELECT address_key FROM suppression") == [(new(1).lower(),)]
    with pytest.raises(NotAllowed, match="SUPPRESSION_LIST"):
        resend(bounced.context(DAY_15), gmc(1), new(1), "ben", "phoned")

    bounced.feed(DAY_15, moved(1, 2, 3))
    result = bounced.mail(DAY_15)

    assert (result.planned, result.carried) == (0, 0)
    assert bounced.recipients.count(new(1)) == 1
    assert bounced.stand(1) == ("BOUNCED", None)
    assert "is BOUNCED" in why(gpsync)


def test_another_address_of_the_same_doctor_is_mailed(bounced):
    better = town({1: {"email": "better@doctor.example"}, 2: {"email": new(2)}, 3: {"email": new(3)}})
    bounced.feed(DAY_15, better)
    late = DAY_15.replace(day=16)
    bounced.feed(late, better)
    result = bounced.mail(late)

    assert result.states == {MailState.SENT: 1}
    assert bounced.recipients[-1] == "better@doctor.example"
    assert bounced.stand(1) == ("SENT", None)


def test_a_doctor_who_takes_up_an_address_that_bounced_is_not_mailed(bounced):
    taken_up = town({1: {"email": "better@doctor.example"}, 4: {"email": new(1)}})
    bounced.feed(DAY_15, taken_up)
    late = DAY_15.replace(day=16)
    bounced.feed(late, taken_up)
    bounced.mail(late)

    assert bounced.stand(4) == ("SUPPRESSED", "SUPPRESSION_LIST")
    assert bounced.recipients.count(new(1)) == 1


@pytest.mark.parametrize("reason", ["", " ", "\n", "\u00a0"])
def test_a_reason_that_says_nothing_is_none(gpsync, reason):
    hold_id = "mails-20261130-1a2b3c4d"
    acts = (("approve", hold_id), ("reject", hold_id), ("suppress", "9000001"), ("resolve", "0" * 32, "--sent"))
    for words in acts:
        result = gpsync(*words, "--reason", reason)

        assert result.exit_code == 2
        assert "say why" in result.output
