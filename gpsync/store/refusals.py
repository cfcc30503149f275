"""What a server's refusals mean, and what to do about each: a sentence instead of the driver's words."""

from sqlalchemy.exc import DBAPIError

from gpsync.errors import GpsyncError
from gpsync.store.database import lost

#: By SQLSTATE. What was not committed never happened.
_REFUSALS = {
    "25006": "The database does not accept changes: it is read-only, or a standby. Name one that takes changes in "
    "GPSYNC_DATABASE_URL, or set default_transaction_read_only off.",
    "42501": "The role of GPSYNC_DATABASE_URL lacks rights in the database: let the role that ran `gpsync db upgrade` "
    "run everything, or make this one a member of it (docs/runbook.md).",
    "53100": "The database server's disk is full: make room there, then run this again.",
    "53200": "The database server is out of memory: free some, then run this again.",
    "53300": "The database server has no connection to spare for this role: a run needs up to ten. Raise its limit.",
    "55P03": "Another session held a lock for too long: end it, or wait until it is done, then run this again.",
    "57014": "The server ended a statement: somebody cancelled it, or a time limit of the server did. Run this again.",
    "42P01": "The database lacks a table of gpsync's: something else is in it. See `gpsync db check`.",
    "42703": "A table in the database has a gpsync name but is not gpsync's. Give gpsync a database of its own.",
}
#: What a server says to somebody whom it does not let in, where it gives no SQLSTATE.
_TOO_MANY = "too many connections"


def explained(error: BaseException) -> GpsyncError | None:
    """A refusal of the server, or its end, in a sentence; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ("53300" if _TOO_MANY in str(error.orig) else None)
    sentence = _REFUSALS.get(state or "")
    return GpsyncError(sentence) if sentence else lost(error)
