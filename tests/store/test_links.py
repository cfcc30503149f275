"""Links on a real database: looked at as often as anybody likes, used once, by nobody else, for one address."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from gpsync.link_tokens import (
    LinkSecrets,
    LinkVerdict,
    check,
    consume,
    fingerprint,
    make_token,
    record_opening,
)
from gpsync.mails import Link
from gpsync.operations.ids import mail_ids
from gpsync.records import Verification
from gpsync.rules import LinkState, MailKind
from gpsync.store import links, verifications
from gpsync.store.tables import link, metadata

#: Half past eleven in the evening of 30 June in UTC, which is 1 July in London.
NOW = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
SECRETS = LinkSecrets.parse("a:" + "s" * 32)
GP, OTHER = "9000001", "9000002"
HOURS_72 = timedelta(hours=72)


def made(number=GP, address="new@doctor.example", **other) -> tuple[str, Link]:
    """A token and its link, mailed an hour ago; without `number` that of a user."""
    link_id, generation = mail_ids().link_id, other.get("generation", 1)
    token = make_token(SECRETS, key_id="a", link_id=link_id, generation=generation, address_key=address)
    kept = Link(
        link_id=link_id,
        kind=MailKind.EMAIL_CHANGE if number else MailKind.USER_LINK,
        event_id=f"{number}|{address}",
        holder=f"gp {number}" if number else "user U1",
        gmc_number=number,
        user_id=None if number else "U1",
        address_key=address,
        generation=generation,
        key_id="a",
        token_sha256=fingerprint(token),
        state=LinkState.ISSUED,
        issued_at=NOW - timedelta(hours=1),
        expires_at=NOW + HOURS_72,
    )
    return token, replace(kept, **other)


def put_doctor(connection, number, key, valid_to=None):
    """A version of a doctor's record; without `valid_to` the current one."""
    connection.execute(
        text(
            "INSERT INTO doctor (gmc_number, valid_from, valid_to, closed_on, email, email_key, registration_class,"
            " registration_status, surname, given_name, row_hash) VALUES (:number, '2026-01-01', :to, :to, :key, :key,"
            " 'LICENSED', 'Registered with Licence', 'S', 'G', 1)"
        ),
        {"number": number, "key": key, "to": valid_to},
    )


@pytest.fixture
def connection(engine):
    """A transaction in which two doctors have addresses of their own."""
    with engine.begin() as connection:
        put_doctor(connection, GP, "new@doctor.example")
        put_doctor(connection, OTHER, "other@doctor.example")
        yield connection


@pytest.fixture
def many(engine):
    """The same database through 50 connections."""
    many = create_engine(engine.url, pool_size=50, max_overflow=0, hide_parameters=True)
    yield many
    many.dispose()


@pytest.fixture
def ledger(connection):
    return links.Ledger(connection)


def add(connection, *given, **other):
    """Keep a new link and return its token."""
    token, one = made(*given, **other)
    links.add(connection, [one])
    return token


def state_of(connection, token):
    return links.of_token(connection, fingerprint(token)).state


def verified(connection):
    return verifications.of_doctors(connection, [GP, OTHER])


def test_a_link_that_scanners_have_looked_at_a_hundred_times_confirms_once(connection, ledger):
    token = add(connection)

    for look in range(100):
        assert check(ledger, token, NOW) is LinkVerdict.USABLE
        record_opening(ledger, token, NOW + timedelta(seconds=look))

    assert state_of(connection, token) is LinkState.OPENED
    assert links.of_token(connection, fingerprint(token)).opened_at == NOW
    assert verified(connection) == {}
    assert consume(ledger, token, NOW) is LinkVerdict.USABLE
    assert consume(ledger, token, NOW) is LinkVerdict.CONFIRMED_ALREADY
    assert check(ledger, token, NOW + timedelta(days=400)) is LinkVerdict.CONFIRMED_ALREADY


def test_looking_without_saying_so_changes_nothing(connection, ledger):
    token = add(connection)
    before = links.of_doctor(connection, GP)

    check(ledger, token, NOW)

    assert links.of_doctor(connection, GP) == before


def test_using_a_doctors_link_verifies_the_address_on_londons_date(connection, ledger):
    token = add(connection)

    consume(ledger, token, NOW)

    assert verified(connection) == {GP: [Verification(GP, "new@doctor.example", date(2026, 7, 1))]}
    assert connection.execute(text("SELECT source, recorded_at FROM verification")).one() == ("link", NOW)
    (kept,) = links.of_doctor(connection, GP)
    assert (kept.state, kept.confirmed_at) == (LinkState.CONFIRMED, NOW)


def test_a_use_that_is_rolled_back_leaves_neither_a_used_link_nor_a_verification(engine):
    with engine.begin() as connection:
        put_doctor(connection, GP, "new@doctor.example")
        token = add(connection)

    with engine.connect() as connection:
        assert consume(links.Ledger(connection), token, NOW) is LinkVerdict.USABLE
        assert verified(connection) != {}
        connection.rollback()

        assert state_of(connection, token) is LinkState.ISSUED
        assert verified(connection) == {}


def test_using_a_users_link_confirms_it_and_verifies_no_doctor(connection, ledger):
    token = add(connection, None, "ua@practice.example")

    assert consume(ledger, token, NOW) is LinkVerdict.USABLE
    assert consume(ledger, token, NOW) is LinkVerdict.CONFIRMED_ALREADY
    assert connection.execute(text("SELECT count(*) FROM verification")).scalar_one() == 0


def test_a_look_after_the_use_does_not_bring_the_link_back(connection, ledger):
    token = add(connection)
    consume(ledger, token, NOW)

    record_opening(ledger, token, NOW)
    links.mark_opened(connection, links.of_token(connection, fingerprint(token)).link_id, NOW)

    assert state_of(connection, token) is LinkState.CONFIRMED


def test_of_50_uses_at_the_same_time_exactly_one_succeeds(engine, many):
    """Twenty rounds, each with a link of its own, on 50 connections that start together."""
    start = threading.Barrier(50)

    def use(token):
        with many.begin() as connection:
            connection.execute(text("SELECT 1"))
            start.wait(timeout=30)
            return consume(links.Ledger(connection), token, NOW)

    with ThreadPoolExecutor(50) as threads:
        for one in range(20):
            number = f"9{one:06d}"
            with engine.begin() as connection:
                put_doctor(connection, number, f"d{one}@doctor.example")
                token = add(connection, number, f"d{one}@doctor.example")

            verdicts = list(threads.map(use, [token] * 50))

            assert sorted(verdicts) == [LinkVerdict.CONFIRMED_ALREADY] * 49 + [LinkVerdict.USABLE]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM verification")).scalar_one() == 20


def test_a_link_that_is_withdrawn_while_it_is_used_is_not_used(engine):
    """The second look, after the lost race, says why."""
    with engine.begin() as connection:
        put_doctor(connection, GP, "new@doctor.example")
        token = add(connection)

    class Late(links.Ledger):
        """Somebody else ends the link between look and deed."""

        def mark_confirmed(self, link, now):
            with engine.begin() as other:
                links.end(other, [link.link_id], LinkState.REVOKED, "Withdrawn.", NOW)
            return super().mark_confirmed(link, now)

    with engine.begin() as connection:
        assert consume(Late(connection), token, NOW) is LinkVerdict.REVOKED
        assert verified(connection) == {}


@pytest.mark.parametrize(
    ("other", "at", "expected"),
    [
        ({}, timedelta(0), LinkVerdict.USABLE),
        ({}, HOURS_72 - timedelta(microseconds=1), LinkVerdict.USABLE),
        ({}, HOURS_72, LinkVerdict.EXPIRED),
        ({"state": LinkState.OPENED}, HOURS_72, LinkVerdict.EXPIRED),
        ({"state": LinkState.EXPIRED, "expires_at": NOW}, timedelta(0), LinkVerdict.EXPIRED),
        ({"state": LinkState.REVOKED}, timedelta(0), LinkVerdict.REVOKED),
        ({"state": LinkState.SUPERSEDED}, timedelta(0), LinkVerdict.SUPERSEDED),
        ({"state": LinkState.CONFIRMED}, timedelta(0), LinkVerdict.CONFIRMED_ALREADY),
        ({"expires_at": None}, timedelta(0), LinkVerdict.UNKNOWN),
        ({}, timedelta(hours=-2), LinkVerdict.UNKNOWN),
    ],
)
def test_what_a_link_is_good_for_follows_from_its_state_and_the_hour(connection, ledger, other, at, expected):
    token = add(connection, **other)
    before = state_of(connection, token)

    assert check(ledger, token, NOW + at) is expected
    assert consume(ledger, token, NOW + at) is expected

    if expected is LinkVerdict.USABLE:
        assert state_of(connection, token) is LinkState.CONFIRMED
    else:
        assert state_of(connection, token) is before
        assert verified(connection) == {}


@pytest.mark.parametrize("address", ["newer@doctor.example", None, "New@doctor.example"])
def test_a_link_is_bound_to_the_address_and_superseded_when_the_doctor_has_another_or_none(connection, address):
    ledger, token = links.Ledger(connection), add(connection)
    connection.execute(text("UPDATE doctor SET email_key = :key WHERE gmc_number = :gp"), {"key": address, "gp": GP})

    assert check(ledger, token, NOW) is LinkVerdict.SUPERSEDED
    assert consume(ledger, token, NOW) is LinkVerdict.SUPERSEDED
    assert verified(connection) == {}


def test_a_link_of_a_doctor_who_left_the_register_is_superseded(connection, ledger):
    token = add(connection)
    connection.execute(text("UPDATE doctor SET valid_to = '2026-06-30', closed_on = '2026-06-30'"))

    assert consume(ledger, token, NOW) is LinkVerdict.SUPERSEDED


def test_a_used_link_of_an_address_that_the_doctor_has_no_more_is_told_apart(connection, ledger):
    token = add(connection)
    consume(ledger, token, NOW)
    connection.execute(text("UPDATE doctor SET email_key = 'newer@doctor.example' WHERE gmc_number = :gp"), {"gp": GP})

    assert check(ledger, token, NOW) is LinkVerdict.USED
    assert consume(ledger, token, NOW) is LinkVerdict.USED


def test_the_database_itself_does_not_use_a_link_whose_address_has_changed(connection):
    token = add(connection)
    kept = links.of_token(connection, fingerprint(token))
    connection.execute(text("UPDATE doctor SET email_key = 'newer@doctor.example' WHERE gmc_number = :gp"), {"gp": GP})

    assert links.consume(connection, kept, NOW) is False
    assert state_of(connection, token) is LinkState.ISSUED


@pytest.mark.parametrize(
    ("other", "at"),
    [
        ({}, HOURS_72),
        ({"expires_at": None}, timedelta(0)),
        ({"state": LinkState.REVOKED}, timedelta(0)),
        ({"state": LinkState.SUPERSEDED}, timedelta(0)),
        ({"state": LinkState.CONFIRMED}, timedelta(0)),
    ],
)
def test_the_database_itself_does_not_use_a_link_that_has_run_out_or_ended(connection, other, at):
    """Whoever asks may have looked at it a moment earlier."""
    token = add(connection, **other)
    before = links.of_token(connection, fingerprint(token))

    assert links.consume(connection, before, NOW + at) is False
    assert links.of_token(connection, fingerprint(token)) == before
    assert verified(connection) == {}


def mutilated(token):
    """What may be shown instead of a token."""
    swapped = token.swapcase()
    last = {token[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}
    shown = ["", " ", "A", token[:-1], token[1:], token + "=", token + "A", f" {token}", f"{token}\n", token * 2]
    shown += [swapped, token.lower(), token.upper(), "T" * 43, "é" * 43, "\ud800", "\0", "x" * 10_240]
    shown += ["' OR ''='", "%", "../" + token, fingerprint(token), *(last - {token})]
    return [one for one in shown if one != token]


def test_a_token_that_is_not_whole_to_the_letter_is_unknown_and_harms_nothing(connection, ledger):
    token = add(connection)

    for shown in mutilated(token):
        record_opening(ledger, shown, NOW)
        assert check(ledger, shown, NOW) is LinkVerdict.UNKNOWN
        assert consume(ledger, shown, NOW, secrets=SECRETS) is LinkVerdict.UNKNOWN

    assert state_of(connection, token) is LinkState.ISSUED
    assert verified(connection) == {}


def test_somebody_elses_token_confirms_nothing_but_its_own_link(connection, ledger):
    mine, theirs = add(connection), add(connection, OTHER, "other@doctor.example")

    assert consume(ledger, theirs, NOW) is LinkVerdict.USABLE

    assert state_of(connection, mine) is LinkState.ISSUED
    assert set(verified(connection)) == {OTHER}


def test_a_token_made_for_a_kept_link_with_another_address_is_unknown(connection, ledger):
    token = add(connection)
    kept = links.of_token(connection, fingerprint(token))
    forged = make_token(SECRETS, key_id="a", link_id=kept.link_id, generation=1, address_key="other@doctor.example")

    assert consume(ledger, forged, NOW) is LinkVerdict.UNKNOWN


def test_a_replaced_secret_still_checks_and_one_that_was_taken_out_does_not(connection, ledger):
    token = add(connection)
    rotated = LinkSecrets.parse(f"b:{'n' * 32},a:{'s' * 32}")
    without = LinkSecrets.parse(f"b:{'n' * 32}")
    same_id = LinkSecrets.parse(f"a:{'n' * 32}")

    assert consume(ledger, token, NOW, secrets=without) is LinkVerdict.UNKNOWN
    assert consume(ledger, token, NOW, secrets=same_id) is LinkVerdict.UNKNOWN
    assert check(ledger, token, NOW, secrets=rotated) is LinkVerdict.USABLE
    assert consume(ledger, token, NOW, secrets=rotated) is LinkVerdict.USABLE


def test_a_link_that_somebody_wrote_into_the_database_is_unknown_to_the_secrets(connection, ledger):
    links.add(connection, [replace(made()[1], token_sha256=fingerprint("é my own token"))])

    assert consume(ledger, "é my own token", NOW, secrets=SECRETS) is LinkVerdict.UNKNOWN


def test_nobody_has_two_live_links(connection):
    add(connection)

    with pytest.raises(IntegrityError, match="link_live_key"), connection.begin_nested():
        add(connection, generation=2)
    assert len(links.of_doctor(connection, GP)) == 1


def test_ending_a_link_and_adding_the_next_in_one_transaction_leaves_one_that_works(engine):
    with engine.begin() as connection:
        put_doctor(connection, GP, "new@doctor.example")
        first = add(connection)

    with engine.begin() as connection:
        (old,) = links.of_doctor(connection, GP)
        assert links.end(connection, [old.link_id], LinkState.SUPERSEDED, "It was sent again.", NOW) == 1
        second = add(connection, generation=2, issued_at=NOW)

    with engine.begin() as connection:
        ledger = links.Ledger(connection)
        assert consume(ledger, first, NOW) is LinkVerdict.SUPERSEDED
        assert consume(ledger, second, NOW) is LinkVerdict.USABLE
        assert [one.generation for one in links.of_doctor(connection, GP)] == [1, 2]


def test_only_live_links_are_ended_and_each_keeps_its_reason(connection, ledger):
    mine, theirs = add(connection), add(connection, OTHER, "other@doctor.example")
    consume(ledger, mine, NOW)
    ids = [links.of_token(connection, fingerprint(token)).link_id for token in (mine, theirs)]

    assert links.end(connection, ids, LinkState.REVOKED, "Withdrawn.", NOW) == 1
    assert links.end(connection, ids, LinkState.SUPERSEDED, "Something else.", NOW) == 0

    assert [state_of(connection, token) for token in (mine, theirs)] == [LinkState.CONFIRMED, LinkState.REVOKED]
    ended = connection.execute(select(link.c.reason, link.c.ended_at).where(link.c.state == LinkState.REVOKED)).one()
    assert ended == ("Withdrawn.", NOW)


def test_a_link_that_is_ended_as_expired_before_its_time_stays_unusable(connection, ledger):
    token = add(connection)
    (kept,) = links.of_doctor(connection, GP)

    links.end(connection, [kept.link_id], LinkState.EXPIRED, "Ended early.", NOW)

    assert check(ledger, token, NOW) is LinkVerdict.EXPIRED
    assert consume(ledger, token, NOW + timedelta(hours=1)) is LinkVerdict.EXPIRED


def test_links_expire_when_their_time_has_passed_and_not_before(connection):
    token = add(connection)
    unmailed = add(connection, OTHER, "other@doctor.example", expires_at=None)

    assert links.expire(connection, NOW + HOURS_72 - timedelta(seconds=1)) == 0
    assert links.expire(connection, NOW + HOURS_72) == 1
    assert links.expire(connection, NOW + HOURS_72) == 0

    assert state_of(connection, token) is LinkState.EXPIRED
    assert state_of(connection, unmailed) is LinkState.ISSUED


def test_stale_links_are_superseded_and_users_links_never(connection):
    token = add(connection)
    good, user = add(connection, OTHER, "other@doctor.example"), add(connection, None, "ua@practice.example")
    assert links.supersede_stale(connection, NOW) == 0
    connection.execute(text("UPDATE doctor SET email_key = 'newer@doctor.example' WHERE gmc_number = :gp"), {"gp": GP})
    # What the record said before does not count.
    connection.execute(text("UPDATE doctor SET valid_from = '2026-06-01' WHERE gmc_number = :gp"), {"gp": GP})
    put_doctor(connection, GP, "new@doctor.example", valid_to="2026-06-01")

    assert links.supersede_stale(connection, NOW) == 1

    states = [state_of(connection, one) for one in (token, good, user)]
    assert states == [LinkState.SUPERSEDED, LinkState.ISSUED, LinkState.ISSUED]


@pytest.mark.parametrize("registration", ["DECEASED", "ERASED", "RELINQUISHED", "LAPSED"])
def test_links_of_doctors_who_died_or_left_are_revoked_and_can_be_used_by_nobody(connection, ledger, registration):
    token = add(connection)
    other, user = add(connection, OTHER, "other@doctor.example"), add(connection, None, "ua@practice.example")
    assert links.revoke_of_those_who_left(connection, NOW) == 0
    leave = text("UPDATE doctor SET registration_class = :class WHERE gmc_number = :gp")
    connection.execute(leave, {"class": registration, "gp": GP})

    # Before anything has been tidied up, too.
    assert consume(ledger, token, NOW) is LinkVerdict.SUPERSEDED
    assert links.revoke_of_those_who_left(connection, NOW) == 1
    states = [state_of(connection, one) for one in (token, other, user)]
    assert states == [LinkState.REVOKED, LinkState.ISSUED, LinkState.ISSUED]


def test_a_suspended_doctor_keeps_the_link_that_went_out(connection, ledger):
    token = add(connection)
    connection.execute(text("UPDATE doctor SET registration_class = 'SUSPENDED' WHERE gmc_number = :gp"), {"gp": GP})

    assert links.revoke_of_those_who_left(connection, NOW) == 0
    assert consume(ledger, token, NOW) is LinkVerdict.USABLE


def test_no_table_holds_a_token_or_a_secret(connection, ledger):
    tokens = [add(connection), add(connection, OTHER, "other@doctor.example")]
    for token in tokens:
        record_opening(ledger, token, NOW)
    consume(ledger, tokens[0], NOW)

    held = dump(connection)

    assert all(fingerprint(token) in held for token in tokens)
    assert not [token for token in tokens if token in held]
    assert "s" * 32 not in held


def dump(connection):
    """Every table's text."""
    lines = []
    for table in metadata.sorted_tables:
        lines += connection.execute(text(f"SELECT t::text FROM {table.name} t")).scalars()
    return "\n".join(lines)


def test_verifications_are_written_once_and_told_by_doctor_in_order(connection):
    rows = [
        Verification(GP, "b@doctor.example", date(2026, 6, 2)),
        Verification(GP, "a@doctor.example", date(2026, 6, 1)),
        Verification(OTHER, "a@doctor.example", date(2026, 6, 1)),
    ]

    assert verifications.record(connection, rows, "accounts", NOW) == 3
    assert verifications.record(connection, rows, "link", NOW + timedelta(days=1)) == 0
    assert verifications.record(connection, [], "link", NOW) == 0

    assert verifications.of_doctors(connection, [GP, "9999999"]) == {GP: [rows[1], rows[0]]}
    assert set(connection.execute(text("SELECT source, recorded_at FROM verification"))) == {("accounts", NOW)}
