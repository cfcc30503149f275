"""What letters say: one set of templates for text and HTML, filled with a few words of the claim."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import escape

from gpsync.letters.shown_names import shown_person, shown_practice
from gpsync.london import in_london, long_date
from gpsync.mail_kinds import KINDS
from gpsync.mails import Claim
from gpsync.rules import MailKind

#: How a letter shows what its kind states beside the name.
_SHOWN: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "changed_on": lambda details: long_date(date.fromisoformat(details["changed_on"])),
    "practice": lambda details: shown_practice(details.get("practice", "")),
}
#: Around the name of a word, where a template has it: a character that no template has.
_GAP = "\ue000"
_URL = re.compile(r"https?://[!-~]+")


def bodies(claim: Claim, url: str) -> tuple[str, str]:
    """The letter as text and as HTML. Raises ValueError for a link that is not one."""
    if not _URL.fullmatch(url):
        raise ValueError("a link is http or https, and visible ASCII throughout")
    form = KINDS[claim.kind]
    words = {
        "subject": form.subject,
        "name": shown_person(claim.details.get("name", "")) or form.nameless,
        "url": url,
        "expiry": london_time(claim.expires_at),
        **{word: _SHOWN[word](claim.details) for word in form.words},
    }
    text, html = _forms(claim.kind, tuple((name, bool(word)) for name, word in words.items()))
    return text.filled(words), html.filled({name: escape(word) for name, word in words.items()})


def london_time(instant: datetime) -> str:
    """An instant as GOV.UK writes it: 5:30pm on Thursday 26 March 2026. Seconds are dropped, so it is never late."""
    local = in_london(instant)
    if (local.hour, local.minute) == (0, 0):
        # Read by most people as the end of the day that is named; a reader who takes it for the beginning is early.
        return f"midnight on {local - timedelta(days=1):%A} {long_date(local - timedelta(days=1))}"
    if (local.hour, local.minute) == (12, 0):
        return f"midday on {local:%A} {long_date(local)}"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'} on {local:%A} {long_date(local)}"


@dataclass(frozen=True)
class _Form:
    """A kind's letter with gaps: before each gap its text, and the name of the word that fills it."""

    parts: Sequence[tuple[str, str]]
    end: str

    def filled(self, words: Mapping[str, str]) -> str:
        return "".join(f"{text}{words[name]}" for text, name in self.parts) + self.end


@cache
def _forms(kind: MailKind, names: tuple[tuple[str, bool], ...]) -> tuple[_Form, _Form]:
    """A kind's letter as text and as HTML, rendered once: only the words in its gaps differ, and letters are many.

    `names` says of each word whether there is one: a template may leave out what stands around it.
    """
    gaps = {name: f"{_GAP}{name}{_GAP}" if is_there else "" for name, is_there in names}
    text, html = _templates(kind)
    return _form(text.render(gaps, layout="letter.txt.j2")), _form(html.render(gaps, layout="letter.html.j2"))


def _form(rendered: str) -> _Form:
    pieces = rendered.split(_GAP)
    return _Form(list(zip(pieces[:-1:2], pieces[1::2], strict=True)), pieces[-1])


@cache
def _templates(kind: MailKind) -> tuple[Template, Template]:
    """A kind's template twice: for text, where nothing needs escaping, and for HTML."""
    html = Environment(
        loader=PackageLoader("gpsync.letters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    name = f"{KINDS[kind].template}.j2"
    return html.overlay(autoescape=False).get_template(name), html.get_template(name)
