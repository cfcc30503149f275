"""Which domains an installation may write to (C-49). Pure."""

from collections.abc import Collection
from dataclasses import dataclass

#: Ends of names that belong to nobody: good for made-up data, never for a real mail service.
NOBODYS = (".example", ".test", ".invalid", ".localhost")
#: All that a rehearsal may write to.
_REHEARSED = (".example", ".test")


@dataclass(frozen=True)
class Reach:
    """What limits the domains: a rehearsal, a mail service that is not on this machine, a list of domains, if any."""

    is_rehearsal: bool
    is_on_this_machine: bool
    allowed_domains: Collection[str] = ()

    def includes(self, address_key: str) -> bool:
        """Whether this installation may write to an address's domain."""
        domain = address_key.rpartition("@")[2]
        if self.is_rehearsal and not domain.endswith(_REHEARSED):
            return False
        if domain.endswith(NOBODYS) and not self.is_on_this_machine:
            return False
        return not self.allowed_domains or domain in self.allowed_domains


def parse_domains(text: str) -> frozenset[str]:
    """Domains written with commas between them."""
    return frozenset(name.strip().lower() for name in text.split(",") if name.strip())
