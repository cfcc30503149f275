"""The register as it stands."""

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from gpsync.extracts.layouts import GMC_REGISTER
from gpsync.store.bulk import copy_out

_DERIVED = ("registration_class", "email_key", "valid_from")


def current(connection: Connection) -> pd.DataFrame:
    """Every current doctor: the layout's columns, what follows from them, since when, and the class before.

    `previous_class` is the registration class of the version that the current one replaced, or null.
    """
    names = [*GMC_REGISTER.names, *_DERIVED]
    columns = ", ".join(f"d.{name}" for name in names)
    return copy_out(
        connection,
        f"SELECT {columns}, p.registration_class FROM doctor d LEFT JOIN doctor p "
        "ON p.gmc_number = d.gmc_number AND p.valid_to = d.valid_from AND p.valid_from < d.valid_from "
        "WHERE d.valid_to IS NULL",
        dict.fromkeys([*names, "previous_class"], pa.string()),
    )


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
