"""Hashed addresses that a doctor's own history shows in plain again (C-55).

Who comes back to an address of years ago comes back to the same one: the window's rules compare it with what
was verified or mailed then.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from gpsync.records import Doctor, EmailChange, Mailing, Verification, Version
from gpsync.register.pseudonyms import is_pseudonym
from gpsync.window.email_change import readdressed

#: An address by its key, and as it was written last.
_Plain = tuple[str, str]


def recognised(doctor: Doctor, hashed: Callable[[str], str]) -> Doctor:
    """The doctor with every hashed address in plain that their history shows in plain too; `hashed` makes the hashes.

    A doctor without hashed addresses is returned as they are, and nothing is hashed.
    """
    keys = set(_keys(doctor))
    if not any(is_pseudonym(key) for key in keys):
        return doctor
    known = {hashed(key): (key, email) for key, email in _plain_addresses(doctor)}
    return replace(
        doctor,
        versions=[_version(one, known) for one in doctor.versions],
        mailings=[_mailing(one, known) for one in doctor.mailings],
        verifications=[_verification(one, known) for one in doctor.verifications],
    )


def _keys(doctor: Doctor) -> Iterator[str]:
    yield from (version.key for version in doctor.versions if version.key is not None)
    for mailing in doctor.mailings:
        yield mailing.change.new_key
        # It may be hashed while the new address is not; as far as hashes go it is its own key.
        yield mailing.change.old_email or ""
    yield from (verification.key for verification in doctor.verifications)


def _plain_addresses(doctor: Doctor) -> Iterator[_Plain]:
    """Those in plain, the register's own spelling last."""
    yield from ((one.key, one.key) for one in doctor.verifications if not is_pseudonym(one.key))
    for mailing in doctor.mailings:
        if not is_pseudonym(mailing.change.new_key):
            yield mailing.change.new_key, mailing.change.new_email
    for version in doctor.versions:
        if version.key is not None and version.email is not None and not is_pseudonym(version.key):
            yield version.key, version.email


def _version(version: Version, known: Mapping[str, _Plain]) -> Version:
    if version.key is None or version.key not in known:
        return version
    key, email = known[version.key]
    return replace(version, key=key, email=email)


def _mailing(mailing: Mailing, known: Mapping[str, _Plain]) -> Mailing:
    return replace(mailing, change=_change(mailing.change, known))


def _change(change: EmailChange, known: Mapping[str, _Plain]) -> EmailChange:
    if change.new_key not in known and change.old_email not in known:
        return change
    _, old_email = known.get(change.old_email or "", ("", change.old_email))
    return readdressed(change, old_email, known.get(change.new_key, (change.new_key, change.new_email)))


def _verification(verification: Verification, known: Mapping[str, _Plain]) -> Verification:
    if verification.key not in known:
        return verification
    return replace(verification, key=known[verification.key][0])
