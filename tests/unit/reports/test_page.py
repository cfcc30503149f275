"""The report page: what it says, that it is whole in itself, and that nothing in it can be run but its own script."""

import base64
import hashlib
import json
from collections import Counter
from datetime import date
from functools import cache
from html.parser import HTMLParser

import pytest

from gpsync.mismatches import Comparison
from gpsync.reports.page import PLAIN_ROWS, render_page
from gpsync.reports.report import NotAssessed, Report
from gpsync.rules import Code, MismatchState, Owner, Severity
from tests.unit.reports.building import DAY, large, report, row

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    "</noscript></template></table><script>alert(3)</script>",
    '"><img src=x onerror=alert(4)>',
    "' onmouseover='alert(5)",
    "{{7*7}} {% raw %} ${7*7}",
    "]]>--></style>&lt;b&gt;&amp;",
    "line\u2028and\u2029paragraph",
    "=HYPERLINK(1)",
)
_VOID = {"meta", "input", "path", "rect", "br"}


class Page(HTMLParser):
    """A page taken apart: its tags in order, and the text inside any of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[int, str]] = []
        self._open: list[int] = []
        self.within: dict[int, list[int]] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.within[len(self.tags)] = list(self._open)
        if tag not in _VOID:
            self._open.append(len(self.tags))
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in _VOID:
            assert self.tags[self._open.pop()][0] == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        for place in self._open:
            self.texts.append((place, data))

    def places(self, tag: str, **wanted: str) -> list[int]:
        return [
            place
            for place, (name, attrs) in enumerate(self.tags)
            if name == tag and all(attrs.get(key.rstrip("_").replace("_", "-")) == one for key, one in wanted.items())
        ]

    def text(self, place: int) -> str:
        return "".join(text for at, text in self.texts if at == place)

    def only(self, tag: str, **wanted: str) -> str:
        (place,) = self.places(tag, **wanted)
        return self.text(place)

    def attributes(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]

    def inside(self, place: int, tag: str) -> list[int]:
        return [one for one in self.places(tag) if place in self.within[one]]

    @property
    def words(self) -> str:
        return " ".join(self.text(self.places("main")[0]).split())

    @property
    def data(self) -> dict:
        return json.loads(self.only("script", id="data"))


def page(value: Report) -> Page:
    return Page(render_page(value))


@cache
def small() -> Page:
    return page(large(40))


def hostile(text: str) -> Report:
    rows = [
        row(
            summary=text,
            title=text,
            number=text,
            action=text,
            gmc_number=text,
            practice_code=text,
            case_id=text,
            user_id=text,
            evidence={text: text},
            state=MismatchState.ACKNOWLEDGED,
            acknowledged_by=text,
            acknowledged_reason=text,
        )
    ]
    return report(
        rows,
        resolved=tuple(rows),
        not_assessed=(NotAssessed(Code.LINK_BOUNCED, text, text, text),),
        comparisons=(Comparison(text, text, 1, 2, 3),),
    )


# --- whole in itself, and nothing in it can be run ---


@pytest.mark.parametrize("value", [report(), report([row()]), large(40)], ids=["empty", "one", "forty"])
def test_the_page_needs_nothing_from_anywhere(value):
    it = page(value)

    assert it.attributes("src") == []
    assert [link for link in it.attributes("href") if not link.startswith("#")] == []
    names = {name for name, _ in it.tags}
    assert not names & {"link", "img", "iframe", "object", "embed", "base", "audio", "video", "image", "use"}
    assert "url(" not in it.only("style") and "@import" not in it.only("style")


def test_the_policy_allows_this_script_and_this_style_and_nothing_else():
    it = small()
    (place,) = it.places("meta", http_equiv="Content-Security-Policy")
    script = _hash(it.text(_scripts(it)[0]))

    assert it.tags[place][1]["content"] == (
        f"default-src 'none'; script-src {script}; style-src {_hash(it.only('style'))}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "unsafe" not in it.tags[place][1]["content"]
    assert place < it.places("style")[0], "a policy holds for what comes after it"


def test_nothing_stands_in_an_attribute_that_the_policy_would_refuse():
    attributes = {name for _, attrs in small().tags for name in attrs}

    assert "style" not in attributes
    assert [name for name in attributes if name.startswith("on")] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_and_changes_nothing(text):
    html, plain = render_page(hostile(text)), page(hostile("plain"))
    it = Page(html)

    assert Counter(name for name, _ in it.tags) == Counter(name for name, _ in plain.tags)
    assert {name for _, attrs in it.tags for name in attrs} == {name for _, attrs in plain.tags for name in attrs}
    assert it.text(_scripts(it)[0]) == plain.text(_scripts(plain)[0])
    assert it.only("noscript").count(text) == plain.only("noscript").count("plain")
    assert it.words.count(" ".join(text.split())) >= 17


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_reaches_the_script_as_it_is_and_the_page_only_escaped(text):
    html = render_page(hostile(text))
    it = Page(html)
    raw = html.split('id="data">')[1].split("</script>")[0]

    assert not set(raw) & {"<", ">", "&", "'", "\u2028", "\u2029"}
    assert it.data["columns"]["summary"] == [text]
    assert it.data["columns"]["evidence"] == [[[text.replace("_", " "), text]]]
    assert it.data["kinds"][0]["action"] == text


def test_the_script_sets_text_and_never_markup():
    script = small().text(_scripts(small())[0])

    words = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch(", "import(")
    assert [word for word in words if word in script] == []


# --- what it says ---


def test_the_tiles_show_the_reports_counts():
    value = large(400)
    it = page(value)

    expected = {str(severity): number for severity, number in value.by_severity().items()} | {
        "new": len(value.new),
        "resolved": len(value.resolved),
        "past_limit": len(value.past_limit),
        "acknowledged": sum(one.mismatch.state is MismatchState.ACKNOWLEDGED for one in value.rows),
    }
    assert {name: _tile(it, name) for name in expected} == {name: f"{number:,}" for name, number in expected.items()}
    assert all(expected.values()), "a report that would not show a mix-up"


def test_every_row_is_in_the_data_and_the_first_ones_in_the_plain_table():
    value = large(PLAIN_ROWS + 3)
    it = page(value)

    assert it.data["columns"]["gmc_number"] == [one.mismatch.gmc_number or "" for one in value.rows]
    (noscript,) = it.places("noscript")
    assert len(it.inside(noscript, "tr")) == PLAIN_ROWS + 1
    assert f"The first {PLAIN_ROWS} of {PLAIN_ROWS + 3} mismatches." in it.text(noscript)


def test_a_row_says_everything():
    one = row(
        9,
        past_limit=True,
        state=MismatchState.REOPENED,
        case_id="PL1",
        user_id="U1",
        owner=Owner.PCSE_PL,
        evidence={"list_status": "Included"},
    )
    said = " ".join(page(report([one])).only("noscript").split())

    for word in (
        *("Critical", "B02 Erased by the GMC, still on the list", "9000001", "Z00001", "Case PL1", "User U1"),
        *(
            "The GMC has erased the doctor",
            "list statusIncluded",
            "PCSE performers list",
            "Reopened",
            "14 November 2026",
        ),
        *("9 Past limit", "Ask the regional team"),
    ):
        assert word in said


def test_an_acknowledged_row_says_until_when_by_whom_and_why_and_is_not_late():
    one = row(
        99,
        past_limit=True,
        state=MismatchState.ACKNOWLEDGED,
        acknowledged_until=date(2026, 12, 3),
        acknowledged_by="A. Person",
        acknowledged_reason="known",
    )
    columns = page(report([one])).data["columns"]

    assert columns["acknowledged"] == ["until 3 December 2026 by A. Person: known"]
    assert columns["late"] == [False]


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, "0-2"), (2, "0-2"), (3, "3-7"), (7, "3-7"), (8, "8-30"), (30, "8-30"), (31, "31"), (400, "31")],
)
def test_a_row_is_filtered_by_its_age(days, age):
    it = page(report([row(days)]))

    assert it.data["columns"]["age"] == [age]
    assert age in _options(it, "age")


def test_the_filters_offer_all_that_there_can_be():
    it = small()

    assert _options(it, "severity") == ["", *Severity]
    assert _options(it, "owner") == ["", *Owner]
    assert set(_options(it, "code")[1:]) == {kind["code"] for kind in it.data["kinds"]}
    assert set(_options(it, "state")[1:]) == set(it.data["states"])
    assert it.data["states"]["unresolved"] == ["NEW", "OPEN", "REOPENED"]
    assert it.data["states"]["fresh"] == ["NEW", "REOPENED"]


def test_an_empty_report_says_what_was_compared_and_that_nothing_stands():
    it = page(report())

    assert "No mismatch was found in the records that were compared." in it.words
    assert "74 kinds of mismatch were assessed" in it.words
    assert "GMC registerPerformers list61,204318,11741" in it.words
    assert _scripts(it) == [] and it.places("noscript") == [] and it.places("form") == []


def test_a_report_that_compared_nothing_does_not_say_that_all_is_well():
    it = page(report(comparisons=(), assessed_codes=0, trend=()))

    assert "Nothing was compared, so this report says nothing about the records." in it.words
    assert "No mismatch was found" not in it.words and "agree." not in it.words.replace("The records agree again.", "")
    assert "There is no run to show yet." in it.words


def test_what_could_not_be_assessed_is_named_with_the_reason():
    it = page(report(not_assessed=(NotAssessed(Code.LINK_BOUNCED, "B64", "Link bounced", "No accounts extract."),)))

    assert "1 could not be" in it.words
    assert "B64Link bouncedNo accounts extract." in it.words


def test_what_was_resolved_is_listed_up_to_a_limit():
    it = page(report(resolved=tuple(row(gmc_number=f"9{number:06}") for number in range(PLAIN_ROWS + 1))))

    assert f"{PLAIN_ROWS + 1} resolved, of which the first {PLAIN_ROWS} are listed" in it.words
    assert "9000499" in it.words and "9000500" not in it.words


def test_dates_are_written_as_the_nhs_writes_them():
    assert small().only("h1") == "Mismatch report for Monday 23 November 2026"
    assert page(report(as_of=date(2018, 8, 6))).only("h1") == "Mismatch report for Monday 6 August 2018"


def test_the_trend_is_a_picture_with_words_and_a_table():
    value = large(40)
    it = page(value)

    pictures = [it.tags[place][1] for place in it.places("svg")]
    assert [one["role"] for one in pictures] == ["img"] * len(Severity)
    assert all(one["aria-label"] for one in pictures)
    newest = value.trend[-1].unresolved
    assert f"{DAY.day} November 2026" + "".join(f"{newest[one]:,}" for one in Severity) in it.words


# --- everybody can use it ---


@pytest.mark.parametrize("value", [report(), large(40)], ids=["empty", "forty"])
def test_the_page_is_built_so_that_everybody_finds_their_way(value):
    it = page(value)

    assert it.tags[0][1] == {"lang": "en"}
    assert [len(it.places(name)) for name in ("h1", "main", "header", "footer")] == [1] * 4
    assert len(it.inside(it.places("head")[0], "title")) == 1
    ids = it.attributes("id")
    assert len(ids) == len(set(ids))
    assert it.tags[it.places("body")[0] + 1] == ("a", {"class": "skip", "href": "#main"})
    targets = {link[1:] for link in it.attributes("href") if "=" not in link}
    assert targets | set(" ".join(it.attributes("aria-labelledby") + it.attributes("aria-describedby")).split()) <= {
        *ids
    }
    assert all("aria-labelledby" in it.tags[place][1] for place in it.places("section"))
    assert all("aria-label" in it.tags[place][1] for place in it.places("nav"))


@pytest.mark.parametrize("value", [report(), large(40)], ids=["empty", "forty"])
def test_every_table_has_a_caption_and_every_heading_cell_a_scope(value):
    it = page(value)

    assert all(len(it.inside(place, "caption")) == 1 for place in it.places("table"))
    assert {it.tags[place][1].get("scope") for place in it.places("th")} == {"row", "col"}


def test_every_field_has_a_label_and_the_count_is_announced():
    it = small()

    fields = [it.tags[place][1]["id"] for name in ("input", "select") for place in it.places(name)]
    assert sorted(it.attributes("for")) == sorted(fields)
    (status,) = it.places("p", role="status")
    assert "said" in [it.tags[place][1]["id"] for place in it.inside(status, "span")]
    assert {it.tags[place][1]["type"] for place in it.places("button")} == {"button"}


def test_every_link_that_filters_names_filters_that_there_are():
    it = small()
    links = [link[1:] for link in it.attributes("href") if "=" in link]

    assert links
    for name, value in (pair.split("=") for link in links for pair in link.split("&")):
        assert value in _options(it, name)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _scripts(it: Page) -> list[int]:
    return [place for place in it.places("script") if it.tags[place][1] == {}]


def _tile(it: Page, name: str) -> str:
    (place,) = it.places("li", data_tile=name)
    (number,) = it.inside(place, "strong")
    return it.text(number)


def _options(it: Page, name: str) -> list[str]:
    (place,) = it.places("select", name=name)
    return [it.tags[one][1]["value"] or "" for one in it.inside(place, "option")]
