"""Hashed addresses: a doctor's story stays what it was, whichever of their past addresses are only hashes by now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from gpsync.letters.letters import can_be_written
from gpsync.records import Doctor, EmailChange, Mailing, Verification, Version
from gpsync.register.addresses import key
from gpsync.register.pseudonyms import is_pseudonym, pseudonym
from gpsync.rules import OPEN_CHANGE_STATES, ChangeState, Kind, MailState, Registration
from gpsync.window.email_change import new_change, readdressed
from gpsync.window.fold import email_changes
from gpsync.window.recognition import recognised
from gpsync.window.send_log import handed_over_on
from gpsync.window.timeline import Calendar
from tests.model.email_model import Log
from tests.model.extract import ModelExtract
from tests.model.mailouts import make_logs
from tests.model.product import doctors_by_model
from tests.model.stories import make_extracts

STORIES = 2_500
#: Mails of which nothing more is expected.
_SETTLED = (MailState.SENT, MailState.BOUNCED, MailState.RETURNED)
SECRET = b"a secret of the tests, long enough"


def hashed(address: str) -> str:
    return pseudonym(SECRET, address)


def test_an_address_has_one_hash_however_it_is_spelled_and_no_mail_can_go_to_it() -> None:
    assert hashed("Ann@GP.example") == hashed("ann@gp.example") != hashed("bob@gp.example")
    assert hashed(hashed("ann@gp.example")) == hashed("ann@gp.example")
    assert key(hashed("ann@gp.example")) == hashed("ann@gp.example")
    assert is_pseudonym(hashed("ann@gp.example")) and not can_be_written(hashed("ann@gp.example"))


def test_the_hash_depends_on_the_secret() -> None:
    assert pseudonym(SECRET, "ann@gp.example") != pseudonym(SECRET + b"!", "ann@gp.example")


def test_a_doctor_without_hashed_addresses_is_left_alone() -> None:
    (doctor, *_), _ = doctors_by_model(make_extracts(Random(1)))

    def never(address: str) -> str:
        raise AssertionError("nothing is to be hashed")

    assert recognised(doctor, never) is doctor


def test_the_story_is_the_same_with_past_addresses_hashed() -> None:
    """Thousands of stories: hashed on some day, gone on with afterwards, perhaps with an address that comes back."""
    forgotten = back = 0
    for seed in range(STORIES):
        random = Random(seed)
        extracts = make_extracts(random, at_most=12, doctors_at_most=2)
        logs = make_logs(random, extracts)
        half = random.randint(1, len(extracts))
        known = {one.gmc_number: one for one in doctors_by_model(extracts, logs)[0]}
        calendar = doctors_by_model(extracts, logs)[1]
        for number, keys in _past_keys(extracts[:half], logs).items():
            doctor, day = known[number], extracts[half - 1].as_of
            less = _forget(doctor, keys, day)
            forgotten += less != doctor
            back += any(version.key in keys for version in less.versions)
            assert _changes_of(recognised(less, hashed), calendar) == _changes_of(doctor, calendar), (
                f"seed {seed}, {number}"
            )
    assert forgotten > STORIES // 5, "too few stories had something to forget"
    assert back > STORIES // 50, "in too few stories an address came back"


def _changes_of(doctor: Doctor, calendar: Calendar) -> list[tuple[object, ...]]:
    """The doctor's changes with every address hashed. Their ids must go with their addresses, hashed or not."""
    changes = email_changes(doctor, calendar)
    for one in changes:
        assert readdressed(one, one.old_email, (one.new_key, one.new_email)) == one
    return sorted((tuple(vars(_hashed(one)).values()) for one in changes), key=str)


def _hashed(change: EmailChange) -> EmailChange:
    new = hashed(change.new_key)
    return readdressed(change, _or_none(hashed, change.old_email), (new, new))


def _past_keys(extracts: list[ModelExtract], logs: dict[str, Log]) -> dict[str, set[str]]:
    """What may be hashed after these extracts: every address that no doctor has, and that nothing open is about."""
    day = extracts[-1].as_of
    doctors, calendar = doctors_by_model(extracts, {number: _until(log, day) for number, log in logs.items()})
    needed: set[str] = set()
    for doctor in doctors:
        needed |= {version.key for version in doctor.versions if version.valid_to is None and version.key}
        needed |= {verification.key for verification in doctor.verifications[-1:]}
        unfinished = [one for one in email_changes(doctor, calendar) if one.state in OPEN_CHANGE_STATES]
        unfinished += [one.change for one in doctor.mailings if one.state not in _SETTLED]
        needed |= {address for one in unfinished for address in (one.new_key, key(one.old_email or ""))}
    return {doctor.gmc_number: _keys(doctor) - needed for doctor in doctors}


def _until(log: Log, day: date) -> Log:
    mailings = [one for one in log.mailings if handed_over_on(one) <= day]
    return Log(mailings, [one for one in log.verified if one[0] <= day])


def _keys(doctor: Doctor) -> set[str]:
    shown = {version.key for version in doctor.versions if version.key}
    return shown | {one.key for one in doctor.verifications} | {one.change.new_key for one in doctor.mailings}


def _forget(doctor: Doctor, keys: set[str], day: date) -> Doctor:
    """The doctor with these addresses hashed wherever they stand in what had happened by that day."""

    def of(address: str) -> str:
        return hashed(address) if key(address) in keys else address

    return replace(
        doctor,
        versions=[
            replace(one, email=_or_none(of, one.email), key=_or_none(of, one.key)) if one.valid_from <= day else one
            for one in doctor.versions
        ],
        mailings=[_forget_mailing(one, of, day) for one in doctor.mailings],
        verifications=[_forget_verification(one, of) if one.on <= day else one for one in doctor.verifications],
    )


def _or_none(of: Callable[[str], str], address: str | None) -> str | None:
    return None if address is None else of(address)


def _forget_mailing(mailing: Mailing, of: Callable[[str], str], day: date) -> Mailing:
    """One of a later day is about an address of that day, but may come from one that was hashed by then."""
    change = mailing.change
    new = (change.new_key, change.new_email)
    if handed_over_on(mailing) <= day:
        new = (of(change.new_key), of(change.new_email))
    return replace(mailing, change=readdressed(change, _or_none(of, change.old_email), new))


def _forget_verification(verification: Verification, of: Callable[[str], str]) -> Verification:
    return replace(verification, key=of(verification.key))


ANN, BOB, CAT = "Ann@gp.example", "Bob@gp.example", "Cat@gp.example"


def _mailed(old: str | None, new: str, old_or_hash: str | None, new_or_hash: str) -> Mailing:
    """The mail about a change, as it was or with addresses hashed."""
    change = new_change("9000001", None, (key(new), new), date(2026, 3, 2), Calendar([]), 14)
    in_plain = readdressed(change, old, (key(new), new))
    changed = readdressed(in_plain, old_or_hash, (key(new_or_hash), new_or_hash))
    return Mailing(changed, MailState.SENT, date(2026, 3, 16), date(2026, 3, 19))


def _shown(*emails: str) -> list[Version]:
    return [
        Version(date(2026, 3, day), None, one, key(one), Registration.LICENSED) for day, one in enumerate(emails, 1)
    ]


@pytest.mark.parametrize(
    ("less", "whole"),
    [
        # Only the address before the change is hashed.
        (_mailed(ANN, BOB, hashed(ANN), BOB), _mailed(ANN, BOB, ANN, BOB)),
        # Only the new one is.
        (_mailed(ANN, BOB, ANN, hashed(BOB)), _mailed(ANN, BOB, ANN, BOB)),
        (_mailed(ANN, BOB, hashed(ANN), hashed(BOB)), _mailed(ANN, BOB, ANN, BOB)),
        (_mailed(None, BOB, None, hashed(BOB)), _mailed(None, BOB, None, BOB)),
        # One that is shown no more stays hashed.
        (_mailed(CAT, BOB, hashed(CAT), hashed(BOB)), _mailed(CAT, BOB, hashed(CAT), BOB)),
    ],
)
def test_a_mailed_change_has_again_every_address_that_is_shown_in_plain(less: Mailing, whole: Mailing) -> None:
    assert recognised(Doctor("9000001", _shown(ANN, BOB), mailings=[less]), hashed).mailings == [whole]


def test_an_address_is_in_plain_wherever_a_version_a_mail_or_a_verification_has_it_so() -> None:
    aside = [Version(date(2026, 1, 1), None, hashed(ANN), hashed(ANN), Registration.LICENSED)]
    aside += [Version(date(2026, 1, 2), None, None, None, Registration.LICENSED)]
    verified = [Verification("9000001", key(ANN), date(2026, 2, 1))]
    mailed = [_mailed(None, ANN, None, ANN)]

    def first(**known: object) -> tuple[str | None, str | None]:
        versions = recognised(replace(Doctor("9000001", aside), **known), hashed).versions
        assert versions[1] == aside[1]
        return versions[0].key, versions[0].email

    assert first(verifications=verified) == (key(ANN), key(ANN))
    # A mail has the spelling too, and the register's own counts most.
    assert first(verifications=verified, mailings=mailed) == (key(ANN), ANN)
    assert first(mailings=mailed, versions=[*aside, *_shown("ANN@gp.example")]) == (key(ANN), "ANN@gp.example")
    assert first(mailings=[_mailed(None, BOB, None, BOB)]) == (hashed(ANN), hashed(ANN))


def test_a_hashed_verification_is_in_plain_where_the_address_is() -> None:
    verified = [Verification("9000001", hashed(one), date(2026, 2, 1)) for one in (ANN, CAT)]

    found = recognised(Doctor("9000001", _shown(ANN), verifications=verified), hashed).verifications

    assert [one.key for one in found] == [key(ANN), hashed(CAT)]


def test_a_verified_address_that_comes_back_after_another_was_verified_starts_a_new_window() -> None:
    ann, bob, cat = "ann@gp.example", "bob@gp.example", "cat@gp.example"
    starts = [(date(2023, 1, 2), ann), (date(2023, 2, 1), bob), (date(2023, 6, 1), cat), (date(2026, 6, 1), bob)]
    ends = [start for start, _ in starts[1:]]
    doctor = Doctor(
        "9000001",
        [
            Version(start, end, email, email, Registration.LICENSED)
            for (start, email), end in zip(starts, [*ends, None], strict=True)
        ],
        verifications=[
            Verification("9000001", bob, date(2023, 3, 1)),
            Verification("9000001", cat, date(2023, 7, 1)),
        ],
    )
    calendar = Calendar([(start, Kind.FULL) for start, _ in starts])
    less = recognised(_forget(doctor, {ann, bob}, date(2025, 9, 1)), hashed)
    assert _changes_of(less, calendar) == _changes_of(doctor, calendar)
    assert [(one.new_email, one.state) for one in email_changes(less, calendar)] == [
        (bob, ChangeState.SUPPRESSED),
        (cat, ChangeState.SUPPRESSED),
        (bob, ChangeState.WAITING),
    ]
