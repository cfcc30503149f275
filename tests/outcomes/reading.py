"""What a database and a mail service hold, as lines of text that two runs can be compared by.

What must be the same is `data`; sentences for people are `words`. Both are lists of lines by what they are about.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.outcomes.naming import Name, Rows, namer

Lines = dict[str, list[str]]

#: Columns with sentences, by table. Everything else must be the same.
_SENTENCES = {
    "extract": ("reason", "notes"),
    "mismatch": ("summary",),
    "not_known": ("reason",),
    "act": ("refusal",),
    "hold": ("asked_reason",),
}
#: Columns that hold a code or a sentence; a sentence has a space.
_CODE_OR_SENTENCE = {"link": "reason"}
#: Columns that say only in which order something was written, or until when a sender may take its time.
_LEFT_OUT = {"event_number", "act_number", "lease_until", "lease_token"}
#: In a run's summary: how long each of its phases took.
_SECONDS = "seconds"
_TOKEN = re.compile(r"/verify/([A-Za-z0-9_-]{43})")
_CLOCK = re.compile(r"\b\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:am|pm)?(?: ?[+-]\d\d:?\d\d)?")
_BOUNDARY = re.compile(r'boundary="[^"]*"')


@dataclass
class Outcome:
    """The lines of one story, or of the demo. `seen` counts what was reached."""

    data: Lines = field(default_factory=lambda: defaultdict(list))
    words: Lines = field(default_factory=lambda: defaultdict(list))
    seen: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> str:
        return json.dumps(
            {"data": self.data, "words": self.words, "seen": self.seen}, ensure_ascii=False, indent=0, sort_keys=True
        )


class Reader:
    """Turns rows and letters into lines; with `real_clock` the hours in them are masked and their days kept."""

    def __init__(self, rows: Rows, letters: Iterable[bytes], *, real_clock: bool = False) -> None:
        self._rows = rows
        self._letters: list[EmailMessage] = [message_from_bytes(one, policy=policy.default) for one in letters]
        tokens = {_hash(token): token for letter in self._letters for token in _TOKEN.findall(_body(letter, "plain"))}
        named: Name = namer(rows, tokens)
        self.name: Name = (lambda text: _CLOCK.sub("<time>", named(text))) if real_clock else named
        self._real_clock = real_clock

    def read(self, outcome: Outcome) -> None:
        """Put every row and every letter into the outcome."""
        for table, rows in self._rows.items():
            lines = [self._row(table, row, outcome.words) for row in _in_order(table, rows)]
            outcome.data[f"table {table}"] = sorted(lines)
        outcome.data["mails"] = [self._letter(letter) for letter in self._letters]
        outcome.data["mails"].sort()
        for what in outcome.words:
            if what.startswith("table "):
                outcome.words[what].sort()

    def _row(self, table: str, row: dict[str, Any], words: Lines) -> str:
        sentences = _SENTENCES.get(table, ())
        mixed = _CODE_OR_SENTENCE.get(table)
        if mixed and " " in (row[mixed] or ""):
            sentences = (mixed,)
        if table == "outbox":
            # The next try is deferred by a random share of a tenth.
            row = {**row, "next_at": row["next_at"].replace(minute=0, second=0, microsecond=0)}
        if table == "run":
            row = {**row, "summary": self._figures(row, words)}
        values = {name: value for name, value in row.items() if name not in _LEFT_OUT and name not in sentences}
        texts = {name: row[name] for name in sentences if row[name]}
        line = self._line(values)
        if texts:
            key = next(iter(values.values()))
            words[f"table {table}"].append(self._line({"of": key, **texts}))
        return line

    def _figures(self, row: dict[str, Any], words: Lines) -> list[Any]:
        """The figures of a run without their names, which are words; JSONB has them in the names' order."""
        figures = {name: value for name, value in row["summary"].items() if name != _SECONDS}
        words["table run"].append(self._line({"flow": row["flow"], "names": sorted(figures)}))
        return sorted(figures.values(), key=str)

    def _line(self, values: dict[str, Any]) -> str:
        return self.name(json.dumps(values, ensure_ascii=False, default=self._plain))

    def _plain(self, value: object) -> str:
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d} <time>" if self._real_clock else value.isoformat()
        return value.isoformat() if isinstance(value, date) else str(value)

    def _letter(self, letter: EmailMessage) -> str:
        headers = "\n".join(f"{name}: {value}" for name, value in letter.items() if name != "Content-Type")
        whole = f"{headers}\n\n{_body(letter, 'plain')}\n{_body(letter, 'html')}"
        return self.name(_BOUNDARY.sub("", whole))


def _body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _hash(token: str) -> str:
    """What the product keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _in_order(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose order means something, with their place in it: among all, or among those of one mail or address."""
    owner = {"mail_event": "mail_id", "suppression_event": "address_key", "act": None}
    if table not in owner:
        return rows
    number = "act_number" if table == "act" else "event_number"
    places: Counter[str] = Counter()
    found = []
    for row in sorted(rows, key=lambda row: row[number]):
        of = str(row[owner[table]]) if owner[table] else ""
        places[of] += 1
        found.append({**row, "place": places[of]})
    return found
