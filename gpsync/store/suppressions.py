"""Addresses that are not to be mailed, and what people have decided about them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from gpsync.mails import AddressWord
from gpsync.store.tables import suppression, suppression_event

#: Why an address is on the list: its holder asked. Those that bounced are put there by their mail.
ASKED = "ASKED"


def suppress(connection: Connection, address_key: str, since: date, by: str) -> bool:
    """Put an address on the list; False if it is there."""
    values = {"address_key": address_key, "since": since, "reason": ASKED, "recorded_by": by}
    added = insert(suppression).values(**values).on_conflict_do_nothing().returning(suppression.c.address_key)
    return connection.execute(added).first() is not None


def lift(connection: Connection, address_key: str) -> bool:
    """Take an address off the list; False if it is not there."""
    return connection.execute(delete(suppression).where(suppression.c.address_key == address_key)).rowcount == 1


def remember(connection: Connection, gmc_number: str, address_key: str, word: AddressWord) -> None:
    """Write down who decided what, and why."""
    values = {"gmc_number": gmc_number, "address_key": address_key, **vars(word)}
    connection.execute(insert(suppression_event).values(**values))


def of_doctor(connection: Connection, gmc_number: str) -> Sequence[AddressWord]:
    """What people decided about a doctor's addresses, in order."""
    query = select(
        suppression_event.c.at, suppression_event.c.lifted, suppression_event.c.actor, suppression_event.c.reason
    ).where(suppression_event.c.gmc_number == gmc_number)
    return [AddressWord(*row) for row in connection.execute(query.order_by(suppression_event.c.event_number))]


def suppressed(connection: Connection) -> set[str]:
    """The keys of the addresses that are not to be mailed."""
    return set(connection.execute(select(suppression.c.address_key)).scalars())
