"""The day a live mailout is about: London's today, and a made-up one in a rehearsal only.

A mail dated by another day than its own carries a link that has run out before it leaves, or comes before its
window is over; and its link is then "never given out". What was missed is simply due today.
"""

from datetime import date


def why_not_live(as_of: date, today: date, *, rehearsal: bool) -> str | None:
    """Why nothing may be sent about the day `as_of`, in one sentence, or None. `today` is London's."""
    if as_of == today or rehearsal:
        return None
    return (
        f"A live mailout is for today only: today is {today}, not {as_of}. What was missed is due today: leave out "
        "--as-of. Only a rehearsal (GPSYNC_REHEARSAL=true) can be for another day."
    )
