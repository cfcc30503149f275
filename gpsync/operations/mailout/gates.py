"""Gathering what decides whether links go out at all today, and what the extracts do not say."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from gpsync.operations.context import Context
from gpsync.operations.mailout.request import MailoutRequest
from gpsync.operations.sources import Sources, unknown_in_register
from gpsync.rules import Audience, Dataset, NotKnown
from gpsync.store import extracts, runs
from gpsync.verification.delta_chain import missing_days
from gpsync.verification.gates import Dates, Gates, why_not_today
from gpsync.verification.sending_days import parse_send_days
from gpsync.verification.unknown import audience_not_known, verified_not_known


def what_is_not_known(context: Context, connection: Connection, sources: Sources, as_of: date) -> Mapping[str, str]:
    """Why the newest extracts do not say who is to be mailed (C-16), or who is verified (C-28), where they do not."""
    listed = sources.newest(connection, Dataset.PERFORMERS_LIST, as_of)
    accounts = sources.newest(connection, Dataset.PCSE_ACCOUNTS, as_of)
    register = unknown_in_register(context, connection, as_of)
    why = {
        NotKnown.VERIFIED: verified_not_known(accounts.unknown),
        NotKnown.EVERYBODY: audience_not_known(context.settings.audience, listed.unknown, register),
    }
    return {what: sentence for what, sentence in why.items() if sentence is not None}


def why_nothing_today(
    context: Context, connection: Connection, request: MailoutRequest, not_known: Mapping[str, str]
) -> str | None:
    """Why no link goes out on the day of the request, in one sentence, or None."""
    settings = context.settings
    gates = Gates(
        weekdays=parse_send_days(settings.send_days),
        register_fresh_working_days=settings.register_fresh_working_days,
        list_fresh_days=settings.list_fresh_days,
        needs_list=settings.audience is Audience.PERFORMERS,
        confirm_gap=request.confirm_gap,
        delta_gap_waits=settings.delta_gap_waits,
    )
    return why_not_today(request.as_of, _dates(connection, request.as_of, not_known), gates)


def _dates(connection: Connection, as_of: date, not_known: Mapping[str, str]) -> Dates:
    register = extracts.newest_two(connection, Dataset.GMC_REGISTER, date.max)
    listed = extracts.newest_two(connection, Dataset.PERFORMERS_LIST, as_of)
    missing = missing_days(extracts.positions(connection, Dataset.GMC_REGISTER), as_of)
    return Dates(
        register=register[0].extract.as_of if register else None,
        before_register=register[1].extract.as_of if len(register) > 1 else None,
        listed=listed[0].extract.as_of if listed else None,
        last_run=runs.newest_as_of(connection),
        missing_delta=missing[0] if missing else None,
        audience_not_known=not_known.get(NotKnown.EVERYBODY),
    )
