"""Names in the place of what is random: a mail's id becomes what the mail is about, wherever the id stands."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
Rows = Mapping[str, list[dict[str, Any]]]

#: What a random value looks like inside of a text: ids, hashes, holds and their scopes, tokens of links.
_RANDOM = re.compile(
    r"(?:mails|early-link)-\d{8}-[0-9a-f]{8}|\d{4}-\d\d-\d\d [0-9a-f]{8}\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b"
    r"|(?<=/verify/)[A-Za-z0-9_-]{43}|\b[0-9a-f]{12}\b"
)
#: A returned message is called by so many digits of its hash.
_DIGITS = 12

Name = Callable[[str], str]


def namer(rows: Rows, tokens: Mapping[str, str]) -> Name:
    """A function that puts names into a text; `tokens` are the links' by the hash that is kept of them."""
    names = _names(rows)
    names |= {token: f"token of {names[sha256]}" for sha256, token in tokens.items() if sha256 in names}
    return lambda text: _RANDOM.sub(lambda found: names.get(found[0], found[0]), text)


def _names(rows: Rows) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows["link"]:
        about = f"{row['kind']} {row['event_id']} #{row['generation']}"
        names |= {row["link_id"]: f"<link {about}>", row["token_sha256"]: f"<token's hash {about}>"}
    for row in rows["outbox"]:
        about = f"{row['kind']} {row['event_id']} #{row['generation']}"
        seal = (row["seal"] or ":").rpartition(":")[2]
        names |= {row["mail_id"]: f"<mail {about}>", row["body_sha256"] or "-": f"<letter {about}>"}
        names |= {seal or "-": f"<seal {about}>", row["lease_token"] or "-": "<lease>"}
    names |= _numbered("hold", rows["hold"], ("kind", "opened_at", "counted", "decision"), ("hold_id", "scope"))
    names |= _numbered("run", rows["run"], ("flow", "as_of", "started_at", "outcome"), ("run_id",))
    returned = [{**row, "about": names.get(row["mail_id"], "")} for row in rows["returned_mail"]]
    said = _numbered(
        "message", returned, ("kind", "seen_at", "name", "about", "status_code", "settled_at"), ("sha256",)
    )
    return names | said | {sha256[:_DIGITS]: name for sha256, name in said.items()}


def _numbered(
    what: str, rows: Iterable[Row], described_by: tuple[str, ...], columns: tuple[str, ...]
) -> dict[str, str]:
    """A name for the values of `columns` of each row, made of other columns; those that read the same are counted."""
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: [str(row[column]) for column in described_by]):
        about = " ".join(str(row[column]) for column in described_by[:2])
        seen[about] += 1
        names |= {str(row[column]): f"<{what}'s {column} {about} {seen[about]}>" for column in columns}
    return names
