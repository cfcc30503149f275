"""What the catalogue says of a kind of mismatch."""

from dataclasses import dataclass

from gpsync.rules import Code, Dataset, Owner, Severity


@dataclass(frozen=True)
class Entry:
    """One kind of mismatch, in words that staff read.

    `number` is its place in the catalogue (B01 …), `title` a few words, `condition` when it is raised, in one or
    two sentences, `action` what its first owner does. `severity` and the first of `owners` hold unless the
    finding says otherwise. `needs` are the datasets without which it cannot be judged: missing or stale, it is
    not assessed.
    """

    code: Code
    number: str
    title: str
    condition: str
    severity: Severity
    owners: tuple[Owner, ...]
    action: str
    needs: tuple[Dataset, ...]
