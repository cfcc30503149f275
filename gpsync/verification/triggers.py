"""What mails are about: email changes that are due, first links, and new users at practices."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gpsync.letters.letters import can_be_written
from gpsync.mails import Person
from gpsync.records import EmailChange
from gpsync.register.addresses import is_unusual, is_valid, key
from gpsync.rules import AccountStatus, ChangeKind, ChangeState, MailKind
from gpsync.window.fold import state_on


@dataclass(frozen=True)
class MailTrigger:
    """Something a person is to be sent one link about. `event_id` is the same whenever it is worked out."""

    kind: MailKind
    event_id: str
    holder: str
    recipient: str
    key: str
    details: Mapping[str, str]
    due_date: date
    gmc_number: str | None = None
    user_id: str | None = None
    change: EmailChange | None = None
    #: Whether a mail about it has gone out already, and its link was not used (C-51).
    is_reminder: bool = False
    #: Whether it is of those who were there before we looked, whom only a first mailout reaches.
    is_of_old: bool = False
    #: Whether that mail came back undelivered.
    is_after_return: bool = False


def gp(gmc_number: str) -> str:
    """A doctor as the holder of a link."""
    return f"gp {gmc_number}"


def due_changes(
    changes: Iterable[EmailChange], people: Mapping[str, Person], blocked: Collection[str], as_of: date
) -> list[MailTrigger]:
    """A trigger for each email change whose window has passed and that nothing stops."""
    return [
        change_trigger(change, people[change.gmc_number])
        for change in changes
        if state_on(change, as_of) is ChangeState.DUE and change.change_id not in blocked
    ]


def change_trigger(change: EmailChange, person: Person) -> MailTrigger:
    """The trigger of an email change; the mail goes to the address as supplied (C-N2)."""
    return MailTrigger(
        kind=MailKind.EMAIL_CHANGE,
        event_id=change.change_id,
        holder=gp(change.gmc_number),
        recipient=change.new_email,
        key=change.new_key,
        details={"name": person.name, "changed_on": change.change_date.isoformat()},
        due_date=change.due_date,
        gmc_number=change.gmc_number,
        change=replace(change, state=ChangeState.QUEUED, reason=None),
    )


def first_link(person: Person, as_of: date) -> MailTrigger:
    """The trigger of a listed doctor's first link. Their current record must show an address."""
    if person.email is None or person.key is None:
        raise ValueError("a doctor without an address has no first link")
    return MailTrigger(
        kind=MailKind.FIRST_LINK,
        event_id=f"first {person.gmc_number} {_short(person.key)}",
        holder=gp(person.gmc_number),
        recipient=person.email,
        key=person.key,
        details={"name": person.name},
        due_date=as_of,
        gmc_number=person.gmc_number,
    )


def first_change(person: Person, as_of: date) -> EmailChange:
    """A doctor's address as if it were new today, to be judged like a change."""
    return as_if_new(f"first {person.gmc_number}", person.gmc_number, person.email or "", person.key or "", as_of)


def as_if_new(change_id: str, gmc_number: str, email: str, address_key: str, as_of: date) -> EmailChange:
    """Any address as if a doctor had taken it today."""
    return EmailChange(
        change_id=change_id,
        gmc_number=gmc_number,
        kind=ChangeKind.FIRST_EMAIL,
        old_email=None,
        new_email=email,
        new_key=address_key,
        change_date=as_of,
        earliest_possible=None,
        due_date=as_of,
        state=ChangeState.WAITING,
    )


def invited_users(
    users: pd.DataFrame, practices: Mapping[str, str], suppressed: Collection[str], as_of: date
) -> list[MailTrigger]:
    """A trigger for each user whose account waits to be verified, to their own registered address only.

    `users` are the rows of the newest extract of practice users, `practices` names by code. A user whose rows name
    several addresses, or whose address another user has too, is left to staff (B56): nobody can say whose the mailbox
    is. Nor is a user of no practice invited: the letter names the practice.
    """
    waiting = users[users["account_status"].str.casefold() == AccountStatus.UNVERIFIED]
    waiting = waiting[waiting["revoked_date"].isna() & waiting["email"].notna() & waiting["practice_code"].notna()]
    owners = _owners(users)
    triggers = []
    for user_id, rows in waiting.sort_values(["user_id", "practice_code"]).groupby("user_id"):
        emails = set(rows["email"])
        first = rows.iloc[0]
        if len({key(email) for email in emails}) > 1 or len(owners[key(first["email"])]) > 1:
            continue
        if key(first["email"]) in suppressed or not all(_is_mailable(email) for email in emails):
            continue
        triggers.append(_user_trigger(str(user_id), first, practices, as_of))
    return triggers


def user_ids(users: pd.DataFrame) -> frozenset[str]:
    """The ids of these users of practices."""
    return frozenset(users["user_id"])


def _is_mailable(email: str) -> bool:
    return is_valid(email) and can_be_written(email) and not is_unusual(email)


def _owners(users: pd.DataFrame) -> dict[str, set[str]]:
    """The ids of the users who have each address."""
    found: dict[str, set[str]] = {}
    named = users[["user_id", "email"]].dropna().drop_duplicates()
    for user_id, email in named.itertuples(index=False, name=None):
        found.setdefault(key(email), set()).add(user_id)
    return found


def _user_trigger(user_id: str, row: "pd.Series[str]", practices: Mapping[str, str], as_of: date) -> MailTrigger:
    name = row["full_name"] if isinstance(row["full_name"], str) else ""
    return MailTrigger(
        kind=MailKind.USER_LINK,
        event_id=f"user {user_id} {_short(key(row['email']))}",
        holder=f"user {user_id}",
        recipient=row["email"],
        key=key(row["email"]),
        details={"name": name, "practice": practices.get(row["practice_code"], row["practice_code"])},
        due_date=as_of,
        user_id=user_id,
    )


def about_address(event_id: str, address_key: str) -> str:
    """The id of a first link's or a user's event, were it about this address: about its hash, for one (C-55)."""
    return f"{event_id.rpartition(' ')[0]} {_short(address_key)}"


def _short(address_key: str) -> str:
    """An address in an id that others may see."""
    return hashlib.sha256(address_key.encode()).hexdigest()[:16]
