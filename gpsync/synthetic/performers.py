"""The performers list: who may work as a GP, and at which practice they do."""

from dataclasses import dataclass

import numpy as np

from gpsync.rules import REGISTRATION_STATUSES, Registration
from gpsync.synthetic import words
from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Population, numbers
from gpsync.synthetic.practices import REGION_NAMES, Practices
from gpsync.synthetic.register import names
from gpsync.synthetic.sheets import Sheet, Texts, numbered, texts

TYPES = ("Principal", "Salaried", "Locum", "Retainer", "Armed Forces", "Locally Employed Doctor", "Registrar")
PRINCIPAL, SALARIED, LOCUM, REGISTRAR = 0, 1, 2, 6
_TYPE_SHARES = (0.37, 0.34, 0.25, 0.025, 0.01, 0.005)
#: Performers for each doctor on the register, registrars for each performer, second practices for each post.
_PERFORMERS, _REGISTRARS, _SECOND_PRACTICES = 0.15, 0.08, 0.08
#: Registrars who have joined the GP register since, for each registrar.
_LATE_REGISTRARS = 0.06
#: Of each status other than licensed, this share of the performers is on the list nevertheless.
_ODD_STATUSES = 0.0005
#: One session a week, as a percentage of full time.
_SESSION = 11
#: The list follows a change of status at the GMC after so many days.
_LAG_DAYS = 10

#: What the list should say of doctors of a class; all others are Included.
_LISTED_AS = {
    Registration.DECEASED: "Deceased",
    Registration.ERASED: "Removed",
    Registration.RELINQUISHED: "Withdrawn",
    Registration.LAPSED: "Removed",
    Registration.SUSPENDED: "Suspended",
}
#: The same for each of `words.STATUSES`.
_LISTED = tuple(_LISTED_AS.get(registration, "Included") for registration in REGISTRATION_STATUSES.values())


@dataclass(frozen=True)
class Performers:
    """One element per performer; `doctor` is a place in the population, `type` one in `TYPES`."""

    doctor: Numbers
    type: Numbers
    first_listed: Numbers
    region: Numbers  # of those without a post
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

    Doctors of whom a story is told come first: it is the listed whom changes of address matter for.
    """
    rng = np.random.default_rng([seed, 4])
    count = max(5, round(int(people.present.sum()) * _PERFORMERS))
    licensed = people.present & (people.status == words.status_of(Registration.LICENSED))
    gp = licensed & (people.gp > 0) & (people.gp < today)
    told, others = np.flatnonzero(gp & people.reserved), rng.permutation(np.flatnonzero(gp & ~people.reserved))
    trainees = rng.permutation(np.flatnonzero(licensed & (people.gp == 0) & (people.deanery > 0)))
    registrars = max(2, round(count * _REGISTRARS))
    late = max(1, round(registrars * _LATE_REGISTRARS))
    odd = _oddly_registered(people, rng, count)
    groups = [told, others[late : max(late, count - len(told))], odd, others[:late], trainees[: registrars - late]]
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
        # Of the oddly registered, every second one is listed as if nothing had happened.
        trusted=np.where(np.isin(doctor[order], odd[::2]), 0, 1),
    )


def _oddly_registered(people: Population, rng: np.random.Generator, count: int) -> Numbers:
    dealt = []
    for status in range(len(words.STATUSES)):
        if status != words.status_of(Registration.LICENSED):
            of_status = np.flatnonzero(people.present & (people.status == status) & (people.gp > 0))
            dealt.append(rng.permutation(of_status)[: max(1, round(count * _ODD_STATUSES))])
    return np.concatenate(dealt)


def assignments(people: Population, performer: Performers, practice: Practices, seed: int, end: int) -> Assignments:
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
    leaving = (rng.random(len(who)) < 0.01) & (start < end - 200)
    sessions = np.where(np.isin(who, second), rng.integers(2, 5, len(who)), rng.integers(4, 10, len(who)))
    return Assignments(
        performer=who,
        practice=where,
        start=start,
        end=np.where(leaving, end - rng.integers(0, 90, len(who)), 0),
        shown=start + rng.integers(0, 4, len(who)),
        commitment=sessions * _SESSION,
    )


def sheet(
    people: Population, performer: Performers, post: Assignments, practice: Practices, today: int
) -> tuple[Sheet, Numbers]:
    """The list as it should be today: a row for each post it shows, and one for whoever has none.

    The second result names the performer of each row; rows of one performer stand together.
    """
    shown = np.flatnonzero(post.shown <= today)
    without = np.setdiff1d(np.arange(len(performer)), post.performer[shown])
    rows = np.concatenate([post.performer[shown], without])
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    posts = np.concatenate([shown, np.full(len(without), -1)])[order]
    home = performer.region.copy()
    # A performer belongs to the region of the first post: written last, it stays.
    home[post.performer[::-1]] = practice.region[post.practice[::-1]]
    region: Sheet = {"region": texts(REGION_NAMES, home[rows])}
    return _person(people, performer, rows, today) | region | _post(performer, post, practice, rows, posts, today), rows


def _person(people: Population, performer: Performers, rows: Numbers, today: int) -> Sheet:
    doctor = performer.doctor[rows]
    registrar = performer.type[rows] == REGISTRAR
    surname, given = names(people, doctor)
    return {
        "alignment": np.full(len(rows), "Medical", dtype=object),
        "gmc_number": numbers(doctor).astype(str).astype(object),
        "forenames": given,
        "surname": surname,
        "performer_role": np.where(registrar, "GP Registrar", "GP Performer").astype(object),
        "performer_type": texts(TYPES, performer.type[rows]),
        "list_status": _list_status(people, performer, rows, today),
        "status_effective_date": written(performer.first_listed[rows], "long"),
        "date_first_on_list": written(performer.first_listed[rows], "long"),
        "date_in_gp_register": written(np.where(registrar, 0, people.gp[doctor]), "long"),
        "probationary": np.full(len(rows), "No", dtype=object),
        "last_worked_date": written(today - 5 - rows % 60, "long"),
        "conditions_flag": np.where(people.conditions[doctor], "Y", "N").astype(object),
    }


def _list_status(people: Population, performer: Performers, rows: Numbers, today: int) -> Texts:
    doctor = performer.doctor[rows]
    heard = (performer.trusted[rows] == 1) & (people.status_since[doctor] <= today - _LAG_DAYS)
    return np.where(heard, texts(_LISTED, people.status[doctor]), "Included").astype(object)


def _post(
    performer: Performers, post: Assignments, practice: Practices, rows: Numbers, posts: Numbers, today: int
) -> Sheet:
    has = posts >= 0
    ended = np.where(has & (post.end[posts] <= today), post.end[posts], 0)
    return {
        "practice_code": np.where(has, practice.code[post.practice[posts]], "").astype(object),
        "assignment_start_date": written(np.where(has, post.start[posts], 0), "long"),
        "assignment_end_date": written(ended, "long"),
        "level_of_commitment": np.where(has, numbered("{}", post.commitment[posts]), "").astype(object),
        "prescriber_code": np.where(performer.type[rows] == LOCUM, "", numbered("G9{:06}", rows)).astype(object),
    }
