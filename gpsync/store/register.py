"""The register as it stood on a day."""

from datetime import date

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.store.copy_frames import copy_out

_DERIVED = ("registration_class", "email_key", "valid_from")
_LAST = ("gmc_number", "registration_status", "registration_class", "left_on")


def current(connection: Connection, as_of: date) -> pd.DataFrame:
    """Every doctor on a day: the layout's columns, what follows from them, since when, and the class before.

    Extracts dated later count for nothing.
    `previous_class` is the registration class of the version that the current one replaced, or null.
    """
    names = [*GMC_REGISTER.names, *_DERIVED]
    columns = ", ".join(f"d.{name}" for name in names)
    return copy_out(
        connection,
        f"SELECT {columns}, p.registration_class FROM doctor d LEFT JOIN doctor p "
        "ON p.gmc_number = d.gmc_number AND p.valid_to = d.valid_from AND p.valid_from < d.valid_from "
        f"WHERE {_is_current('d', as_of)}",
        dict.fromkeys([*names, "previous_class"], pa.string()),
    )


def left(connection: Connection, as_of: date) -> pd.DataFrame:
    """The last record of every doctor whom the register of a day shows no more: number, status, class.

    `left_on` is the date of the first extract that did not show the doctor. One missing full alone is no leaving.
    """
    return copy_out(
        connection,
        "SELECT DISTINCT ON (d.gmc_number) d.gmc_number, d.registration_status, d.registration_class, d.valid_to "
        f"FROM doctor d WHERE d.closed_on <= '{as_of}' AND NOT EXISTS (SELECT FROM doctor c "
        f"WHERE c.gmc_number = d.gmc_number AND {_is_current('c', as_of)}) ORDER BY d.gmc_number, d.valid_from DESC",
        dict.fromkeys(_LAST, pa.string()),
    )


def _is_current(version: str, as_of: date) -> str:
    """Whether a version held on the evening of a day, by the extracts dated up to it."""
    return f"{version}.valid_from <= '{as_of}' AND coalesce({version}.closed_on > '{as_of}', true)"


def changes(connection: Connection) -> pd.DataFrame:
    """Every email change: number, new address and key, dates in ISO form, state and reason.

    A change that only eligibility stops has the state and reason of that.
    """
    dates = ("change_date", "due_date", "sent_on", "expires_on")
    names = ("gmc_number", "new_email", "new_key", *dates, "state", "reason")
    columns = ", ".join(f"c.{name}" for name in names[:-2])
    return copy_out(
        connection,
        f"SELECT {columns}, CASE WHEN c.state = 'WAITING' THEN coalesce(e.state, c.state) ELSE c.state END, "
        "coalesce(c.reason, e.reason) FROM email_change c LEFT JOIN eligibility e USING (change_id)",
        dict.fromkeys(names, pa.string()),
    )
