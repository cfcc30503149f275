"""A person's decision whether a doctor's present address is mailed (C-30)."""

from gpsync.errors import WrongUse
from gpsync.mails import AddressWord
from gpsync.operations.context import Context
from gpsync.store import suppressions
from gpsync.store.locks import lock_history
from gpsync.store.people import people


def suppress(context: Context, gmc_number: str, *, lift: bool, by: str, reason: str) -> None:
    """Put the address that the GMC holds for a doctor on the suppression list, or take it off again.

    It is on the list until it is taken off; another address is not concerned. Raises WrongUse where there is no
    address, or where nothing would change.
    """
    with context.engine.begin() as connection:
        lock_history(connection)
        person = people(connection, [gmc_number]).get(gmc_number)
        if person is None or person.key is None:
            raise WrongUse(f"The register shows no address of a doctor with the number {gmc_number}.")
        changed = (
            suppressions.lift(connection, person.key)
            if lift
            else suppressions.suppress(connection, person.key, context.today, by)
        )
        if not changed:
            where = "not on the suppression list" if lift else "on the suppression list already"
            raise WrongUse(f"The address of {gmc_number} is {where}: nothing was changed.")
        suppressions.remember(connection, gmc_number, person.key, AddressWord(context.now(), lift, by, reason))
