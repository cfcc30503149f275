"""Whether held mails may be released: it takes two people, one who asks and another who decides (C-39)."""

from enum import Enum, auto

from gpsync.actors import Actor, are_two_people, same_person


class Step(Enum):
    """What a person's approval is to held mails."""

    ASK = auto()
    RELEASE = auto()


def asker(by: Actor) -> Actor | None:
    """Who asks for mails by ordering them: the person whose run or approval they come from, not the program."""
    return by if by.is_person else None


def next_step(opened: Actor, asked: Actor | None, by: Actor) -> Step | str:
    """What the approval of held mails by `by` means, or the sentence that says why it has no effect.

    `opened` is who planned the mails, `asked` the person who asked for them: whoever ordered them, or was the first to
    approve. The program asks for nothing, so what it planned alone takes two approvals.
    """
    if not by.is_person:
        return f"It takes two people to release mails. {by.doubt}"
    if asked is None:
        return Step.ASK
    if not are_two_people(asked, by):
        return f"{asked.name} asked for these mails: somebody else must release them."
    if same_person(opened, by):
        return f"{opened.name} planned these mails: somebody else must release them."
    return Step.RELEASE
