"""The London day of an instant that the database holds."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, cast, func

from gpsync.london import SQL_ZONE


def london_day(instant: ColumnElement[datetime]) -> ColumnElement[date]:
    """The day that an instant falls on in London."""
    return cast(func.timezone(SQL_ZONE, instant), Date)


def sql_london_day(instant: str) -> str:
    """The same in SQL that is written out."""
    return f"CAST({instant} AT TIME ZONE '{SQL_ZONE}' AS DATE)"
