"""Ids that count upwards instead of random ones."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

_MIXED = bytes.fromhex("1f6b3d8e52a7c940e3b85d07")


@contextmanager
def ids_in_order(numbers: Iterator[int]) -> Iterator[None]:
    """Ids that are random else count upwards: what is taken in the order of ids is taken as it was planned.

    Behind its number each has bytes of many kinds, as real ones have.
    """
    system = uuid.os
    uuid.os = SimpleNamespace(urandom=lambda size: next(numbers).to_bytes(4, "big") + _MIXED[: size - 4])
    try:
        yield
    finally:
        uuid.os = system
