"""How often Python looks for garbage while a run holds very many records."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many objects more than before are made between two looks; Python's own number is 700.
NEW_OBJECTS = 50_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look seldom for objects that only refer to each other, while the block runs.

    By default Python walks the hundreds of thousands of records that a run holds again and again, which takes a third
    of the processor's time of a large mailout. Whatever is in no circle is freed at once in any case.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
