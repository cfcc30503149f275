"""What is wrong with the extracts themselves (B68 to B72). These need no dataset: they are always judged."""

from gpsync.reconciliation.catalogue.entries import Entry
from gpsync.rules import Code, Owner, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Code.EXTRACT_MISSING,
        "B68",
        "No GMC register extract",
        "No GMC register extract, full or delta, has been accepted for more than 3 working days.",
        Severity.HIGH,
        (Owner.OPS,),
        "Check the inbox and ask the sender for the missing extracts.",
        (),
    ),
    Entry(
        Code.EXTRACT_REJECTED,
        "B69",
        "Extract rejected",
        "An extract of the last 7 days was rejected, and no later one of the same dataset and date has been accepted.",
        Severity.CRITICAL,
        (Owner.OPS,),
        "Read the reason, have the extract corrected by its sender and put it into the inbox.",
        (),
    ),
    Entry(
        Code.EXTRACT_GAP,
        "B70",
        "Gap between GMC register extracts",
        "More than 5 days lie between 2 accepted GMC register extracts of the last 60 days. What changed in between, "
        "and changed back, is not known.",
        Severity.MEDIUM,
        (Owner.OPS,),
        "Ask the sender for the extracts between the 2 dates. They are read even when they come late.",
        (),
    ),
    Entry(
        Code.VOLUME_ANOMALY,
        "B71",
        "Extract held",
        "An extract can be read but is implausible: too many rows, removals or changed addresses, for example. "
        "Nothing in it counts until a person has decided.",
        Severity.CRITICAL,
        (Owner.OPS,),
        "Look at a sample, ask the sender where in doubt, then approve or reject the extract.",
        (),
    ),
    Entry(
        Code.STALE_REFERENCE,
        "B72",
        "Extract too old",
        "The newest accepted extract of a dataset other than the GMC register is more than 7 days old, or there has "
        "never been one. Mismatches that need it are not assessed meanwhile.",
        Severity.MEDIUM,
        (Owner.OPS,),
        "Ask the sender for a new extract of this dataset.",
        (),
    ),
)
