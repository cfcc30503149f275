"""The performers list as it should be, week by week."""

import numpy as np

from gpsync.rules import REGISTRATION_STATUSES, ListStatus, Registration
from gpsync.synthetic.days import Numbers, written
from gpsync.synthetic.doctors import Population, numbers
from gpsync.synthetic.performers import LOCUM, REGISTRAR, TYPES, Assignments, Performers
from gpsync.synthetic.practices import REGION_NAMES, Practices
from gpsync.synthetic.register import names
from gpsync.synthetic.sheets import Sheet, Texts, numbered, texts

#: The list follows a change of status at the GMC after so many days.
_LAG_DAYS = 10

#: What the list should say of doctors of a class; all others are Included.
_LISTED_AS = {
    Registration.DECEASED: ListStatus.DECEASED.written,
    Registration.ERASED: ListStatus.REMOVED.written,
    Registration.RELINQUISHED: ListStatus.WITHDRAWN.written,
    Registration.LAPSED: ListStatus.REMOVED.written,
    Registration.SUSPENDED: ListStatus.SUSPENDED.written,
}
#: The same for each of `words.STATUSES`.
_LISTED = tuple(
    _LISTED_AS.get(registration, ListStatus.INCLUDED.written) for registration in REGISTRATION_STATUSES.values()
)


def sheet(
    people: Population, performer: Performers, post: Assignments, practice: Practices, today: int
) -> tuple[Sheet, Numbers]:
    """The list as it should be today: a row for each post it shows, and one for each performer without a post.

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
    return np.where(heard, texts(_LISTED, people.status[doctor]), ListStatus.INCLUDED.written).astype(object)


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
