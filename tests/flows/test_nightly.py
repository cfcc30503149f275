"""The night as an operator starts it: a process of its own, a fresh home, and no Prefect anywhere."""

import re
from collections.abc import Iterator
from datetime import date
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from sqlalchemy import create_engine, text

from gpsync.store.locks import night_lock
from tests.flows.installation import CANARIES, Home, database, leaks, three_nights

_TOKEN = re.compile(r"https://pcse\.example/verify/([A-Za-z0-9_-]{43})")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, server_url: str) -> Iterator[Home]:
    with database(server_url, "nightly") as url:
        home = Home(tmp_path_factory.mktemp("home"), url)
        three_nights(home, tmp_path_factory.mktemp("mail"))
        yield home


def test_a_night_ends_with_the_status_that_says_whether_a_person_is_needed(home):
    assert home.status == [0, 3, 0], home.printed


def test_every_extract_has_its_outcome_and_every_run_its_record(home):
    engine = create_engine(home.database_url)
    with engine.connect() as connection:
        outcomes = connection.execute(text("SELECT as_of, outcome FROM reporting.extract ORDER BY as_of")).all()
        runs = connection.execute(text("SELECT flow, outcome FROM reporting.run ORDER BY started_at")).all()
    engine.dispose()

    assert [(row.as_of.day, row.outcome) for row in outcomes] == [
        (2, "accepted"),
        (3, "accepted_with_warnings"),
        (4, "held"),
        (5, "rejected"),
        (16, "accepted"),
    ]
    assert [tuple(row) for row in runs] == [
        ("gmc_sync", "done"),
        ("performer_reconcile", "done"),
        ("mailout_rehearsal", "done"),
        ("purge", "done"),
        ("gmc_sync", "attention"),
        ("performer_reconcile", "done"),
        ("mailout_rehearsal", "done"),
        ("purge", "done"),
        ("gmc_sync", "done"),
        ("performer_reconcile", "done"),
        ("verification_mailout", "done"),
        ("purge", "done"),
    ]


def test_the_doctor_whose_address_changed_gets_one_mail_with_a_link(home):
    (mail,) = (BytesParser(policy=SMTP).parsebytes(caught) for caught in home.caught)
    text = mail.get_body(("plain",)).get_content()

    assert mail["To"] == f"{CANARIES[1]}1234@doctor.example"
    assert f"Dear Given {CANARIES[0]}," in text
    assert len(_TOKEN.findall(text)) == 1
    assert "Mails: 1 (1 planned, 0 carried over): 1 sent." in home.printed


def test_no_personal_data_leaves_the_database_and_the_files(home):
    (token,) = _TOKEN.findall(BytesParser(policy=SMTP).parsebytes(home.caught[0]).get_body(("plain",)).get_content())

    assert leaks(home, token) == []
    for canary in (*CANARIES, token):
        assert canary not in home.printed


def test_a_night_without_an_observer_leaves_nothing_of_prefects(home):
    assert not (home.folder / ".prefect").exists()
    assert "Prefect" not in home.printed


def test_a_second_night_is_turned_away_between_the_runs_of_the_first_too(home):
    engine = create_engine(home.database_url)
    home.printed = ""
    with night_lock(engine):
        status = home.gpsync("nightly")
    engine.dispose()

    assert status == 75
    assert home.printed.count("Another gpsync run is in progress") == 1


@pytest.mark.parametrize(
    ("words", "besides", "sentence"),
    [
        (["--as-of", "2999-01-01"], {}, "is in the future"),
        ([], {"GPSYNC_LINK_SECRET": "short"}, "GPSYNC_LINK_SECRET"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_would_end_a_night_half_way_ends_it_before_anything_is_done(home, words, besides, sentence):
    before, home.printed = home.besides, ""
    home.besides = {**before, "GPSYNC_REHEARSAL": "false", **besides}
    home.drop(date(2026, 11, 18), ["9000001,Oak,Ann,Registered with Licence,ann@doctor.example"])
    try:
        status = home.gpsync("nightly", *words)
    finally:
        home.besides = before
        waiting = [path.name for path in home.inbox.iterdir()]
        (home.inbox / "gmc_register_20261118.csv").unlink()

    assert (status, waiting) == (2, ["gmc_register_20261118.csv"]), home.printed
    assert sentence in home.printed and "Traceback" not in home.printed
