"""When two nights' evidence says the same: as the rules compare, so that a spelling changes nothing.

Case and spaces never count, except in the identifiers of users and cases, which the rules take as they are. Names are
compared by their letters, flags, statuses and regions by what they mean, lists whatever their order. A value that is
not all shown is compared whole, by its keyed hash.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from gpsync.reconciliation.approvals.case_words import CASE_STATUSES
from gpsync.reconciliation.findings import NOT_KNOWN, Shown
from gpsync.reconciliation.listing.regions import region_code
from gpsync.reconciliation.names import untitled, words

#: Makes the keyed hash of a text; None where nothing is to be kept of what is not shown.
Hashed = Callable[[str], str] | None

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
#: Words that mean the same to every rule that reads them.
_YES_NO = {"yes": "y", "no": "n"}
_CLOSED = {"closed": "c", "inactive": "c"}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _as_it_is(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return "".join(untitled(words(text)))


def _coded(text: str) -> str:
    return re.sub("[ -]", "_", _plain(text))


def _percent(text: str) -> str:
    """Numbers as the rules read them: `37.50`, `037.5 %` and `37.5` are one."""
    return " ".join(_NUMBER.sub(_bare, _plain(text).replace("%", " ")).split())


def _bare(number: re.Match[str]) -> str:
    return f"{Decimal(number[0]).normalize():f}"


def _region(text: str) -> str:
    return region_code(text) or _plain(text)


def _case_status(text: str) -> str:
    return CASE_STATUSES.get(_plain(text), _plain(text)).casefold()


def _meaning(same: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: same.get(_plain(text), _plain(text))


_NAMES = ("name", "list_name", "register_name", "surname", "forenames", "register_surname", "given_name", "other_names")
_IDENTIFIERS = (
    "case_id", "case_ids", "cases", "join_cases", "leave_cases",
    "user_id", "users", "administrators", "decided_by_user_id", "nominated_by_user_id",
)  # fmt: skip
_FORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys(_NAMES, _letters),
        **dict.fromkeys(_IDENTIFIERS, _as_it_is),
        **dict.fromkeys(("ftp_conditions", "ftp_undertakings", "conditions_flag"), _meaning(_YES_NO)),
        **dict.fromkeys(("change", "change_type", "practice_decision", "icb_decision"), _coded),
        **dict.fromkeys(("level_of_commitment", "commitment", "listed"), _percent),
        "status": _meaning(_CLOSED),
        # A link that was sent and ran out reads so until its day, and otherwise afterwards.
        "state": _meaning({"sent": "unverified_expired"}),
        "case_status": _case_status,
        "region": _region,
    }
)


def compared(field: str, value: str) -> str:
    """The form in which the value of a field is compared: two values that mean the same have the same."""
    whole = value.whole if isinstance(value, Shown) else value
    form = _FORMS.get(field, _plain)
    return ", ".join(sorted(form(part) for part in whole.split(",")))


def kept(
    evidence: Mapping[str, str], before: Mapping[str, str], hashes: Mapping[str, str], hashed: Hashed
) -> dict[str, str]:
    """The hashes to be kept with tonight's evidence: of values that are not all shown, and of those not known tonight.

    `before` and `hashes` are the evidence of the night before and what was kept with it: a value that is not known
    tonight is remembered, to be compared with once it is known again.
    """
    if hashed is None:
        return {}
    found = {}
    for field, value in evidence.items():
        if isinstance(value, Shown):
            found[field] = hashed(compared(field, value))
        elif value == NOT_KNOWN and field in hashes:
            found[field] = hashes[field]
        elif value == NOT_KNOWN and before.get(field, NOT_KNOWN) != NOT_KNOWN:
            found[field] = hashed(compared(field, before[field]))
    return found


def says_the_same(before: Mapping[str, str], hashes: Mapping[str, str], now: Mapping[str, str], hashed: Hashed) -> bool:
    """Whether tonight's evidence says what the night before's said; `hashes` are what was kept with that.

    What is not known on one of the nights, and of which nothing was kept, has not changed.
    """
    fields = before.keys() | now.keys()
    return all(_same(field, before.get(field, ""), hashes.get(field), now.get(field, ""), hashed) for field in fields)


def _same(field: str, before: str, hash_before: str | None, now: str, hashed: Hashed) -> bool:
    if now == NOT_KNOWN:
        return True
    if hash_before is not None and hashed is not None:
        return hash_before == hashed(compared(field, now))
    if before == NOT_KNOWN:
        return True
    # Nothing was kept of the whole: what is shown is all there is to compare, as it was before hashes were kept.
    return compared(field, str(before)) == compared(field, str(now))
