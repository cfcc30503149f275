"""How fast mails may go out: evenly spread over each minute, in all and to each receiving domain."""

import threading
import time
from collections.abc import Callable


class Throttle:
    """Says how long to wait before the next mail; 0 mails a minute means no limit.

    Mails are spread evenly instead of counted, so a minute never begins with a burst, which receiving
    systems answer with greylisting. Several threads may share one: those that find it free at the same
    moment all go, and the next mail waits for all of them.
    """

    def __init__(
        self, per_minute: int, per_domain_minute: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._step = 60 / per_minute if per_minute else 0.0
        self._domain_step = 60 / per_domain_minute if per_domain_minute else 0.0
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._free_at = float("-inf")
        self._domain_free_at: dict[str, float] = {}

    def wait_for(self, domain: str) -> float:
        """Seconds until a mail to `domain` may go out; 0 when it may go now."""
        with self._lock:
            free_at = max(self._free_at, self._domain_free_at.get(domain.lower(), float("-inf")))
            return max(0.0, free_at - self._monotonic())

    def took(self, domain: str) -> None:
        """Count one mail to `domain` that goes out now."""
        with self._lock:
            now = self._monotonic()
            self._free_at = max(self._free_at, now) + self._step
            if self._domain_step:
                name = domain.lower()
                self._domain_free_at[name] = max(self._domain_free_at.get(name, now), now) + self._domain_step
