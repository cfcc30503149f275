"""What the doctors and practices of a report are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Names:
    """Names by GMC number and by practice code; a number or code that is missing has no name here."""

    doctors: Mapping[str, str] = field(default_factory=dict)
    practices: Mapping[str, str] = field(default_factory=dict)

    def doctor(self, gmc_number: str | None) -> str:
        """The doctor's name, or nothing."""
        return self.doctors.get(gmc_number or "", "")

    def practice(self, practice_code: str | None) -> str:
        """The practice's name, or nothing."""
        return self.practices.get(practice_code or "", "")
