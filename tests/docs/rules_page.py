"""The page of the rules: every drawn case as a table, chapter by chapter."""

from collections.abc import Iterator

from tests.spec.cases import ADDRESSES, CHAPTERS
from tests.spec.drawing import Case, read_table
from tests.spec.judging import DayCase
from tests.spec.judging_cases import DAYS
from tests.spec.other_rules import OTHER_RULES, OtherRule
from tests.spec.planning import PlanCase
from tests.spec.planning_cases import MAILOUTS, REQUESTS
from tests.spec.reminding_cases import AFTER_RETURN, REMINDERS

PRINTED = "<!-- Printed by `make docs`; edits are overwritten. -->\n"

_ABOUT_REMINDERS = (
    "Where `GPSYNC_REMINDERS=1`: on which days a doctor may be sent a second link about a change, by what the register "
    "and the mailout show. It goes out on a sending day, where nothing else stops it. `sent on request` is a mail that "
    "a person asked for. Reminders are off by default."
)
_ABOUT_RETURNS = (
    "Where no reminder is wanted: on which days a doctor may be sent a second link because the mail with the first one "
    "came back undelivered, such as from a full mailbox, by what the register and the mailout show. `on request` is a "
    "mail that a person asked for. First links and users' links that come back are mailed again on the same days."
)
_ABOUT_DAYS = {
    "Who may be mailed": (
        "As of Monday 16 March 2026, for doctors whose change to address B is due. `register` is the registration, "
        "`list` the status on the performers list with the day a withdrawal takes effect, `besides` what else is "
        "known of the doctor or set for the installation. If several rules apply, the most decisive one is the outcome."
    ),
    "When links go out": (
        "What a mailout looks at before any doctor: the dates of the newest register, the one before it, the newest "
        "list and the last mailout. The outcome is `sends`, or the rule that forbids it."
    ),
}


#: The columns of drawn mailouts, which `tests/spec/planning.py` explains to whoever writes one.
_COLUMNS = {
    "about": "`change` where nothing else is said, `first link` or `user's link`",
    "due": "the day on which the change's window has passed; 16 March where nothing else is said",
    "register": "the registration; `none` where the register holds no such doctor",
    "list": "the status on the performers list; `from` the day on which it takes effect, `since` the day of the "
    "first list that shows it, `but on` the day of one that did not",
    "took": "the address that the change is to; `bad` is none, `Bé` one that no letter can be written to",
    "shows": "the address that the newest extract shows; `B*` is B in another spelling, `B?` may be another one",
    "account": "how the account at the portal stands, and with which address; a user's may be revoked",
    "domain": "the domain of the addresses",
    "mails": "the mails about it so far, as above; `held(WHY)` waits for two people, `deferred` was refused for now; "
    "`deferred(CANARY)` is one of the first of a first mailout; `on request`, `as reminder` and `after a return` say "
    "why it was planned",
    "letter": "what is out of date about the letter of the mail that waits, or not as it was planned",
    "besides": "what else is known",
    "outcome": "what becomes of the mail that waits (`goes out`, `stays held`, `cancelled(WHY)`), and which mail is "
    "new: `letter 2` is the second about this; where there is none, what stops the change",
    "rank": "how urgent the new mail is",
    "due date": "for which day the new mail was due",
    "place": "the new mail's place among all",
}
_ABOUT_MAILOUTS = (
    "In the chapters that follow each table is one run, as of Monday 16 March 2026. A line is a doctor, or a user of a",
    "practice, and what they may be mailed about: their change from address A to address B where no column says",
    "otherwise, their first link, or their user's link. What is usual is not drawn: a licensed doctor on the list who",
    "shows address B.",
    "",
    "| column | what it says |",
    "|---|---|",
    *(f"| {column} | {meaning} |" for column, meaning in _COLUMNS.items()),
    "",
)
_ABOUT_REQUESTS = (
    "A doctor asks for another link on Monday 16 March 2026. The columns are those of a run. `stated` is the address "
    "that they name, `so far` how many links they were sent on request within 30 days. `stands` is how their change "
    "stands by the register and the mails, `judged` how the last run left it. The outcome is what the link is about, "
    "`early` inside the window, or the beginning of the refusal."
)


def rules_page() -> str:
    """The policy, case by case."""
    return "\n".join(
        [
            PRINTED,
            "# The rules of the 14-day window",
            "",
            "Each rule is a drawn case that the tests run. The first table is what the extracts show, a line for each",
            "extract and a column for each doctor; the second is what follows, worked out for the day in front.",
            "A letter is an address, `A*` the same address in another spelling, `A?` one that looks like it. Dots are "
            "daily extracts in between.",
            "A change is `old→new STATE(REASON)`. Dates are London dates. `10 Mar (came 20 Mar)` is an extract that",
            "came late and is known from the day it came.",
            "",
            "`16 Mar mail` is what became of the mail about the change that was open on that day: planned, sent,",
            "bounced, returned (sent, and returned undelivered), unknown (handed over, but the answer was lost),",
            "refused (by the mail service, because of us), given up (deferred for five days) or cancelled. A link can",
            "be used until the third day after it was sent.",
            "`17 Mar verified` names the address with which the doctor's account was verified.",
            "",
            "## What counts as the same address, and as none",
            "",
            "| in the register | compared as | why |",
            "|---|---|---|",
            *(
                f"| `{text.encode('ascii', 'backslashreplace').decode() if not text.isprintable() else text.strip()}` "
                f"| {'no address' if compared is None else compared} | {why} |"
                for text, compared, why in ADDRESSES
            ),
            "",
            *(line for title, cases in CHAPTERS.items() for line in _chapter(title, cases)),
            *_chapter("When somebody is reminded", REMINDERS, _ABOUT_REMINDERS),
            *_chapter("When a mail that came back is mailed again", AFTER_RETURN, _ABOUT_RETURNS),
            *(line for title, cases in DAYS.items() for line in _day_chapter(title, cases)),
            "## What one run of the mailout does\n",
            *_ABOUT_MAILOUTS,
            *(line for title, cases in MAILOUTS.items() for line in _run_chapter(title, cases)),
            *(line for title, cases in REQUESTS.items() for line in _run_chapter(title, cases, _ABOUT_REQUESTS)),
            "## Rules that need no drawn case\n",
            *(line for one in OTHER_RULES for line in _in_words(one)),
        ]
    )


def _chapter(title: str, cases: list[Case], about: str = "") -> Iterator[str]:
    yield f"## {title}\n"
    if about:
        yield f"{about}\n"
    for case in cases:
        yield f"### {case.rule}: {case.title}\n"
        yield f"{case.because}\n"
        yield from _table(case.shows, "Extract of")
        yield from _table(case.follows, "On")


def _in_words(one: OtherRule) -> Iterator[str]:
    yield f"### {one.rule}: {one.title}\n"
    yield f"{one.says} Tried in {', '.join(f'`tests/{path}`' for path in one.tried_in)}.\n"


def _day_chapter(title: str, cases: list[DayCase]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"{_ABOUT_DAYS[title]}\n"
    for case in cases:
        yield f"### {case.rule}: {case.title}\n"
        yield f"{case.because}\n"
        yield from _table(case.table, case.first)


def _run_chapter(title: str, cases: list[PlanCase], about: str = "") -> Iterator[str]:
    yield f"## {title}\n"
    if about:
        yield f"{about}\n"
    for case in cases:
        yield f"### {case.rule}: {case.title}\n"
        yield f"{case.because}\n"
        if case.run:
            yield f"Of this run: {', '.join(_set(word.strip()) for word in case.run.split(','))}.\n"
        yield from _table(case.table, "Who")
        if case.says:
            yield f"The run says: {case.says.rstrip('.')}.\n"


def _set(word: str) -> str:
    """What is set for a run or known of it, as staff would write it."""
    name, _, value = word.partition(" ")
    if name.isupper():
        return f"`GPSYNC_{name}={value.replace(';', ',') or 'true'}`"
    if name == "usually":
        return f"mails planned a day lately: {' and '.join(value.split())}"
    return f"`{word}`" if word.startswith("--") else word


def _table(drawn: str, first: str) -> Iterator[str]:
    table = read_table(drawn)
    names = list(table[0][1])
    yield "| " + " | ".join([first, *names]) + " |"
    yield "|" + "---|" * (len(names) + 1)
    for label, cells in table:
        yield "| " + " | ".join([label, *(cells.get(name, "") for name in names)]) + " |"
    yield ""
