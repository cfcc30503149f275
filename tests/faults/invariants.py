"""What must hold after every fault, whatever it was; each violation is a sentence that begins with its number.

I1 no Message-ID, and nobody for one event, is in the mail service's ledger twice. I2 every due change has its mail,
and every mail has ended or is listed for staff. I3 what is `sent` is in the ledger. I4 a mail is unknown only when a
sender was cut off between intent and result, at most one for each. I5 one Message-ID, the same bytes. I6 at most one
live link for each person, and the letter holds it. I8 one recipient in each transaction. I10 only the moves that are
allowed; so from `in_doubt` and `unknown` nothing ever leads back to `pending`. I14 no run that has ended, in whatever
way, is on record as running.
"""

import email
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email.policy import default

from gpsync.link_tokens import fingerprint
from gpsync.rules import STAFF_MAIL_STATES, MailState
from gpsync.verification.mail_states import MOVES
from tests.faults.house import World

#: Where a cut leaves the outcome open: the intent may be on record, the answer is not in the journal yet.
OPEN_POINTS = frozenset({"after intent commit", "after intent", "after dot", "after reply", "before result journal"})
_ENDED = {"sent", "bounced", "returned", "cancelled", *map(str, STAFF_MAIL_STATES)}
_TOKEN = re.compile(r"https://pcse\.example/verify/([\w-]{43})")


@dataclass
class Findings:
    """The figures of one world, and what is wrong with it."""

    mails: int = 0
    duplicates: int = 0
    lost: int = 0
    stuck: int = 0
    unknown: int = 0
    unknown_delivered: int = 0
    wrong: list[str] = field(default_factory=list)

    def must(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)


def check(world: World, *, unknown_at_most: int | None = None, lying: bool = False) -> Findings:
    """Check a world in which everything has been recovered from.

    `unknown_at_most` is by default the number of crashes at points where the outcome is open. `lying`: the mail
    service says of letters that it took that it did not, so that it sees every attempt.
    """
    found = Findings(mails=world.mails)
    ledger = world.smtp.ledger()
    rows = world.rows("SELECT mail_id, message_id, change_id, state, link_id, recipient FROM outbox")
    _ledger_and_states(found, world, ledger, rows, lying=lying)
    _unknowns(found, world, unknown_at_most)
    _wire(found, ledger)
    _links(found, world, ledger, rows)
    _moves(found, world)
    _runs(found, world)
    return found


def _ledger_and_states(found, world, ledger, rows, *, lying):
    copies = Counter(taken.message_id for taken in ledger)
    per_person = Counter(recipient for taken in ledger for recipient in taken.recipients)
    if not lying:
        found.duplicates = sum(number - 1 for number in per_person.values())
        found.must(found.duplicates == 0, f"I1 {found.duplicates} copies too many were delivered")
        found.must(max(copies.values(), default=1) == 1, "I1 a Message-ID was delivered more than once")
    states = defaultdict(list)
    for _, _, change_id, state, _, _ in rows:
        states[change_id].append(state)
    never = world.mails - len(states)
    claimed_sent = [row for row in rows if row[3] == "sent" and row[1] not in copies]
    found.lost = max(0, never) + len(claimed_sent)
    found.must(never == 0, f"I2 {never} due changes have no mail")
    found.must(not claimed_sent, f"I3 {len(claimed_sent)} mails are sent, and the mail service has never seen them")
    found.stuck = sum(state not in _ENDED for one in states.values() for state in one)
    found.must(found.stuck == 0, f"I2 {found.stuck} mails are stuck: {Counter(row[3] for row in rows)}")
    twice = sum(sum(state != "cancelled" for state in one) > 1 for one in states.values())
    found.must(twice == 0, f"I2 {twice} changes have two mails")
    found.unknown = sum(row[3] == "unknown" for row in rows)
    found.unknown_delivered = sum(row[3] == "unknown" and row[1] in copies for row in rows)


def _unknowns(found, world, at_most):
    if at_most is None:
        at_most = sum(point in OPEN_POINTS for point in world.crashes)
    points = ", ".join(world.crashes) or "none"
    found.must(found.unknown <= at_most, f"I4 {found.unknown} unknown, {at_most} allowed (crashes: {points})")


def _wire(found, ledger):
    contents = defaultdict(set)
    for taken in ledger:
        contents[taken.message_id].add(taken.sha256)
    found.must(all(len(one) == 1 for one in contents.values()), "I5 two attempts of one Message-ID differ")
    found.must(all(len(taken.recipients) == 1 for taken in ledger), "I8 a mail had more than one recipient")


def _links(found, world, ledger, rows):
    twice = world.value(
        "SELECT count(*) FROM (SELECT holder FROM link WHERE state IN ('issued', 'opened')"
        " GROUP BY holder HAVING count(*) > 1) AS more"
    )
    found.must(twice == 0, f"I6 {twice} people have two live links")
    orphans = world.value(
        "SELECT count(*) FROM link l JOIN outbox o USING (link_id)"
        " WHERE l.state IN ('issued', 'opened') AND o.state = 'cancelled'"
    )
    found.must(orphans == 0, f"I6 {orphans} links of cancelled mails still work")
    hashes = dict(world.rows("SELECT o.message_id, l.token_sha256 FROM outbox o JOIN link l USING (link_id)"))
    for taken in ledger[:20]:
        text = email.message_from_bytes(world.smtp.letter(taken), policy=default).get_body(("plain",)).get_content()
        token = _TOKEN.search(text)
        holds = token is not None and hashes.get(taken.message_id) == fingerprint(token.group(1))
        found.must(holds, "I6 a letter does not hold its own link")


def _runs(found, world):
    running = world.value("SELECT count(*) FROM run WHERE outcome = 'running'")
    found.must(running == 0, f"I14 {running} runs count as running although none is at work")


def _moves(found, world):
    query = "SELECT mail_id, state FROM mail_event ORDER BY mail_id, event_number"
    before: tuple[str, MailState] | None = None
    for mail_id, state in world.rows(query):
        now = MailState(state)
        if before is not None and before[0] == mail_id:
            found.must(now in MOVES[before[1]], f"I10 a mail went from {before[1]} to {now}")
        before = (mail_id, now)
