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
    """Every email change: number, new address and key, dates in ISO form, state and reason."""
    names = ("gmc_number", "new_email", "new_key", "change_date", "due_date", "state", "reason")
    return copy_out(connection, f"SELECT {', '.join(names)} FROM email_change", dict.fromkeys(names, pa.string()))
