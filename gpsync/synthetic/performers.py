"""Who may work as a GP, and at which practices they do."""

from dataclasses import dataclass

import numpy as np

from gpsync.rules import Registration
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers
from gpsync.synthetic.doctors import Flags, Population
from gpsync.synthetic.practices import REGION_NAMES, Practices

TYPES = ("Principal", "Salaried", "Locum", "Retainer", "Armed Forces", "Locally Employed Doctor", "Registrar")
PRINCIPAL, SALARIED, LOCUM, REGISTRAR = 0, 1, 2, 6
_TYPE_SHARES = (0.37, 0.34, 0.25, 0.025, 0.01, 0.005)
#: Performers for each doctor on the register, registrars for each performer, second practices for each post.
_PERFORMERS, _REGISTRARS, _SECOND_PRACTICES = 0.15, 0.08, 0.08
#: Registrars who have joined the GP register since, for each registrar.
_LATE_REGISTRARS = 0.06
#: Of each status other than licensed, this share of the performers is on the list nevertheless.
_ODD_STATUSES = 0.0005
#: Two posts began so many days before the last night.
_JUST_BEGUN = (8, 9)
#: One session a week, as a percentage of full time.
_SESSION = 11


@dataclass(frozen=True)
class Performers:
    """One element per performer; `doctor` is a place in the population, `type` one in `TYPES`."""

    doctor: Numbers
    type: Numbers
    first_listed: Numbers
    region: Numbers  # of those without a post
    trainee: Flags  # not on the GP register
    trusted: Numbers  # 1: the list follows the register; 0: it never heard of the status

    def __len__(self) -> int:
        return len(self.doctor)


@dataclass(frozen=True)
class Assignments:
    """One element per post: a performer at a practice, places in `Performers` and `Practices`.

    Start, end (0: open) and the day from which the list shows the post are day numbers.
    """

    performer: Numbers
    practice: Numbers
    start: Numbers
    end: Numbers
    shown: Numbers
    commitment: Numbers

    def __len__(self) -> int:
        return len(self.performer)


def performers(people: Population, seed: int, today: int) -> Performers:
    """GPs and registrars among the doctors of the first night, with a few whose status bars them.

    Doctors with a prepared story come first: only for listed doctors does a change of address matter.
    """
    rng = np.random.default_rng([seed, 4])
    count = max(5, round(int(people.present.sum()) * _PERFORMERS))
    licensed = people.present & (people.status == words.status_of(Registration.LICENSED))
    gp = licensed & (people.gp > 0) & (people.gp < today)
    reserved, others = np.flatnonzero(gp & people.reserved), rng.permutation(np.flatnonzero(gp & ~people.reserved))
    trainees = rng.permutation(np.flatnonzero(licensed & (people.gp == 0) & (people.deanery > 0)))
    registrars = max(2, round(count * _REGISTRARS))
    late = max(1, round(registrars * _LATE_REGISTRARS))
    odd, unheard = _oddly_registered(people, rng, count)
    gps = max(0, count - registrars - len(reserved) - len(odd))
    groups = [reserved, others[late : late + gps], odd, others[:late], trainees[: registrars - late]]
    doctor = np.concatenate(groups)
    type = rng.choice(len(_TYPE_SHARES), len(doctor), p=_TYPE_SHARES)
    type[len(doctor) - len(groups[3]) - len(groups[4]) :] = REGISTRAR
    order = np.argsort(doctor, kind="stable")
    qualified = np.maximum(people.gp, people.provisional)
    return Performers(
        doctor=doctor[order],
        type=type[order],
        first_listed=np.minimum(qualified[doctor[order]] + rng.integers(5, 25, len(doctor)), today - 1),
        region=rng.integers(0, len(REGION_NAMES), len(doctor)),
        trainee=people.gp[doctor[order]] == 0,
        trusted=np.where(np.isin(doctor[order], unheard), 0, 1),
    )


def _oddly_registered(people: Population, rng: np.random.Generator, count: int) -> tuple[Numbers, Numbers]:
    """Some GPs of every status but licensed, and those among them whom the list still shows as Included."""
    dealt, unheard = [], []
    for status in range(len(words.STATUSES)):
        if status != words.status_of(Registration.LICENSED):
            of_status = np.flatnonzero(people.present & (people.status == status) & (people.gp > 0))
            some = rng.permutation(of_status)[: max(2, round(count * _ODD_STATUSES))]
            dealt.append(some)
            unheard.append(some[::2])
    return np.concatenate(dealt), np.concatenate(unheard)


def assignments(performer: Performers, practice: Practices, seed: int, end: int) -> Assignments:
    """The posts of all performers but locums, begun in the last twelve years or so; some at a second practice.

    `end` is the last night: a few posts begin shortly before it, and a few end.
    """
    rng = np.random.default_rng([seed, 5])
    posted = np.flatnonzero(performer.type != LOCUM)
    second = posted[(performer.type[posted] == SALARIED) & (rng.random(len(posted)) < 2 * _SECOND_PRACTICES)]
    who = np.concatenate([posted, second])
    where = rng.integers(0, len(practice), len(who))
    first = where[: len(posted)][np.searchsorted(posted, second)]
    where[len(posted) :] = (first + 1 + rng.integers(0, len(practice) - 1, len(second))) % len(practice)
    start = np.maximum(performer.first_listed[who] + 5, end - rng.integers(2, 12 * 365, len(who)))
    # Two salaried GPs have just begun, however few there are.
    newest = np.flatnonzero(performer.type[posted] == SALARIED)[:2]
    start[newest] = end - np.array(_JUST_BEGUN)[: len(newest)]
    settled = start < end - 200
    leaving = (rng.random(len(who)) < 0.01) & settled
    sessions = np.where(np.isin(who, second), rng.integers(2, 5, len(who)), rng.integers(4, 10, len(who)))
    last_day = end - rng.integers(0, 90, len(who))
    # One post has ended before the first night, however few there are: a list without any says nothing of ends.
    if not (leaving & (last_day < end - 30)).any() and settled.any():
        first_to_leave = np.flatnonzero(settled)[0]
        leaving[first_to_leave], last_day[first_to_leave] = True, end - 60
    return Assignments(
        performer=who,
        practice=where,
        start=start,
        end=np.where(leaving, last_day, 0),
        shown=start + rng.integers(0, 4, len(who)),
        commitment=sessions * _SESSION,
    )
