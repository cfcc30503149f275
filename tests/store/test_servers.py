"""Servers as people have them: other settings, fewer rights, time limits, another encoding, a pooler in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, make_url, text
from typer.testing import CliRunner

from flows.nightly import nightly
from gpsync.cli import app
from gpsync.errors import GpsyncError, WrongUse
from gpsync.operations.context import london_today
from gpsync.settings import Settings
from gpsync.store import schema
from gpsync.store.database import connect, parse_url
from gpsync.synthetic.writing import synthesise
from tests.flows.installation import Home
from tests.store.pooler import pooled

#: A register is sent on weekdays, and none is dated after today.
LAST_WEEK = london_today() - timedelta(days=london_today().weekday() + 3)
#: What a site may have set for its database, each of which has broken a command.
_STRANGE = (
    "SET datestyle = 'SQL, DMY'",
    "SET intervalstyle = 'iso_8601'",
    "SET timezone = 'Pacific/Auckland'",
    "SET search_path = 'elsewhere'",
    "SET statement_timeout = '1min'",
    "SET idle_in_transaction_session_timeout = '100ms'",
)


@pytest.fixture
def admin(server_url):
    """A superuser's connection, each of whose statements stands alone."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def empty(admin, server_url, request):
    """Make an empty database, gone with the test: `empty("ENCODING 'LATIN1'")` gives its URL."""
    made = []

    def make(options=""):
        name = f"server_{abs(hash(request.node.name)) % 10**9}_{len(made)}"
        admin.execute(text(f"CREATE DATABASE {name} {options}"))
        made.append(name)
        return make_url(server_url).set(database=name)

    yield make
    for name in made:
        admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def settings_for(url, home):
    return Settings(home=home, database_url=make_url(url).render_as_string(hide_password=False), settle_seconds=0)


@contextmanager
def engine_of(url, home):
    """The program's own engine on a database, whatever its schema."""
    engine = connect(settings_for(url, home))
    yield engine
    engine.dispose()


@pytest.fixture
def night(monkeypatch, tmp_path):
    """One made-up night on a database, and what is then told of it."""

    def run(url, name):
        home = tmp_path / name
        monkeypatch.setenv("GPSYNC_HOME", str(home))
        monkeypatch.setenv("GPSYNC_DATABASE_URL", make_url(url).render_as_string(hide_password=False))
        monkeypatch.setenv("GPSYNC_SETTLE_SECONDS", "0")
        monkeypatch.setenv("COLUMNS", "200")
        paths = synthesise(home / "inbox", doctors=60, nights=1, seed=3, last_night=LAST_WEEK)
        done = nightly()
        with engine_of(url, home) as engine, engine.connect() as connection:
            rows = connection.execute(
                text("SELECT mismatch_id, code, first_seen FROM reporting.mismatch ORDER BY 1")
            ).all()
            changed = connection.execute(text("SELECT gmc_number, valid_from FROM doctor ORDER BY 1")).all()
        assert len(done.synced.taken) == len(paths)
        listed = CliRunner().invoke(app, ["mismatches", "--format", "json"], catch_exceptions=False)
        return rows, changed, listed.exit_code

    return run


def test_whatever_a_site_has_set_a_night_comes_to_the_same(admin, make_database, night):
    plain, strange = make_database(), make_database()
    for one in _STRANGE:
        admin.execute(text(f"ALTER DATABASE {make_url(strange).database} {one}"))

    assert night(strange, "strange") == night(plain, "plain")


def test_nights_behind_a_pooler_come_to_the_same(make_database, night):
    plain, behind = make_database(), make_database()
    with pooled(behind) as url:
        found = night(url, "behind")
        assert found == night(plain, "plain")
        # The second night meets sessions that the first one has used.
        assert found[0] == night(url, "behind")[0]


def test_a_database_that_cannot_hold_every_name_is_refused(empty, tmp_path):
    url = empty("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")

    with pytest.raises(GpsyncError, match=r"encoded in LATIN1.*ENCODING 'UTF8'"):
        connect(settings_for(url, tmp_path))


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (None, "may not create what gpsync needs.*GRANT CREATE ON DATABASE .* TO modest; GRANT USAGE, CREATE"),
        ("SET default_transaction_read_only = on", "The database is read-only"),
    ],
)
def test_a_server_that_lets_nothing_be_made_is_reported_in_one_sentence(empty, admin, tmp_path, limit, sentence):
    url = empty()
    admin.execute(text("DROP ROLE IF EXISTS modest"))
    admin.execute(text("CREATE ROLE modest LOGIN"))
    if limit is not None:
        admin.execute(text(f"GRANT ALL ON DATABASE {url.database} TO modest"))
        admin.execute(text(f"ALTER ROLE modest {limit}"))

    with engine_of(url.set(username="modest"), tmp_path) as engine, pytest.raises(GpsyncError, match=sentence):
        schema.upgrade(engine)
    admin.execute(text(f"DROP OWNED BY modest; REVOKE ALL ON DATABASE {url.database} FROM modest; DROP ROLE modest"))


def test_the_grants_that_are_asked_for_are_enough(empty, admin, tmp_path):
    url = empty()
    admin.execute(text("CREATE ROLE granted LOGIN"))
    admin.execute(text(f"GRANT CREATE ON DATABASE {url.database} TO granted"))
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("GRANT USAGE, CREATE ON SCHEMA public TO granted"))
    with engine_of(url.set(username="granted"), tmp_path) as engine:
        schema.upgrade(engine)
        schema.check(engine)
    with owner.connect() as connection:
        connection.execute(text("DROP OWNED BY granted CASCADE"))
    owner.dispose()
    admin.execute(text(f"REVOKE ALL ON DATABASE {url.database} FROM granted; DROP ROLE granted"))


def test_a_short_time_limit_does_not_stop_an_upgrade(empty, admin, tmp_path):
    url = empty()
    admin.execute(text(f"ALTER DATABASE {url.database} SET statement_timeout = '20ms'"))
    with engine_of(url, tmp_path) as engine:
        schema.upgrade(engine)
        schema.check(engine)


def test_of_two_that_make_the_schema_at_once_both_find_it_made(empty):
    url = empty()
    engines = [create_engine(url) for _ in range(4)]
    together = threading.Barrier(len(engines))

    def upgrade(engine):
        together.wait()
        return schema.upgrade(engine)

    with ThreadPoolExecutor(len(engines)) as pool:
        assert len(set(pool.map(upgrade, engines))) == 1
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(
    ("written", "host", "password"),
    [
        ("postgres://u:p@db.example/gpsync", "db.example", "p"),
        ("postgresql://u:p%40ss%2Fword@db.example/gpsync", "db.example", "p@ss/word"),
        ("postgresql+psycopg://u:p@db.example:5433/gpsync?sslmode=require", "db.example", "p"),
        ("postgresql:///gpsync?host=/run/postgresql", None, None),
        ("postgresql://u@/gpsync?host=/run/postgresql", None, None),
    ],
)
def test_addresses_of_servers_as_people_write_them(written, host, password):
    url = parse_url(written)

    assert (url.host or None, url.password, url.database) == (host, password, "gpsync")


@pytest.mark.parametrize("secret", ["sec@ret", "sec/ret", "sec?ret", "sec#ret", "sec@r/e?t"])
def test_a_password_that_is_not_escaped_is_reported_and_not_shown(secret):
    with pytest.raises(WrongUse, match="%40 for @") as refused:
        parse_url(f"postgresql://u:{secret}@db.example/gpsync")

    assert "sec" not in str(refused.value)


@pytest.mark.parametrize("written", ["gpsync", "postgresql", "mysql://u:p@db.example/gpsync", "postgresql://u:p@h:x/g"])
def test_what_is_no_address_of_a_server_is_reported(written):
    with pytest.raises(WrongUse, match="GPSYNC_DATABASE_URL"):
        parse_url(written)


@pytest.mark.parametrize(
    ("rights", "words", "sentence"),
    [
        ("ALTER ROLE modest SET default_transaction_read_only = on", "nightly", "The database does not accept changes"),
        ("", "status", "lacks rights in the database"),
        (
            "GRANT USAGE ON SCHEMA public TO modest; GRANT SELECT ON ALL TABLES IN SCHEMA public TO modest",
            "sync",
            "rights",
        ),
        (
            "ALTER ROLE modest CONNECTION LIMIT 1; GRANT ALL ON ALL TABLES IN SCHEMA public TO modest",
            "sync",
            "to spare",
        ),
    ],
    ids=["read-only", "nothing", "only reading", "one connection"],
)
def test_what_a_server_refuses_is_one_sentence_in_every_command(
    make_database, admin, tmp_path, rights, words, sentence
):
    url = make_url(make_database())
    admin.execute(text("CREATE ROLE modest LOGIN"))
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        if "read_only" in rights:
            connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO modest"))
        for one in filter(None, rights.split("; ")):
            connection.execute(text(one))
    try:
        home = Home(tmp_path / "home", url.set(username="modest").render_as_string(hide_password=False))
        status = home.gpsync(words)
    finally:
        with owner.connect() as connection:
            connection.execute(text("DROP OWNED BY modest"))
        owner.dispose()
        admin.execute(text("DROP ROLE modest"))

    assert status == 1
    assert sentence in home.printed and "withheld" not in home.printed
    assert home.printed.count("gpsync: ") == 1


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ("DROP SCHEMA public", "The database has no schema public: CREATE SCHEMA public"),
        ("CREATE TABLE run (x int)", "the name of one of gpsync's tables"),
        (
            "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('a1b2')",
            "another program's",
        ),
    ],
)
def test_what_is_in_the_way_of_the_schema_is_reported(empty, tmp_path, found, sentence):
    url = empty()
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for one in found.split("; "):
            connection.execute(text(one))
    owner.dispose()

    with engine_of(url, tmp_path) as engine, pytest.raises(GpsyncError, match=sentence):
        schema.upgrade(engine)
