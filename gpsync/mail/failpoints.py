"""Named points in the handing over of a mail, at which a test may stop, kill or delay it.

In production a point is a call that does nothing. Named points replace sleeps in tests: they are where a
crash can be put exactly between two steps.
"""

from collections.abc import Callable

_watcher: Callable[[str], None] | None = None


def hit(name: str) -> None:
    """Say that the failpoint `name` has been hit."""
    if _watcher is not None:
        _watcher(name)


def watch(watcher: Callable[[str], None] | None) -> None:
    """Let `watcher` be called at every point from now on; None ends that."""
    global _watcher
    _watcher = watcher
