"""An extract's rows made ready to be compared, and what is counted of what they change."""

from dataclasses import replace

import pandas as pd
import pyarrow as pa

from gpsync.frames import ROW_HASH
from gpsync.records import Counts
from gpsync.register.changes import Partition
from gpsync.register.incoming import (
    differing_keys,
    keys_of,
    moved_addresses,
    split_deletes,
    with_email_count,
    with_row_hashes,
)
from tests.unit.register.test_changes import compare, register

ADA, BEN, CYD = (
    ("9000001", "Ada", "ada@doctor.example"),
    ("9000002", "Ben", "ben@doctor.example"),
    ("9000003", "Cyd", None),
)


def replace_in(row, place, value):
    return (*row[:place], value, *row[place + 1 :])


def test_a_delete_row_of_a_delta_names_its_doctor_and_says_nothing_else():
    rows = register(ADA, BEN, CYD).assign(action=["U", "D", "I"])

    deleted, others = split_deletes(rows, "gmc_number")

    assert deleted == {"9000002"}
    pd.testing.assert_frame_equal(others.reset_index(drop=True), register(ADA, CYD))


def test_an_extract_without_actions_deletes_nobody():
    deleted, others = split_deletes(register(ADA, BEN), "gmc_number")

    assert deleted == set()
    pd.testing.assert_frame_equal(others, register(ADA, BEN))


def test_a_row_has_another_number_when_a_column_that_is_compared_differs():
    moved, renamed = replace_in(ADA, 2, "new@doctor.example"), replace_in(ADA, 1, "Adams")
    numbers = list(with_row_hashes(register(ADA, moved, renamed, ADA), ["email"])[ROW_HASH])

    assert numbers[0] == numbers[2] == numbers[3] != numbers[1]


def test_keys_are_those_of_the_rows_that_differ():
    parts = Partition(pa.array([0]), pa.array([2, 1]), [], {}, [])

    assert differing_keys(register(ADA, BEN, CYD), parts, "gmc_number") == ["9000003", "9000002"]
    assert keys_of(register(CYD, ADA), "gmc_number") == ["9000003", "9000001"]


def test_an_address_moves_that_is_another_one_and_not_one_that_is_spelled_otherwise():
    changes = compare(
        register(ADA, BEN, CYD, ("9000004", "Dan", "dan@doctor.example"), ("9000005", "Eve", "eve@doctor.example")),
        register(
            replace_in(ADA, 2, "new@doctor.example"),
            replace_in(BEN, 2, "BEN@Doctor.example"),
            replace_in(CYD, 2, "cyd@doctor.example"),
            ("9000004", "Dan", None),
            ("9000005", "Evelyn", "eve@doctor.example"),
        ),
    )

    assert moved_addresses(changes) == ["9000001", "9000003", "9000004"]
    assert with_email_count(changes) == replace(changes, counts=replace(changes.counts, emails_changed=3))
    assert changes.counts == Counts(changed=5)
