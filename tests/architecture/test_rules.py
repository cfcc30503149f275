"""The rules notice what they forbid, however it is written, and say where it belongs."""

import pytest

from tests.architecture.effects import wrong_effects
from tests.architecture.import_rules import wrong_imports
from tests.architecture.modules import Module, project

_OURS = project()
_DECISION, _OPERATION = "gpsync.verification.sample", "gpsync.operations.mailout.sample"
_EDGE, _FLOW = "gpsync.mail.sample", "flows.sample"


def _imports(name, text):
    return list(wrong_imports(Module(name, text), _OURS))


def _effects(name, text):
    return list(wrong_effects(Module(name, text)))


@pytest.mark.parametrize(
    ("module", "text", "place"),
    [
        (_DECISION, "from gpsync.store import outbox", "gpsync/operations/"),
        (_DECISION, "from ..store import outbox", "gpsync/operations/"),
        (_DECISION, "from ..store.outbox import queries", "gpsync/operations/"),
        (_DECISION, "import gpsync.store.outbox as mails", "gpsync/operations/"),
        (_DECISION, "import gpsync\nfound = gpsync.store.outbox.counts", "gpsync/operations/"),
        (_DECISION, "def f():\n    from gpsync.settings import Settings", "gpsync/operations/"),
        (_DECISION, "module = __import__('gpsync.store.outbox')", "gpsync/operations/"),
        (_DECISION, "from importlib import import_module as get\nget('sqlalchemy')", "edge"),
        (_DECISION, "import importlib\ndef f(name):\n    importlib.import_module(name)", "write the import out"),
        (_DECISION, "if TYPE_CHECKING:\n    import a\nelse:\n    import sqlalchemy", "edge"),
        (_DECISION, "if not TYPE_CHECKING:\n    import sqlalchemy", "edge"),
        (_DECISION, "import os\nhome = os.environ['HOME']", "edge"),
        (_DECISION, "import sqlite3", "edge"),
        (_DECISION, "import socket, subprocess", "edge"),
        (_DECISION, "from uuid import uuid4", "edge"),
        (_DECISION, "import random", "edge"),
        (_DECISION, "import numpy as np\nnp.random.random()", "edge"),
        (_DECISION, "from io import FileIO", "edge"),
        (_DECISION, "import sys\nsys.modules['sqlalchemy']", "edge"),
        (_DECISION, "exec('import sqlalchemy')", "write the import out"),
        (_DECISION, "from gpsync.store.runs import *", "gpsync/operations/"),
        (_DECISION, "from gpsync.rules import *", "write the import out"),
        (_DECISION, "from pathlib import Path", "edge"),
        ("gpsync.london", "from gpsync.window import fold", "only its like"),
        (_OPERATION, "from sqlalchemy import text", "gpsync/store/"),
        (_OPERATION, "import sqlalchemy as sa\nquery = sa.text('SELECT 1')", "gpsync/store/"),
        (_OPERATION, "import typer", "gpsync/cli/"),
        (_OPERATION, "import yagmail", "gpsync/mail/"),
        (_OPERATION, "import requests", "an edge"),
        (_OPERATION, "import pandas as pd", "decision"),
        (_OPERATION, "from expectations import pcse_accounts", "gate"),
        (_FLOW, "import sqlalchemy", "gpsync/operations/"),
        (_FLOW, "import pandas", "gpsync/operations/"),
        (_FLOW, "from gpsync.store import runs", "gpsync/operations/"),
        (_FLOW, "from gpsync.window import fold", "gpsync/operations/"),
        (_EDGE, "from gpsync.verification import planning", "gpsync/operations/"),
        (_EDGE, "import gpsync\nplan = gpsync.verification.planning.planned_mail", "gpsync/operations/"),
        (_EDGE, "import smtplib", "yagmail"),
        (_EDGE, "from prefect import flow", "flows/"),
        (_EDGE, "from flows import nightly", "command line"),
        ("expectations.practices", "from gpsync.store import runs", "gpsync.rules"),
    ],
)
def test_an_import_that_is_forbidden_is_noticed(module, text, place):
    (sentence, *_) = _imports(module, text)

    assert sentence.startswith(f"{module} imports ")
    assert place in sentence


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (_DECISION, "if TYPE_CHECKING:\n    from sqlalchemy import Connection"),
        (_DECISION, "from typing import TYPE_CHECKING\nfrom gpsync.rules import MailState"),
        (_DECISION, "def f(secrets):\n    return secrets.secret"),
        (_OPERATION, "from sqlalchemy import Connection, Engine"),
        (_OPERATION, "if TYPE_CHECKING:\n    import pandas as pd"),
        (_FLOW, "from prefect import flow\nfrom gpsync.operations import purge"),
        (_EDGE, "from gpsync.rules import MailState"),
    ],
)
def test_an_import_that_is_allowed_is_not_reported(module, text):
    assert _imports(module, text) == []


@pytest.mark.parametrize(
    ("module", "text", "place"),
    [
        (_EDGE, "from datetime import datetime\nnow = datetime.now()", "operations/context"),
        (_EDGE, "import datetime as dt\nnow = dt.datetime.now", "operations/context"),
        (_EDGE, "from datetime import date\nd = date\ntoday = d.today()", "operations/context"),
        (_EDGE, "from time import time_ns as now\nnow()", "operations/context"),
        (_EDGE, "import time\ntime.localtime()", "operations/context"),
        (_EDGE, "import pandas as pd\npd.Timestamp.now()", "operations/context"),
        (_EDGE, "import pandas as pd\npd.Timestamp('now')", "operations/context"),
        (_EDGE, "import numpy as np\nnp.datetime64('today')", "operations/context"),
        (_EDGE, "from time import strftime\nstrftime('%Y')", "operations/context"),
        (_DECISION, "def f(name):\n    return open(name)", "an edge"),
        (_DECISION, "from builtins import open as o\no('a')", "an edge"),
        (_DECISION, "import zipfile\nzipfile.ZipFile('a')", "an edge"),
        (_DECISION, "import pandas\npandas.ExcelFile('a')", "an edge"),
        (_DECISION, "import pandas\npandas.io.parsers.read_csv('a')", "an edge"),
        (_DECISION, "from jinja2 import PackageLoader\nPackageLoader('gpsync')", "an edge"),
        (_DECISION, "def f(path):\n    return path.read_text()", "an edge"),
        (_DECISION, "import pandas as pd\npd.read_csv('a')", "an edge"),
        (_DECISION, "def f(connection):\n    connection.exec_driver_sql('SELECT 1')", "gpsync/store/"),
        (_OPERATION, "def f(connection):\n    connection.execute('SELECT 1')", "gpsync/store/"),
        (_OPERATION, "def f(connection):\n    connection.exec_driver_sql('SELECT 1')", "gpsync/store/"),
        (_OPERATION, "def f(connection):\n    return connection.scalars('SELECT 1')", "gpsync/store/"),
        ("gpsync.store.runs", "def f(e):\n    with e.begin() as c:\n        pass", "operations"),
        ("gpsync.store.runs", "def f(connection):\n    connection.commit()", "operations"),
        ("gpsync.store.runs", "query = text('update outbox set state = 1')", "move()"),
        ("gpsync.store.runs", "query = text('UPDATE public.\"outbox\" SET state = 1')", "move()"),
        ("gpsync.store.runs", "query = 'DELETE FROM ' + 'mail_event'", "move()"),
        ("gpsync.store.runs", "from gpsync.store.tables import outbox as o\nf'UPDATE {o.name} SET a = 1'", "move()"),
        ("gpsync.store.runs", "from gpsync.store.tables import outbox\nq = 'UPDATE {}'.format(outbox.name)", "move()"),
        ("gpsync.store.runs", "from gpsync.store import tables\nt = tables.outbox\nupdate(t)", "move()"),
        (
            "gpsync.store.runs",
            "import sqlalchemy as sa\nfrom .tables import mail_event\nsa.insert(mail_event)",
            "move()",
        ),
        ("gpsync.store.runs", "from gpsync.store.tables import mail_event\nmail_event.insert()", "move()"),
        ("gpsync.store.runs", "from gpsync.store.tables import outbox\nupdate(table=outbox)", "move()"),
        ("gpsync.store.runs", "from gpsync.store.tables import outbox\nupdate(outbox.alias('o'))", "move()"),
        ("gpsync.store.runs", "def f(metadata):\n    metadata.tables['outbox'].update()", "move()"),
        ("gpsync.store.outbox.sending", "query = 'UPDATE outbox SET state = 1'", "move()"),
    ],
)
def test_a_deed_that_is_forbidden_is_noticed(module, text, place):
    (sentence, *_) = _effects(module, text)

    assert sentence.startswith(f"{module}:")
    assert place in sentence


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("gpsync.operations.context", "from datetime import datetime\nnow = datetime.now()"),
        (_EDGE, "import time\ntime.monotonic()"),
        (_EDGE, "def f(path):\n    return path.read_text()"),
        (_OPERATION, "def f(engine):\n    with engine.begin() as connection:\n        pass"),
        ("gpsync.store.runs", "from gpsync.store.tables import outbox, run\nupdate(run)\nselect(outbox)"),
        ("gpsync.store.runs", "query = 'SELECT FROM outbox FOR UPDATE'"),
        (_DECISION, "def f(fold, moment):\n    fold.begin(moment)"),
    ],
)
def test_a_deed_that_is_allowed_is_not_reported(module, text):
    assert _effects(module, text) == []
