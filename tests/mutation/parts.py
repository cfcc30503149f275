"""What is changed, and which tests should notice: the one place to edit when packages are renamed or moved."""

#: Packages and modules that decide something.
DECIDING = (
    "gpsync/window",
    "gpsync/verification",
    "gpsync/bounces",
    "gpsync/register",
    "gpsync/reconciliation",
    "gpsync/link_tokens.py",
    "gpsync/store/outbox/guards.py",
    "gpsync/store/outbox/moves.py",
)
#: Modules in them that only hold wordings: patterns of words are judged by a corpus, not by changes to their text.
WORDINGS = ("gpsync/bounces/refusal_words.py",)

#: Where the quick tests are. Those of them that need a database are left out.
TESTS = (
    "tests/spec",
    "tests/unit",
    "tests/model/test_model_agrees.py",
)
#: Parts of those that ask nothing of the code that decides.
NOT_ASKED = (
    "tests/unit/cli",
    "tests/unit/reports",
    "tests/unit/synthetic",
    "tests/unit/extracts/test_reading.py",
    "tests/unit/extracts/test_unpacking.py",
)
#: Modules of SQL, and the tests on a database that should notice changes to them.
ON_A_DATABASE = {
    "gpsync/store/outbox/guards.py": ("tests/store/test_outbox.py", "tests/store/test_outbox_guards.py"),
    "gpsync/store/outbox/moves.py": ("tests/store/test_outbox.py", "tests/store/test_outbox_guards.py"),
}
#: Fixtures that need a database.
DATABASE = frozenset({"server_url", "engine", "make_database"})

#: A test that takes longer than this is not worth it here.
LONGEST_TEST_SECONDS = 10.0
#: For one change, tests are run from the quickest until they have taken this long.
BUDGET_SECONDS = 120.0
#: A change that makes its tests run for so many seconds longer than they should was noticed: something hangs.
PATIENCE_SECONDS = 60.0
