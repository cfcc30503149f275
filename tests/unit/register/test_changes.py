"""Comparing an extract with what is held: the cases that have cost other systems their history."""

import pandas as pd

from gpsync.frames import ROW_HASH, Changes, Held
from gpsync.records import Counts
from gpsync.register.changes import differences, partition
from gpsync.register.row_hash import row_hashes
from gpsync.rules import Kind

TRACKED = ["surname", "email"]


def register(
    *rows: tuple[str | None, ...], columns: tuple[str, ...] = ("gmc_number", "surname", "email")
) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns)).astype("str")


def held(frame: pd.DataFrame, *absences: tuple[str, str, str | None]) -> Held:
    rows = frame[["gmc_number"]].assign(**{ROW_HASH: row_hashes(frame, TRACKED)})
    return Held(rows, pd.DataFrame(list(absences), columns=["gmc_number", "absent_from", "confirmed_on"]).astype("str"))


def compare(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *absences: tuple[str, str, str | None],
    kind: Kind = Kind.FULL,
    deleted: frozenset[str] = frozenset(),
    quarantined: frozenset[str] = frozenset(),
    introduced: frozenset[str] = frozenset(),
) -> Changes:
    incoming = after.assign(**{ROW_HASH: row_hashes(after, TRACKED)})
    parts = partition(
        incoming, held(before, *absences), "gmc_number", kind=kind, deleted=deleted, quarantined=quarantined
    )
    return differences(incoming, before, parts, "gmc_number", TRACKED, introduced=introduced)


_UNCHANGED = partition(
    register().assign(**{ROW_HASH: []}), held(register()), "gmc_number", kind=Kind.DELTA, deleted=(), quarantined=()
)
ADA, BEN = ("9000001", "Ada", "ada@doctor.example"), ("9000002", "Ben", "ben@doctor.example")


def test_the_same_extract_changes_nothing():
    changes = compare(register(ADA, BEN), register(BEN, ADA))

    assert changes.opened.empty and changes.ledger.empty and changes.refreshed.empty
    assert (changes.replaced, changes.gone, changes.missing_once, changes.returned) == ([], {}, [], [])
    assert list(changes.ledger.columns) == ["gmc_number", "field", "old_value", "new_value"]


def test_a_changed_value_opens_a_version_and_is_in_the_ledger():
    changes = compare(register(ADA, BEN), register(("9000001", "Ada", "new@doctor.example"), BEN))

    assert changes.replaced == ["9000001"]
    assert changes.opened[["gmc_number", "email"]].to_numpy().tolist() == [["9000001", "new@doctor.example"]]
    assert changes.ledger.to_numpy().tolist() == [["9000001", "email", "ada@doctor.example", "new@doctor.example"]]


def test_the_ledger_has_a_row_for_each_value_that_changed():
    changes = compare(
        register(ADA, BEN), register(("9000001", "Adams", None), ("9000002", "Benn", "ben@doctor.example"))
    )

    assert list(changes.ledger.columns) == ["gmc_number", "field", "old_value", "new_value"]
    assert changes.ledger.fillna("").to_numpy().tolist() == [
        ["9000001", "surname", "Ada", "Adams"],
        ["9000002", "surname", "Ben", "Benn"],
        ["9000001", "email", "ada@doctor.example", ""],
    ]
    assert list(changes.ledger.index) == [0, 1, 2]


def test_a_blank_is_a_change_and_not_the_word_none():
    changes = compare(register(ADA), register(("9000001", "Ada", None)))

    assert changes.ledger["new_value"].isna().all()
    assert changes.counts.changed == 1


def test_a_blank_that_stays_blank_is_no_change():
    changes = compare(register(("9000001", "Ada", None)), register(("9000001", "Adams", None)))

    assert changes.ledger.to_numpy().tolist() == [["9000001", "surname", "Ada", "Adams"]]


def test_everything_is_counted():
    cyd, dan, eve = (("900000" + number, name, None) for number, name in (("3", "Cyd"), ("4", "Dan"), ("5", "Eve")))
    changes = compare(
        register(ADA, BEN, cyd, dan),
        register(
            ("9000001", "Adams", "ada@doctor.example"), dan, eve, ("9000006", "Fay", None), ("9000007", "Gus", None)
        ),
        ("9000003", "2026-11-02", None),
        ("9000004", "2026-11-02", None),
    )

    assert changes.counts == Counts(new=3, changed=1, missing_once=1, gone=1, returned=1)
    counted = differences(register(ADA), register(ADA), _UNCHANGED, "gmc_number", TRACKED, counts=Counts(rows=7))
    assert counted.counts == Counts(rows=7)


def test_absence_is_a_state_first_and_a_fact_when_it_is_repeated():
    once = compare(register(ADA, BEN), register(ADA))
    twice = compare(register(ADA, BEN), register(ADA), ("9000002", "2026-11-02", None))
    still = compare(register(ADA), register(ADA), ("9000002", "2026-11-02", "2026-11-03"))

    assert (once.missing_once, once.gone) == (["9000002"], {})
    assert (twice.missing_once, twice.gone) == ([], {"9000002": "2026-11-02"})
    assert (still.missing_once, still.gone) == ([], {})


def test_a_doctor_who_returns_ends_the_absence():
    glitch = compare(register(ADA, BEN), register(ADA, BEN), ("9000002", "2026-11-02", None))
    gone = compare(register(ADA), register(ADA, BEN), ("9000002", "2026-11-02", "2026-11-03"))

    assert (glitch.returned, len(glitch.opened)) == (["9000002"], 0)
    assert (gone.returned, list(gone.opened["gmc_number"])) == (["9000002"], ["9000002"])


def test_a_quarantined_row_proves_presence():
    changes = compare(register(ADA, BEN), register(ADA), quarantined=frozenset({"9000002"}))

    assert changes.missing_once == []
    assert changes.replaced == []
    back = compare(
        register(ADA, BEN), register(ADA), ("9000002", "2026-11-02", None), quarantined=frozenset({"9000002"})
    )
    assert back.returned == ["9000002"]


def test_a_delta_says_nothing_of_those_it_does_not_name():
    changes = compare(register(ADA, BEN), register(("9000001", "Ada", "new@doctor.example")), kind=Kind.DELTA)

    assert (changes.replaced, changes.missing_once) == (["9000001"], [])


def test_a_delete_row_starts_an_absence_and_confirms_none():
    first = compare(register(ADA, BEN), register(), kind=Kind.DELTA, deleted=frozenset({"9000002", "9999998"}))
    again = compare(
        register(ADA, BEN), register(), ("9000002", "2026-11-02", None), kind=Kind.DELTA, deleted=frozenset({"9000002"})
    )

    assert first.missing_once == ["9000002"]
    assert (again.missing_once, again.gone, again.returned) == ([], {}, [])


def test_a_new_column_is_taken_in_place_and_is_no_change():
    before = register(("9000001", "Ada", None), ("9000002", "Ben", None))
    after = register(ADA, BEN)

    changes = compare(before, after, introduced=frozenset({"email"}))

    assert changes.opened.empty and changes.ledger.empty
    assert list(changes.refreshed["email"]) == ["ada@doctor.example", "ben@doctor.example"]


def test_a_column_that_is_left_out_keeps_what_is_held():
    after = register(("9000001", "Adams"), ("9000002", "Ben"), columns=("gmc_number", "surname"))

    changes = compare(register(ADA, BEN), after)

    assert changes.ledger.to_numpy().tolist() == [["9000001", "surname", "Ada", "Adams"]]
    assert list(changes.opened["email"]) == ["ada@doctor.example"]


def test_row_hashes_tell_values_from_their_neighbours():
    frame = register(("9000001", "ab", "c"), ("9000002", "a", "bc"), ("9000003", "ab", None))

    assert len(set(row_hashes(frame, TRACKED))) == 3
