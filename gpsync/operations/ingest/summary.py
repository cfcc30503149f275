"""The result of a sync, in counts."""

from dataclasses import dataclass, field

from gpsync.records import ExtractRecord
from gpsync.rules import ACCEPTED_OUTCOMES, Outcome


@dataclass
class Summary:
    """What a run did, in counts that hold no personal data."""

    taken: list[ExtractRecord] = field(default_factory=list)
    waiting: int = 0
    unrecognised: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def add(self, entry: ExtractRecord | None) -> None:
        """Count an extract; None is one that was left for the next run."""
        if entry is None:
            self.waiting += 1
        else:
            self.taken.append(entry)

    @property
    def needs_a_person(self) -> bool:
        """Whether anything was held or rejected, or lies in the inbox under a name that is none, or closed to us."""
        return bool(self.unrecognised or self.closed) or any(
            entry.outcome in (Outcome.HELD, Outcome.REJECTED) for entry in self.taken
        )

    def outcomes(self) -> list[dict[str, str]]:
        """What became of each extract, and why: no personal data."""
        return [
            {"extract": entry.extract.file_name, "outcome": str(entry.outcome), "why": entry.reason}
            for entry in self.taken
        ]

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""
        accepted = [entry.counts for entry in self.taken if entry.outcome in ACCEPTED_OUTCOMES]
        by_outcome = {str(outcome): sum(entry.outcome is outcome for entry in self.taken) for outcome in Outcome}
        return {
            **{f"extracts {outcome}": number for outcome, number in by_outcome.items() if number},
            "rows": sum(counts.rows for counts in accepted),
            "new": sum(counts.new for counts in accepted),
            "changed": sum(counts.changed for counts in accepted),
            "gone": sum(counts.gone for counts in accepted),
            "missing once": sum(counts.missing_once for counts in accepted),
            "emails changed": sum(counts.emails_changed for counts in accepted),
            "rows quarantined": sum(counts.quarantined for counts in accepted),
            "files left for the next run": self.waiting,
            "files not named like an extract": len(self.unrecognised),
            "files that cannot be read or removed": len(self.closed),
        }
