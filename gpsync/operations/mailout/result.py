"""The result of a mailout: counts that must add up, and the lines that report them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gpsync.errors import GpsyncError
from gpsync.mails import Hold
from gpsync.operations.mailout.planning import Planned
from gpsync.rules import STAFF_MAIL_STATES, ChangeReason, MailState, NotKnown


class DoesNotAddUp(GpsyncError):
    """A mail was lost from sight, or counted twice: somebody must look before anything more is sent."""


@dataclass
class MailoutResult:
    """What a run of the mailout did. Figures count mails unless they say otherwise.

    `planned` are new in the outbox, `carried` were left there by earlier runs; `states` counts the present states of
    both. `blocked` counts changes by what stops them, `out_of_reach` events whose address this installation may not
    mail. `opened` are holds that keep mails back, `would_hold` those that a live run would open, with how many mails
    each. `pace` says how long what waits will take, `not_known` of what was not mailed why an extract does not tell
    enough for it. Without `live` nothing was kept or sent. `is_alone` is False where another run came while the run
    lock was lost.
    """

    live: bool = False
    planned: int = 0
    carried: int = 0
    not_today: str | None = None
    stopped: str | None = None
    states: dict[MailState, int] = field(default_factory=dict)
    blocked: Counter[ChangeReason] = field(default_factory=Counter)
    out_of_reach: int = 0
    opened: list[str] = field(default_factory=list)
    would_hold: list[tuple[Hold, int]] = field(default_factory=list)
    pace: list[str | None] = field(default_factory=list)
    for_staff: dict[MailState, int] = field(default_factory=dict)
    is_alone: bool = True
    not_known: dict[str, str] = field(default_factory=dict)

    @property
    def needs_a_person(self) -> bool:
        """Whether a mail waits for somebody, the run ended early, or somebody is not mailed for want of a word.

        Doctors who count as verified can log in: that is reported, and nobody must act.
        """
        not_mailed = self.not_known.keys() - {NotKnown.VERIFIED}
        return bool(self.stopped or self.opened or not_mailed or any(self.for_staff.values()))

    def take(self, planned: Planned, carried: Sequence[str]) -> None:
        """Take in what the run has planned, beside the mails that earlier runs left."""
        self.planned = len(planned.new)
        self.not_today, self.not_known = planned.not_today, dict(planned.not_known)
        self.blocked, self.out_of_reach = planned.blocked, planned.out_of_reach
        self.pace = [planned.pace]
        if self.live:
            self.carried = len(carried)
            self.opened = [one.hold.hold_id for one in planned.held_back if one.is_new]
        else:
            self.would_hold = [(one.hold, one.mails) for one in planned.held_back]

    def check(self) -> None:
        """Recount. Raises DoesNotAddUp unless every mail of the run is where a mail may be when a run has ended."""
        counted = sum(self.states.values())
        lost = self.planned + self.carried - counted
        if lost:
            raise DoesNotAddUp(
                f"{self.planned:,} mails were planned and {self.carried:,} carried over, but {counted:,} are accounted "
                "for: send nothing more until you have checked `reporting.mail`."
            )
        under_way = self.states.get(MailState.CLAIMED, 0) + self.states.get(MailState.IN_DOUBT, 0)
        if under_way and self.is_alone:
            raise DoesNotAddUp(f"{under_way:,} mails are still under way although the run has ended.")

    def counts(self) -> dict[str, int]:
        """The figures of the run, by name."""
        return {
            "planned": self.planned,
            "carried over": self.carried,
            **({"out of reach": self.out_of_reach} if self.out_of_reach else {}),
            **{str(state): self.states[state] for state in MailState if self.states.get(state)},
            **{f"not known: {what}": 1 for what in self.not_known},
            **{f"stopped by {reason}": number for reason, number in sorted(self.blocked.items())},
        }

    def lines(self) -> list[str]:
        """The lines that a person reads at the end of a run."""
        sentences = [self._headline()]
        if self.blocked:
            words = ", ".join(f"{reason} {number:,}" for reason, number in self.blocked.most_common())
            sentences.append(f"Email changes not to be mailed now: {words}.")
        if self.out_of_reach:
            sentences.append(
                f"{self.out_of_reach:,} links were not planned: their domains are made up, or none of "
                "GPSYNC_MAIL_ALLOWED_DOMAINS."
            )
        sentences += [line for line in self.pace if line]
        sentences += [
            f"Of these a live run would hold {number:,} until two people release them. {hold.kind.meaning}"
            for hold, number in self.would_hold
        ]
        sentences += [f"Not known, so not mailed ({what}): {why}" for what, why in self.not_known.items()]
        sentences += [
            f"Held until two people release them: {hold_id}; `gpsync held` shows it." for hold_id in self.opened
        ]
        if self.stopped:
            sentences.append(f"The run stopped early: {self.stopped}")
        waiting = {state: number for state, number in self.for_staff.items() if number}
        sentences += [f"Mails that are {state}: {number:,}. {state.meaning}" for state, number in waiting.items()]
        return sentences

    def _headline(self) -> str:
        if self.not_today:
            return f"Nothing is mailed: {self.not_today}"
        if not self.live:
            return f"Mails that would be planned: {self.planned:,}. Nothing was kept or sent (--live sends)."
        where = ", ".join(f"{self.states[state]:,} {state}" for state in MailState if self.states.get(state))
        whole = f"Mails: {self.planned + self.carried:,} ({self.planned:,} planned, {self.carried:,} carried over)"
        return f"{whole}: {where}." if where else f"{whole}."


def staff_states(states: dict[MailState, int]) -> dict[MailState, int]:
    """The counts of mails that a person must look at."""
    return {state: states.get(state, 0) for state in STAFF_MAIL_STATES}
