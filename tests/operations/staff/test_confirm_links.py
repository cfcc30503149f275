"""What the portal reports of used links, taken in from its file by flow and command."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import gpsync.cli.confirming_links  # noqa: F401 - adds its command
from gpsync.cli import app
from gpsync.errors import AlreadyRunning, WrongUse
from gpsync.link_tokens import LinkVerdict, fingerprint, make_token
from gpsync.mails import Link
from gpsync.operations.ids import mail_ids
from gpsync.operations.link_secret import link_secrets
from gpsync.operations.staff.confirm_links import confirm_file
from gpsync.records import Verification
from gpsync.rules import LinkState, MailKind
from gpsync.store import links, verifications
from gpsync.store.locks import run_lock
from tests.store.test_links import dump, put_doctor, state_of

#: The context's hour.
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
ISSUED, EXPIRES = NOW - timedelta(hours=80), NOW - timedelta(hours=8)
#: The command has a clock of its own, by which a link made for all times is live.
ALWAYS = {"issued_at": datetime(2000, 1, 1, tzinfo=UTC), "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}
IN_TIME, TOO_LATE, TOO_EARLY = "2026-11-29T15:00:00Z", "2026-11-29T21:00:00Z", "2026-11-26T00:00:00Z"


@pytest.fixture
def mailed(context):
    """A function that mails a made-up doctor a link, `mailed(1)`, and returns its token; live unless told otherwise."""

    def mail(one, **other):
        number, address, link_id = f"900000{one}", f"d{one}@doctor.example", mail_ids().link_id
        secrets = link_secrets(context)
        key_id = secrets.signing_id
        token = make_token(secrets, key_id=key_id, link_id=link_id, generation=1, address_key=address)
        kept = Link(
            link_id=link_id,
            kind=MailKind.EMAIL_CHANGE,
            event_id=f"E{one}",
            holder=f"gp {number}",
            gmc_number=number,
            user_id=None,
            address_key=address,
            generation=1,
            key_id=key_id,
            token_sha256=fingerprint(token),
            state=LinkState.ISSUED,
            issued_at=NOW - timedelta(hours=10),
            expires_at=NOW + timedelta(hours=62),
        )
        with context.engine.begin() as connection:
            put_doctor(connection, number, address)
            links.add(connection, [replace(kept, **other)])
        return token

    return mail


@pytest.fixture
def feed(tmp_path):
    """A function that writes a file of the portal from its lines."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "used_links.csv"
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
        return path

    return write


@pytest.fixture
def contents(context):
    """Everything the database holds, but for the runs."""

    def read():
        with context.engine.begin() as connection:
            connection.execute(text("CREATE TEMPORARY TABLE run (run_id text) ON COMMIT DROP"))
            return dump(connection)

    return read


def verified(context):
    with context.engine.connect() as connection:
        return verifications.of_doctors(connection, [f"900000{one}" for one in range(10)])


def test_used_links_are_taken_in_and_the_same_file_again_changes_nothing(context, mailed, feed, contents):
    first, second = mailed(1), mailed(2)
    path = feed("token,confirmed at", f"{first},2026-11-29T23:30:00+00:00", f"{second},")

    confirmed = confirm_file(context, path)

    assert confirmed.rows == [(2, LinkVerdict.USABLE), (3, LinkVerdict.USABLE)]
    assert confirmed.counts() == {"rows": 2, "links confirmed": 2} and not confirmed.needs_a_person
    assert verified(context) == {
        "9000001": [Verification("9000001", "d1@doctor.example", date(2026, 11, 29))],
        "9000002": [Verification("9000002", "d2@doctor.example", date(2026, 11, 30))],
    }
    before = contents()
    again = confirm_file(context, path)
    assert again.by_verdict == {LinkVerdict.CONFIRMED_ALREADY: 2} and not again.needs_a_person
    assert contents() == before


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Token", "{}"),
        (" TOKEN ", " {} "),
        ("Link", "https://pcse.example/verify/{}"),
        ("link", "https://pcse.example/verify/{}/"),
        ("link", "{}"),
        ('"Token"', '"{}"'),
        ("token", "'{}"),
        ("token", "\u200b{}\u00a0"),
        ("link", "<https://pcse.example/verify/{}>"),
    ],
)
def test_headings_may_be_written_in_any_case_and_a_link_stands_for_its_token(context, mailed, feed, heading, cell):
    path = feed(f"who,Confirmed  AT,{heading}", f"clerk,,{cell.format(mailed(1))}", "")

    assert confirm_file(context, path).rows == [(2, LinkVerdict.USABLE)]


@pytest.mark.parametrize(
    "heading", ["confirmed at", "confirmed_at", "Confirmed-At", "ConfirmedAt", " CONFIRMED  AT ", "confirmed.at:"]
)
def test_the_time_counts_however_its_heading_is_spelt(context, mailed, feed, heading):
    token = mailed(1, issued_at=ISSUED, expires_at=EXPIRES)

    confirm_file(context, feed(f"token,{heading}", f"{token},{IN_TIME}"))

    with context.engine.connect() as connection:
        assert links.of_doctor(connection, "9000001")[0].confirmed_at == datetime(2026, 11, 29, 15, tzinfo=UTC)


def test_columns_that_a_spreadsheet_leaves_behind_are_nothing(context, mailed, feed):
    assert confirm_file(context, feed("token,,", f"{mailed(1)},,")).rows == [(2, LinkVerdict.USABLE)]


@pytest.mark.parametrize("is_swept", [False, True])
@pytest.mark.parametrize(
    ("instant", "verdict"),
    [
        (IN_TIME, LinkVerdict.USABLE),
        ("2026-11-29T16:00:00+01:00", LinkVerdict.USABLE),
        (TOO_LATE, LinkVerdict.EXPIRED),
        ("2026-11-29T20:00:00Z", LinkVerdict.EXPIRED),
        (TOO_EARLY, LinkVerdict.UNKNOWN),
        ("", LinkVerdict.EXPIRED),
    ],
)
def test_a_link_that_ran_out_counts_if_the_portal_says_it_was_used_in_time(
    context, mailed, feed, instant, verdict, is_swept
):
    token = mailed(1, issued_at=ISSUED, expires_at=EXPIRES)
    if is_swept:
        with context.engine.begin() as connection:
            assert links.expire(connection, NOW) == 1

    confirmed = confirm_file(context, feed("token,confirmed at", f"{token},{instant}"))

    assert confirmed.rows == [(2, verdict)]
    assert (verified(context) != {}) is (verdict is LinkVerdict.USABLE)
    if verified(context):
        with context.engine.connect() as connection:
            kept = links.of_token(connection, fingerprint(token))
            verification = connection.execute(text("SELECT verified_on, recorded_at FROM verification")).one()
        assert (kept.state, kept.confirmed_at) == (LinkState.CONFIRMED, datetime(2026, 11, 29, 15, tzinfo=UTC))
        assert verification == (date(2026, 11, 29), NOW)


def test_a_byte_order_mark_is_not_part_of_the_first_heading(context, mailed, feed):
    assert confirm_file(context, feed("token", mailed(1), encoding="utf-8-sig")).rows == [(2, LinkVerdict.USABLE)]


def test_rows_that_were_not_taken_are_reported_by_number_and_the_others_are_taken(context, mailed, feed):
    used, revoked, stale = mailed(1), mailed(2, state=LinkState.REVOKED), mailed(3)
    with context.engine.begin() as connection:
        connection.execute(text("UPDATE doctor SET email_key = 'n@doctor.example' WHERE gmc_number = '9000003'"))
    path = feed("token", used, "T" * 43, used, revoked, '""', stale, "é" * 43, "x" * 10_240, used.swapcase())

    confirmed = confirm_file(context, path)

    assert confirmed.by_verdict == {
        LinkVerdict.USABLE: 1,
        LinkVerdict.CONFIRMED_ALREADY: 1,
        LinkVerdict.SUPERSEDED: 1,
        LinkVerdict.REVOKED: 1,
        LinkVerdict.UNKNOWN: 5,
    }
    assert confirmed.not_taken == {
        LinkVerdict.UNKNOWN: [3, 6, 8, 9, 10],
        LinkVerdict.REVOKED: [5],
        LinkVerdict.SUPERSEDED: [7],
    }
    assert set(verified(context)) == {"9000001"}


REFUSED = [
    ("", "is empty"),
    ("\n\n", "is empty"),
    ("{t}\n", "row 1, must have one column headed 'token' or 'link'"),
    ("\ntoken\n{t}\n", "row 1, must have one column headed"),
    ("confirmed at\n2026-11-29T15:00:00Z\n", "row 1, must have one column headed"),
    ("token;confirmed at\n{t};\n", "is separated by semicolons"),
    ("token,link\n{t},{t}\n", "row 1, must have one column headed"),
    ("token,confirmed at,Confirmed At\n{t},,\n", "row 1, has several columns headed 'confirmed at'"),
    ("token,confirmed at,confirmed_at\n{t},,\n", "row 1, has several columns headed 'confirmed at'"),
    ("token,used at\n{t},2026-11-29T15:00:00Z\n", "row 1, has a column 'used at' that is not known"),
    ("token,confirmed on\n{t},\n", "row 1, has a column 'confirmed on' that is not known"),
    ("when,link,who\n,{t},\n", "row 1, has a column 'when' that is not known"),
    ("token,\n{t},2026-11-29T15:00:00Z\n", "row 2, has a value in a column without a heading"),
    ("token,confirmed at\n{t},\n{t}\n", "row 3, has another number of columns (1) than the headings (2)"),
    ("token,confirmed at\n{t},,\n", "row 2, has another number of columns (3) than the headings (2)"),
    ("token,confirmed at\n{t},\n{t},29/11/2026\n", "row 3, has a time that cannot be read"),
    ("token,confirmed at\n{t},2026-11-29\n", "row 2, has a time that cannot be read"),
    ("token,confirmed at\n{t},2026-11-29T15:00:00\n", "row 2, has a time that cannot be read"),
    ("token,confirmed at\n{t},0001-01-01T00:00:00+14:00\n", "row 2, has a time that cannot be read"),
    ("token,confirmed at\n{t},2026-11-30T04:05:01Z\n", "row 2, has a time that is still to come"),
    ('token,confirmed at\n{t},\n"{t}"x,\n', "row 3, is not CSV"),
    ('token\n{t}\n"{t}\n', "row 3, is not CSV"),
]


@pytest.mark.parametrize(("written", "why"), REFUSED)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused_and_nothing_is_taken_in(
    context, mailed, tmp_path, contents, written, why
):
    token, path = mailed(1), tmp_path / "used_links.csv"
    path.write_text(written.replace("{t}", token), encoding="utf-8")
    before = contents()

    with pytest.raises(WrongUse) as refused:
        confirm_file(context, path)

    assert re.fullmatch(r"\S*used_links\.csv.*\. Nothing was taken in\.", str(refused.value))
    assert why in str(refused.value) and token not in str(refused.value)
    assert contents() == before


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_refused(context, mailed, feed, encoding):
    path = feed("token,who", f"{mailed(1)},Zoë", encoding=encoding)

    with pytest.raises(WrongUse, match="is not UTF-8"):
        confirm_file(context, path)
    assert verified(context) == {}


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(context, tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(WrongUse, match="cannot be read: name a file"):
            confirm_file(context, path)


def test_a_portal_clock_that_is_a_little_ahead_counts_as_now(context, mailed, feed):
    confirm_file(context, feed("token,confirmed at", f"{mailed(1)},2026-11-30T04:04:59Z"))

    with context.engine.connect() as connection:
        assert links.of_doctor(connection, "9000001")[0].confirmed_at == NOW


def test_a_file_is_taken_in_as_a_whole_or_not_at_all(context, mailed, feed):
    tokens = [mailed(one) for one in range(3)]
    with context.engine.begin() as connection:
        # Whatever stops the third row takes the first two with it.
        refusal = "ALTER TABLE verification ADD CONSTRAINT not_d2 CHECK (address_key <> 'd2@doctor.example')"
        connection.execute(text(refusal))

    with pytest.raises(Exception, match="IntegrityError") as stopped:
        confirm_file(context, feed("token", *tokens))

    assert "@" not in str(stopped.value)
    assert verified(context) == {}
    with context.engine.connect() as connection:
        assert [state_of(connection, token) for token in tokens] == [LinkState.ISSUED] * 3
        assert connection.execute(text("SELECT outcome FROM run")).scalars().all() == ["failed"]


def test_nothing_is_taken_in_while_another_run_is_at_work(context, mailed, feed):
    path = feed("token", mailed(1))

    with run_lock(context.engine), pytest.raises(AlreadyRunning):
        confirm_file(context, path)
    assert verified(context) == {}


def test_a_link_of_a_secret_that_is_no_more_is_not_taken(context, mailed, feed):
    path = feed("token", mailed(1))
    key = context.settings.home_folder / "link-secret"
    key.write_text("next:" + "n" * 32, encoding="utf-8")

    assert confirm_file(context, path).not_taken == {LinkVerdict.UNKNOWN: [2]}


@pytest.fixture
def gpsync_links(context, monkeypatch):
    """Run `gpsync links` with these words on the context's database."""
    monkeypatch.setenv("GPSYNC_DATABASE_URL", context.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GPSYNC_HOME", str(context.settings.home_folder))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        return CliRunner().invoke(app, ["links", *map(str, words)])

    return run


def test_the_command_counts_and_ends_well(gpsync_links, context, mailed, feed):
    result = gpsync_links("confirm", feed("token,confirmed at", f"{mailed(1, **ALWAYS)},"))

    assert result.exit_code == 0, result.output
    assert re.search(r"1\s+usable", result.stdout)
    with context.engine.connect() as connection:
        run = connection.execute(text("SELECT flow, outcome, summary FROM run")).one()
    assert run == ("links_confirm", "done", {"rows": 1, "links confirmed": 1})


def test_the_command_ends_with_3_and_row_numbers_where_some_were_not_taken(gpsync_links, context, mailed, feed):
    token = mailed(1, **ALWAYS)
    wrong = [f"{one:043d}" for one in range(25)]

    result = gpsync_links("confirm", feed("token", token, *wrong))

    assert result.exit_code == 3
    assert re.search(r"Not taken, unknown: rows 3, 4, .*, 22 and 5 more\.", result.stdout)
    assert not [one for one in (token, *wrong, "9000001", "@") if one in result.output]
    with context.engine.connect() as connection:
        run = connection.execute(text("SELECT outcome, summary FROM run")).one()
        assert run == ("attention", {"rows": 26, "links confirmed": 1, "links unknown": 25})
        held = dump(connection)
    assert fingerprint(token) in held and token not in held


def test_the_command_refuses_a_file_with_one_sentence(gpsync_links, feed):
    result = gpsync_links("confirm", feed("tokens", "T"))

    assert isinstance(result.exception, WrongUse)
    assert "row 1" in str(result.exception)
