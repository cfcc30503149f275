"""Two recordings of one checkout are the same; another rule, another order or another word is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.outcomes.__main__ import tell_of
from tests.outcomes.comparing import DATA, WORDS, compare, table
from tests.outcomes.product import in_a_hurry
from tests.outcomes.reading import Outcome
from tests.outcomes.server import MailService, mail_service
from tests.outcomes.story import tell

#: A town in which changes become due and are mailed.
_TOWN, _STORIES = 2, 2


@pytest.fixture(scope="module")
def service() -> Iterator[MailService]:
    with mail_service() as service:
        yield service


@pytest.fixture
def play(engine: Engine, service: MailService, tmp_path: Path) -> Iterator[Callable[..., Outcome]]:
    """Tells the stories of a town."""
    with in_a_hurry():
        yield lambda **settings: tell(_TOWN, _STORIES, engine, service, tmp_path, **settings)


def test_the_same_stories_come_out_the_same_and_otherwise_by_another_rule(play: Callable[..., Outcome]) -> None:
    first = play()
    assert first.seen["letters"] > 0
    assert play().as_json() == first.as_json()
    other = play(window_days=15)
    assert other.data["table email_change"] != first.data["table email_change"]


def _written(folder: Path, data: dict[str, list[str]], words: dict[str, list[str]]) -> Path:
    folder.mkdir()
    content: dict[str, Any] = {"data": data, "words": words, "seen": {"letters": 1}}
    (folder / "town-00001.json").write_text(json.dumps(content))
    return folder


def test_lines_that_differ_are_counted_and_shown(tmp_path: Path) -> None:
    one = _written(tmp_path / "one", {"mails": ["To: a", "To: b"], "steps": ["x"]}, {})
    other = _written(tmp_path / "other", {"mails": ["To: a", "To: c"], "steps": ["x"]}, {})
    found = compare(one, other, DATA)
    assert (found.lines["town", "mails"], found.differing["town", "mails"]) == (2, 1)
    assert ("town", "steps") not in found.differing
    assert {"-To: b", "+To: c"} <= set(found.first)
    assert any(line.split() == ["town:", "mails", "2", "1", "1"] for line in table(found))
    assert tell_of(one, other) == 1


def test_another_order_of_the_same_lines_is_a_difference(tmp_path: Path) -> None:
    one = _written(tmp_path / "one", {"steps": ["x", "y"]}, {})
    other = _written(tmp_path / "other", {"steps": ["y", "x"]}, {})
    assert compare(one, other, DATA).differing["town", "steps"] == 1


def test_a_recording_that_one_side_lacks_is_a_difference(tmp_path: Path) -> None:
    one = _written(tmp_path / "one", {"steps": ["x"]}, {})
    (tmp_path / "other").mkdir()
    assert tell_of(one, tmp_path / "other") == 1


def test_words_may_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = _written(tmp_path / "one", {"steps": ["x"]}, {"sentences": ["The mail is sent."]})
    other = _written(tmp_path / "other", {"steps": ["x"]}, {"sentences": ["The message is sent."]})
    assert compare(one, other, WORDS).differing["town", "sentences"] == 1
    assert tell_of(one, other) == 0
    assert "+The message is sent." in capsys.readouterr().out
