"""The hold on the mails of an approved mass change: who asked for it, and what was counted."""

from datetime import UTC, date, datetime

from gpsync.actors import PROGRAM, Actor
from gpsync.mails import Hold
from gpsync.records import Extract, ExtractRecord, GuardFinding
from gpsync.rules import ActorSource, Dataset, Guard, HoldKind, Kind, Outcome
from gpsync.verification.holding_back import mass_change_hold

AMY = Actor("amy", ActorSource.LOGIN, "uid:1001", is_person=True)
NOW = datetime(2026, 3, 16, 9, 5, tzinfo=UTC)
EXTRACT = Extract(Dataset.GMC_REGISTER, Kind.FULL, date(2026, 3, 2), "gmc_register_20260302.csv", "ab" * 32, 1)
ENTRY = ExtractRecord(
    EXTRACT,
    Outcome.ACCEPTED,
    decided_by="amy",
    decided_reason="a domain was renamed",
    findings=(GuardFinding(Guard.TOO_MANY_NEW, 99, 50), GuardFinding(Guard.MASS_EMAIL_CHANGE, 700, 200)),
)


def test_the_mails_of_an_approved_mass_change_are_asked_for_by_whoever_approved_it():
    assert mass_change_hold(ENTRY, AMY, NOW) == Hold(
        hold_id="mails-of-gmc_register-full-20260302-abababab",
        kind=HoldKind.MASS_CHANGE,
        scope="gmc_register-full-20260302-abababab",
        opened_at=NOW,
        opened_by=AMY,
        counted=700,
        allowed=200,
        asked_by=AMY,
        asked_at=NOW,
        asked_reason="a domain was renamed",
    )


def test_who_is_nobody_asks_for_nothing():
    assert mass_change_hold(ENTRY, PROGRAM, NOW).asked_by is None
