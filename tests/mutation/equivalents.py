"""Changes that change nothing: each with the reason why no test can notice it."""

from typing import NamedTuple


class Equivalent(NamedTuple):
    """A change that leaves every answer what it was: the lines before and after, without their indentation."""

    path: str
    before: str
    after: str
    why: str


EQUIVALENTS: tuple[Equivalent, ...] = ()
