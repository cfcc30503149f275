"""Doctors' histories as the window's rules read them: hashed addresses recognised, beside the calendar of extracts."""

from collections.abc import Collection

from sqlalchemy import Connection

from gpsync.operations.address_secret import pseudonyms
from gpsync.operations.context import Context
from gpsync.records import Doctor
from gpsync.rules import Dataset
from gpsync.store import email_changes, extracts
from gpsync.window.recognition import recognised
from gpsync.window.timeline import Calendar


def histories(context: Context, connection: Connection, gmc_numbers: Collection[str]) -> tuple[list[Doctor], Calendar]:
    """The histories of these doctors, and the accepted register extracts that they were shown by."""
    hashed = pseudonyms(context)
    doctors = [recognised(doctor, hashed) for doctor in email_changes.doctors(connection, gmc_numbers)]
    return doctors, Calendar(extracts.positions(connection, Dataset.GMC_REGISTER))
