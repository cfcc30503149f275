"""Prints how the corpus of refusals is read: `python -m tests.unit.bounces`."""

from collections import Counter

from gpsync.bounces.verdict import read
from gpsync.rules import ReturnedKind
from tests.unit.bounces.refusals import Refusal, corpus


def counted(refusals: list[Refusal]) -> Counter[ReturnedKind]:
    """How many refusals are read as what."""
    return Counter(read(refusal.message).kind for refusal in refusals)


def main() -> None:
    everything = corpus()
    about_others = counted([one for one in everything if not one.is_dead])
    about_dead = counted([one for one in everything if one.is_dead])
    permanent = ReturnedKind.PERMANENT
    print(
        f"{about_others[permanent]} of {about_others.total()} that are not about a dead address are read as permanent"
    )
    print(f"{about_dead[permanent]} of {about_dead.total()} that are about a dead address are found")
    print(f"\n{'read as':14}{'not dead':>10}{'dead':>10}")
    for kind in ReturnedKind:
        if about_others[kind] or about_dead[kind]:
            print(f"{kind:14}{about_others[kind]:10}{about_dead[kind]:10}")
    wrong = [one.name for one in everything if read(one.message).kind is not one.kind]
    print(f"\n{len(wrong)} are read otherwise than they must be", *wrong, sep="\n  ")


if __name__ == "__main__":
    main()
