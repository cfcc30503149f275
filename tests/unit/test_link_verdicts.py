"""What a link is good for: its state first, then its hours, then whether its address is still the one."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from gpsync.link_tokens import LinkSecrets, LinkVerdict, check, consume, fingerprint, make_token, record_opening
from gpsync.mails import Link
from gpsync.rules import LinkState, MailKind

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENDS = NOW + timedelta(hours=72)
ADDRESS = "gp@doctor.example"
SECRETS, OTHER = LinkSecrets.parse(f"a:{'x' * 40}"), LinkSecrets.parse(f"a:{'y' * 40}")
TOKEN = make_token(SECRETS, key_id="a", link_id="l1", generation=1, address_key=ADDRESS)
LINK = Link(
    link_id="l1",
    kind=MailKind.EMAIL_CHANGE,
    event_id="c1",
    holder="gp 9000001",
    gmc_number="9000001",
    user_id=None,
    address_key=ADDRESS,
    generation=1,
    key_id="a",
    token_sha256=fingerprint(TOKEN),
    state=LinkState.ISSUED,
    issued_at=NOW,
    expires_at=ENDS,
)


@dataclass
class Ledger:
    """Knows one link; `told` says whether it may be used by whoever asks."""

    link: Link
    key: str | None = ADDRESS
    is_first: bool = True
    done: list[str] = field(default_factory=list)

    def find(self, token_sha256: str) -> Link | None:
        return self.link if token_sha256 == self.link.token_sha256 else None

    def current_key(self, link: Link) -> str | None:
        return self.key

    def mark_opened(self, link_id: str, now: datetime) -> None:
        self.done.append(f"opened {link_id}")

    def mark_confirmed(self, link: Link, now: datetime) -> bool:
        self.done.append(f"confirmed {link.link_id}")
        return self.is_first


U, S, E, R = LinkVerdict.USABLE, LinkVerdict.SUPERSEDED, LinkVerdict.EXPIRED, LinkVerdict.REVOKED
AGAIN, USED, UNKNOWN = LinkVerdict.CONFIRMED_ALREADY, LinkVerdict.USED, LinkVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("state", "at", "with_the_address", "with_another"),
    [
        (LinkState.ISSUED, NOW, U, S),
        (LinkState.OPENED, NOW, U, S),
        (LinkState.EXPIRED, NOW, U, S),
        (LinkState.ISSUED, NOW - timedelta(seconds=1), UNKNOWN, UNKNOWN),
        (LinkState.ISSUED, ENDS - timedelta(seconds=1), U, S),
        (LinkState.ISSUED, ENDS, E, E),
        (LinkState.CONFIRMED, ENDS, AGAIN, USED),
        (LinkState.SUPERSEDED, NOW, S, S),
        (LinkState.REVOKED, ENDS, R, R),
    ],
)
def test_a_link_is_judged_by_its_state_its_hours_and_its_address(state, at, with_the_address, with_another):
    link = replace(LINK, state=state)

    for key, expected in ((ADDRESS, with_the_address), ("other@doctor.example", with_another), (None, with_another)):
        ledger = Ledger(link, key)
        assert check(ledger, TOKEN, at) is check(ledger, TOKEN, at, secrets=SECRETS) is expected
        assert ledger.done == []
        assert consume(ledger, TOKEN, at) is expected
        assert ledger.done == (["confirmed l1"] if expected is U else [])


def test_a_link_without_an_end_was_never_mailed():
    assert check(Ledger(replace(LINK, expires_at=None)), TOKEN, NOW) is UNKNOWN


def test_a_token_that_nobody_made_is_unknown_and_does_nothing():
    for token, secrets in (("another", None), (TOKEN, OTHER), (TOKEN, LinkSecrets.parse(f"b:{'x' * 40}"))):
        ledger = Ledger(LINK)
        assert check(ledger, token, NOW, secrets=secrets) is consume(ledger, token, NOW, secrets=secrets) is UNKNOWN
        record_opening(ledger, token, NOW, secrets=secrets)
        assert ledger.done == []


@pytest.mark.parametrize("state", list(LinkState))
def test_only_an_issued_link_is_marked_as_opened(state):
    ledger = Ledger(replace(LINK, state=state))

    record_opening(ledger, TOKEN, NOW, secrets=SECRETS)

    assert ledger.done == (["opened l1"] if state is LinkState.ISSUED else [])


def test_of_two_that_use_a_link_at_once_one_is_told_so():
    assert consume(Ledger(LINK, is_first=False), TOKEN, NOW) is UNKNOWN
