"""What letters say: one set of templates for text and HTML, filled with a few words of the claim.

A letter's bytes must be the same at every attempt, so whoever changes a template raises its TEMPLATE_VERSION.
"""

import re
from datetime import date, datetime, timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from gpsync.letters.shown_names import shown_person, shown_practice
from gpsync.london import in_london, long_date
from gpsync.mails import Claim
from gpsync.rules import MailKind

#: What a letter's words and form are called. A letter that was tried is only tried again in the same version.
TEMPLATE_VERSION = {
    MailKind.EMAIL_CHANGE: "email-change-v2",
    MailKind.FIRST_LINK: "first-link-v2",
    MailKind.USER_LINK: "user-v2",
}
SUBJECTS = {
    MailKind.EMAIL_CHANGE: "Verify your new email address for PCSE Online",
    MailKind.FIRST_LINK: "Verify your PCSE Online account",
    MailKind.USER_LINK: "Verify your PCSE Online user account",
}
#: How somebody is addressed whose name is not known, or reads like something else.
_NAMELESS = {MailKind.EMAIL_CHANGE: "doctor", MailKind.FIRST_LINK: "doctor", MailKind.USER_LINK: "colleague"}

_URL = re.compile(r"https?://[!-~]+")


def bodies(claim: Claim, url: str) -> tuple[str, str]:
    """The letter as text and as HTML. Raises ValueError for a link that is not one."""
    if not _URL.fullmatch(url):
        raise ValueError("a link is http or https, and visible ASCII throughout")
    words = {
        "subject": SUBJECTS[claim.kind],
        "name": shown_person(claim.details.get("name", "")) or _NAMELESS[claim.kind],
        "url": url,
        "expiry": london_time(claim.expires_at),
        **_own_words(claim),
    }
    text, html = _templates(claim.kind)
    return text.render(words, layout="letter.txt.j2"), html.render(words, layout="letter.html.j2")


def _own_words(claim: Claim) -> dict[str, str]:
    if claim.kind is MailKind.EMAIL_CHANGE:
        return {"changed_on": long_date(date.fromisoformat(claim.details["changed_on"]))}
    if claim.kind is MailKind.USER_LINK:
        return {"practice": shown_practice(claim.details.get("practice", ""))}
    return {}


def london_time(instant: datetime) -> str:
    """An instant as GOV.UK writes it: 5:30pm on Thursday 26 March 2026. Seconds are dropped, so it is never late."""
    local = in_london(instant)
    if (local.hour, local.minute) == (0, 0):
        # Read by most people as the end of the day that is named; whoever reads it as its beginning is early.
        return f"midnight on {local - timedelta(days=1):%A} {long_date(local - timedelta(days=1))}"
    if (local.hour, local.minute) == (12, 0):
        return f"midday on {local:%A} {long_date(local)}"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'} on {local:%A} {long_date(local)}"


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
    name = f"{TEMPLATE_VERSION[kind].rpartition('-')[0]}.j2"
    return html.overlay(autoescape=False).get_template(name), html.get_template(name)
