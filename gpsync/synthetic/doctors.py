"""The doctors: one made-up person per row, held as columns of small numbers."""

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from gpsync.synthetic.days import Numbers

Flags = NDArray[np.bool_]

#: How an address is put together from a name; see `register.addresses`.
MAIL_STYLES = 4


@dataclass
class Population:
    """Every doctor who is ever in the register files, in the order of their GMC numbers.

    All arrays have one element per doctor. Names, bodies, statuses and so on are places in the lists of
    `names` and `words`; dates are day numbers; `mail` is 0 for no address, else 1 + style x domains + domain.
    Nights change the arrays in place.
    """

    present: Flags  # in tonight's file
    surname: Numbers
    mail_surname: Numbers  # the surname the addresses are made of: it survives a marriage
    given: Numbers
    other: Numbers  # 0: none, else 1 + place in GIVEN_NAMES
    gender: Numbers  # 0 M, 1 W, 2 X
    school: Numbers
    qualified: Numbers
    provisional: Numbers
    full: Numbers
    specialist: Numbers
    gp: Numbers
    fee_due: Numbers
    status: Numbers
    status_since: Numbers  # the night the status last changed; 0: before the first
    specialty: Numbers
    sub_specialty: Numbers
    conditions: Flags
    undertakings: Flags
    warnings: Flags
    body: Numbers
    deanery: Numbers  # 0: not in training
    programme: Numbers
    trainer: Numbers  # 0: not a trainer
    mail: Numbers
    spelling: Numbers  # 0 lower case, 1 capitals, 2 Capitalised
    mail_since: Numbers  # the night the address last changed
    mail_before: Numbers  # the address that stood before it
    dashed: Flags  # statuses written with an en dash
    zero_lost: Flags  # dates written without their leading zero
    reserved: Flags  # left alone by chance, because a story or a trap needs it
    odd: dict[str, dict[int, str]] = field(default_factory=dict)  # heading -> doctor -> text written instead

    def __len__(self) -> int:
        return len(self.present)

    def copy(self) -> "Population":
        """A copy that can be changed without touching this one."""
        arrays = {f.name: getattr(self, f.name).copy() for f in fields(self) if f.name != "odd"}
        return Population(**arrays, odd={heading: dict(cells) for heading, cells in self.odd.items()})


def numbers(doctors: Numbers) -> NDArray[np.int64]:
    """GMC numbers of doctors given by their places from 0: 9000001, 9000002, ...

    The 999,999 numbers that begin with 9, none of which has been given out, come first. Larger
    populations, which are for timing only, go on with 8, 7 and so on.
    """
    serial = np.asarray(doctors, dtype=np.int64) + 1
    million, rest = np.divmod(serial, 1_000_000)
    return (9 - million) * 1_000_000 + rest
