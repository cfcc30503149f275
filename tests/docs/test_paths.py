"""The pages name only files that are there."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
#: What the changelog names was there once.
_PAGES = sorted({*_ROOT.glob("*.md"), *(_ROOT / "docs").glob("*.md")} - {_ROOT / "CHANGELOG.md"})
_PATH = re.compile(r"(?<![\w/.-])(?:bench|docs|expectations|flows|gpsync|tests)/[\w./-]*\w/?")
#: Stands for the reader's own: `tests/unit/reconciliation/examples/GROUP.py`.
_PLACEHOLDER = re.compile(r"[A-Z]{2,}(?:\.|/|$)")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in _PAGES])
def test_a_file_that_a_page_names_is_there(page):
    named = {path for path in _PATH.findall(page.read_text(encoding="utf-8")) if not _PLACEHOLDER.search(path)}

    assert sorted(path for path in named if not (_ROOT / path).exists()) == []
